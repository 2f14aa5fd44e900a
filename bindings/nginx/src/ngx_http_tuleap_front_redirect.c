
/*
 * To https, and to the configured host: a request has no word in where to.
 */


#include "ngx_http_tuleap_front.h"


static char *ngx_http_tuleap_front_redirect_options(ngx_conf_t *cf,
    ngx_uint_t *guide, ngx_uint_t *status);
static ngx_int_t ngx_http_tuleap_front_redirect_status(ngx_str_t *word);
static void ngx_http_tuleap_front_redirect_cleanup(void *data);
static ngx_int_t ngx_http_tuleap_front_redirect(ngx_http_request_t *r,
    tuleap_front_redirect_decision *decision);


#define NGX_HTTP_TULEAP_FRONT_RECOMMENDED  ((ngx_uint_t) -1)


char *
ngx_http_tuleap_front_https_redirect(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    char                                message[1024], *rv;
    ngx_str_t                          *value;
    ngx_uint_t                          guide, status;
    ngx_pool_cleanup_t                 *cln;
    tuleap_front_https_redirect        *redirect;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    if (tlcf->redirect != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        tlcf->redirect = NULL;
        return cf->args->nelts == 2 ? NGX_CONF_OK : "is off: nothing follows";
    }

    rv = ngx_http_tuleap_front_redirect_options(cf, &guide, &status);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    message[0] = '\0';

    if (guide == NGX_HTTP_TULEAP_FRONT_RECOMMENDED) {
        redirect = tuleap_front_https_redirect_new((char *) value[1].data,
                                             value[1].len, status,
                                             NGX_HTTP_TULEAP_FRONT_NGINX_RULES,
                                             NULL, message, sizeof(message));

    } else {
        redirect = tuleap_front_https_redirect_documented(guide,
                                             (char *) value[1].data,
                                             value[1].len, status,
                                             NGX_HTTP_TULEAP_FRONT_NGINX_RULES,
                                             NULL, message, sizeof(message));
    }

    if (redirect == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\": %s", &cmd->name,
                           message);
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        tuleap_front_https_redirect_free(redirect);
        return NGX_CONF_ERROR;
    }

    cln->data = redirect;
    cln->handler = ngx_http_tuleap_front_redirect_cleanup;

    tlcf->redirect = redirect;

    tmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_tuleap_front_module);
    tmcf->redirected = 1;

    return NGX_CONF_OK;
}


static char *
ngx_http_tuleap_front_redirect_options(ngx_conf_t *cf, ngx_uint_t *guide,
    ngx_uint_t *status)
{
    ngx_int_t    n;
    ngx_str_t   *value;
    ngx_uint_t   i;

    *guide = NGX_HTTP_TULEAP_FRONT_RECOMMENDED;
    *status = TULEAP_FRONT_REDIRECT_STATUS_DEFAULT;

    value = cf->args->elts;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "documented") == 0
            || ngx_strcmp(value[i].data, "documented=reverse-proxy") == 0)
        {
            *guide = TULEAP_FRONT_GUIDE_REVERSE_PROXY;
            continue;
        }

        if (ngx_strcmp(value[i].data, "documented=distributed") == 0) {
            *guide = TULEAP_FRONT_GUIDE_DISTRIBUTED;
            continue;
        }

        n = ngx_http_tuleap_front_redirect_status(&value[i]);
        if (n == NGX_ERROR) {
            return "takes documented, documented=distributed and status=301, "
                   "302, 303, 307, 308 or by-safety";
        }

        *status = n;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_tuleap_front_redirect_status(ngx_str_t *word)
{
    ngx_int_t  status;

    if (ngx_strncmp(word->data, "status=", 7) != 0) {
        return NGX_ERROR;
    }

    if (ngx_strcmp(word->data + 7, "by-safety") == 0) {
        return TULEAP_FRONT_REDIRECT_STATUS_BY_SAFETY;
    }

    status = ngx_atoi(word->data + 7, word->len - 7);

    switch (status) {

    case TULEAP_FRONT_REDIRECT_STATUS_MOVED_PERMANENTLY:
    case TULEAP_FRONT_REDIRECT_STATUS_FOUND:
    case TULEAP_FRONT_REDIRECT_STATUS_SEE_OTHER:
    case TULEAP_FRONT_REDIRECT_STATUS_TEMPORARY_REDIRECT:
    case TULEAP_FRONT_REDIRECT_STATUS_PERMANENT_REDIRECT:
        return status;

    default:
        return NGX_ERROR;
    }
}


static void
ngx_http_tuleap_front_redirect_cleanup(void *data)
{
    tuleap_front_https_redirect_free(data);
}


/*
 * As soon as the location is known.  An error page is shown however the client
 * came: what it is an error of was served so.
 */

ngx_int_t
ngx_http_tuleap_front_redirect_handler(ngx_http_request_t *r)
{
    char                               text[128];
    int32_t                            status;
    ngx_int_t                          rc;
    ptrdiff_t                          n;
    ngx_str_t                          target;
    tuleap_front_redirect_decision     decision;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);

    if (tlcf->redirect == NULL || r != r->main || r->err_status) {
        return NGX_DECLINED;
    }

    rc = ngx_http_tuleap_front_find_client(r, tlcf);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    target = ngx_http_tuleap_front_target(r);

    status = tuleap_front_https_redirect_decide(tlcf->redirect,
                                        ngx_http_tuleap_front_client_scheme(r),
                                        (char *) r->method_name.data,
                                        r->method_name.len,
                                        (char *) target.data, target.len,
                                        &decision);
    if (status != TULEAP_FRONT_STATUS_OK) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_https_redirect: status %D", status);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    switch (decision.action) {

    case TULEAP_FRONT_REDIRECT_STAY:
        return NGX_DECLINED;

    case TULEAP_FRONT_REDIRECT_REDIRECT:
        return ngx_http_tuleap_front_redirect(r, &decision);

    default: /* refuse */
        n = tuleap_front_redirect_reason_text(decision.reason, text,
                                              sizeof(text));
        return ngx_http_tuleap_front_say(r, "tuleap_https_redirect",
                                         decision.http_status, text,
                                         n, sizeof(text));
    }
}


/* With the page that "return" has for the status. */

static ngx_int_t
ngx_http_tuleap_front_redirect(ngx_http_request_t *r,
    tuleap_front_redirect_decision *decision)
{
    ngx_http_complex_value_t  cv;

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));

    cv.value.len = decision->length;
    cv.value.data = ngx_pnalloc(r->pool, decision->length + 1);
    if (cv.value.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    (void) tuleap_front_redirect_location(decision, (char *) cv.value.data,
                                          decision->length + 1);

    return ngx_http_send_response(r, decision->http_status, NULL, &cv);
}


/* As it was sent: what nginx keeps of an absolute one may have no path. */

ngx_str_t
ngx_http_tuleap_front_target(ngx_http_request_t *r)
{
    u_char     *p, *last;
    ngx_str_t   target;

    if (r->unparsed_uri.len && r->unparsed_uri.data[0] == '/') {
        return r->unparsed_uri;
    }

    p = r->request_line.data + ngx_min(r->method_name.len,
                                       r->request_line.len);
    last = r->request_line.data + r->request_line.len;

    while (p < last && *p == ' ') {
        p++;
    }

    target.data = p;

    while (p < last && *p != ' ') {
        p++;
    }

    target.len = p - target.data;

    return target;
}
