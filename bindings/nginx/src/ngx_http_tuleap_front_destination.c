
/*
 * What becomes of Destination and of the tagged lists of If.
 *
 * It is asked before anything that may read the header: "set" and "if",
 * proxy_pass, nginx's own DAV.  A location decides by the client's own lines,
 * whatever an earlier one wrote.
 */


#include "ngx_http_tuleap_front.h"


static ngx_int_t ngx_http_tuleap_front_map(ngx_http_request_t *r,
    ngx_uint_t early, tuleap_front_rewrite *rewrite);
static void ngx_http_tuleap_front_begin(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job, ngx_http_tuleap_front_mapping_t *mapping);
static void ngx_http_tuleap_front_scan(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job);
static ngx_int_t ngx_http_tuleap_front_collect(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job);
static ngx_int_t ngx_http_tuleap_front_ask(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job);
static const char *ngx_http_tuleap_front_action_name(uint32_t action);
static ngx_int_t ngx_http_tuleap_front_destination_value(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_http_tuleap_front_job_t *job);
static ngx_int_t ngx_http_tuleap_front_refuse(ngx_http_request_t *r,
    tuleap_front_rewrite *rewrite);


/*
 * Before "set" and "if" of a server, where the location is not known yet: it
 * may take back what its server says.
 */

