
/*
 * Who the client is, and who nginx says it is.
 */


#include "ngx_http_tuleap_front.h"


static ngx_http_tuleap_front_ctx_t *ngx_http_tuleap_front_create_ctx(
    ngx_http_request_t *r);
static void ngx_http_tuleap_front_cleanup(void *data);
static ngx_int_t ngx_http_tuleap_front_decide(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_http_tuleap_front_loc_conf_t *tlcf);
static ngx_int_t ngx_http_tuleap_front_resolve(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx);
static ngx_int_t ngx_http_tuleap_front_values(ngx_http_request_t *r,
    ngx_str_t *name, ngx_array_t *values);
static ngx_int_t ngx_http_tuleap_front_realip_resolve(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx);
static ngx_int_t ngx_http_tuleap_front_make_address(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx);
static void ngx_http_tuleap_front_set_address(ngx_http_tuleap_front_ctx_t *ctx);
static void ngx_http_tuleap_front_hold_address(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx);


/* The longest text of an address, with the NUL that the library adds. */

#define NGX_HTTP_TULEAP_FRONT_ADDRESS  48


/*
 * Subrequests ask for the context of the main request.  An internal redirect
 * forgets every context, but not the cleanup that ours is the data of.
 */

ngx_http_tuleap_front_ctx_t *
ngx_http_tuleap_front_get_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t           *cln;
    ngx_http_tuleap_front_ctx_t  *ctx;

    r = r->main;

    ctx = ngx_http_get_module_ctx(r, ngx_http_tuleap_front_module);

    if (ctx || !(r->internal || r->filter_finalize)) {
        return ctx;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_tuleap_front_cleanup) {
            ngx_http_set_ctx(r, cln->data, ngx_http_tuleap_front_module);
            return cln->data;
        }
    }

    return NULL;
}


static ngx_http_tuleap_front_ctx_t *
ngx_http_tuleap_front_create_ctx(ngx_http_request_t *r)
{
    ngx_connection_t             *c;
    ngx_pool_cleanup_t           *cln;
    ngx_http_tuleap_front_ctx_t  *ctx;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_tuleap_front_ctx_t));
    if (cln == NULL) {
        return NULL;
    }

    ctx = cln->data;
    ngx_memzero(ctx, sizeof(ngx_http_tuleap_front_ctx_t));

    c = r->connection;

    ctx->connection = c;
    ctx->peer_sockaddr = c->sockaddr;
    ctx->peer_socklen = c->socklen;
    ctx->peer = c->addr_text;

    cln->handler = ngx_http_tuleap_front_cleanup;
    ngx_http_set_ctx(r->main, ctx, ngx_http_tuleap_front_module);

    return ctx;
}


/*
 * A request that nginx refused while it was read comes here with its error
 * page only.  Half of its header may be missing, the proxy's own line perhaps:
 * nothing that is there names a client.
 */

ngx_http_tuleap_front_ctx_t *
ngx_http_tuleap_front_need_ctx(ngx_http_request_t *r)
{
    ngx_http_tuleap_front_ctx_t        *ctx;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    ctx = ngx_http_tuleap_front_get_ctx(r);
    if (ctx) {
        return ctx;
    }

    ctx = ngx_http_tuleap_front_create_ctx(r);

    if (ctx) {
        tmcf = ngx_http_get_module_main_conf(r, ngx_http_tuleap_front_module);
        ctx->headless = tmcf->enabled;
    }

    return ctx;
}


/* The next request of the connection has the socket's own address again. */

static void
ngx_http_tuleap_front_cleanup(void *data)
{
    ngx_http_tuleap_front_ctx_t *ctx = data;

    ngx_connection_t  *c;

    if (ctx->sockaddr) {
        c = ctx->connection;

        c->sockaddr = ctx->peer_sockaddr;
        c->socklen = ctx->peer_socklen;
        c->addr_text = ctx->peer;
    }
}


ngx_int_t
ngx_http_tuleap_front_post_read_handler(ngx_http_request_t *r)
{
    ngx_http_tuleap_front_ctx_t       *ctx;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    /* even where nothing is decided yet: later the socket may show another */

    ctx = ngx_http_tuleap_front_create_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);

    if (tlcf->client_ip == NGX_HTTP_TULEAP_FRONT_OFF) {
        return NGX_DECLINED;
    }

    return ngx_http_tuleap_front_decide(r, ctx, tlcf);
}


/* Where the server has not found it, the location does. */

