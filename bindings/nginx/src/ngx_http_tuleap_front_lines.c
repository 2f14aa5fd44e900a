
/*
 * The lines of Destination and If that stand in the place of the client's.
 *
 * The address of its value tells that a line is ours: whatever another module
 * writes into it is that module's word, and is decided about again.
 */


#include "ngx_http_tuleap_front.h"


static ngx_int_t ngx_http_tuleap_front_write_destination(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job, ngx_array_t *lines);
static ngx_int_t ngx_http_tuleap_front_write_if(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job, ngx_array_t *lines, ngx_table_elt_t *h);
static void ngx_http_tuleap_front_link(ngx_http_request_t *r,
    ngx_array_t *lines);


/* What was written into a line, if it is one of ours. */

ngx_http_tuleap_front_line_t *
ngx_http_tuleap_front_find(ngx_http_tuleap_front_ctx_t *ctx,
    ngx_table_elt_t *h)
{
    ngx_http_tuleap_front_line_t  *line;

    for (line = ctx ? ctx->lines : NULL; line; line = line->next) {

        if (line->text == h->value.data && line->text) {
            return line;
        }
    }

    return NULL;
}


/*
 * The line that is missing in the list of this request, or was when a
 * subrequest got its copy.
 */

ngx_http_tuleap_front_line_t *
ngx_http_tuleap_front_find_dropped(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx)
{
    ngx_http_tuleap_front_line_t  *line;

    for ( /* void */ ; ctx && r; r = r->parent) {

        for (line = ctx->lines; line; line = line->next) {

            if (line->dropped_by == r) {
                return line;
            }
        }
    }

    return NULL;
}


/* The length of the value that is written. */

size_t
ngx_http_tuleap_front_length(ngx_http_tuleap_front_job_t *job)
{
    ptrdiff_t  n;

    if (job->rewrite.action != TULEAP_FRONT_REWRITE_JOINED) {
        return job->rewrite.length;
    }

    n = tuleap_front_rewrite_text(&job->rewrite, job->values, job->nelts, NULL,
                                  0);

    return n > 0 ? n : 0;
}


/* Is the list another one than it has to be? */

