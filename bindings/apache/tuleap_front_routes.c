/*
 * TuleapRoutes: which server of the distributed set-up a request is for. It is said and not done:
 * what is made of it is other directives' business.
 */

#include "mod_tuleap_front.h"
#include "apr_file_info.h"

APLOG_USE_MODULE(tuleap_front);

#define MESSAGE_MAX 1024

/* As much as a list of locations may have. */
#define FILE_MAX (1 << 20)

static apr_status_t routes_free(void *routes)
{
    tuleap_front_routes_free(routes);
    return APR_SUCCESS;
}

static const char *refuse(cmd_parms *cmd, const char *message)
{
    return apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", message, NULL);
}

/* The whole file; NULL where it cannot be read. */
static const char *read_file(apr_pool_t *p, const char *path, apr_size_t *length)
{
    char *text = apr_palloc(p, FILE_MAX);
    apr_file_t *file;
    apr_status_t rv;

    if (apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, p) != APR_SUCCESS) {
        return NULL;
    }
    rv = apr_file_read_full(file, text, FILE_MAX, length);
    apr_file_close(file);
    return rv == APR_EOF ? text : NULL;
}

static const char *parse_file(cmd_parms *cmd, const char *arg, tuleap_front_routes **routes)
{
    const char *path = ap_server_root_relative(cmd->temp_pool, arg), *text;
    char message[MESSAGE_MAX] = "";
    apr_size_t length;

    text = path ? read_file(cmd->temp_pool, path, &length) : NULL;
    if (!text) {
        return refuse(cmd, apr_psprintf(cmd->pool, "%s cannot be read, or is too large", arg));
    }
    *routes = tuleap_front_routes_parse(text, length, NULL, message, sizeof(message));
    return *routes ? NULL : refuse(cmd, apr_pstrcat(cmd->pool, arg, ": ", message, NULL));
}

static tuleap_front_routes *known(const char *arg)
{
    if (ap_cstr_casecmp(arg, "on") == 0) {
        return tuleap_front_routes_recommended();
    }
    if (ap_cstr_casecmp(arg, "documented") == 0
        || ap_cstr_casecmp(arg, "documented=distributed") == 0) {
        return tuleap_front_routes_documented(TULEAP_FRONT_GUIDE_DISTRIBUTED,
                                              TULEAP_FRONT_ROOT_PROXY);
    }
    if (ap_cstr_casecmp(arg, "documented=distributed-try-files") == 0) {
        return tuleap_front_routes_documented(TULEAP_FRONT_GUIDE_DISTRIBUTED,
                                              TULEAP_FRONT_ROOT_TRY_FILES);
    }
    if (ap_cstr_casecmp(arg, "documented=reverse-proxy") == 0) {
        return tuleap_front_routes_documented(TULEAP_FRONT_GUIDE_REVERSE_PROXY,
                                              TULEAP_FRONT_ROOT_PROXY);
    }
    return NULL;
}

const char *mtf_set_routes(cmd_parms *cmd, void *dir, const char *arg)
{
    mtf_server_conf *conf = ap_get_module_config(cmd->server->module_config, &tuleap_front_module);
    tuleap_front_routes *routes = NULL;
    const char *message;

    (void) dir;
    conf->has_routes = 1;
    conf->routes = NULL;
    if (ap_cstr_casecmp(arg, "off") == 0) {
        return NULL;
    }
    routes = known(arg);
    if (!routes) {
        if (!strchr(arg, '/')) {
            return refuse(cmd, apr_psprintf(cmd->pool, "\"%s\" is none of On, Documented, "
                          "Documented=distributed, Documented=distributed-try-files, "
                          "Documented=reverse-proxy and Off, and no path of a file", arg));
        }
        if ((message = parse_file(cmd, arg, &routes))) {
            return message;
        }
    }
    apr_pool_cleanup_register(cmd->pool, routes, routes_free, apr_pool_cleanup_null);
    conf->routes = routes;
    return NULL;
}

static apr_uint32_t what_is(void *user, const char *path, size_t path_len)
{
    apr_pool_t *p = user;
    apr_finfo_t info;

    if (apr_stat(&info, apr_pstrmemdup(p, path, path_len), APR_FINFO_TYPE, p) != APR_SUCCESS) {
        return TULEAP_FRONT_FILE_MISSING;
    }
    switch (info.filetype) {
    case APR_REG:
        return TULEAP_FRONT_FILE_FILE;
    case APR_DIR:
        return TULEAP_FRONT_FILE_DIRECTORY;
    default:
        return TULEAP_FRONT_FILE_MISSING;
    }
}

static const char *name_of(request_rec *r, const tuleap_front_route *route)
{
    switch (route->outcome) {
    case TULEAP_FRONT_ROUTE_PROXY:
    case TULEAP_FRONT_ROUTE_FASTCGI:
        return apr_pstrmemdup(r->pool, route->backend.ptr, route->backend.len);
    case TULEAP_FRONT_ROUTE_FILE:
        return "file";
    case TULEAP_FRONT_ROUTE_REDIRECT:
        return "redirect";
    default:
        return "refuse";
    }
}

/* By what the client asked for, wherever a redirect inside leads. */
void mtf_route(request_rec *r, const mtf_server_conf *conf)
{
    const request_rec *first = r;
    tuleap_front_route route;
    ptrdiff_t length;

    if (!conf->routes || r->main) {
        return;
    }
    while (first->prev) {
        first = first->prev;
    }
    if (!first->unparsed_uri) {
        return;
    }
    length = tuleap_front_routes_route(conf->routes, first->unparsed_uri,
                                       strlen(first->unparsed_uri), 0, first->method,
                                       strlen(first->method), what_is, r->pool, &route, NULL, 0);
    if (length < 0) {
        mtf_fault(r, length);
        return;
    }
    mtf_say(r, "TULEAP_ROUTE", name_of(r, &route));
}
