
/*
 * Location and Content-Location of a backend's answer, as the client may
 * understand them.  Redirects that nginx makes itself are its own.
 */


#include "ngx_http_tuleap_front.h"


static ngx_int_t ngx_http_tuleap_front_header_filter(ngx_http_request_t *r);
static ngx_uint_t ngx_http_tuleap_front_is_place(ngx_http_request_t *r,
    ngx_table_elt_t *h);
static ngx_int_t ngx_http_tuleap_front_map_location(ngx_http_request_t *r,
    ngx_http_tuleap_front_mapping_t *mapping,
    tuleap_front_destination_facts *facts, ngx_table_elt_t *h);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


void
ngx_http_tuleap_front_init_location(void)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_tuleap_front_header_filter;
}


static ngx_int_t
ngx_http_tuleap_front_header_filter(ngx_http_request_t *r)
{
    ngx_uint_t                         known;
    ngx_list_part_t                   *part;
    ngx_table_elt_t                   *h, *end;
    ngx_http_tuleap_front_mapping_t   *mapping;
    tuleap_front_destination_facts     facts;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);
    mapping = tlcf->destination.mapping;

    if (mapping == NULL || !tlcf->destination.location || r != r->main
        || r->upstream == NULL)
    {
        return ngx_http_next_header_filter(r);
    }

    known = 0;

    ngx_http_tuleap_front_each(&r->headers_out.headers, part, h, end) {

        if (!ngx_http_tuleap_front_is_place(r, h)) {
            continue;
        }

        if (!known) {
            if (ngx_http_tuleap_front_facts(r, mapping, mapping->rule, &facts)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            facts.scheme = ngx_http_tuleap_front_client_scheme(r);
            known = 1;
        }

        if (ngx_http_tuleap_front_map_location(r, mapping, &facts, h)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_next_header_filter(r);
}


/*
 * A line with the backend's own text: no redirect of nginx's has it, and
 * "proxy_redirect" replaces it.
 */

static ngx_uint_t
ngx_http_tuleap_front_is_place(ngx_http_request_t *r, ngx_table_elt_t *h)
{
    ngx_list_part_t  *part;
    ngx_table_elt_t  *theirs, *end;

    if (h->hash == 0
        || !(ngx_http_tuleap_front_is(h, "Location")
             || ngx_http_tuleap_front_is(h, "Content-Location")))
    {
        return 0;
    }

    ngx_http_tuleap_front_each(&r->upstream->headers_in.headers, part, theirs,
                               end)
    {
        if (theirs->value.data == h->value.data) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_tuleap_front_map_location(ngx_http_request_t *r,
    ngx_http_tuleap_front_mapping_t *mapping,
    tuleap_front_destination_facts *facts, ngx_table_elt_t *h)
{
    u_char                *p;
    int32_t                status;
    tuleap_front_rewrite   rewrite;

    status = tuleap_front_destination_rule_rewrite_location(mapping->rule,
                                                      facts,
                                                      (char *) h->value.data,
                                                      h->value.len, &rewrite);

    if (status != TULEAP_FRONT_STATUS_OK
        || rewrite.action != TULEAP_FRONT_REWRITE_PARTS)
    {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, rewrite.length + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    (void) tuleap_front_rewrite_text(&rewrite, NULL, 0, (char *) p,
                                     rewrite.length + 1);

    h->value.data = p;
    h->value.len = rewrite.length;

    return NGX_OK;
}
