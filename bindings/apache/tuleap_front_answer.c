/*
 * Location and Content-Location of an answer, as the client may follow them; and answers in a line
 * of text.
 *
 * A filter does it, for it is the last to see the header of every answer: a backend's, an
 * application's, and those that httpd makes itself.
 */

#include "mod_tuleap_front.h"
#include "mod_core.h"
#include "util_filter.h"

APLOG_USE_MODULE(tuleap_front);

static ap_filter_rec_t *filter_handle;

/* An origin whose URLs are mapped. */
typedef struct {
    const tuleap_front_destination_rule *rule;
    tuleap_front_destination_facts facts;
} mtf_origin;

/* At most: that of the next server, our own as httpd writes it, and with the Host that came. */
#define ORIGINS_MAX 3

/* The authority of the URLs that httpd makes. */
static const char *own_authority(request_rec *r)
{
    const char *url = ap_construct_url(r->pool, "", r), *mark = strstr(url, "://");

    return mark ? mark + 3 : "";
}

static int find_origins(request_rec *r, mtf_origin *origins)
{
    const mtf_dir_conf *conf = ap_get_module_config(r->per_dir_config, &tuleap_front_module);
    const mtf_request *mine = mtf_request_of(r);
    const char *url = mtf_passed_to(r);
    const char *host = mine && mine->host ? mine->host : apr_table_get(r->headers_in, "Host");
    const tuleap_front_destination_rule *own = conf->mapping->by_scheme[mtf_scheme(r)];

    origins[0].rule = mtf_rule_of(r, conf, url);
    origins[0].facts = mtf_facts(r, host, mtf_host_sent(r, url));
    origins[1].rule = own;
    origins[1].facts = mtf_facts(r, host, own_authority(r));
    origins[2].rule = own;
    origins[2].facts = mtf_facts(r, host, host);
    return ORIGINS_MAX;
}

/* The mapped value, NULL where it stays. */
static const char *mapped(request_rec *r, const mtf_origin *origin, const char *value)
{
    tuleap_front_rewrite rewrite;
    apr_int32_t status;
    char *text;

    status = tuleap_front_destination_rule_rewrite_location(origin->rule, &origin->facts, value,
                                                            strlen(value), &rewrite);
    if (status != TULEAP_FRONT_STATUS_OK) {
        mtf_fault(r, status);
        return NULL;
    }
    if (rewrite.action != TULEAP_FRONT_REWRITE_PARTS) {
        return NULL;
    }
    text = apr_palloc(r->pool, rewrite.length + 1);
    tuleap_front_rewrite_text(&rewrite, NULL, 0, text, rewrite.length + 1);
    return text;
}

/* In place, whichever line of several it is. */
static void map_table(request_rec *r, apr_table_t *table, mtf_origin *origins, int *count)
{
    const apr_array_header_t *all = apr_table_elts(table);
    apr_table_entry_t *line = (apr_table_entry_t *) all->elts;
    const char *value;
    int i, k;

    for (i = 0; i < all->nelts; i++) {
        if (ap_cstr_casecmp(line[i].key, "Location") != 0
            && ap_cstr_casecmp(line[i].key, "Content-Location") != 0) {
            continue;
        }
        if (!*count) {
            *count = find_origins(r, origins);
        }
        for (k = 0, value = NULL; k < *count && !value; k++) {
            value = mapped(r, &origins[k], line[i].val);
        }
        if (value) {
            line[i].val = (char *) value;
        }
    }
}

static int is_mapped(const mtf_dir_conf *conf)
{
    return conf->location == MTF_UNSET ? conf->destination == MTF_ON : conf->location;
}

static apr_status_t filter(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    request_rec *r = f->r;
    const mtf_dir_conf *conf = ap_get_module_config(r->per_dir_config, &tuleap_front_module);
    const mtf_request *mine = mtf_request_of(r);
    mtf_origin origins[ORIGINS_MAX];
    int count = 0;

    if (is_mapped(conf)) {
        map_table(r, r->headers_out, origins, &count);
        map_table(r, r->err_headers_out, origins, &count);
    }
    if (mine && mine->is_answered_in_text) {
        ap_set_content_type(r, "text/plain");
    }
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, brigade);
}

void mtf_answer_insert(request_rec *r, const mtf_dir_conf *conf)
{
    if (!r->main && is_mapped(conf)) {
        ap_add_output_filter_handle(filter_handle, NULL, r, r->connection);
    }
}

void mtf_answer_insert_error(request_rec *r, const mtf_dir_conf *conf)
{
    const mtf_request *mine = mtf_request_of(r);

    if (!r->main && (is_mapped(conf) || (mine && mine->is_answered_in_text))) {
        ap_add_output_filter_handle(filter_handle, NULL, r, r->connection);
    }
}

void mtf_answer_register(void)
{
    filter_handle = ap_register_output_filter("TULEAP_ANSWER", filter, NULL,
                                              AP_FTYPE_CONTENT_SET);
}

/*
 * Refuses a request, and says why in a line of text unless there is an ErrorDocument. length: of
 * the text, if that is no status and not above cap.
 */
int mtf_refuse(request_rec *r, const char *directive, int status, const char *text,
               ptrdiff_t length, apr_size_t cap)
{
    if (length < 0 || (apr_size_t) length >= cap) {
        return status;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, "refused by %s: %s", directive, text);
    if (!ap_response_code_string(r, ap_index_of_response(status))) {
        ap_custom_response(r, status, apr_pstrcat(r->pool, text, "\n", NULL));
        mtf_request_need(r)->is_answered_in_text = 1;
    }
    return status;
}
