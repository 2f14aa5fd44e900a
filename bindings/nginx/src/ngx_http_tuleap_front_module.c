
/*
 * Directives and phases.
 */


#include "ngx_http_tuleap_front.h"


static char *ngx_http_tuleap_front_trusted_proxies(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_tuleap_front_client_ip(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_tuleap_front_client_ip_header(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_tuleap_front_client_ip_hops(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_tuleap_front_dialect(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_tuleap_front_shadow_log(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static void *ngx_http_tuleap_front_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_tuleap_front_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_tuleap_front_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_tuleap_front_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
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


static ngx_conf_enum_t  ngx_http_tuleap_front_dialects[] = {
    { ngx_string("strict"), NGX_HTTP_TULEAP_FRONT_STRICT },
    { ngx_string("nginx-1.22"), NGX_HTTP_TULEAP_FRONT_NGINX_1_22 },
    { ngx_string("nginx-current"), NGX_HTTP_TULEAP_FRONT_NGINX },
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


static void
ngx_http_tuleap_front_here(ngx_conf_t *cf, ngx_http_tuleap_front_where_t *where)
{
    where->file = cf->conf_file->file.name;
    where->line = cf->conf_file->line;
}


/* Appends a word and, before it, a comma if the text is not empty. */

static ngx_int_t
ngx_http_tuleap_front_append(ngx_conf_t *cf, ngx_str_t *text, ngx_str_t *word)
{
    u_char  *p;

    p = ngx_pnalloc(cf->pool, text->len + 1 + word->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (text->len) {
        ngx_memcpy(p, text->data, text->len);
        p[text->len++] = ',';
    }

    ngx_memcpy(p + text->len, word->data, word->len);

    text->data = p;
    text->len += word->len;
    p[text->len] = '\0';

    return NGX_OK;
}


static char *
ngx_http_tuleap_front_trusted_proxies(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    ngx_str_t                     *value;
    ngx_uint_t                     i;
    ngx_http_tuleap_front_list_t  *list;

    if (tlcf->lists == NGX_CONF_UNSET_PTR) {
        tlcf->lists = ngx_array_create(cf->pool, 1,
                                       sizeof(ngx_http_tuleap_front_list_t));
        if (tlcf->lists == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    list = ngx_array_push(tlcf->lists);
    if (list == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(list, sizeof(ngx_http_tuleap_front_list_t));
    ngx_http_tuleap_front_here(cf, &list->where);

    value = cf->args->elts;
    i = 1;

    if (ngx_strcmp(value[i].data, "allow_trust_all") == 0) {
        list->trust_all = 1;
        i++;
    }

    if (i == cf->args->nelts) {
        return "has no list";
    }

    for ( /* void */ ; i < cf->args->nelts; i++) {

        /* it would hide what is appended */

        if (ngx_strlchr(value[i].data, value[i].data + value[i].len, '#')) {
            return "has a comment in its list: write it behind the directive";
        }

        if (ngx_http_tuleap_front_append(cf, &list->text, &value[i])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_tuleap_front_client_ip(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    char                               *rv;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    rv = ngx_conf_set_enum_slot(cf, cmd, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (tlcf->client_ip != NGX_HTTP_TULEAP_FRONT_OFF) {
        tmcf = ngx_http_conf_get_module_main_conf(cf,
                                                ngx_http_tuleap_front_module);
        tmcf->enabled = 1;
    }

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_http_tuleap_front_has_blank(ngx_str_t *word)
{
    size_t  i;

    for (i = 0; i < word->len; i++) {
        if (word->data[i] <= ' ') {
            return 1;
        }
    }

    return 0;
}


static char *
ngx_http_tuleap_front_client_ip_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    if (tlcf->headers.data) {
        return "is duplicate";
    }

    ngx_http_tuleap_front_here(cf, &tlcf->headers_where);

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (value[i].len == 0 || ngx_http_tuleap_front_has_blank(&value[i])) {
            return "takes names without blanks";
        }

        if (ngx_http_tuleap_front_append(cf, &tlcf->headers, &value[i])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_tuleap_front_client_ip_hops(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    ngx_int_t   hops;
    ngx_str_t  *value;

    if (tlcf->hops != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    ngx_http_tuleap_front_here(cf, &tlcf->hops_where);

    value = cf->args->elts;
    tlcf->any_peer = 0;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        tlcf->hops = 0;
        return cf->args->nelts == 2 ? NGX_CONF_OK : "is off: nothing follows";
    }

    hops = ngx_atoi(value[1].data, value[1].len);
    if (hops < 1 || hops > 255) {
        return "must be off or a number from 1 to 255";
    }

    tlcf->hops = hops;

    if (cf->args->nelts == 3) {
        if (ngx_strcmp(value[2].data, "danger_any_peer") != 0) {
            return "may be followed by danger_any_peer only";
        }

        tlcf->any_peer = 1;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_tuleap_front_dialect(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    ngx_str_t        *value;
    ngx_conf_enum_t  *dialect;

    if (tlcf->dialect != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (dialect = ngx_http_tuleap_front_dialects;
         dialect->name.len;
         dialect++)
    {
        if (ngx_strcmp(value[1].data, dialect->name.data) == 0) {
            tlcf->dialect = dialect->value;
            break;
        }
    }

    if (dialect->name.len == 0) {
        return "must be strict, nginx-1.22 or nginx-current";
    }

    tlcf->recursive = 0;

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    if (tlcf->dialect == NGX_HTTP_TULEAP_FRONT_STRICT
        || ngx_strcmp(value[2].data, "recursive") != 0)
    {
        return "may be followed by recursive in an nginx dialect only";
    }

    tlcf->recursive = 1;

    return NGX_CONF_OK;
}


static char *
ngx_http_tuleap_front_shadow_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_tuleap_front_main_conf_t *tmcf = conf;

    ngx_int_t    rate;
    ngx_str_t   *value;
    ngx_uint_t   i;

    if (tmcf->shadow_rate || tmcf->shadow_flags) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "mask") == 0) {
            tmcf->shadow_flags |= TULEAP_FRONT_SHADOW_MASK_ADDRESSES;
            continue;
        }

        if (ngx_strncmp(value[i].data, "rate=", 5) == 0) {
            rate = ngx_atoi(value[i].data + 5, value[i].len - 5);
            if (rate < 1 || rate > 65535) {
                return "has a rate that is not from 1 to 65535 lines a minute";
            }

            tmcf->shadow_rate = rate;
            continue;
        }

        return "takes mask and rate=NUMBER";
    }

    return NGX_CONF_OK;
}


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

    return ngx_http_tuleap_front_check(cf, conf);
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


static ngx_int_t
ngx_http_tuleap_front_push(ngx_conf_t *cf, ngx_http_phases phase,
    ngx_http_handler_pt handler)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[phase].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = handler;

    return NGX_OK;
}


/*
 * In a phase the handler that is pushed last runs first, and an added module
 * is pushed after nginx's own: limits, logs and realip see what is set here.
 */

static ngx_int_t
ngx_http_tuleap_front_init(ngx_conf_t *cf)
{
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    tmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_tuleap_front_module);

    if (!tmcf->enabled) {
        return NGX_OK;
    }

    ngx_http_tuleap_front_init_headers();

    if (ngx_http_tuleap_front_push(cf, NGX_HTTP_POST_READ_PHASE,
                                   ngx_http_tuleap_front_post_read_handler)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_tuleap_front_push(cf, NGX_HTTP_PREACCESS_PHASE,
                                   ngx_http_tuleap_front_preaccess_handler)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* a subrequest of the access phase may have changed the address, too */

    if (ngx_http_tuleap_front_push(cf, NGX_HTTP_ACCESS_PHASE,
                                   ngx_http_tuleap_front_hold_handler)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_tuleap_front_push(cf, NGX_HTTP_PRECONTENT_PHASE,
                                   ngx_http_tuleap_front_hold_handler)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_tuleap_front_push(cf, NGX_HTTP_LOG_PHASE,
                                      ngx_http_tuleap_front_log_handler);
}