ngx_int_t
ngx_http_tuleap_front_find_client(ngx_http_request_t *r,
    ngx_http_tuleap_front_loc_conf_t *tlcf)
{
    ngx_int_t                     rc;
    ngx_http_tuleap_front_ctx_t  *ctx;

    ctx = ngx_http_tuleap_front_get_ctx(r);

    if (ctx && ctx->mode == NGX_HTTP_TULEAP_FRONT_SHADOW
        && tlcf->client_ip == NGX_HTTP_TULEAP_FRONT_ON)
    {
        /* shadow has changed nothing: what comes after it may */

        ctx->rules = NULL;
        ctx->has_client = 0;
        ctx->has_origin = 0;
        ngx_str_null(&ctx->address);
    }

    if ((ctx && ctx->rules) || tlcf->client_ip == NGX_HTTP_TULEAP_FRONT_OFF) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_tuleap_front_need_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_tuleap_front_decide(r, ctx, tlcf);

    if (rc == NGX_DECLINED) {
        ngx_http_tuleap_front_forget_client(r);
    }

    return rc;
}


ngx_int_t
ngx_http_tuleap_front_preaccess_handler(ngx_http_request_t *r)
{
    ngx_int_t                          rc;
    ngx_uint_t                         forwarded;
    ngx_http_tuleap_front_ctx_t       *ctx;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);

    rc = ngx_http_tuleap_front_find_client(r, tlcf);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    ctx = ngx_http_tuleap_front_get_ctx(r);

    if (ctx == NULL || ctx->rules == NULL) {
        return NGX_DECLINED;
    }

    if (ctx->mode == NGX_HTTP_TULEAP_FRONT_SHADOW) {
        return NGX_DECLINED;
    }

    ngx_http_tuleap_front_hold_address(r, ctx);

    /* a location that is off adds nothing */

    forwarded = NGX_HTTP_TULEAP_FRONT_OFF;

    if (tlcf->client_ip == NGX_HTTP_TULEAP_FRONT_ON) {

        if (tlcf->require && !ctx->client.is_certain) {
            return NGX_HTTP_FORBIDDEN;
        }

        forwarded = tlcf->forwarded;
    }

    return ngx_http_tuleap_front_set_headers(r, ctx, forwarded);
}


/* After realip, which may be asked for by the location only. */

ngx_int_t
ngx_http_tuleap_front_hold_handler(ngx_http_request_t *r)
{
    ngx_http_tuleap_front_ctx_t  *ctx;

    ctx = ngx_http_tuleap_front_get_ctx(r);

    if (ctx && ctx->rules && ctx->mode == NGX_HTTP_TULEAP_FRONT_ON) {
        ngx_http_tuleap_front_hold_address(r, ctx);
    }

    return NGX_DECLINED;
}


/* In shadow nothing is changed, and what would be different is logged. */

ngx_int_t
ngx_http_tuleap_front_log_handler(ngx_http_request_t *r)
{
    ptrdiff_t                           n;
    ngx_str_t                          *theirs;
    ngx_http_tuleap_front_ctx_t        *ctx;
    ngx_http_tuleap_front_main_conf_t  *tmcf;
    char                                line[TULEAP_FRONT_SHADOW_LINE_MAX];

    /* a subrequest may be logged, too: its client was compared already */

    if (r != r->main) {
        return NGX_OK;
    }

    ctx = ngx_http_tuleap_front_get_ctx(r);

    if (ctx == NULL || ctx->rules == NULL
        || ctx->mode != NGX_HTTP_TULEAP_FRONT_SHADOW)
    {
        return NGX_OK;
    }

    tmcf = ngx_http_get_module_main_conf(r, ngx_http_tuleap_front_module);
    theirs = &r->connection->addr_text;

    n = tuleap_front_shadow_log_client_ip(tmcf->shadow, &ctx->client,
                                          (char *) ctx->peer.data,
                                          ctx->peer.len,
                                          (char *) theirs->data, theirs->len,
                                          ngx_time(), line, sizeof(line));

    /* not the request's log: it would add the address that may be masked */

    if (n > 0 && n <= (ptrdiff_t) sizeof(line)) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "%*s", (size_t) n, line);
    }

    return NGX_OK;
}


/* Once for a request, by the first level that wants to know. */

