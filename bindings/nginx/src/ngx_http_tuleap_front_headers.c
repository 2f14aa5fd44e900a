
/*
 * The request's header lines: as they came, and as the next server gets them.
 *
 * A rewritten request has a list of its own, so that proxy_pass, fastcgi_pass
 * and whatever else sends headers on needs no further word; a location without
 * the directive, reached later, sees the lines as they came.
 */


#include "ngx_http_tuleap_front.h"


static ngx_http_tuleap_front_lines_t *ngx_http_tuleap_front_rewrite(
    ngx_http_request_t *r, ngx_http_tuleap_front_ctx_t *ctx,
    ngx_uint_t forwarded);
static ngx_int_t ngx_http_tuleap_front_values(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_forwarded_hop *hop,
    tuleap_front_hop_headers *values, u_char **text);
static ngx_table_elt_t *ngx_http_tuleap_front_copy(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_forwarded_hop *hop,
    ngx_list_t *list);
static ngx_int_t ngx_http_tuleap_front_claim(ngx_http_request_t *r,
    ngx_http_tuleap_front_lines_t *lines, ngx_table_elt_t *h);
static ngx_http_tuleap_front_lines_t *ngx_http_tuleap_front_save(
    ngx_http_request_t *r);
static void ngx_http_tuleap_front_use(ngx_http_request_t *r,
    ngx_http_tuleap_front_lines_t *lines);


/* The headers that are written, by tuleap_front_field; Host is left alone. */

static struct {
    ngx_str_t    key;
    u_char      *lowcase_key;
    ngx_uint_t   hash;
} ngx_http_tuleap_front_fields[] = {
    { ngx_string("X-Real-IP"), (u_char *) "x-real-ip", 0 },
    { ngx_string("X-Forwarded-For"), (u_char *) "x-forwarded-for", 0 },
    { ngx_string("X-Forwarded-Proto"), (u_char *) "x-forwarded-proto", 0 }
};


#define NGX_HTTP_TULEAP_FRONT_FIELDS  3


void
ngx_http_tuleap_front_init_headers(void)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_TULEAP_FRONT_FIELDS; i++) {
        ngx_http_tuleap_front_fields[i].hash =
                       ngx_hash_key(ngx_http_tuleap_front_fields[i].lowcase_key,
                                    ngx_http_tuleap_front_fields[i].key.len);
    }
}


/* Every line as it came, in the library's form. */

