
/*
 * Which answers are compressed: the policy decides and nginx compresses.
 *
 * Where the policy is lines of nginx's own, nginx decides as well, and the
 * policy only says why.
 */


#include "ngx_http_tuleap_front.h"


#define NGX_HTTP_TULEAP_FRONT_GZIP_TULEAP  3


static char *ngx_http_tuleap_front_gzip_lines(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_uint_t mode);
static tuleap_front_gzip_policy *ngx_http_tuleap_front_gzip_policy(
    ngx_conf_t *cf, ngx_uint_t mode, ngx_uint_t secrets);
static void ngx_http_tuleap_front_gzip_cleanup(void *data);
static ngx_int_t ngx_http_tuleap_front_gzip_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_tuleap_front_gzip_decide(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_gzip_policy *policy,
    tuleap_front_gzip_facts *facts);
static ngx_int_t ngx_http_tuleap_front_gzip_facts(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_gzip_facts *facts);
static ngx_int_t ngx_http_tuleap_front_vary(ngx_http_request_t *r,
    tuleap_front_gzip_policy *policy, tuleap_front_gzip_facts *facts);
static ngx_int_t ngx_http_tuleap_front_merged_vary(ngx_http_request_t *r,
    tuleap_front_gzip_policy *policy, tuleap_front_gzip_facts *facts,
    ngx_str_t *value);


static ngx_conf_enum_t  ngx_http_tuleap_front_gzips[] = {
    { ngx_string("off"), NGX_HTTP_TULEAP_FRONT_OFF },
    { ngx_string("on"), NGX_HTTP_TULEAP_FRONT_ON },
    { ngx_string("recommended"), NGX_HTTP_TULEAP_FRONT_ON },
    { ngx_string("tuleap"), NGX_HTTP_TULEAP_FRONT_GZIP_TULEAP },
    { ngx_string("documented"), NGX_HTTP_TULEAP_FRONT_DOCUMENTED },
    { ngx_null_string, 0 }
};


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


char *
ngx_http_tuleap_front_gzip(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    ngx_str_t                          *value;
    ngx_conf_enum_t                    *gzip;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    if (tlcf->gzip.mode != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (gzip = ngx_http_tuleap_front_gzips; gzip->name.len; gzip++) {
        if (ngx_strcmp(value[1].data, gzip->name.data) == 0) {
            tlcf->gzip.mode = gzip->value;
            break;
        }
    }

    if (gzip->name.len == 0) {
        return "must be recommended, tuleap, documented or off";
    }

    if (tlcf->gzip.mode != NGX_HTTP_TULEAP_FRONT_OFF) {
        tmcf = ngx_http_conf_get_module_main_conf(cf,
                                                ngx_http_tuleap_front_module);
        tmcf->compressed = 1;
    }

    return ngx_http_tuleap_front_gzip_lines(cf, cmd, tlcf->gzip.mode);
}


/* What nginx's own filter has to know; "off" takes back what an outer level said. */

static char *
ngx_http_tuleap_front_gzip_lines(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_uint_t mode)
{
    ptrdiff_t                  n;
    ngx_str_t                  text;
    tuleap_front_gzip_policy  *policy;

    /* every answer comes to the filter, whose verdict is there before it */

    static ngx_str_t  on = ngx_string("gzip on; gzip_types *; "
                                      "gzip_min_length 0; gzip_vary off;");
    static ngx_str_t  off = ngx_string("gzip off;");

    if (mode == NGX_HTTP_TULEAP_FRONT_OFF) {
        return ngx_http_tuleap_front_issue(cf, cmd, &off);
    }

    if (mode == NGX_HTTP_TULEAP_FRONT_ON) {
        return ngx_http_tuleap_front_issue(cf, cmd, &on);
    }

    policy = ngx_http_tuleap_front_gzip_policy(cf, mode,
                                               TULEAP_FRONT_SECRETS_IDENTITY);
    if (policy == NULL) {
        return NGX_CONF_ERROR;
    }

    n = tuleap_front_gzip_policy_text(policy, NULL, 0);
    if (n < 0) {
        return NGX_CONF_ERROR;
    }

    text.len = n;
    text.data = ngx_pnalloc(cf->temp_pool, text.len + 1);
    if (text.data == NULL) {
        return NGX_CONF_ERROR;
    }

    (void) tuleap_front_gzip_policy_text(policy, (char *) text.data,
                                         text.len + 1);

    return ngx_http_tuleap_front_issue(cf, cmd, &text);
}


static tuleap_front_gzip_policy *
ngx_http_tuleap_front_gzip_policy(ngx_conf_t *cf, ngx_uint_t mode,
    ngx_uint_t secrets)
{
    ngx_pool_cleanup_t         *cln;
    tuleap_front_gzip_policy   *policy;
    tuleap_front_gzip_options   options;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    ngx_memzero(&options, sizeof(tuleap_front_gzip_options));

    options.rules = NGX_HTTP_TULEAP_FRONT_NGINX_RULES;
    options.secrets = secrets;

    switch (mode) {

    case NGX_HTTP_TULEAP_FRONT_ON:
        policy = tuleap_front_gzip_policy_recommended(&options, NULL, NULL, 0);
        break;

    case NGX_HTTP_TULEAP_FRONT_GZIP_TULEAP:
        policy = tuleap_front_gzip_policy_tuleap(&options, NULL, NULL, 0);
        break;

    default: /* NGX_HTTP_TULEAP_FRONT_DOCUMENTED: both guides say the same */
        policy = tuleap_front_gzip_policy_documented(
                                              TULEAP_FRONT_GUIDE_REVERSE_PROXY,
                                              &options, NULL, NULL, 0);
    }

    cln->data = policy;
    cln->handler = ngx_http_tuleap_front_gzip_cleanup;

    return policy;
}


static void
ngx_http_tuleap_front_gzip_cleanup(void *data)
{
    tuleap_front_gzip_policy_free(data);
}


/* A level that says something of its own has a policy of its own. */

char *
ngx_http_tuleap_front_merge_gzip(ngx_conf_t *cf,
    ngx_http_tuleap_front_gzip_conf_t *prev,
    ngx_http_tuleap_front_gzip_conf_t *conf)
{
    ngx_uint_t  own;

    ngx_conf_init_uint_value(prev->mode, NGX_HTTP_TULEAP_FRONT_OFF);

    own = conf->mode != NGX_CONF_UNSET_UINT
          || conf->secrets != NGX_CONF_UNSET_UINT;

    ngx_conf_merge_uint_value(conf->mode, prev->mode, 0);

    if (conf->secrets != NGX_CONF_UNSET_UINT
        && conf->mode != NGX_HTTP_TULEAP_FRONT_ON)
    {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"tuleap_gzip_secrets\" does nothing without "
                           "\"tuleap_gzip recommended\"");
    }

    ngx_conf_merge_uint_value(conf->secrets, prev->secrets,
                              TULEAP_FRONT_SECRETS_IDENTITY);

    if (conf->mode == NGX_HTTP_TULEAP_FRONT_OFF) {
        return NGX_CONF_OK;
    }

    if (!own && prev->policy) {
        conf->policy = prev->policy;
        return NGX_CONF_OK;
    }

    conf->policy = ngx_http_tuleap_front_gzip_policy(cf, conf->mode,
                                                     conf->secrets);
    if (conf->policy == NULL) {
        return NGX_CONF_ERROR;
    }

    if (!own) {
        prev->policy = conf->policy;
    }

    return NGX_CONF_OK;
}


