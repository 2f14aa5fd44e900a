
/*
 * Directives and phases.
 */


#include "ngx_http_tuleap_front.h"


static void *ngx_http_tuleap_front_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_tuleap_front_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_tuleap_front_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_tuleap_front_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
static char *ngx_http_tuleap_front_merge_destination(ngx_conf_t *cf,
    ngx_http_tuleap_front_destination_conf_t *prev,
    ngx_http_tuleap_front_destination_conf_t *conf);
static char *ngx_http_tuleap_front_check(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf);
static ngx_int_t ngx_http_tuleap_front_init(ngx_conf_t *cf);
static void ngx_http_tuleap_front_shadow_cleanup(void *data);


#define NGX_HTTP_TULEAP_FRONT_ANY                                             \
    (NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF)


static ngx_conf_enum_t  ngx_http_tuleap_front_client_ips[] = {
    { ngx_string("off"), NGX_HTTP_TULEAP_FRONT_OFF },
    { ngx_string("on"), NGX_HTTP_TULEAP_FRONT_ON },
    { ngx_string("shadow"), NGX_HTTP_TULEAP_FRONT_SHADOW },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_tuleap_front_forwardeds[] = {
    { ngx_string("off"), NGX_HTTP_TULEAP_FRONT_OFF },
    { ngx_string("on"), NGX_HTTP_TULEAP_FRONT_ON },
    { ngx_string("documented"), NGX_HTTP_TULEAP_FRONT_DOCUMENTED },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_tuleap_front_destinations[] = {
    { ngx_string("off"), NGX_HTTP_TULEAP_FRONT_OFF },
    { ngx_string("on"), NGX_HTTP_TULEAP_FRONT_ON },
    { ngx_string("documented"), NGX_HTTP_TULEAP_FRONT_DOCUMENTED },
    { ngx_string("documented=reverse-proxy"),
      NGX_HTTP_TULEAP_FRONT_DOCUMENTED },
    { ngx_string("documented=distributed"),
      NGX_HTTP_TULEAP_FRONT_DISTRIBUTED },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_tuleap_front_foreigns[] = {
    { ngx_string("reject"), 0 },
    { ngx_string("pass"), TULEAP_FRONT_DESTINATION_FOREIGN_PASS },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_tuleap_front_paths[] = {
    { ngx_string("keep"), 0 },
    { ngx_string("promote"), TULEAP_FRONT_DESTINATION_PROMOTE_PATH },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_tuleap_front_ifs[] = {
    { ngx_string("off"), TULEAP_FRONT_DESTINATION_IF_KEEP },
    { ngx_string("on"), TULEAP_FRONT_DESTINATION_IF_REWRITE },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_tuleap_front_secrets[] = {
    { ngx_string("identity"), TULEAP_FRONT_SECRETS_IDENTITY },
    { ngx_string("compress"), TULEAP_FRONT_SECRETS_COMPRESS },
    { ngx_null_string, 0 }
};


static ngx_conf_num_bounds_t  ngx_http_tuleap_front_max_hops_bounds = {
    ngx_conf_check_num_bounds, 1, 255
};


static ngx_command_t  ngx_http_tuleap_front_commands[] = {

    { ngx_string("tuleap_trusted_proxies"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_1MORE,
      ngx_http_tuleap_front_trusted_proxies,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tuleap_client_ip"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_http_tuleap_front_client_ip,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, client_ip),
      &ngx_http_tuleap_front_client_ips },

    { ngx_string("tuleap_client_ip_header"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_1MORE,
      ngx_http_tuleap_front_client_ip_header,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tuleap_client_ip_hops"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE12,
      ngx_http_tuleap_front_client_ip_hops,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tuleap_client_ip_max_hops"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, max_hops),
      &ngx_http_tuleap_front_max_hops_bounds },

    { ngx_string("tuleap_dialect"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE12,
      ngx_http_tuleap_front_dialect,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tuleap_replace_remote_addr"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, replace),
      NULL },

    { ngx_string("tuleap_require_client"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, require),
      NULL },

    { ngx_string("tuleap_forwarded_headers"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, forwarded),
      &ngx_http_tuleap_front_forwardeds },

    { ngx_string("tuleap_destination"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_http_tuleap_front_destination,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, destination.mode),
      &ngx_http_tuleap_front_destinations },

    { ngx_string("tuleap_destination_public"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_1MORE,
      ngx_http_tuleap_front_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, destination.public),
      NULL },

    { ngx_string("tuleap_destination_backend"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_http_tuleap_front_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, destination.backend),
      NULL },

    { ngx_string("tuleap_destination_host"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_http_set_complex_value_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, destination.host),
      NULL },

    { ngx_string("tuleap_destination_foreign"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, destination.foreign),
      &ngx_http_tuleap_front_foreigns },

    { ngx_string("tuleap_destination_path"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, destination.path),
      &ngx_http_tuleap_front_paths },

    { ngx_string("tuleap_destination_if"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, destination.if_tags),
      &ngx_http_tuleap_front_ifs },

    { ngx_string("tuleap_location"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, destination.location),
      NULL },

    { ngx_string("tuleap_https_redirect"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE123,
      ngx_http_tuleap_front_https_redirect,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tuleap_routes"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_CONF_TAKE1,
      ngx_http_tuleap_front_set_routes,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tuleap_gzip"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_http_tuleap_front_gzip,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tuleap_gzip_secrets"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_tuleap_front_loc_conf_t, gzip.secrets),
      &ngx_http_tuleap_front_secrets },

    { ngx_string("tuleap_cache"),
      NGX_HTTP_TULEAP_FRONT_ANY|NGX_CONF_TAKE12,
      ngx_http_tuleap_front_cache,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("tuleap_shadow_log"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_tuleap_front_shadow_log,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_tuleap_front_module_ctx = {
    ngx_http_tuleap_front_add_variables,   /* preconfiguration */
    ngx_http_tuleap_front_init,            /* postconfiguration */

    ngx_http_tuleap_front_create_main_conf, /* create main configuration */
    ngx_http_tuleap_front_init_main_conf,  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_tuleap_front_create_loc_conf, /* create location configuration */
    ngx_http_tuleap_front_merge_loc_conf   /* merge location configuration */
};


ngx_module_t  ngx_http_tuleap_front_module = {
    NGX_MODULE_V1,
    &ngx_http_tuleap_front_module_ctx,     /* module context */
    ngx_http_tuleap_front_commands,        /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_tuleap_front_init_variables,  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
ngx_http_tuleap_front_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_tuleap_front_main_conf_t));
}


static char *
ngx_http_tuleap_front_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_tuleap_front_main_conf_t *tmcf = conf;

    ngx_pool_cleanup_t  *cln;

    if (!tmcf->enabled) {
        return NGX_CONF_OK;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    tmcf->shadow = tuleap_front_shadow_log_new(tmcf->shadow_flags,
                                               tmcf->shadow_rate);
    cln->data = tmcf->shadow;
    cln->handler = ngx_http_tuleap_front_shadow_cleanup;

    return tmcf->shadow ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static void
ngx_http_tuleap_front_shadow_cleanup(void *data)
{
    tuleap_front_shadow_log_free(data);
}


static void *
ngx_http_tuleap_front_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_tuleap_front_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_tuleap_front_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     conf->headers = { 0, NULL };
     *     conf->headers_where = { { 0, NULL }, 0 };
     *     conf->hops_where = { { 0, NULL }, 0 };
     *     conf->rules = NULL;
     *     conf->destination.public = { 0, NULL };
     *     conf->destination.backend = { 0, NULL };
     *     conf->destination.host = NULL;
     *     conf->destination.mapping = NULL;
     *     conf->gzip.policy = NULL;
     *     conf->cache.zone = { 0, NULL };
     *     conf->cache.policy = NULL;
     */

    conf->client_ip = NGX_CONF_UNSET_UINT;
    conf->replace = NGX_CONF_UNSET;
    conf->require = NGX_CONF_UNSET;
    conf->forwarded = NGX_CONF_UNSET_UINT;
    conf->lists = NGX_CONF_UNSET_PTR;
    conf->hops = NGX_CONF_UNSET_UINT;
    conf->any_peer = NGX_CONF_UNSET_UINT;
    conf->max_hops = NGX_CONF_UNSET_UINT;
    conf->dialect = NGX_CONF_UNSET_UINT;
    conf->recursive = NGX_CONF_UNSET_UINT;

    conf->destination.mode = NGX_CONF_UNSET_UINT;
    conf->destination.foreign = NGX_CONF_UNSET_UINT;
    conf->destination.path = NGX_CONF_UNSET_UINT;
    conf->destination.if_tags = NGX_CONF_UNSET_UINT;
    conf->destination.location = NGX_CONF_UNSET;

    conf->redirect = NGX_CONF_UNSET_PTR;
    conf->routes = NGX_CONF_UNSET_PTR;

    conf->gzip.mode = NGX_CONF_UNSET_UINT;
    conf->gzip.secrets = NGX_CONF_UNSET_UINT;

    conf->cache.mode = NGX_CONF_UNSET_UINT;

    return conf;
}


/* The http level is the parent of all and is merged into nothing itself. */

static void
ngx_http_tuleap_front_defaults(ngx_http_tuleap_front_loc_conf_t *conf)
{
    ngx_conf_init_ptr_value(conf->lists, NULL);
    ngx_conf_init_uint_value(conf->hops, 0);
    ngx_conf_init_uint_value(conf->any_peer, 0);
    ngx_conf_init_uint_value(conf->max_hops, 0);
    ngx_conf_init_uint_value(conf->dialect, NGX_HTTP_TULEAP_FRONT_STRICT);
    ngx_conf_init_uint_value(conf->recursive, 0);
}


static char *
ngx_http_tuleap_front_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_tuleap_front_loc_conf_t *prev = parent;
    ngx_http_tuleap_front_loc_conf_t *conf = child;

    ngx_uint_t  own, mode;

    mode = conf->client_ip;
    conf->merged = 1;

    ngx_conf_merge_uint_value(conf->client_ip, prev->client_ip,
                              NGX_HTTP_TULEAP_FRONT_OFF);
    ngx_conf_merge_value(conf->replace, prev->replace, 1);
    ngx_conf_merge_value(conf->require, prev->require, 0);
    ngx_conf_merge_ptr_value(conf->redirect, prev->redirect, NULL);
    ngx_conf_merge_ptr_value(conf->routes, prev->routes, NULL);
    ngx_conf_merge_uint_value(conf->forwarded, prev->forwarded,
                              NGX_HTTP_TULEAP_FRONT_OFF);

    own = conf->lists != NGX_CONF_UNSET_PTR
          || conf->headers.data
          || conf->hops != NGX_CONF_UNSET_UINT
          || conf->max_hops != NGX_CONF_UNSET_UINT
          || conf->dialect != NGX_CONF_UNSET_UINT;

    /* the server level decides for every location in it */

    conf->server_mode = prev->merged ? prev->server_mode : conf->client_ip;

    if (prev->merged && conf->server_mode != NGX_HTTP_TULEAP_FRONT_OFF
        && (own || (mode != NGX_CONF_UNSET_UINT && mode != conf->server_mode
                    && mode != NGX_HTTP_TULEAP_FRONT_OFF)))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "a location in a server with \"tuleap_client_ip\" "
                           "can not find the client in a way of its own: "
                           "write the directive in each location instead");
        return NGX_CONF_ERROR;
    }

    ngx_http_tuleap_front_defaults(prev);

    if (prev->rules == NULL) {
        prev->rules = ngx_http_tuleap_front_rules(cf, prev);
        if (prev->rules == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    ngx_conf_merge_ptr_value(conf->lists, prev->lists, NULL);
    ngx_conf_merge_uint_value(conf->max_hops, prev->max_hops, 0);

    if (conf->headers.data == NULL) {
        conf->headers = prev->headers;
        conf->headers_where = prev->headers_where;
    }

    if (conf->hops == NGX_CONF_UNSET_UINT) {
        conf->hops = prev->hops;
        conf->any_peer = prev->any_peer;
        conf->hops_where = prev->hops_where;
    }

    if (conf->dialect == NGX_CONF_UNSET_UINT) {
        conf->dialect = prev->dialect;
        conf->recursive = prev->recursive;
    }

    conf->rules = own ? ngx_http_tuleap_front_rules(cf, conf) : prev->rules;
    if (conf->rules == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_tuleap_front_check(cf, conf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_conf_init_uint_value(prev->cache.mode, NGX_HTTP_TULEAP_FRONT_OFF);

    if (conf->cache.mode == NGX_CONF_UNSET_UINT) {
        conf->cache = prev->cache;
    }

    if (ngx_http_tuleap_front_merge_gzip(cf, &prev->gzip, &conf->gzip)
        != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_tuleap_front_merge_destination(cf, &prev->destination,
                                                   &conf->destination);
}


/* A level that says something of its own has a rule of its own. */

static char *
ngx_http_tuleap_front_merge_destination(ngx_conf_t *cf,
    ngx_http_tuleap_front_destination_conf_t *prev,
    ngx_http_tuleap_front_destination_conf_t *conf)
{
    ngx_uint_t  own;

    ngx_conf_init_uint_value(prev->mode, NGX_HTTP_TULEAP_FRONT_OFF);
    ngx_conf_init_uint_value(prev->foreign, 0);
    ngx_conf_init_uint_value(prev->path, 0);
    ngx_conf_init_uint_value(prev->if_tags, 0);
    ngx_conf_init_value(prev->location, 1);

    if (prev->mode != NGX_HTTP_TULEAP_FRONT_OFF && prev->mapping == NULL) {
        prev->mapping = ngx_http_tuleap_front_mapping(cf, prev);
        if (prev->mapping == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    ngx_conf_merge_uint_value(conf->mode, prev->mode, 0);

    own = conf->mode != prev->mode
          || conf->public.data
          || conf->backend.data
          || conf->host
          || conf->foreign != NGX_CONF_UNSET_UINT
          || conf->path != NGX_CONF_UNSET_UINT
          || conf->if_tags != NGX_CONF_UNSET_UINT;

    ngx_conf_merge_str_value(conf->public, prev->public, "");
    ngx_conf_merge_str_value(conf->backend, prev->backend, "");
    ngx_conf_merge_uint_value(conf->foreign, prev->foreign, 0);
    ngx_conf_merge_uint_value(conf->path, prev->path, 0);
    ngx_conf_merge_uint_value(conf->if_tags, prev->if_tags, 0);
    ngx_conf_merge_value(conf->location, prev->location, 1);

    if (conf->host == NULL) {
        conf->host = prev->host;
    }

    if (conf->mode == NGX_HTTP_TULEAP_FRONT_OFF) {
        return NGX_CONF_OK;
    }

    conf->mapping = own ? ngx_http_tuleap_front_mapping(cf, conf)
                        : prev->mapping;

    return conf->mapping ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* What needs an answer does not go without one. */

static char *
ngx_http_tuleap_front_check(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf)
{
    if (conf->client_ip == NGX_HTTP_TULEAP_FRONT_OFF
        && (conf->require || conf->forwarded))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s\" needs \"tuleap_client_ip on\"",
                           conf->require ? "tuleap_require_client"
                                         : "tuleap_forwarded_headers");
        return NGX_CONF_ERROR;
    }

    if (conf->client_ip == NGX_HTTP_TULEAP_FRONT_SHADOW
        && (conf->require || conf->forwarded))
    {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%s\" does nothing with \"tuleap_client_ip "
                           "shadow\"",
                           conf->require ? "tuleap_require_client"
                                         : "tuleap_forwarded_headers");
    }

    if (conf->dialect == NGX_HTTP_TULEAP_FRONT_STRICT) {
        return NGX_CONF_OK;
    }

    if (conf->client_ip == NGX_HTTP_TULEAP_FRONT_SHADOW) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"tuleap_client_ip shadow\" needs "
                           "\"tuleap_dialect strict\"");
        return NGX_CONF_ERROR;
    }

    if (conf->require) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"tuleap_require_client\" needs \"tuleap_dialect "
                           "strict\": nginx does not say how sure an address "
                           "is");
        return NGX_CONF_ERROR;
    }

    if (conf->forwarded == NGX_HTTP_TULEAP_FRONT_ON) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"tuleap_forwarded_headers on\" needs "
                           "\"tuleap_dialect strict\": write \"documented\"");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


typedef struct {
    ngx_http_phases                    phase;
    ngx_http_handler_pt                handler;
} ngx_http_tuleap_front_handler_t;


static ngx_http_tuleap_front_handler_t  ngx_http_tuleap_front_handlers[] = {

    { NGX_HTTP_POST_READ_PHASE, ngx_http_tuleap_front_post_read_handler },
    { NGX_HTTP_PREACCESS_PHASE, ngx_http_tuleap_front_preaccess_handler },

    /* a subrequest of the access phase may have changed the address, too */

    { NGX_HTTP_ACCESS_PHASE, ngx_http_tuleap_front_hold_handler },
    { NGX_HTTP_PRECONTENT_PHASE, ngx_http_tuleap_front_hold_handler },

    { NGX_HTTP_LOG_PHASE, ngx_http_tuleap_front_log_handler },
    { 0, NULL }
};


static ngx_http_tuleap_front_handler_t
    ngx_http_tuleap_front_destination_handlers[] =
{
    { NGX_HTTP_SERVER_REWRITE_PHASE,
      ngx_http_tuleap_front_server_rewrite_handler },

    { NGX_HTTP_REWRITE_PHASE, ngx_http_tuleap_front_destination_handler },
    { NGX_HTTP_PREACCESS_PHASE, ngx_http_tuleap_front_destination_handler },
    { NGX_HTTP_PRECONTENT_PHASE, ngx_http_tuleap_front_refuse_handler },
    { 0, NULL }
};


/* Before Destination, of a request that is not served here. */

static ngx_http_tuleap_front_handler_t
    ngx_http_tuleap_front_redirect_handlers[] =
{
    { NGX_HTTP_REWRITE_PHASE, ngx_http_tuleap_front_redirect_handler },
    { 0, NULL }
};


static ngx_int_t
ngx_http_tuleap_front_push_handlers(ngx_conf_t *cf,
    ngx_http_tuleap_front_handler_t *handlers)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    for ( /* void */ ; handlers->handler; handlers++) {

        h = ngx_array_push(&cmcf->phases[handlers->phase].handlers);
        if (h == NULL) {
            return NGX_ERROR;
        }

        *h = handlers->handler;
    }

    return NGX_OK;
}


/*
 * In a phase the handler that is pushed last runs first, and an added module
 * is pushed after nginx's own: limits, logs and realip see what is set here,
 * and "set" and "if" read it.
 */

static ngx_int_t
ngx_http_tuleap_front_init(ngx_conf_t *cf)
{
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    tmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_tuleap_front_module);

    if (tmcf->enabled) {
        ngx_http_tuleap_front_init_headers();

        if (ngx_http_tuleap_front_push_handlers(cf,
                                               ngx_http_tuleap_front_handlers)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (tmcf->mapped) {
        ngx_http_tuleap_front_init_location();

        if (ngx_http_tuleap_front_push_handlers(cf,
                                   ngx_http_tuleap_front_destination_handlers)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (tmcf->compressed) {
        ngx_http_tuleap_front_init_gzip();
    }

    if (tmcf->zones
        && ngx_http_tuleap_front_init_cache(cf, tmcf->zones) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (tmcf->redirected) {
        return ngx_http_tuleap_front_push_handlers(cf,
                                      ngx_http_tuleap_front_redirect_handlers);
    }

    return NGX_OK;
}