static ngx_int_t
ngx_http_tuleap_front_decide(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_http_tuleap_front_loc_conf_t *tlcf)
{
    ngx_int_t  rc;

    ctx->rules = tlcf->rules;
    ctx->mode = tlcf->client_ip;
    ctx->port = -1;

    if (ctx->headless && ctx->rules->realip == NULL && ctx->headers == NULL) {
        ctx->headers = ngx_palloc(r->pool, sizeof(tuleap_front_header));
        if (ctx->headers == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (ctx->rules->realip) {
        rc = ngx_http_tuleap_front_realip_resolve(r, ctx);

    } else if (tlcf->forwarded || ctx->headless
               || ctx->rules->header.len == 0)
    {
        rc = ngx_http_tuleap_front_get_origin(r, ctx);

    } else {
        rc = ngx_http_tuleap_front_resolve(r, ctx);
    }

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->mode != NGX_HTTP_TULEAP_FRONT_ON || !tlcf->replace) {
        return NGX_DECLINED;
    }

    if (ngx_http_tuleap_front_make_address(r, ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_tuleap_front_set_address(ctx);

    return NGX_DECLINED;
}


/* A failure leaves a client of kind none, which no rule lets in. */

static void
ngx_http_tuleap_front_answered(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ptrdiff_t status)
{
    if (status != TULEAP_FRONT_STATUS_OK) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_client_ip: status %i", (ngx_int_t) status);
    }

    ctx->has_client = 1;
    ctx->named = ctx->client.kind == TULEAP_FRONT_KIND_FORWARDED;
    ctx->port = ctx->client.port;
}


/* Where the client is all that is asked, its header is all that is read. */

static ngx_int_t
ngx_http_tuleap_front_resolve(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx)
{
    ptrdiff_t    status;
    ngx_array_t  values;

    if (ngx_http_tuleap_front_values(r, &ctx->rules->header, &values)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    status = tuleap_front_client_ip_resolve(ctx->rules->resolver,
                                            (char *) ctx->peer.data,
                                            ctx->peer.len, values.elts,
                                            values.nelts, &ctx->client);

    ngx_http_tuleap_front_answered(r, ctx, status);

    return NGX_OK;
}


/*
 * The client again, with what its headers say of the scheme.  Host stays what
 * it is, so that its name and port need not be known.
 */

ngx_int_t
ngx_http_tuleap_front_get_origin(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx)
{
    ptrdiff_t               status;
    tuleap_front_local      local;
    tuleap_front_client_ip  client;

    if (ctx->has_origin) {
        return NGX_OK;
    }

    if (ngx_http_tuleap_front_read_headers(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    local.scheme = ngx_http_tuleap_front_scheme(r);
    local.port = 0;
    local.host.ptr = NULL;
    local.host.len = 0;

    ctx->origin.scheme = local.scheme;
    ctx->has_origin = 1;

    status = tuleap_front_client_and_origin(ctx->rules->policy,
                                            ctx->rules->resolver,
                                            (char *) ctx->peer.data,
                                            ctx->peer.len, ctx->headers,
                                            ctx->header_count, &local, &client,
                                            &ctx->origin);

    /* whoever has answered already keeps the answer */

    if (ctx->has_client) {
        return NGX_OK;
    }

    ctx->client = client;

    if (ctx->rules->realip == NULL) {
        ngx_http_tuleap_front_answered(r, ctx, status);
    }

    return NGX_OK;
}


/* The scheme of the connection, what $scheme is. */

ngx_uint_t
ngx_http_tuleap_front_scheme(ngx_http_request_t *r)
{
#if (NGX_HTTP_SSL)
    if (r->connection->ssl) {
        return TULEAP_FRONT_SCHEME_HTTPS;
    }
#endif

    return TULEAP_FRONT_SCHEME_HTTP;
}


/* The scheme that the client used, as far as it is known. */

ngx_uint_t
ngx_http_tuleap_front_client_scheme(ngx_http_request_t *r)
{
    ngx_http_tuleap_front_ctx_t  *ctx;

    ctx = ngx_http_tuleap_front_get_ctx(r);

    if (ctx == NULL || ctx->rules == NULL
        || ngx_http_tuleap_front_get_origin(r, ctx) != NGX_OK)
    {
        return ngx_http_tuleap_front_scheme(r);
    }

    return ctx->origin.scheme;
}


/* The values of one header, a line each. */

static ngx_int_t
ngx_http_tuleap_front_values(ngx_http_request_t *r, ngx_str_t *name,
    ngx_array_t *values)
{
    ngx_uint_t         i;
    ngx_list_part_t   *part;
    ngx_table_elt_t   *h;
    tuleap_front_str  *value;

    if (ngx_array_init(values, r->pool, 2, sizeof(tuleap_front_str)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!ngx_http_tuleap_front_is_named(&h[i], name)) {
                continue;
            }

            value = ngx_array_push(values);
            if (value == NULL) {
                return NGX_ERROR;
            }

            value->ptr = (char *) h[i].value.data;
            value->len = h[i].value.len;
        }
    }

    return NGX_OK;
}


/* An nginx dialect knows an address, and whether it is the peer's. */

static ngx_int_t
ngx_http_tuleap_front_realip_resolve(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx)
{
    int32_t     port;
    u_char     *text;
    uint32_t    rewritten;
    ptrdiff_t   n;

    if (ngx_http_tuleap_front_read_headers(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    text = ngx_pnalloc(r->pool, NGX_HTTP_TULEAP_FRONT_ADDRESS);
    if (text == NULL) {
        return NGX_ERROR;
    }

    n = tuleap_front_nginx_realip_resolve(ctx->rules->realip,
                                          (char *) ctx->peer.data,
                                          ctx->peer.len, ctx->headers,
                                          ctx->header_count, &rewritten, &port,
                                          (char *) text,
                                          NGX_HTTP_TULEAP_FRONT_ADDRESS);
    if (n < 0 || n > NGX_HTTP_TULEAP_FRONT_ADDRESS) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_client_ip: status %i", (ngx_int_t) n);
        return NGX_OK;
    }

    ctx->named = rewritten;
    ctx->address.data = text;
    ctx->address.len = n;
    ctx->port = rewritten ? port : -1;

    return NGX_OK;
}


/* The client's address as text; empty where there is none. */

ngx_int_t
ngx_http_tuleap_front_get_address(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx)
{
    ptrdiff_t  n;

    if (ctx->address.data) {
        return NGX_OK;
    }

    ctx->address.data = ngx_pnalloc(r->pool, NGX_HTTP_TULEAP_FRONT_ADDRESS);
    if (ctx->address.data == NULL) {
        return NGX_ERROR;
    }

    n = tuleap_front_client_ip_text(&ctx->client, (char *) ctx->address.data,
                                    NGX_HTTP_TULEAP_FRONT_ADDRESS);

    ctx->address.len = (n > 0 && n < NGX_HTTP_TULEAP_FRONT_ADDRESS) ? n : 0;

    return NGX_OK;
}


/* What $remote_addr is to be: only a named client takes the peer's place. */

static ngx_int_t
ngx_http_tuleap_front_make_address(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx)
{
    ngx_addr_t  addr;

    if (!ctx->named) {
        ctx->sockaddr = ctx->peer_sockaddr;
        ctx->socklen = ctx->peer_socklen;
        ctx->remote_addr = ctx->peer;

        return NGX_OK;
    }

    if (ngx_http_tuleap_front_get_address(r, ctx) != NGX_OK
        || ngx_parse_addr(r->pool, &addr, ctx->address.data, ctx->address.len)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_inet_set_port(addr.sockaddr, ctx->port > 0 ? (in_port_t) ctx->port : 0);

    ctx->sockaddr = addr.sockaddr;
    ctx->socklen = addr.socklen;
    ctx->remote_addr = ctx->address;

    return NGX_OK;
}


static void
ngx_http_tuleap_front_set_address(ngx_http_tuleap_front_ctx_t *ctx)
{
    ngx_connection_t  *c;

    c = ctx->connection;

    c->sockaddr = ctx->sockaddr;
    c->socklen = ctx->socklen;
    c->addr_text = ctx->remote_addr;
}


/*
 * Another module that names the client, such as realip, takes our answer for
 * the socket's peer: its own is worth nothing.
 */

static void
ngx_http_tuleap_front_hold_address(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx)
{
    ngx_connection_t                   *c;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    c = ctx->connection;

    if (ctx->sockaddr == NULL || c->sockaddr == ctx->sockaddr) {
        return;
    }

    ngx_http_tuleap_front_set_address(ctx);
    ngx_http_tuleap_front_forget_client(r);

    tmcf = ngx_http_get_module_main_conf(r, ngx_http_tuleap_front_module);

    if (!tmcf->reported) {
        tmcf->reported = 1;

        ngx_log_error(NGX_LOG_WARN, c->log, 0,
                      "another module replaced the address that "
                      "\"tuleap_client_ip\" had set: it is put back; remove "
                      "\"set_real_ip_from\"");
    }
}