void
ngx_http_tuleap_front_init_gzip(void)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_tuleap_front_gzip_filter;
}


/*
 * Before "expires", "add_header" and nginx's gzip: the header is the one that
 * the next server sent.
 */

static ngx_int_t
ngx_http_tuleap_front_gzip_filter(ngx_http_request_t *r)
{
    tuleap_front_gzip_facts            facts;
    tuleap_front_gzip_policy          *policy;
    ngx_http_tuleap_front_ctx_t       *ctx;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);
    policy = tlcf->gzip.policy;

    if (policy == NULL || r != r->main) {
        return ngx_http_next_header_filter(r);
    }

    ctx = ngx_http_tuleap_front_need_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    /* what nginx's filter takes away, for those who ask later */

    ctx->gzip.length = r->headers_out.content_length_n;
    ctx->gzip.encoding = r->headers_out.content_encoding;
    ctx->gzip.decided = 0;
    ctx->gzip.known = 1;

    if (tlcf->gzip.mode != NGX_HTTP_TULEAP_FRONT_ON) {
        return ngx_http_next_header_filter(r);
    }

    if (ngx_http_tuleap_front_gzip_decide(r, ctx, policy, &facts) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->gzip.decided = 1;

#if (NGX_HTTP_GZIP)

    /* what is compressed already, gunzip may ask about */

    if (ctx->gzip.verdict.reason != TULEAP_FRONT_GZIP_REASON_ALREADY_ENCODED) {
        r->gzip_tested = 1;
        r->gzip_ok = ctx->gzip.verdict.compresses;
    }

    /* gzip_static has said that its file is one of two */

    ctx->gzip.verdict.varies |= r->gzip_vary;

#endif

    if (ctx->gzip.verdict.varies
        && ngx_http_tuleap_front_vary(r, policy, &facts) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_tuleap_front_gzip_decide(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_gzip_policy *policy,
    tuleap_front_gzip_facts *facts)
{
    int32_t  status;

    if (ngx_http_tuleap_front_gzip_facts(r, ctx, facts) != NGX_OK) {
        return NGX_ERROR;
    }

    status = tuleap_front_gzip_policy_decide(policy, facts,
                                             &ctx->gzip.verdict);
    if (status != TULEAP_FRONT_STATUS_OK) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_gzip: status %D", status);
    }

    return NGX_OK;
}


/*
 * The answer is the one that came: what nginx keeps beside its list is put to
 * it, and a Content-Encoding of nginx's own is not there yet.
 */

static ngx_int_t
ngx_http_tuleap_front_gzip_facts(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_gzip_facts *facts)
{
    ngx_uint_t            hash;
    ngx_table_elt_t      *added;
    tuleap_front_header  *lines, *line;

    ngx_memzero(facts, sizeof(tuleap_front_gzip_facts));

    facts->scheme = ngx_http_tuleap_front_client_scheme(r);
    facts->status = r->headers_out.status;
    facts->method.ptr = (char *) r->method_name.data;
    facts->method.len = r->method_name.len;
    facts->version.ptr = (char *) r->http_protocol.data;
    facts->version.len = r->http_protocol.len;
    facts->now = ngx_time();

    facts->length = ctx->gzip.length >= 0 ? ctx->gzip.length
                                      : TULEAP_FRONT_GZIP_LENGTH_UNKNOWN;

    lines = ngx_http_tuleap_front_request_lines(r, &facts->request_count);
    if (lines == NULL) {
        return NGX_ERROR;
    }

    facts->request = lines;

    added = r->headers_out.content_encoding;
    hash = 0;

    if (added && added != ctx->gzip.encoding) {
        hash = added->hash;
        added->hash = 0;
    }

    lines = ngx_http_tuleap_front_response_lines(r, &r->headers_out.headers,
                                                 &facts->response_count);
    if (hash) {
        added->hash = hash;
    }

    if (lines == NULL) {
        return NGX_ERROR;
    }

    facts->response = lines;

    if (r->headers_out.content_type.len) {
        line = &lines[facts->response_count++];

        line->name.ptr = "Content-Type";
        line->name.len = sizeof("Content-Type") - 1;
        line->value.ptr = (char *) r->headers_out.content_type.data;
        line->value.len = r->headers_out.content_type.len;
    }

    if (r->headers_out.last_modified_time != -1
        && r->headers_out.last_modified == NULL)
    {
        /* when is not asked */

        line = &lines[facts->response_count++];

        line->name.ptr = "Last-Modified";
        line->name.len = sizeof("Last-Modified") - 1;
        line->value.ptr = "";
        line->value.len = 0;
    }

    return NGX_OK;
}


/* One line, whatever the next server said. */

static ngx_int_t
ngx_http_tuleap_front_vary(ngx_http_request_t *r,
    tuleap_front_gzip_policy *policy, tuleap_front_gzip_facts *facts)
{
    ngx_str_t         value;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *end, *vary;

    vary = NULL;

    ngx_http_tuleap_front_each(&r->headers_out.headers, part, h, end) {

        if (h->hash && ngx_http_tuleap_front_is(h, "Vary")) {
            vary = h;
            break;
        }
    }

    if (vary == NULL) {
        vary = ngx_list_push(&r->headers_out.headers);
        if (vary == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(vary, sizeof(ngx_table_elt_t));

        vary->hash = 1;
        ngx_str_set(&vary->key, "Vary");
        ngx_str_set(&vary->value, "Accept-Encoding");

        return NGX_OK;
    }

    if (ngx_http_tuleap_front_merged_vary(r, policy, facts, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_tuleap_front_each(&r->headers_out.headers, part, h, end) {

        if (h != vary && h->hash && ngx_http_tuleap_front_is(h, "Vary")) {
            h->hash = 0;
        }
    }

    vary->value = value;

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_merged_vary(ngx_http_request_t *r,
    tuleap_front_gzip_policy *policy, tuleap_front_gzip_facts *facts,
    ngx_str_t *value)
{
    char       *text, *start, *end;
    size_t      size;
    ptrdiff_t   n;

    n = 511;

    do {
        size = n + 1;

        text = ngx_pnalloc(r->pool, size);
        if (text == NULL) {
            return NGX_ERROR;
        }

        n = tuleap_front_gzip_policy_response_lines(policy, facts, text, size);

    } while (n >= (ptrdiff_t) size);

    ngx_str_set(value, "Accept-Encoding");

    for (start = text; n > 0 && start < text + n; start = end + 2) {

        end = ngx_strstr(start, CRLF);
        if (end == NULL) {
            break;
        }

        if (ngx_strncmp(start, "Vary: ", 6) == 0) {
            value->data = (u_char *) start + 6;
            value->len = end - start - 6;
            break;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_tuleap_front_gzip_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    tuleap_front_gzip_facts            facts;
    ngx_http_tuleap_front_ctx_t       *ctx;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    v->not_found = 1;

    ctx = ngx_http_tuleap_front_get_ctx(r);
    tlcf = ngx_http_get_module_loc_conf(r->main, ngx_http_tuleap_front_module);

    if (ctx == NULL || !ctx->gzip.known || tlcf->gzip.policy == NULL) {
        return NGX_OK;
    }

    /* nginx decides after "expires", and so does the policy */

    if (!ctx->gzip.decided
        && ngx_http_tuleap_front_gzip_decide(r->main, ctx, tlcf->gzip.policy,
                                             &facts)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (data == NGX_HTTP_TULEAP_FRONT_GZIP_REASON) {
        return ngx_http_tuleap_front_text(v,
                     tuleap_front_gzip_reason_code(ctx->gzip.verdict.reason));
    }

    return ngx_http_tuleap_front_text(v,
                                    ctx->gzip.verdict.compresses ? "1" : "");
}
