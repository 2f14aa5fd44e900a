
/*
 * The request's header lines: as they came, and as the next server gets them.
 *
 * A rewritten request has a list of its own, so that proxy_pass, fastcgi_pass
 * and whatever else sends headers on needs no further word.  It is made from
 * the list that is there, which other modules may have changed, and a location
 * without the directive, reached later, gets the client's own lines back.
 */


#include "ngx_http_tuleap_front.h"


static ngx_uint_t ngx_http_tuleap_front_written(ngx_list_t *list);
static ngx_int_t ngx_http_tuleap_front_restore(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_uint_t written);
static ngx_int_t ngx_http_tuleap_front_rewrite(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_uint_t forwarded);
static ngx_int_t ngx_http_tuleap_front_values(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_forwarded_hop *hop,
    tuleap_front_hop_headers *values, u_char **text);
static ngx_int_t ngx_http_tuleap_front_split(ngx_http_request_t *r,
    tuleap_front_forwarded_hop *hop, ngx_array_t *kept, ngx_array_t *stripped);
static ngx_int_t ngx_http_tuleap_front_claim(ngx_http_request_t *r,
    ngx_table_elt_t *h);


/*
 * The headers that are written, by tuleap_front_field; Host is left alone.
 * Lines of ours are known by the address of their lowcase_key, so that each
 * way of writing them has texts of its own.
 */

static struct {
    ngx_str_t    key;
    u_char       lowcase_key[2][sizeof("x-forwarded-proto")];
    ngx_uint_t   hash;
} ngx_http_tuleap_front_fields[] = {
    { ngx_string("X-Real-IP"),
      { "x-real-ip", "x-real-ip" }, 0 },

    { ngx_string("X-Forwarded-For"),
      { "x-forwarded-for", "x-forwarded-for" }, 0 },

    { ngx_string("X-Forwarded-Proto"),
      { "x-forwarded-proto", "x-forwarded-proto" }, 0 }
};


#define NGX_HTTP_TULEAP_FRONT_FIELDS  3

/* room in a list for lines of other modules: nginx grows none from nothing */
#define NGX_HTTP_TULEAP_FRONT_SPARE   4

#define ngx_http_tuleap_front_copy_line(line, h)                              \
    (line)->name.ptr = (char *) (h)->key.data;                                \
    (line)->name.len = (h)->key.len;                                          \
    (line)->value.ptr = (char *) (h)->value.data;                             \
    (line)->value.len = (h)->value.len

/* of NGX_HTTP_TULEAP_FRONT_ON and _DOCUMENTED */
#define ngx_http_tuleap_front_lowcase(i, forwarded)                           \
    ngx_http_tuleap_front_fields[i].lowcase_key[(forwarded) - 1]


void
ngx_http_tuleap_front_init_headers(void)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_TULEAP_FRONT_FIELDS; i++) {
        ngx_http_tuleap_front_fields[i].hash =
                    ngx_hash_key(ngx_http_tuleap_front_lowcase(i, 1),
                                 ngx_http_tuleap_front_fields[i].key.len);
    }
}


static size_t
ngx_http_tuleap_front_count(ngx_list_t *list)
{
    size_t            n;
    ngx_list_part_t  *part;

    n = 0;

    for (part = &list->part; part; part = part->next) {
        n += part->nelts;
    }

    return n;
}


/* Every line as it came, in the library's form. */

ngx_int_t
ngx_http_tuleap_front_read_headers(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx)
{
    if (ctx->headers) {
        return NGX_OK;
    }

    ctx->headers = ngx_http_tuleap_front_request_lines(r, &ctx->header_count);

    return ctx->headers ? NGX_OK : NGX_ERROR;
}


/* The request's lines as they are now. */

