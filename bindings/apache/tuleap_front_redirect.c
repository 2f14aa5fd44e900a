/*
 * TuleapHttpsRedirect: to https, and to the host of the configuration. A request has no word in
 * where to.
 */

#include "mod_tuleap_front.h"

APLOG_USE_MODULE(tuleap_front);

#define MESSAGE_MAX 1024

/* What follows the host in a directive. */
typedef struct {
    int is_documented;
    apr_uint32_t guide;
    apr_uint32_t status;
} mtf_options;

static const struct {
    const char *word;
    apr_uint32_t status;
} statuses[] = {
    { "status=by-safety", TULEAP_FRONT_REDIRECT_STATUS_BY_SAFETY },
    { "status=301", TULEAP_FRONT_REDIRECT_STATUS_MOVED_PERMANENTLY },
    { "status=302", TULEAP_FRONT_REDIRECT_STATUS_FOUND },
    { "status=303", TULEAP_FRONT_REDIRECT_STATUS_SEE_OTHER },
    { "status=307", TULEAP_FRONT_REDIRECT_STATUS_TEMPORARY_REDIRECT },
    { "status=308", TULEAP_FRONT_REDIRECT_STATUS_PERMANENT_REDIRECT }
};

static int is_option(const char *word, mtf_options *options)
{
    apr_size_t i;

    if (ap_cstr_casecmp(word, "documented") == 0
        || ap_cstr_casecmp(word, "documented=reverse-proxy") == 0) {
        options->is_documented = 1;
        options->guide = TULEAP_FRONT_GUIDE_REVERSE_PROXY;
        return 1;
    }
    if (ap_cstr_casecmp(word, "documented=distributed") == 0) {
        options->is_documented = 1;
        options->guide = TULEAP_FRONT_GUIDE_DISTRIBUTED;
        return 1;
    }
    for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (ap_cstr_casecmp(word, statuses[i].word) == 0) {
            options->status = statuses[i].status;
            return 1;
        }
    }
    return 0;
}

static apr_status_t redirect_free(void *redirect)
{
    tuleap_front_https_redirect_free(redirect);
    return APR_SUCCESS;
}

static const char *refuse(cmd_parms *cmd, const char *message)
{
    return apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", message, NULL);
}

const char *mtf_set_https_redirect(cmd_parms *cmd, void *confv, int argc, char *const argv[])
{
    mtf_dir_conf *conf = confv;
    mtf_redirect_conf *redirect = apr_pcalloc(cmd->pool, sizeof(*redirect));
    mtf_options options = { 0, 0, TULEAP_FRONT_REDIRECT_STATUS_DEFAULT };
    const char *misplaced = mtf_misplaced(cmd);
    char message[MESSAGE_MAX] = "";
    int i;

    if (misplaced) {
        return misplaced;
    }
    if (argc < 1) {
        return refuse(cmd, "there is no host");
    }
    conf->redirect = redirect;
    if (ap_cstr_casecmp(argv[0], "off") == 0) {
        return argc == 1 ? NULL : refuse(cmd, "nothing follows Off");
    }
    for (i = 1; i < argc; i++) {
        if (!is_option(argv[i], &options)) {
            return refuse(cmd, apr_psprintf(cmd->pool, "\"%s\" is neither Documented, "
                          "Documented=distributed nor status= with by-safety, 301, 302, 303, 307 "
                          "or 308", argv[i]));
        }
    }
    redirect->to = options.is_documented
        ? tuleap_front_https_redirect_documented(options.guide, argv[0], strlen(argv[0]),
                                                 options.status,
                                                 TULEAP_FRONT_NGINX_RULES_CURRENT, NULL, message,
                                                 sizeof(message))
        : tuleap_front_https_redirect_new(argv[0], strlen(argv[0]), options.status,
                                          TULEAP_FRONT_NGINX_RULES_CURRENT, NULL, message,
                                          sizeof(message));
    if (!redirect->to) {
        return refuse(cmd, message);
    }
    apr_pool_cleanup_register(cmd->pool, redirect->to, redirect_free, apr_pool_cleanup_null);
    return NULL;
}

/* An ErrorDocument is shown however the client came: what it is an error of was answered so. */
static int is_of_error(const request_rec *r)
{
    for (; r->prev; r = r->prev) {
        if (ap_is_HTTP_ERROR(r->prev->status)) {
            return 1;
        }
    }
    return 0;
}

static int send_away(request_rec *r, const tuleap_front_redirect_decision *decision)
{
    char *location = apr_palloc(r->pool, decision->length + 1);
    ptrdiff_t length = tuleap_front_redirect_location(decision, location, decision->length + 1);

    if (length < 0) {
        mtf_fault(r, length);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    apr_table_setn(r->headers_out, "Location", location);
    return (int) decision->http_status;
}

int mtf_redirect(request_rec *r, const mtf_dir_conf *conf)
{
    const request_rec *first = r;
    tuleap_front_redirect_decision decision;
    apr_int32_t status;
    char text[128];
    ptrdiff_t length;

    if (!conf->redirect || !conf->redirect->to || is_of_error(r)) {
        return DECLINED;
    }
    while (first->prev) {
        first = first->prev;
    }
    status = tuleap_front_https_redirect_decide(conf->redirect->to, mtf_client_scheme(r),
                                                first->method, strlen(first->method),
                                                first->unparsed_uri, strlen(first->unparsed_uri),
                                                &decision);
    if (status != TULEAP_FRONT_STATUS_OK) {
        mtf_fault(r, status);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    switch (decision.action) {
    case TULEAP_FRONT_REDIRECT_STAY:
        return DECLINED;
    case TULEAP_FRONT_REDIRECT_REDIRECT:
        return send_away(r, &decision);
    default:
        length = tuleap_front_redirect_reason_text(decision.reason, text, sizeof(text));
        return mtf_refuse(r, "TuleapHttpsRedirect", (int) decision.http_status, text, length,
                          sizeof(text));
    }
}
