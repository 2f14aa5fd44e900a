
/*
 * What nginx's proxy keeps: the policy decides and nginx keeps.
 *
 * Where the policy is lines of nginx's own, nginx decides as well, and the
 * policy only says why.
 */


#include "ngx_http_tuleap_front.h"


static ngx_int_t ngx_http_tuleap_front_cache_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_tuleap_front_cache_facts(ngx_http_request_t *r,
    tuleap_front_cache_facts *facts);
static ngx_int_t ngx_http_tuleap_front_cache_answer(ngx_http_request_t *r,
    tuleap_front_cache_answer *answer);
static ngx_int_t ngx_http_tuleap_front_cache_store(ngx_http_request_t *r,
    tuleap_front_cache_policy *policy, tuleap_front_cache_store *store);
static ngx_uint_t ngx_http_tuleap_front_cache_look_up(ngx_http_request_t *r,
    tuleap_front_cache_policy *policy, tuleap_front_cache_facts *facts,
    tuleap_front_cache_lookup *lookup);
static ngx_int_t ngx_http_tuleap_front_cache_key(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, tuleap_front_cache_policy *policy,
    tuleap_front_cache_facts *facts);

#if (NGX_HTTP_CACHE)
static ngx_uint_t ngx_http_tuleap_front_has_expiry(ngx_http_request_t *r);
static ngx_int_t ngx_http_tuleap_front_cache_expires(ngx_http_request_t *r,
    tuleap_front_cache_policy *policy);
static ngx_int_t ngx_http_tuleap_front_cache_push(ngx_http_request_t *r,
    char *line, size_t len);
#endif


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


void
ngx_http_tuleap_front_init_cache_filter(void)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_tuleap_front_cache_filter;
}


#if (NGX_HTTP_CACHE)

/*
 * Nothing is kept against the policy's word, whatever "proxy_no_cache" a
 * location has, and nothing for longer.
 */