ngx_uint_t
ngx_http_tuleap_front_is_changed(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job)
{
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *end;

    if (job->stale
        || (job->rewrite.action != TULEAP_FRONT_REWRITE_UNCHANGED
            && job->rewrite.action != TULEAP_FRONT_REWRITE_REJECT))
    {
        return 1;
    }

    if (!job->mapping->if_tags) {
        return 0;
    }

    ngx_http_tuleap_front_each(&r->headers_in.headers, part, h, end) {

        if (ngx_http_tuleap_front_is_if(h)
            && ngx_http_tuleap_front_find(job->ctx, h) == NULL
            && tuleap_front_destination_rule_rewrite_if(job->rule, &job->facts,
                                                      (char *) h->value.data,
                                                      h->value.len, NULL, 0)
               > 0)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * A list of its own, since subrequests share the lines of their request.  The
 * first Destination of the list is where the client's or ours goes.
 */

ngx_int_t
ngx_http_tuleap_front_write(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job)
{
    ngx_int_t         rc;
    ngx_uint_t        placed;
    ngx_array_t       lines;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *end;

    job->ctx = ngx_http_tuleap_front_need_ctx(r);

    if (job->ctx == NULL
        || ngx_http_tuleap_front_new_list(r, &lines, job->nelts) != NGX_OK)
    {
        return NGX_ERROR;
    }

    placed = 0;
    rc = NGX_OK;

    ngx_http_tuleap_front_each(&r->headers_in.headers, part, h, end) {

        if (ngx_http_tuleap_front_is_destination(h)) {

            if (!placed) {
                rc = ngx_http_tuleap_front_write_destination(r, job, &lines);
                placed = 1;
            }

        } else if (ngx_http_tuleap_front_is_if(h)) {
            rc = ngx_http_tuleap_front_write_if(r, job, &lines, h);

        } else {
            *ngx_http_tuleap_front_push(&lines) = *h;
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (!placed
        && ngx_http_tuleap_front_write_destination(r, job, &lines) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_tuleap_front_use(r, &lines);
    ngx_http_tuleap_front_link(r, &lines);

    return NGX_OK;
}


/* Room for the client's own lines and for what takes their place. */

static ngx_http_tuleap_front_line_t *
ngx_http_tuleap_front_create_line(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job, ngx_uint_t n, size_t len)
{
    u_char                        *p;
    ngx_http_tuleap_front_line_t  *line;

    p = ngx_palloc(r->pool, sizeof(ngx_http_tuleap_front_line_t)
                            + n * sizeof(ngx_table_elt_t) + len + 1);
    if (p == NULL) {
        return NULL;
    }

    line = (ngx_http_tuleap_front_line_t *) p;
    p += sizeof(ngx_http_tuleap_front_line_t);

    line->lines = (ngx_table_elt_t *) p;
    p += n * sizeof(ngx_table_elt_t);

    /* nginx's DAV reads up to a NUL */

    p[len] = '\0';

    line->text = p;
    line->dropped_by = NULL;
    line->rule = job->rule;
    line->nelts = n;

    line->next = job->ctx->lines;
    job->ctx->lines = line;

    return line;
}


static ngx_int_t
ngx_http_tuleap_front_write_destination(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job, ngx_array_t *lines)
{
    size_t                         len;
    ngx_uint_t                     i;
    ngx_table_elt_t               *h;
    ngx_http_tuleap_front_line_t  *line;

    for (line = job->ctx->lines; line; line = line->next) {

        if (line->dropped_by == r) {
            line->dropped_by = NULL;
        }
    }

    if (job->rewrite.action == TULEAP_FRONT_REWRITE_UNCHANGED
        || job->rewrite.action == TULEAP_FRONT_REWRITE_REJECT)
    {
        for (i = 0; i < job->nelts; i++) {
            *ngx_http_tuleap_front_push(lines) = *job->own[i];
        }

        return NGX_OK;
    }

    len = ngx_http_tuleap_front_length(job);

    line = ngx_http_tuleap_front_create_line(r, job, job->nelts, len);
    if (line == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < job->nelts; i++) {
        line->lines[i] = *job->own[i];
    }

    if (job->rewrite.action == TULEAP_FRONT_REWRITE_REMOVE) {
        line->text = NULL;
        line->dropped_by = r;

        return NGX_OK;
    }

    (void) tuleap_front_rewrite_text(&job->rewrite, job->values, job->nelts,
                                     (char *) line->text, len + 1);

    h = ngx_http_tuleap_front_push(lines);

    *h = line->lines[0];
    h->value.data = line->text;
    h->value.len = len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_write_if(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job, ngx_array_t *lines, ngx_table_elt_t *h)
{
    char                          *value;
    ptrdiff_t                      n;
    ngx_table_elt_t               *own;
    ngx_http_tuleap_front_line_t  *line;

    line = ngx_http_tuleap_front_find(job->ctx, h);

    if (line && line->rule == job->rule) {
        *ngx_http_tuleap_front_push(lines) = *h;
        return NGX_OK;
    }

    own = line ? line->lines : h;
    value = (char *) own->value.data;

    n = 0;

    if (job->rule && job->mapping->if_tags) {
        n = tuleap_front_destination_rule_rewrite_if(job->rule, &job->facts,
                                                     value, own->value.len,
                                                     NULL, 0);
    }

    h = ngx_http_tuleap_front_push(lines);
    *h = *own;

    if (n <= 0) {
        return NGX_OK;
    }

    line = ngx_http_tuleap_front_create_line(r, job, 1, n);
    if (line == NULL) {
        return NGX_ERROR;
    }

    (void) tuleap_front_destination_rule_rewrite_if(job->rule, &job->facts,
                                                    value, own->value.len,
                                                    (char *) line->text,
                                                    n + 1);

    line->lines[0] = *own;
    h->value.data = line->text;
    h->value.len = n;

    return NGX_OK;
}


/* nginx's own pointer to the header, which its DAV reads. */

static void
ngx_http_tuleap_front_link(ngx_http_request_t *r, ngx_array_t *lines)
{
#if (NGX_HTTP_DAV)

    ngx_uint_t         i;
    ngx_table_elt_t   *h, **next;

    h = lines->elts;
    next = &r->headers_in.destination;
    *next = NULL;

    for (i = 0; i < lines->nelts; i++) {

        if (!ngx_http_tuleap_front_is_destination(&h[i])) {
            continue;
        }

        *next = &h[i];

#if (nginx_version < 1023000)

        break;

#else

        next = &h[i].next;
        *next = NULL;

#endif
    }

#endif
}
