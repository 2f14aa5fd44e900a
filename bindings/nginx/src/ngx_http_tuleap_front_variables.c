
/*
 * $tuleap_*
 *
 * Each is made when it is asked for and then kept by nginx.  Before the client
 * is known they are not found; what was kept is forgotten once it is.
 */


#include "ngx_http_tuleap_front.h"


static ngx_int_t ngx_http_tuleap_front_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_tuleap_front_peer_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_tuleap_front_read_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_tuleap_front_address_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_http_tuleap_front_ctx_t *ctx);
static ngx_int_t ngx_http_tuleap_front_origin_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_http_tuleap_front_ctx_t *ctx,
    ngx_uint_t https);


enum {
    NGX_HTTP_TULEAP_FRONT_CLIENT_IP = 0,
    NGX_HTTP_TULEAP_FRONT_CLIENT_IP_FOR_LOG,
    NGX_HTTP_TULEAP_FRONT_CLIENT_IP_KIND,
    NGX_HTTP_TULEAP_FRONT_CLIENT_IP_REASON,
    NGX_HTTP_TULEAP_FRONT_CLIENT_IP_SOURCE,
    NGX_HTTP_TULEAP_FRONT_CLIENT_IP_TRACE,
    NGX_HTTP_TULEAP_FRONT_PEER_TRUSTED,
    NGX_HTTP_TULEAP_FRONT_PEER_ADDR,
    NGX_HTTP_TULEAP_FRONT_PEER_PORT,
    NGX_HTTP_TULEAP_FRONT_SCHEME,
    NGX_HTTP_TULEAP_FRONT_HTTPS
};


