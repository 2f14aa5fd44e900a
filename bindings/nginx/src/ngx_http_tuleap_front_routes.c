
/*
 * $tuleap_route: which server a request is for, by the routes of a set-up.
 *
 * The request's own locations are not looked at, and nothing is passed on: a
 * configuration says what it makes of the answer.
 */


#include "ngx_http_tuleap_front.h"


static tuleap_front_routes *ngx_http_tuleap_front_read_routes(ngx_conf_t *cf,
    ngx_str_t *name, char *message, size_t size);
static void ngx_http_tuleap_front_routes_cleanup(void *data);
static uint32_t ngx_http_tuleap_front_file_lookup(void *user, const char *path,
    size_t len);
static const char *ngx_http_tuleap_front_outcome_name(uint32_t outcome);


typedef struct {
    ngx_str_t                          name;
    uint32_t                           guide;
    uint32_t                           root;
} ngx_http_tuleap_front_known_routes_t;


static ngx_http_tuleap_front_known_routes_t
    ngx_http_tuleap_front_known_routes[] =
{
    { ngx_string("documented"),
      TULEAP_FRONT_GUIDE_DISTRIBUTED, TULEAP_FRONT_ROOT_PROXY },

    { ngx_string("documented=distributed"),
      TULEAP_FRONT_GUIDE_DISTRIBUTED, TULEAP_FRONT_ROOT_PROXY },

    { ngx_string("documented=distributed-try-files"),
      TULEAP_FRONT_GUIDE_DISTRIBUTED, TULEAP_FRONT_ROOT_TRY_FILES },

    { ngx_string("documented=reverse-proxy"),
      TULEAP_FRONT_GUIDE_REVERSE_PROXY, TULEAP_FRONT_ROOT_PROXY },

    { ngx_null_string, 0, 0 }
};


/* A file of routes is small. */

#define NGX_HTTP_TULEAP_FRONT_ROUTES_MAX  65536


char *
ngx_http_tuleap_front_set_routes(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    char                                   message[1024];
    ngx_str_t                             *value, name;
    ngx_pool_cleanup_t                    *cln;
    tuleap_front_routes                   *routes;
    ngx_http_tuleap_front_known_routes_t  *known;

    if (tlcf->routes != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        tlcf->routes = NULL;
        return NGX_CONF_OK;
    }

    routes = NULL;
    ngx_memcpy(message, "takes recommended, documented, file=PATH or off",
               sizeof("takes recommended, documented, file=PATH or off"));

    if (ngx_strcmp(value[1].data, "recommended") == 0) {
        routes = tuleap_front_routes_recommended();

    } else if (ngx_strncmp(value[1].data, "file=", 5) == 0) {
        name.data = value[1].data + 5;
        name.len = value[1].len - 5;

        routes = ngx_http_tuleap_front_read_routes(cf, &name, message,
                                                   sizeof(message));

    } else {

        for (known = ngx_http_tuleap_front_known_routes;
             known->name.len;
             known++)
        {
            if (ngx_strcmp(value[1].data, known->name.data) == 0) {
                routes = tuleap_front_routes_documented(known->guide,
                                                        known->root);
                break;
            }
        }
    }

    if (routes == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\": %s", &cmd->name,
                           message);
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        tuleap_front_routes_free(routes);
        return NGX_CONF_ERROR;
    }

    cln->data = routes;
    cln->handler = ngx_http_tuleap_front_routes_cleanup;

    tlcf->routes = routes;

    return NGX_CONF_OK;
}


static tuleap_front_routes *
ngx_http_tuleap_front_read_routes(ngx_conf_t *cf, ngx_str_t *name,
    char *message, size_t size)
{
    ngx_str_t  text;

    if (ngx_http_tuleap_front_read_file(cf, name,
                                        NGX_HTTP_TULEAP_FRONT_ROUTES_MAX,
                                        &text)
        != NGX_OK)
    {
        (void) ngx_snprintf((u_char *) message, size, "can not read \"%V\"%Z",
                            name);
        return NULL;
    }

    return tuleap_front_routes_parse((char *) text.data, text.len, NULL,
                                     message, size);
}


static void
ngx_http_tuleap_front_routes_cleanup(void *data)
{
    tuleap_front_routes_free(data);
}


/* The backend's name, or what happens where none is asked. */

ngx_int_t
ngx_http_tuleap_front_route_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ptrdiff_t                          n;
    ngx_str_t                          target;
    ngx_uint_t                         flags;
    tuleap_front_route                 route;
    ngx_http_core_srv_conf_t          *cscf;
    ngx_http_tuleap_front_loc_conf_t  *tlcf;

    v->not_found = 1;

    tlcf = ngx_http_get_module_loc_conf(r, ngx_http_tuleap_front_module);

    if (tlcf->routes == NULL) {
        return NGX_OK;
    }

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);
    flags = cscf->merge_slashes ? 0 : TULEAP_FRONT_TARGET_KEEP_SLASHES;

    target = ngx_http_tuleap_front_target(r);

    n = tuleap_front_routes_route(tlcf->routes, (char *) target.data,
                                  target.len, flags,
                                  (char *) r->method_name.data,
                                  r->method_name.len,
                                  ngx_http_tuleap_front_file_lookup, r,
                                  &route, NULL, 0);
    if (n < 0) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "tuleap_routes: status %i", (ngx_int_t) n);
    }

    if (route.backend.len) {
        ngx_http_tuleap_front_found(v, (u_char *) route.backend.ptr,
                                    route.backend.len);
        return NGX_OK;
    }

    return ngx_http_tuleap_front_text(v,
                            ngx_http_tuleap_front_outcome_name(route.outcome));
}


static const char *
ngx_http_tuleap_front_outcome_name(uint32_t outcome)
{
    switch (outcome) {

    case TULEAP_FRONT_ROUTE_FILE:
        return "file";

    case TULEAP_FRONT_ROUTE_REDIRECT:
        return "redirect";

    default:
        return "refuse";
    }
}


/* As "try_files" and "-f" ask, and as they do, without the cache of open files. */

static uint32_t
ngx_http_tuleap_front_file_lookup(void *user, const char *path, size_t len)
{
    ngx_http_request_t *r = user;

    u_char           *name;
    ngx_file_info_t   fi;

    name = ngx_pnalloc(r->pool, len + 1);
    if (name == NULL) {
        return TULEAP_FRONT_FILE_MISSING;
    }

    ngx_memcpy(name, path, len);
    name[len] = '\0';

    if (ngx_file_info(name, &fi) == NGX_FILE_ERROR) {
        return TULEAP_FRONT_FILE_MISSING;
    }

    if (ngx_is_dir(&fi)) {
        return TULEAP_FRONT_FILE_DIRECTORY;
    }

    return ngx_is_file(&fi) ? TULEAP_FRONT_FILE_FILE
                            : TULEAP_FRONT_FILE_MISSING;
}