static ngx_int_t
ngx_http_tuleap_front_cache_filter(ngx_http_request_t *r)
{
    tuleap_front_cache_store           store;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);

    if (tlcf->cache.mode != NGX_HTTP_TULEAP_FRONT_ON || r->cache == NULL
        || r->upstream == NULL)
    {
        return ngx_http_next_header_filter(r);
    }

    if (!r->cached) {

        if (!r->upstream->cacheable) {
            return ngx_http_next_header_filter(r);
        }

        if (ngx_http_tuleap_front_cache_store(r, tlcf->cache.policy, &store)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (!store.stored) {
            r->upstream->cacheable = 0;
            return ngx_http_next_header_filter(r);
        }

        r->cache->valid_sec = store.valid_until;
        r->cache->updating_sec = store.stale_while_revalidate;
        r->cache->error_sec = store.stale_if_error;
    }

    if (r == r->main
        && ngx_http_tuleap_front_cache_expires(r, tlcf->cache.policy)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_uint_t
ngx_http_tuleap_front_has_expiry(ngx_http_request_t *r)
{
#if (nginx_version >= 1023000)
    return r->headers_out.expires || r->headers_out.cache_control;
#else
    return r->headers_out.expires || r->headers_out.cache_control.elts;
#endif
}


/*
 * What is kept and says nothing of it, gets the policy's "expires".  Whoever
 * asks has no word in that.
 */

static ngx_int_t
ngx_http_tuleap_front_cache_expires(ngx_http_request_t *r,
    tuleap_front_cache_policy *policy)
{
    char                       *text, *line, *end;
    size_t                      size;
    ptrdiff_t                   n;
    tuleap_front_cache_facts    facts;
    tuleap_front_cache_answer   answer;

    if (ngx_http_tuleap_front_has_expiry(r)) {
        return NGX_OK;
    }

    if (ngx_http_tuleap_front_cache_facts(r, &facts) != NGX_OK
        || ngx_http_tuleap_front_cache_answer(r, &answer) != NGX_OK)
    {
        return NGX_ERROR;
    }

    facts.header_count = 0;
    n = 1023;

    do {
        size = n + 1;

        text = ngx_pnalloc(r->pool, size);
        if (text == NULL) {
            return NGX_ERROR;
        }

        n = tuleap_front_cache_policy_response_lines(policy, &facts, &answer,
                                                     ngx_time(), text, size);

    } while (n >= (ptrdiff_t) size);

    for (line = text; n > 0 && line < text + n; line = end + 2) {

        end = ngx_strstr(line, CRLF);
        if (end == NULL) {
            break;
        }

        if (ngx_http_tuleap_front_cache_push(r, line, end - line) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* As nginx's own "expires" leaves them, which may come after it. */

static ngx_int_t
ngx_http_tuleap_front_cache_push(ngx_http_request_t *r, char *line, size_t len)
{
    ngx_str_t         *name;
    ngx_table_elt_t   *h;
#if (nginx_version < 1023000)
    ngx_table_elt_t  **cc;
#endif

    static ngx_str_t  expires = ngx_string("Expires: ");
    static ngx_str_t  control = ngx_string("Cache-Control: ");

    if (ngx_strncmp(line, expires.data, expires.len) == 0) {
        name = &expires;

    } else if (ngx_strncmp(line, control.data, control.len) == 0) {
        name = &control;

    } else {
        return NGX_OK;
    }

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = name->data;
    h->key.len = name->len - 2;
    h->value.data = (u_char *) line + name->len;
    h->value.len = len - name->len;

    if (name == &expires) {
        r->headers_out.expires = h;
        return NGX_OK;
    }

#if (nginx_version >= 1023000)

    r->headers_out.cache_control = h;

#else

    if (ngx_array_init(&r->headers_out.cache_control, r->pool, 1,
                       sizeof(ngx_table_elt_t *))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    cc = ngx_array_push(&r->headers_out.cache_control);
    *cc = h;

#endif

    return NGX_OK;
}

#else

static ngx_int_t
ngx_http_tuleap_front_cache_filter(ngx_http_request_t *r)
{
    return ngx_http_next_header_filter(r);
}

#endif


static ngx_int_t
ngx_http_tuleap_front_cache_facts(ngx_http_request_t *r,
    tuleap_front_cache_facts *facts)
{
    ngx_str_t                  target, *host;
    tuleap_front_header       *lines;
    ngx_http_core_srv_conf_t  *cscf;

    ngx_memzero(facts, sizeof(tuleap_front_cache_facts));

    host = &r->headers_in.server;

    if (host->len == 0) {
        cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);
        host = &cscf->server_name;
    }

    target = ngx_http_tuleap_front_target(r);

    facts->scheme = ngx_http_tuleap_front_scheme(r);
    facts->method.ptr = (char *) r->method_name.data;
    facts->method.len = r->method_name.len;
    facts->host.ptr = (char *) host->data;
    facts->host.len = host->len;
    facts->target.ptr = (char *) target.data;
    facts->target.len = target.len;
    facts->version.ptr = (char *) r->http_protocol.data;
    facts->version.len = r->http_protocol.len;

    lines = ngx_http_tuleap_front_request_lines(r, &facts->header_count);
    if (lines == NULL) {
        return NGX_ERROR;
    }

    facts->headers = lines;

    return NGX_OK;
}


/* What the next server sent, or what is kept of that. */

static ngx_int_t
ngx_http_tuleap_front_cache_answer(ngx_http_request_t *r,
    tuleap_front_cache_answer *answer)
{
    tuleap_front_header  *lines;

    ngx_memzero(answer, sizeof(tuleap_front_cache_answer));

    answer->status = r->upstream->headers_in.status_n;
    answer->body = TULEAP_FRONT_CACHE_BODY_WHOLE;

    lines = ngx_http_tuleap_front_response_lines(r,
                                             &r->upstream->headers_in.headers,
                                             &answer->header_count);
    if (lines == NULL) {
        return NGX_ERROR;
    }

    answer->headers = lines;

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_cache_store(ngx_http_request_t *r,
    tuleap_front_cache_policy *policy, tuleap_front_cache_store *store)
{
    int32_t                     status;
    tuleap_front_cache_facts    facts;
    tuleap_front_cache_answer   answer;

    if (ngx_http_tuleap_front_cache_facts(r, &facts) != NGX_OK
        || ngx_http_tuleap_front_cache_answer(r, &answer) != NGX_OK)
    {
        return NGX_ERROR;
    }

    status = tuleap_front_cache_policy_store(policy, &facts, &answer,
                                             ngx_time(), store);
    if (status != TULEAP_FRONT_STATUS_OK) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_cache: status %D", status);
    }

    return NGX_OK;
}


/*
 * A subrequest has the target of its request, and would take what was kept for
 * that; one that refreshes what is kept is the request once more.
 */

static ngx_uint_t
ngx_http_tuleap_front_cache_look_up(ngx_http_request_t *r,
    tuleap_front_cache_policy *policy, tuleap_front_cache_facts *facts,
    tuleap_front_cache_lookup *lookup)
{
    int32_t  status;

    status = tuleap_front_cache_policy_look_up(policy, facts, lookup);

    if (status != TULEAP_FRONT_STATUS_OK) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_cache: status %D", status);
    }

    if (r != r->main && !r->background) {
        return TULEAP_FRONT_CACHE_SKIP;
    }

    return lookup->action;
}


ngx_int_t
ngx_http_tuleap_front_cache_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_uint_t                         action, answered;
    tuleap_front_cache_facts           facts;
    tuleap_front_cache_store           store;
    tuleap_front_cache_lookup          lookup;
    tuleap_front_cache_policy         *policy;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    v->not_found = 1;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);
    policy = tlcf->cache.policy;

    if (policy == NULL) {
        return NGX_OK;
    }

    if (ngx_http_tuleap_front_cache_facts(r, &facts) != NGX_OK) {
        return NGX_ERROR;
    }

    if (data == NGX_HTTP_TULEAP_FRONT_CACHE_KEY) {
        return ngx_http_tuleap_front_cache_key(r, v, policy, &facts);
    }

    action = ngx_http_tuleap_front_cache_look_up(r, policy, &facts, &lookup);

    if (data == NGX_HTTP_TULEAP_FRONT_CACHE_ZONE) {

        if (action == TULEAP_FRONT_CACHE_SKIP) {
            return ngx_http_tuleap_front_text(v, "off");
        }

        ngx_http_tuleap_front_found(v, tlcf->cache.zone.data,
                                    tlcf->cache.zone.len);
        return NGX_OK;
    }

    if (data == NGX_HTTP_TULEAP_FRONT_CACHE_BYPASS) {
        return ngx_http_tuleap_front_text(v,
                             action == TULEAP_FRONT_CACHE_LOOK_UP ? "" : "1");
    }

    answered = r->upstream && r->upstream->headers_in.status_n;

#if (NGX_HTTP_CACHE)
    answered = answered && !r->cached;
#endif

    if (action == TULEAP_FRONT_CACHE_SKIP || !answered) {

        if (data == NGX_HTTP_TULEAP_FRONT_NO_CACHE) {
            return ngx_http_tuleap_front_text(v, answered ? "1" : NULL);
        }

        return ngx_http_tuleap_front_text(v,
                               tuleap_front_cache_reason_code(lookup.reason));
    }

    if (ngx_http_tuleap_front_cache_store(r, policy, &store) != NGX_OK) {
        return NGX_ERROR;
    }

    if (data == NGX_HTTP_TULEAP_FRONT_NO_CACHE) {
        return ngx_http_tuleap_front_text(v, store.stored ? "" : "1");
    }

    return ngx_http_tuleap_front_text(v,
                                 tuleap_front_cache_reason_code(store.reason));
}


static ngx_int_t
ngx_http_tuleap_front_cache_key(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, tuleap_front_cache_policy *policy,
    tuleap_front_cache_facts *facts)
{
    char       *key;
    size_t      size;
    ptrdiff_t   n;

    n = 511;

    do {
        size = n + 1;

        key = ngx_pnalloc(r->pool, size);
        if (key == NULL) {
            return NGX_ERROR;
        }

        n = tuleap_front_cache_policy_key(policy, facts, key, size);

    } while (n >= (ptrdiff_t) size);

    if (n >= 0) {
        ngx_http_tuleap_front_found(v, (u_char *) key, n);
    }

    return NGX_OK;
}