static ngx_http_variable_t  ngx_http_tuleap_front_vars[] = {

    { ngx_string("tuleap_client_ip"), NULL,
      ngx_http_tuleap_front_variable,
      NGX_HTTP_TULEAP_FRONT_CLIENT_IP, 0, 0 },

    { ngx_string("tuleap_client_ip_for_log"), NULL,
      ngx_http_tuleap_front_variable,
      NGX_HTTP_TULEAP_FRONT_CLIENT_IP_FOR_LOG, 0, 0 },

    { ngx_string("tuleap_client_ip_kind"), NULL,
      ngx_http_tuleap_front_variable,
      NGX_HTTP_TULEAP_FRONT_CLIENT_IP_KIND, 0, 0 },

    { ngx_string("tuleap_client_ip_reason"), NULL,
      ngx_http_tuleap_front_variable,
      NGX_HTTP_TULEAP_FRONT_CLIENT_IP_REASON, 0, 0 },

    { ngx_string("tuleap_client_ip_source"), NULL,
      ngx_http_tuleap_front_variable,
      NGX_HTTP_TULEAP_FRONT_CLIENT_IP_SOURCE, 0, 0 },

    { ngx_string("tuleap_client_ip_trace"), NULL,
      ngx_http_tuleap_front_variable,
      NGX_HTTP_TULEAP_FRONT_CLIENT_IP_TRACE, 0, 0 },

    { ngx_string("tuleap_peer_trusted"), NULL,
      ngx_http_tuleap_front_variable,
      NGX_HTTP_TULEAP_FRONT_PEER_TRUSTED, 0, 0 },

    { ngx_string("tuleap_peer_addr"), NULL,
      ngx_http_tuleap_front_peer_variable,
      NGX_HTTP_TULEAP_FRONT_PEER_ADDR, 0, 0 },

    { ngx_string("tuleap_peer_port"), NULL,
      ngx_http_tuleap_front_peer_variable,
      NGX_HTTP_TULEAP_FRONT_PEER_PORT, 0, 0 },

    { ngx_string("tuleap_scheme"), NULL,
      ngx_http_tuleap_front_variable,
      NGX_HTTP_TULEAP_FRONT_SCHEME, 0, 0 },

    { ngx_string("tuleap_https"), NULL,
      ngx_http_tuleap_front_variable,
      NGX_HTTP_TULEAP_FRONT_HTTPS, 0, 0 },

    { ngx_string("tuleap_destination"), NULL,
      ngx_http_tuleap_front_destination_variable,
      NGX_HTTP_TULEAP_FRONT_DESTINATION, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("tuleap_destination_action"), NULL,
      ngx_http_tuleap_front_destination_variable,
      NGX_HTTP_TULEAP_FRONT_DESTINATION_ACTION, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("tuleap_destination_reason"), NULL,
      ngx_http_tuleap_front_destination_variable,
      NGX_HTTP_TULEAP_FRONT_DESTINATION_REASON, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("tuleap_route"), NULL,
      ngx_http_tuleap_front_route_variable, 0, 0, 0 },

    { ngx_string("tuleap_gzip"), NULL,
      ngx_http_tuleap_front_gzip_variable,
      NGX_HTTP_TULEAP_FRONT_GZIP, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("tuleap_gzip_reason"), NULL,
      ngx_http_tuleap_front_gzip_variable,
      NGX_HTTP_TULEAP_FRONT_GZIP_REASON, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("tuleap_cache_zone"), NULL,
      ngx_http_tuleap_front_cache_variable,
      NGX_HTTP_TULEAP_FRONT_CACHE_ZONE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("tuleap_cache_key"), NULL,
      ngx_http_tuleap_front_cache_variable,
      NGX_HTTP_TULEAP_FRONT_CACHE_KEY, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("tuleap_cache_bypass"), NULL,
      ngx_http_tuleap_front_cache_variable,
      NGX_HTTP_TULEAP_FRONT_CACHE_BYPASS, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("tuleap_no_cache"), NULL,
      ngx_http_tuleap_front_cache_variable,
      NGX_HTTP_TULEAP_FRONT_NO_CACHE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("tuleap_cache_reason"), NULL,
      ngx_http_tuleap_front_cache_variable,
      NGX_HTTP_TULEAP_FRONT_CACHE_REASON, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


/* nginx's own that are made of the address. */

static ngx_str_t  ngx_http_tuleap_front_remote_vars[] = {
    ngx_string("remote_addr"),
    ngx_string("remote_port"),
    ngx_string("binary_remote_addr"),
    ngx_null_string
};


ngx_int_t
ngx_http_tuleap_front_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_tuleap_front_vars; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_tuleap_front_is_client_var(ngx_http_variable_t *v)
{
    ngx_str_t  *name;

    if (v->get_handler == ngx_http_tuleap_front_variable) {
        return 1;
    }

    for (name = ngx_http_tuleap_front_remote_vars; name->len; name++) {

        if (v->name.len == name->len
            && ngx_memcmp(v->name.data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_tuleap_front_is_header_var(ngx_http_variable_t *v)
{
    static ngx_str_t  add = ngx_string("proxy_add_x_forwarded_for");

    if (v->name.len == add.len) {
        return ngx_memcmp(v->name.data, add.data, add.len) == 0;
    }

    return v->name.len > 5 && ngx_memcmp(v->name.data, "http_", 5) == 0;
}


/*
 * When every variable that a configuration uses has its index: those that are
 * made of the address are noted, to be forgotten when it changes, and those
 * made of header lines, which each location may see in another way, are never
 * kept.
 */

ngx_int_t
ngx_http_tuleap_front_init_variables(ngx_cycle_t *cycle)
{
    ngx_uint_t                          i, *index;
    ngx_http_variable_t                *v;
    ngx_http_core_main_conf_t          *cmcf;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    tmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_tuleap_front_module);

    if (tmcf == NULL || !(tmcf->enabled || tmcf->mapped)) {
        return NGX_OK;
    }

    if (ngx_array_init(&tmcf->client_vars, cycle->pool, 4, sizeof(ngx_uint_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if (ngx_http_tuleap_front_is_header_var(&v[i])) {
            v[i].flags |= NGX_HTTP_VAR_NOCACHEABLE;
            continue;
        }

        if (tmcf->enabled && ngx_http_tuleap_front_is_client_var(&v[i])) {
            index = ngx_array_push(&tmcf->client_vars);
            if (index == NULL) {
                return NGX_ERROR;
            }

            *index = i;
        }
    }

    return NGX_OK;
}


/* What was read before a location had decided may be stale. */

void
ngx_http_tuleap_front_forget_client(ngx_http_request_t *r)
{
    ngx_uint_t                          i, *index;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    tmcf = ngx_http_get_module_main_conf(r, ngx_http_tuleap_front_module);
    index = tmcf->client_vars.elts;

    for (i = 0; i < tmcf->client_vars.nelts; i++) {
        r->variables[index[i]].valid = 0;
        r->variables[index[i]].not_found = 0;
    }
}


void
ngx_http_tuleap_front_found(ngx_http_variable_value_t *v, u_char *data,
    size_t len)
{
    v->data = data;
    v->len = len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
}


ngx_int_t
ngx_http_tuleap_front_text(ngx_http_variable_value_t *v, const char *text)
{
    if (text == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    ngx_http_tuleap_front_found(v, (u_char *) text, ngx_strlen(text));

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_tuleap_front_ctx_t  *ctx;

    v->not_found = 1;

    ctx = ngx_http_tuleap_front_get_ctx(r);

    if (ctx == NULL || ctx->rules == NULL) {
        return NGX_OK;
    }

    if (ctx->rules->realip && data != NGX_HTTP_TULEAP_FRONT_CLIENT_IP
        && data != NGX_HTTP_TULEAP_FRONT_CLIENT_IP_FOR_LOG)
    {
        return NGX_OK;
    }

    switch (data) {

    case NGX_HTTP_TULEAP_FRONT_CLIENT_IP:

        if (!ctx->rules->realip && !ctx->client.is_certain) {
            return NGX_OK;
        }

        return ngx_http_tuleap_front_address_variable(r, v, ctx);

    case NGX_HTTP_TULEAP_FRONT_CLIENT_IP_FOR_LOG:
        return ngx_http_tuleap_front_address_variable(r, v, ctx);

    case NGX_HTTP_TULEAP_FRONT_CLIENT_IP_KIND:
        return ngx_http_tuleap_front_text(v,
                                   tuleap_front_kind_name(ctx->client.kind));

    case NGX_HTTP_TULEAP_FRONT_CLIENT_IP_REASON:
        return ngx_http_tuleap_front_text(v,
                               tuleap_front_reason_code(ctx->client.reason));

    case NGX_HTTP_TULEAP_FRONT_PEER_TRUSTED:
        return ngx_http_tuleap_front_text(v,
                 tuleap_front_client_ip_resolver_trusts(ctx->rules->resolver,
                                                        (char *) ctx->peer.data,
                                                        ctx->peer.len)
                 == 1 ? "1" : "0");

    case NGX_HTTP_TULEAP_FRONT_SCHEME:
        return ngx_http_tuleap_front_origin_variable(r, v, ctx, 0);

    case NGX_HTTP_TULEAP_FRONT_HTTPS:
        return ngx_http_tuleap_front_origin_variable(r, v, ctx, 1);

    default: /* source, trace */
        return ngx_http_tuleap_front_read_variable(r, v, data);
    }
}


static ngx_int_t
ngx_http_tuleap_front_address_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_http_tuleap_front_ctx_t *ctx)
{
    if (ngx_http_tuleap_front_get_address(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx->address.len) {
        ngx_http_tuleap_front_found(v, ctx->address.data, ctx->address.len);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_origin_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_http_tuleap_front_ctx_t *ctx,
    ngx_uint_t https)
{
    ngx_uint_t  secure;

    if (ngx_http_tuleap_front_get_origin(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    secure = ctx->origin.scheme == TULEAP_FRONT_SCHEME_HTTPS;

    if (https) {
        return ngx_http_tuleap_front_text(v, secure ? "on" : "");
    }

    return ngx_http_tuleap_front_text(v, secure ? "https" : "http");
}


/* What is asked of all the lines again; the trace is made for people. */

static ngx_int_t
ngx_http_tuleap_front_read_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    char                         *text;
    size_t                        size;
    ptrdiff_t                     n;
    ngx_http_tuleap_front_ctx_t  *ctx;

    ctx = ngx_http_tuleap_front_get_ctx(r);

    if (ngx_http_tuleap_front_read_headers(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    n = data == NGX_HTTP_TULEAP_FRONT_CLIENT_IP_SOURCE ? 64 : 1024;

    do {
        size = n;

        text = ngx_pnalloc(r->pool, size);
        if (text == NULL) {
            return NGX_ERROR;
        }

        if (data == NGX_HTTP_TULEAP_FRONT_CLIENT_IP_SOURCE) {
            n = tuleap_front_client_ip_source(ctx->rules->resolver,
                                              (char *) ctx->peer.data,
                                              ctx->peer.len, ctx->headers,
                                              ctx->header_count, text, size);

        } else {
            n = tuleap_front_client_ip_explain(ctx->rules->resolver,
                                               (char *) ctx->peer.data,
                                               ctx->peer.len, ctx->headers,
                                               ctx->header_count,
                                               TULEAP_FRONT_FORMAT_JSON, text,
                                               size);
        }

    } while (n > (ptrdiff_t) size);

    if (n == 0 && data == NGX_HTTP_TULEAP_FRONT_CLIENT_IP_SOURCE) {
        return ngx_http_tuleap_front_text(v, "peer");
    }

    if (n > 0) {
        ngx_http_tuleap_front_found(v, (u_char *) text, n);
    }

    return NGX_OK;
}


/* The socket's other end, whatever $remote_addr has become. */

static ngx_int_t
ngx_http_tuleap_front_peer_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                       *p;
    in_port_t                     port;
    struct sockaddr              *sockaddr;
    ngx_str_t                    *text;
    ngx_http_tuleap_front_ctx_t  *ctx;

    ctx = ngx_http_tuleap_front_get_ctx(r);

    text = ctx ? &ctx->peer : &r->connection->addr_text;
    sockaddr = ctx ? ctx->peer_sockaddr : r->connection->sockaddr;

    if (data == NGX_HTTP_TULEAP_FRONT_PEER_ADDR) {
        ngx_http_tuleap_front_found(v, text->data, text->len);
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, sizeof("65535") - 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    port = ngx_inet_get_port(sockaddr);
    ngx_http_tuleap_front_found(v, p, 0);

    if (port) {
        v->len = ngx_sprintf(p, "%ui", (ngx_uint_t) port) - p;
    }

    return NGX_OK;
}