tuleap_front_header *
ngx_http_tuleap_front_request_lines(ngx_http_request_t *r, size_t *n)
{
    ngx_list_part_t      *part;
    ngx_table_elt_t      *h, *end;
    tuleap_front_header  *lines, *line;

    *n = ngx_http_tuleap_front_count(&r->headers_in.headers);

    /* one more, so that there is something even for no line */

    lines = ngx_palloc(r->pool, (*n + 1) * sizeof(tuleap_front_header));
    if (lines == NULL) {
        return NULL;
    }

    line = lines;

    ngx_http_tuleap_front_each(&r->headers_in.headers, part, h, end) {
        ngx_http_tuleap_front_copy_line(line, h);
        line++;
    }

    return lines;
}


/*
 * The lines of an answer, without those that were taken away, and with room
 * for those that nginx keeps elsewhere.
 */

tuleap_front_header *
ngx_http_tuleap_front_response_lines(ngx_http_request_t *r, ngx_list_t *list,
    size_t *n)
{
    ngx_list_part_t      *part;
    ngx_table_elt_t      *h, *end;
    tuleap_front_header  *lines, *line;

    lines = ngx_palloc(r->pool, (ngx_http_tuleap_front_count(list)
                                 + NGX_HTTP_TULEAP_FRONT_SPARE)
                                * sizeof(tuleap_front_header));
    if (lines == NULL) {
        return NULL;
    }

    line = lines;

    ngx_http_tuleap_front_each(list, part, h, end) {

        if (h->hash) {
            ngx_http_tuleap_front_copy_line(line, h);
            line++;
        }
    }

    *n = line - lines;

    return lines;
}


static tuleap_front_forwarded_hop *
ngx_http_tuleap_front_hop_of(ngx_http_tuleap_front_ctx_t *ctx,
    ngx_uint_t forwarded)
{
    return forwarded == NGX_HTTP_TULEAP_FRONT_ON ? ctx->rules->recommended
                                                 : ctx->rules->documented;
}