ngx_int_t
ngx_http_tuleap_front_read_headers(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx)
{
    size_t                n;
    ngx_uint_t            i;
    ngx_list_part_t      *part, *first;
    ngx_table_elt_t      *h;
    tuleap_front_header  *header;

    if (ctx->headers) {
        return NGX_OK;
    }

    first = &r->headers_in.headers.part;
    n = 0;

    for (part = first; part; part = part->next) {
        n += part->nelts;
    }

    /* an empty list must not be asked for again either */

    header = ngx_palloc(r->pool, (n + 1) * sizeof(tuleap_front_header));
    if (header == NULL) {
        return NGX_ERROR;
    }

    ctx->headers = header;
    ctx->header_count = n;

    for (part = first; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            header->name.ptr = (char *) h[i].key.data;
            header->name.len = h[i].key.len;
            header->value.ptr = (char *) h[i].value.data;
            header->value.len = h[i].value.len;
            header++;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_tuleap_front_set_headers(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_uint_t forwarded)
{
    ngx_http_tuleap_front_lines_t  *lines;

    if (ctx->original == NULL) {

        if (forwarded == NGX_HTTP_TULEAP_FRONT_OFF) {
            return NGX_DECLINED;
        }

        if (ngx_http_tuleap_front_read_headers(r, ctx) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ctx->original = ngx_http_tuleap_front_save(r);
        if (ctx->original == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ctx->rewritten[NGX_HTTP_TULEAP_FRONT_OFF] = ctx->original;
    }

    lines = ctx->rewritten[forwarded];

    if (lines == NULL) {
        lines = ngx_http_tuleap_front_rewrite(r, ctx, forwarded);
        if (lines == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ctx->rewritten[forwarded] = lines;
    }

    ngx_http_tuleap_front_use(r, lines);

    return NGX_DECLINED;
}


static ngx_http_tuleap_front_lines_t *
ngx_http_tuleap_front_rewrite(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_uint_t forwarded)
{
    u_char                         *text;
    ngx_uint_t                      i;
    ngx_table_elt_t                *h, *fields[NGX_HTTP_TULEAP_FRONT_FIELDS];
    tuleap_front_hop_headers        values;
    tuleap_front_forwarded_hop     *hop;
    ngx_http_tuleap_front_lines_t  *lines;

    hop = forwarded == NGX_HTTP_TULEAP_FRONT_ON ? ctx->rules->recommended
                                                : ctx->rules->documented;

    if (ngx_http_tuleap_front_values(r, ctx, hop, &values, &text) != NGX_OK) {
        return NULL;
    }

    lines = ngx_palloc(r->pool, sizeof(ngx_http_tuleap_front_lines_t));
    if (lines == NULL) {
        return NULL;
    }

    *lines = *ctx->original;

    h = ngx_http_tuleap_front_copy(r, ctx, hop, &lines->list);
    if (h == NULL) {
        return NULL;
    }

    for (i = 0; i < NGX_HTTP_TULEAP_FRONT_FIELDS; i++) {
        fields[i] = NULL;

        if (values.length[i] < 0) {
            continue;
        }

        ngx_memzero(h, sizeof(ngx_table_elt_t));

        h->hash = ngx_http_tuleap_front_fields[i].hash;
        h->key = ngx_http_tuleap_front_fields[i].key;
        h->lowcase_key = ngx_http_tuleap_front_fields[i].lowcase_key;
        h->value.data = text + values.offset[i];
        h->value.len = values.length[i];

        fields[i] = h++;
        lines->list.part.nelts++;
    }

#if (NGX_HTTP_REALIP)
    lines->x_real_ip = fields[TULEAP_FRONT_FIELD_REAL_IP];
#endif

    if (forwarded == NGX_HTTP_TULEAP_FRONT_ON
        && ngx_http_tuleap_front_claim(r, lines,
                                       fields[TULEAP_FRONT_FIELD_FORWARDED_FOR])
           != NGX_OK)
    {
        return NULL;
    }

    return lines;
}


/* The values to write, one after the other. */

static ngx_int_t
ngx_http_tuleap_front_values(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_forwarded_hop *hop,
    tuleap_front_hop_headers *values, u_char **text)
{
    size_t      size;
    ptrdiff_t   n;
    ngx_str_t  *remote_addr;

    if (ngx_http_tuleap_front_get_origin(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    remote_addr = &r->connection->addr_text;
    n = 128;

    do {
        size = n;

        *text = ngx_pnalloc(r->pool, size);
        if (*text == NULL) {
            return NGX_ERROR;
        }

        n = tuleap_front_forwarded_hop_values(hop, &ctx->client,
                                              ctx->origin.scheme,
                                              ngx_http_tuleap_front_scheme(r),
                                              (char *) remote_addr->data,
                                              remote_addr->len, ctx->headers,
                                              ctx->header_count, values,
                                              (char *) *text, size);
    } while (n > (ptrdiff_t) size);

    if (n < 0) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_forwarded_headers: %s",
                      tuleap_front_status_code(n));
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * A list of the client's lines that the next server may see.  It is one block
 * with room for what is to be written, the place for which is returned.
 */

static ngx_table_elt_t *
ngx_http_tuleap_front_copy(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_forwarded_hop *hop,
    ngx_list_t *list)
{
    uint8_t          *strips;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *from, *to;

    strips = ngx_pnalloc(r->pool, ctx->header_count + 1);
    if (strips == NULL) {
        return NULL;
    }

    if (tuleap_front_forwarded_hop_strip_all(hop, ctx->headers,
                                             ctx->header_count, strips)
        < 0)
    {
        return NULL;
    }

    if (ngx_list_init(list, r->pool,
                      ctx->header_count + NGX_HTTP_TULEAP_FRONT_FIELDS,
                      sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NULL;
    }

    to = list->part.elts;

    for (part = &ctx->original->list.part; part; part = part->next) {
        from = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!*strips++) {
                *to++ = from[i];
            }
        }
    }

    list->part.nelts = to - (ngx_table_elt_t *) list->part.elts;

    return to;
}


/*
 * What $proxy_add_x_forwarded_for starts with, for configurations that write
 * the header themselves: nothing where $remote_addr, which nginx appends, is
 * the client, and what we say of the client otherwise.
 */

static ngx_int_t
ngx_http_tuleap_front_claim(ngx_http_request_t *r,
    ngx_http_tuleap_front_lines_t *lines, ngx_table_elt_t *h)
{
#if (NGX_HTTP_X_FORWARDED_FOR)

    ngx_str_t  *remote_addr;

    remote_addr = &r->connection->addr_text;

    if (h && h->value.len == remote_addr->len
        && ngx_memcmp(h->value.data, remote_addr->data, remote_addr->len) == 0)
    {
        h = NULL;
    }

#if (nginx_version >= 1023000)

    lines->x_forwarded_for = h;

#else
    {
    ngx_table_elt_t  **p;

    ngx_memzero(&lines->x_forwarded_for, sizeof(ngx_array_t));

    if (h) {
        if (ngx_array_init(&lines->x_forwarded_for, r->pool, 1,
                           sizeof(ngx_table_elt_t *))
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        p = ngx_array_push(&lines->x_forwarded_for);
        *p = h;
    }
    }
#endif

#endif

    return NGX_OK;
}


static ngx_http_tuleap_front_lines_t *
ngx_http_tuleap_front_save(ngx_http_request_t *r)
{
    ngx_http_tuleap_front_lines_t  *lines;

    lines = ngx_palloc(r->pool, sizeof(ngx_http_tuleap_front_lines_t));
    if (lines == NULL) {
        return NULL;
    }

    lines->list = r->headers_in.headers;

    if (r->headers_in.headers.last == &r->headers_in.headers.part) {
        lines->list.last = &lines->list.part;
    }

#if (NGX_HTTP_X_FORWARDED_FOR)
    lines->x_forwarded_for = r->headers_in.x_forwarded_for;
#endif

#if (NGX_HTTP_REALIP)
    lines->x_real_ip = r->headers_in.x_real_ip;
#endif

    return lines;
}


static void
ngx_http_tuleap_front_use(ngx_http_request_t *r,
    ngx_http_tuleap_front_lines_t *lines)
{
    r->headers_in.headers = lines->list;

    if (lines->list.last == &lines->list.part) {
        r->headers_in.headers.last = &r->headers_in.headers.part;
    }

#if (NGX_HTTP_X_FORWARDED_FOR)
    r->headers_in.x_forwarded_for = lines->x_forwarded_for;
#endif

#if (NGX_HTTP_REALIP)
    r->headers_in.x_real_ip = lines->x_real_ip;
#endif
}