ngx_int_t
ngx_http_tuleap_front_server_rewrite_handler(ngx_http_request_t *r)
{
    tuleap_front_rewrite  rewrite;

    return ngx_http_tuleap_front_map(r, 1, &rewrite) == NGX_OK
           ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* Before those of a location, and after them. */

ngx_int_t
ngx_http_tuleap_front_destination_handler(ngx_http_request_t *r)
{
    tuleap_front_rewrite  rewrite;

    return ngx_http_tuleap_front_map(r, 0, &rewrite) == NGX_OK
           ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* When access is granted, and before anything is sent to a backend. */

ngx_int_t
ngx_http_tuleap_front_refuse_handler(ngx_http_request_t *r)
{
    tuleap_front_rewrite  rewrite;

    if (ngx_http_tuleap_front_map(r, 0, &rewrite) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rewrite.action != TULEAP_FRONT_REWRITE_REJECT) {
        return NGX_DECLINED;
    }

    return ngx_http_tuleap_front_refuse(r, &rewrite);
}


static ngx_int_t
ngx_http_tuleap_front_map(ngx_http_request_t *r, ngx_uint_t early,
    tuleap_front_rewrite *rewrite)
{
    ngx_http_tuleap_front_job_t        job;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    rewrite->action = TULEAP_FRONT_REWRITE_UNCHANGED;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);

    ngx_http_tuleap_front_begin(r, &job, tlcf->destination.mapping);

    if (job.mapping == NULL && (job.ctx == NULL || job.ctx->lines == NULL)) {
        return NGX_OK;
    }

    job.rule = ngx_http_tuleap_front_rule(r, job.mapping, early);

    ngx_http_tuleap_front_scan(r, &job);

    if (!job.stale && (!job.fresh || job.rule == NULL)) {
        return NGX_OK;
    }

    if (ngx_http_tuleap_front_collect(r, &job) != NGX_OK
        || ngx_http_tuleap_front_ask(r, &job) != NGX_OK)
    {
        return NGX_ERROR;
    }

    *rewrite = job.rewrite;

    if (!ngx_http_tuleap_front_is_changed(r, &job)) {
        return NGX_OK;
    }

    return ngx_http_tuleap_front_write(r, &job);
}


/* What else a job consists of is written before it is read. */

static void
ngx_http_tuleap_front_begin(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job, ngx_http_tuleap_front_mapping_t *mapping)
{
    job->ctx = ngx_http_tuleap_front_get_ctx(r);
    job->mapping = mapping;
    job->rule = NULL;
    job->dropped = NULL;
    job->nelts = 0;
    job->fresh = 0;
    job->stale = 0;
}


/* The rule for a request here; NULL where there is none. */

tuleap_front_destination_rule *
ngx_http_tuleap_front_rule(ngx_http_request_t *r,
    ngx_http_tuleap_front_mapping_t *mapping, ngx_uint_t early)
{
    if (mapping == NULL) {
        return NULL;
    }

    if (!early && r->content_handler == NULL && mapping->local[0]) {
        return mapping->local[ngx_http_tuleap_front_scheme(r)];
    }

    return mapping->rule;
}


static void
ngx_http_tuleap_front_scan(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job)
{
    ngx_uint_t                     found, is_if;
    ngx_list_part_t               *part;
    ngx_table_elt_t               *h, *end;
    ngx_http_tuleap_front_line_t  *line;

    found = 0;

    ngx_http_tuleap_front_each(&r->headers_in.headers, part, h, end) {

        is_if = ngx_http_tuleap_front_is_if(h);

        if (!is_if && !ngx_http_tuleap_front_is_destination(h)) {
            continue;
        }

        line = ngx_http_tuleap_front_find(job->ctx, h);

        if (line && line->rule != job->rule) {
            job->stale = 1;
        }

        if (is_if) {
            job->fresh |= line == NULL && job->mapping
                          && job->mapping->if_tags;
            continue;
        }

        found = 1;
        job->fresh |= line == NULL;
        job->nelts += line ? line->nelts : 1;
    }

    if (found) {
        return;
    }

    job->dropped = ngx_http_tuleap_front_find_dropped(r, job->ctx);

    if (job->dropped) {
        job->nelts = job->dropped->nelts;
        job->stale = job->dropped->rule != job->rule;
    }
}


/* The client's own lines of Destination, in the order they came in. */

static ngx_int_t
ngx_http_tuleap_front_collect(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job)
{
    ngx_uint_t                     k, n;
    ngx_list_part_t               *part;
    ngx_table_elt_t               *h, *end;
    ngx_http_tuleap_front_line_t  *line;

    job->own = &job->one;
    job->values = &job->one_value;

    if (job->nelts > 1) {
        job->own = ngx_palloc(r->pool, job->nelts * sizeof(ngx_table_elt_t *));
        job->values = ngx_palloc(r->pool,
                                 job->nelts * sizeof(tuleap_front_str));

        if (job->own == NULL || job->values == NULL) {
            return NGX_ERROR;
        }
    }

    n = 0;

    ngx_http_tuleap_front_each(&r->headers_in.headers, part, h, end) {

        if (!ngx_http_tuleap_front_is_destination(h)) {
            continue;
        }

        line = ngx_http_tuleap_front_find(job->ctx, h);

        if (line == NULL) {
            job->own[n++] = h;
            continue;
        }

        for (k = 0; k < line->nelts; k++) {
            job->own[n++] = &line->lines[k];
        }
    }

    for (k = n; k < job->nelts; k++) {
        job->own[k] = &job->dropped->lines[k];
    }

    for (k = 0; k < job->nelts; k++) {
        job->values[k].ptr = (char *) job->own[k]->value.data;
        job->values[k].len = job->own[k]->value.len;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_tuleap_front_facts(ngx_http_request_t *r,
    ngx_http_tuleap_front_mapping_t *mapping,
    tuleap_front_destination_rule *rule, tuleap_front_destination_facts *facts)
{
    ngx_str_t  host, forwarded;

    ngx_str_null(&host);

    if (r->headers_in.host) {
        host = r->headers_in.host->value;
    }

    forwarded = host;

    if (rule != mapping->rule) {

        /* the text that nginx's DAV compares with */

        forwarded = r->headers_in.server;

    } else if (mapping->host
               && ngx_http_complex_value(r, mapping->host, &forwarded)
                  != NGX_OK)
    {
        return NGX_ERROR;
    }

    facts->method.ptr = (char *) r->method_name.data;
    facts->method.len = r->method_name.len;
    facts->host.ptr = (char *) host.data;
    facts->host.len = host.len;
    facts->forwarded_host.ptr = (char *) forwarded.data;
    facts->forwarded_host.len = forwarded.len;
    facts->scheme = ngx_http_tuleap_front_scheme(r);

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_ask(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job)
{
    int32_t  status;

    job->rewrite.action = TULEAP_FRONT_REWRITE_UNCHANGED;

    if (job->rule == NULL) {
        return NGX_OK;
    }

    if (ngx_http_tuleap_front_facts(r, job->mapping, job->rule, &job->facts)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    status = tuleap_front_destination_rule_rewrite_lines(job->rule,
                                                         &job->facts,
                                                         job->values,
                                                         job->nelts,
                                                         &job->rewrite);
    if (status != TULEAP_FRONT_STATUS_OK) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_destination: status %D", status);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Made when they are asked for, from the client's own lines.  What was refused
 * stays so when an error page is shown in another location.
 */

ngx_int_t
ngx_http_tuleap_front_destination_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_tuleap_front_job_t        job;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    v->not_found = 1;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);

    ngx_http_tuleap_front_begin(r, &job, tlcf->destination.mapping);

    if (job.ctx && job.ctx->refused) {
        job.rewrite.action = TULEAP_FRONT_REWRITE_REJECT;
        job.rewrite.reason = job.ctx->refused_reason;

    } else {

        if (job.mapping == NULL) {
            return NGX_OK;
        }

        job.rule = ngx_http_tuleap_front_rule(r, job.mapping, 0);

        ngx_http_tuleap_front_scan(r, &job);

        if (job.nelts == 0) {
            return NGX_OK;
        }

        if (ngx_http_tuleap_front_collect(r, &job) != NGX_OK
            || ngx_http_tuleap_front_ask(r, &job) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    switch (data) {

    case NGX_HTTP_TULEAP_FRONT_DESTINATION:
        return ngx_http_tuleap_front_destination_value(r, v, &job);

    case NGX_HTTP_TULEAP_FRONT_DESTINATION_ACTION:
        return ngx_http_tuleap_front_text(v,
                      ngx_http_tuleap_front_action_name(job.rewrite.action));

    default: /* reason */

        if (job.rewrite.action != TULEAP_FRONT_REWRITE_REJECT) {
            return NGX_OK;
        }

        return ngx_http_tuleap_front_text(v,
                     tuleap_front_destination_reason_code(job.rewrite.reason));
    }
}


static const char *
ngx_http_tuleap_front_action_name(uint32_t action)
{
    switch (action) {

    case TULEAP_FRONT_REWRITE_PARTS:
    case TULEAP_FRONT_REWRITE_JOINED:
        return "rewrite";

    case TULEAP_FRONT_REWRITE_REMOVE:
        return "remove";

    case TULEAP_FRONT_REWRITE_REJECT:
        return "reject";

    default:
        return "unchanged";
    }
}


/* What is sent. */

static ngx_int_t
ngx_http_tuleap_front_destination_value(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_http_tuleap_front_job_t *job)
{
    u_char  *p;
    size_t   len;

    switch (job->rewrite.action) {

    case TULEAP_FRONT_REWRITE_REMOVE:
    case TULEAP_FRONT_REWRITE_REJECT:
        return NGX_OK;

    case TULEAP_FRONT_REWRITE_UNCHANGED:
        p = job->own[0]->value.data;
        len = job->own[0]->value.len;
        break;

    default:
        len = ngx_http_tuleap_front_length(job);

        p = ngx_pnalloc(r->pool, len + 1);
        if (p == NULL) {
            return NGX_ERROR;
        }

        (void) tuleap_front_rewrite_text(&job->rewrite, job->values,
                                         job->nelts, (char *) p, len + 1);
    }

    ngx_http_tuleap_front_found(v, p, len);

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_refuse(ngx_http_request_t *r,
    tuleap_front_rewrite *rewrite)
{
    char                          text[128];
    ptrdiff_t                     n;
    ngx_http_tuleap_front_ctx_t  *ctx;

    ctx = ngx_http_tuleap_front_need_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r == r->main) {
        ctx->refused = 1;
        ctx->refused_reason = rewrite->reason;
    }

    n = tuleap_front_destination_reason_text(rewrite->reason, text,
                                             sizeof(text));

    return ngx_http_tuleap_front_say(r, "tuleap_destination",
                                     rewrite->http_status, text, n,
                                     sizeof(text));
}


/*
 * In words and by itself, unless an error page is there for the status.  It
 * keeps the connection, which reads on after the body.
 */

ngx_int_t
ngx_http_tuleap_front_say(ngx_http_request_t *r, const char *directive,
    ngx_uint_t status, const char *text, ptrdiff_t n, size_t size)
{
    u_char                    *p;
    size_t                     len;
    ngx_uint_t                 i;
    ngx_http_err_page_t       *page;
    ngx_http_complex_value_t   cv;
    ngx_http_core_loc_conf_t  *clcf;

    static ngx_str_t  type = ngx_string("text/plain");

    len = n < 0 ? 0 : ngx_min((size_t) n, size);

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0, "%s: %*s", directive,
                  len, text);

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!r->error_page && clcf->error_pages) {
        page = clcf->error_pages->elts;

        for (i = 0; i < clcf->error_pages->nelts; i++) {

            if (page[i].status == (ngx_int_t) status) {
                return status;
            }
        }
    }

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));

    cv.value.len = len + 1;
    cv.value.data = ngx_pnalloc(r->pool, len + 1);
    if (cv.value.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = ngx_cpymem(cv.value.data, text, len);
    *p = LF;

    ngx_http_finalize_request(r, ngx_http_send_response(r, status, &type,
                                                        &cv));
    return NGX_DONE;
}