ngx_int_t
ngx_http_tuleap_front_set_headers(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_uint_t forwarded)
{
    ngx_uint_t  written;

    written = ngx_http_tuleap_front_written(&r->headers_in.headers);

    if (written == forwarded) {
        return NGX_DECLINED;
    }

    if (written != NGX_HTTP_TULEAP_FRONT_OFF
        && ngx_http_tuleap_front_restore(r, ctx, written) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (forwarded != NGX_HTTP_TULEAP_FRONT_OFF
        && ngx_http_tuleap_front_rewrite(r, ctx, forwarded) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_DECLINED;
}


/* Which way a line was written, if it is one of ours. */

static ngx_uint_t
ngx_http_tuleap_front_line_written(ngx_table_elt_t *h)
{
    ngx_uint_t  i, forwarded;

    /* most are not even near */

    if ((uintptr_t) h->lowcase_key
        - (uintptr_t) ngx_http_tuleap_front_fields
        >= sizeof(ngx_http_tuleap_front_fields))
    {
        return NGX_HTTP_TULEAP_FRONT_OFF;
    }

    for (forwarded = NGX_HTTP_TULEAP_FRONT_ON;
         forwarded <= NGX_HTTP_TULEAP_FRONT_DOCUMENTED;
         forwarded++)
    {
        for (i = 0; i < NGX_HTTP_TULEAP_FRONT_FIELDS; i++) {

            if (h->lowcase_key == ngx_http_tuleap_front_lowcase(i, forwarded)) {
                return forwarded;
            }
        }
    }

    return NGX_HTTP_TULEAP_FRONT_OFF;
}


/* Which way the list was written: one line of ours tells. */

static ngx_uint_t
ngx_http_tuleap_front_written(ngx_list_t *list)
{
    ngx_uint_t        forwarded;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *end;

    ngx_http_tuleap_front_each(list, part, h, end) {
        forwarded = ngx_http_tuleap_front_line_written(h);

        if (forwarded != NGX_HTTP_TULEAP_FRONT_OFF) {
            return forwarded;
        }
    }

    return NGX_HTTP_TULEAP_FRONT_OFF;
}


ngx_uint_t
ngx_http_tuleap_front_is_named(ngx_table_elt_t *h, ngx_str_t *name)
{
    return h->key.len == name->len
           && ngx_strncasecmp(h->key.data, name->data, name->len) == 0;
}


static ngx_uint_t
ngx_http_tuleap_front_has(ngx_array_t *lines, ngx_uint_t n, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;

    h = lines->elts;

    for (i = 0; i < n; i++) {

        if (ngx_http_tuleap_front_is_named(&h[i], name)) {
            return 1;
        }
    }

    return 0;
}


/*
 * The client's own lines again, in the place of ours.  What another module has
 * set since stays, and stands for the client's of that name.
 */

static ngx_int_t
ngx_http_tuleap_front_restore(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_uint_t written)
{
    ngx_uint_t        i, n;
    ngx_array_t       lines, *stripped;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    stripped = ctx->stripped[written];

    if (ngx_http_tuleap_front_new_list(r, &lines, stripped->nelts) != NGX_OK) {
        return NGX_ERROR;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_tuleap_front_line_written(&h[i])
                == NGX_HTTP_TULEAP_FRONT_OFF)
            {
                *ngx_http_tuleap_front_push(&lines) = h[i];
            }
        }
    }

    n = lines.nelts;
    h = stripped->elts;

    for (i = 0; i < stripped->nelts; i++) {

        if (!ngx_http_tuleap_front_has(&lines, n, &h[i].key)) {
            *ngx_http_tuleap_front_push(&lines) = h[i];
        }
    }

    ngx_http_tuleap_front_use(r, &lines);

#if (NGX_HTTP_X_FORWARDED_FOR)
    r->headers_in.x_forwarded_for = ctx->x_forwarded_for;
#endif

#if (NGX_HTTP_REALIP)
    r->headers_in.x_real_ip = ctx->x_real_ip;
#endif

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_rewrite(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_uint_t forwarded)
{
    u_char                      *text;
    ngx_uint_t                   i;
    ngx_array_t                  lines, *stripped;
    ngx_table_elt_t             *h, *fields[NGX_HTTP_TULEAP_FRONT_FIELDS];
    tuleap_front_hop_headers     values;
    tuleap_front_forwarded_hop  *hop;

    hop = ngx_http_tuleap_front_hop_of(ctx, forwarded);

    if (ngx_http_tuleap_front_values(r, ctx, hop, &values, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    stripped = ngx_palloc(r->pool, sizeof(ngx_array_t));
    if (stripped == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_tuleap_front_split(r, hop, &lines, stripped) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < NGX_HTTP_TULEAP_FRONT_FIELDS; i++) {
        fields[i] = NULL;

        if (values.length[i] < 0) {
            continue;
        }

        h = ngx_http_tuleap_front_push(&lines);

        ngx_memzero(h, sizeof(ngx_table_elt_t));

        h->hash = ngx_http_tuleap_front_fields[i].hash;
        h->key = ngx_http_tuleap_front_fields[i].key;
        h->lowcase_key = ngx_http_tuleap_front_lowcase(i, forwarded);
        h->value.data = text + values.offset[i];
        h->value.len = values.length[i];

        fields[i] = h;
    }

    ctx->stripped[forwarded] = stripped;

#if (NGX_HTTP_X_FORWARDED_FOR)
    ctx->x_forwarded_for = r->headers_in.x_forwarded_for;
#endif

#if (NGX_HTTP_REALIP)
    ctx->x_real_ip = r->headers_in.x_real_ip;
    r->headers_in.x_real_ip = fields[TULEAP_FRONT_FIELD_REAL_IP];
#endif

    ngx_http_tuleap_front_use(r, &lines);

    if (forwarded == NGX_HTTP_TULEAP_FRONT_DOCUMENTED) {
        return NGX_OK;
    }

    return ngx_http_tuleap_front_claim(r,
                                     fields[TULEAP_FRONT_FIELD_FORWARDED_FOR]);
}


/* The values to write, one after the other. */

static ngx_int_t
ngx_http_tuleap_front_values(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, tuleap_front_forwarded_hop *hop,
    tuleap_front_hop_headers *values, u_char **text)
{
    size_t      size;
    ptrdiff_t   n;
    ngx_str_t   remote_addr;

    if (ngx_http_tuleap_front_get_origin(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    /* the recommended way does not say it */

    if (hop == ctx->rules->documented) {
        remote_addr = r->connection->addr_text;

    } else {
        ngx_str_null(&remote_addr);
    }

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
                                              (char *) remote_addr.data,
                                              remote_addr.len, ctx->headers,
                                              ctx->header_count, values,
                                              (char *) *text, size);
    } while (n > (ptrdiff_t) size);

    if (n < 0) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_forwarded_headers: status %i", (ngx_int_t) n);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * The lines that the next server may see, with room for ours, and those that
 * it may not.
 */

static ngx_int_t
ngx_http_tuleap_front_split(ngx_http_request_t *r,
    tuleap_front_forwarded_hop *hop, ngx_array_t *kept, ngx_array_t *stripped)
{
    int32_t           strips;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *end, *to;

    if (ngx_http_tuleap_front_new_list(r, kept, NGX_HTTP_TULEAP_FRONT_FIELDS)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_array_init(stripped, r->pool, NGX_HTTP_TULEAP_FRONT_FIELDS,
                       sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_tuleap_front_each(&r->headers_in.headers, part, h, end) {
        strips = tuleap_front_forwarded_hop_strips(hop, (char *) h->key.data,
                                                   h->key.len);
        if (strips == 0) {
            *ngx_http_tuleap_front_push(kept) = *h;
            continue;
        }

        if (strips < 0) {
            ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                          "tuleap_forwarded_headers: status %D", strips);
            return NGX_ERROR;
        }

        to = ngx_array_push(stripped);
        if (to == NULL) {
            return NGX_ERROR;
        }

        *to = *h;
    }

    return NGX_OK;
}


/* Room for the lines that are there and for these. */

ngx_int_t
ngx_http_tuleap_front_new_list(ngx_http_request_t *r, ngx_array_t *lines,
    ngx_uint_t more)
{
    size_t  n;

    n = ngx_http_tuleap_front_count(&r->headers_in.headers) + more
        + NGX_HTTP_TULEAP_FRONT_SPARE;

    return ngx_array_init(lines, r->pool, n, sizeof(ngx_table_elt_t));
}


/*
 * What $proxy_add_x_forwarded_for starts with, for configurations that write
 * the header themselves: nothing where $remote_addr, which nginx appends, is
 * the client, and what we say of the client otherwise.
 */

static ngx_int_t
ngx_http_tuleap_front_claim(ngx_http_request_t *r,
    ngx_table_elt_t *h)
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

    r->headers_in.x_forwarded_for = h;

#else
    {
    ngx_table_elt_t  **p;

    ngx_memzero(&r->headers_in.x_forwarded_for, sizeof(ngx_array_t));

    if (h) {
        if (ngx_array_init(&r->headers_in.x_forwarded_for, r->pool, 1,
                           sizeof(ngx_table_elt_t *))
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        p = ngx_array_push(&r->headers_in.x_forwarded_for);
        *p = h;
    }
    }
#endif

#endif

    return NGX_OK;
}


/* The lines of an array become the list, as one part of it. */

void
ngx_http_tuleap_front_use(ngx_http_request_t *r, ngx_array_t *lines)
{
    ngx_list_t  *list;

    list = &r->headers_in.headers;

    list->part.elts = lines->elts;
    list->part.nelts = lines->nelts;
    list->part.next = NULL;
    list->last = &list->part;
    list->size = sizeof(ngx_table_elt_t);
    list->nalloc = lines->nalloc;
    list->pool = r->pool;

#if (nginx_version >= 1023000)

    /* the lines of a name were linked in the list before, if at all */

    r->headers_in.multi = 0;
    r->headers_in.multi_linked = 0;

#endif
}
