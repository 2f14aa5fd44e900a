
/*
 * tuleap_cache: a policy, and nginx's own directives for it.
 */


#include "ngx_http_tuleap_front.h"


/* A policy as directives is small. */

#define NGX_HTTP_TULEAP_FRONT_CACHE_MAX  65536


static char *ngx_http_tuleap_front_cache_policy(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_tuleap_front_cache_conf_t *conf);
static char *ngx_http_tuleap_front_cache_keep(ngx_conf_t *cf,
    ngx_http_tuleap_front_cache_conf_t *conf,
    tuleap_front_cache_policy *policy);
static void ngx_http_tuleap_front_cache_cleanup(void *data);
static ngx_int_t ngx_http_tuleap_front_cache_text(ngx_conf_t *cf,
    tuleap_front_cache_policy *policy, ngx_str_t *text);
static char *ngx_http_tuleap_front_cache_lines(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_tuleap_front_cache_conf_t *conf);
static ngx_uint_t ngx_http_tuleap_front_cache_passes(ngx_str_t *line,
    ngx_str_t *names);
static ngx_uint_t ngx_http_tuleap_front_has_zone(ngx_conf_t *cf,
    ngx_str_t *name);


/* What is not said to nginx: what is known already, and what is ours. */

static ngx_str_t  ngx_http_tuleap_front_cache_known[] = {
    ngx_string("location "),
    ngx_string("proxy_cache "),
    ngx_string("proxy_cache_path "),
    ngx_string("tuleap_cache "),
    ngx_null_string
};


static ngx_str_t  ngx_http_tuleap_front_cache_ours[] = {
    ngx_string("expires "),
    ngx_string("proxy_cache_bypass "),
    ngx_string("proxy_cache_key "),
    ngx_string("proxy_no_cache "),
    ngx_null_string
};


/* Where the lines stand is where they count, whatever a guide says. */

static ngx_str_t  ngx_http_tuleap_front_cache_where[] = {
    ngx_string("location "),
    ngx_null_string
};


/* tuleap_cache zone [recommended | documented | file=path] */

char *
ngx_http_tuleap_front_cache(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    char                               *rv;
    u_char                             *p;
    ngx_str_t                          *value, *zone;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    static ngx_str_t  off = ngx_string("proxy_cache off;");

    if (tlcf->cache.mode != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        tlcf->cache.mode = NGX_HTTP_TULEAP_FRONT_OFF;

        if (cf->args->nelts != 2) {
            return "is off: nothing follows";
        }

        return ngx_http_tuleap_front_issue(cf, cmd, &off);
    }

    for (p = value[1].data; *p; p++) {

        if ((*p < '0' || *p > '9') && (*p < 'A' || *p > 'Z')
            && (*p < 'a' || *p > 'z') && ngx_strchr("-._", *p) == NULL)
        {
            return "takes the name of a zone of \"proxy_cache_path\" first";
        }
    }

    tlcf->cache.zone = value[1];

    rv = ngx_http_tuleap_front_cache_policy(cf, cmd, &tlcf->cache);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    tmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_tuleap_front_module);

    if (tmcf->zones == NULL) {
        tmcf->zones = ngx_array_create(cf->pool, 1, sizeof(ngx_str_t));
        if (tmcf->zones == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    zone = ngx_array_push(tmcf->zones);
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    *zone = value[1];

    return ngx_http_tuleap_front_cache_lines(cf, cmd, &tlcf->cache);
}


static char *
ngx_http_tuleap_front_cache_policy(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_tuleap_front_cache_conf_t *conf)
{
    char                        message[1024];
    uint32_t                    guide;
    ngx_str_t                  *value, name, text;
    tuleap_front_cache_policy  *policy;

    value = cf->args->elts;
    conf->mode = NGX_HTTP_TULEAP_FRONT_ON;

    if (cf->args->nelts == 2
        || ngx_strcmp(value[2].data, "recommended") == 0)
    {
        policy = tuleap_front_cache_policy_recommended(
                                           NGX_HTTP_TULEAP_FRONT_NGINX_RULES);

        return ngx_http_tuleap_front_cache_keep(cf, conf, policy);
    }

    if (ngx_strncmp(value[2].data, "file=", 5) == 0) {
        name.data = value[2].data + 5;
        name.len = value[2].len - 5;

        if (ngx_http_tuleap_front_read_file(cf, &name,
                                            NGX_HTTP_TULEAP_FRONT_CACHE_MAX,
                                            &text)
            != NGX_OK)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\": can not read \"%V\"", &cmd->name,
                               &name);
            return NGX_CONF_ERROR;
        }

        message[0] = '\0';

        policy = tuleap_front_cache_policy_parse((char *) text.data, text.len,
                                            NGX_HTTP_TULEAP_FRONT_NGINX_RULES,
                                            NULL, message, sizeof(message));
        if (policy == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\": \"%V\": %s",
                               &cmd->name, &name, message);
            return NGX_CONF_ERROR;
        }

        return ngx_http_tuleap_front_cache_keep(cf, conf, policy);
    }

    if (ngx_strcmp(value[2].data, "documented") == 0
        || ngx_strcmp(value[2].data, "documented=reverse-proxy") == 0)
    {
        guide = TULEAP_FRONT_GUIDE_REVERSE_PROXY;

    } else if (ngx_strcmp(value[2].data, "documented=distributed") == 0) {
        guide = TULEAP_FRONT_GUIDE_DISTRIBUTED;

    } else {
        return "takes recommended, documented or file=PATH after the zone";
    }

    policy = tuleap_front_cache_policy_documented(guide,
                                           NGX_HTTP_TULEAP_FRONT_NGINX_RULES);

    return ngx_http_tuleap_front_cache_keep(cf, conf, policy);
}


static char *
ngx_http_tuleap_front_cache_keep(ngx_conf_t *cf,
    ngx_http_tuleap_front_cache_conf_t *conf,
    tuleap_front_cache_policy *policy)
{
    ngx_pool_cleanup_t  *cln;

    if (policy == NULL) {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        tuleap_front_cache_policy_free(policy);
        return NGX_CONF_ERROR;
    }

    cln->data = policy;
    cln->handler = ngx_http_tuleap_front_cache_cleanup;

    conf->policy = policy;

    return NGX_CONF_OK;
}


static void
ngx_http_tuleap_front_cache_cleanup(void *data)
{
    tuleap_front_cache_policy_free(data);
}


static ngx_int_t
ngx_http_tuleap_front_cache_text(ngx_conf_t *cf,
    tuleap_front_cache_policy *policy, ngx_str_t *text)
{
    ptrdiff_t  n;

    n = tuleap_front_cache_policy_text(policy, NULL, 0);
    if (n < 0) {
        return NGX_ERROR;
    }

    text->len = n;
    text->data = ngx_pnalloc(cf->temp_pool, text->len + 1);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    (void) tuleap_front_cache_policy_text(policy, (char *) text->data,
                                          text->len + 1);

    return NGX_OK;
}


/*
 * The policy's own lines for nginx's cache.  Under "tuleap_cache recommended"
 * the policy is asked for each request, and otherwise nginx by itself: then
 * what the policy says of locations does not count.
 */

static char *
ngx_http_tuleap_front_cache_lines(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_tuleap_front_cache_conf_t *conf)
{
    char                       *rv;
    u_char                     *p, *last;
    ngx_str_t                   text, line, lines, rest;
    tuleap_front_cache_policy  *policy;

    static ngx_str_t  ours = ngx_string("proxy_cache $tuleap_cache_zone; "
                                  "proxy_cache_key $tuleap_cache_key; "
                                  "proxy_cache_bypass $tuleap_cache_bypass; "
                                  "proxy_no_cache $tuleap_no_cache; ");

    if (ngx_http_tuleap_front_cache_text(cf, conf->policy, &text) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_strncmp(text.data, "tuleap_cache ", 13) != 0
        && ngx_strstr(text.data, "\ntuleap_cache ") == NULL)
    {
        conf->mode = NGX_HTTP_TULEAP_FRONT_DOCUMENTED;
    }

    lines.data = ngx_pnalloc(cf->temp_pool,
                             text.len + ours.len + conf->zone.len);
    rest.data = ngx_pnalloc(cf->temp_pool, text.len);

    if (lines.data == NULL || rest.data == NULL) {
        return NGX_CONF_ERROR;
    }

    lines.len = 0;
    rest.len = 0;

    if (conf->mode == NGX_HTTP_TULEAP_FRONT_ON) {
        lines.len = ngx_cpymem(lines.data, ours.data, ours.len) - lines.data;

    } else {
        lines.len = ngx_sprintf(lines.data, "proxy_cache %V; ", &conf->zone)
                    - lines.data;
    }

    p = text.data;
    last = text.data + text.len;

    for ( /* void */ ; p < last; p = line.data + line.len) {
        line.data = p;
        p = ngx_strlchr(p, last, LF);
        line.len = (p ? p + 1 : last) - line.data;

        if (ngx_http_tuleap_front_cache_passes(&line,
                                            ngx_http_tuleap_front_cache_where))
        {
            ngx_memcpy(rest.data + rest.len, line.data, line.len);
            rest.len += line.len;
        }

        if (ngx_http_tuleap_front_cache_passes(&line,
                                            ngx_http_tuleap_front_cache_known)
            && (conf->mode != NGX_HTTP_TULEAP_FRONT_ON
                || ngx_http_tuleap_front_cache_passes(&line,
                                            ngx_http_tuleap_front_cache_ours)))
        {
            ngx_memcpy(lines.data + lines.len, line.data, line.len);
            lines.len += line.len;
        }
    }

    if (conf->mode != NGX_HTTP_TULEAP_FRONT_ON) {
        policy = tuleap_front_cache_policy_parse((char *) rest.data, rest.len,
                                            NGX_HTTP_TULEAP_FRONT_NGINX_RULES,
                                            NULL, NULL, 0);

        rv = ngx_http_tuleap_front_cache_keep(cf, conf, policy);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return ngx_http_tuleap_front_issue(cf, cmd, &lines);
}


static ngx_uint_t
ngx_http_tuleap_front_cache_passes(ngx_str_t *line, ngx_str_t *names)
{
    for ( /* void */ ; names->len; names++) {

        if (line->len > names->len
            && ngx_memcmp(line->data, names->data, names->len) == 0)
        {
            return 0;
        }
    }

    return 1;
}


/* nginx looks for a zone of a variable when it is asked, and so do we before. */

ngx_int_t
ngx_http_tuleap_front_init_cache(ngx_conf_t *cf, ngx_array_t *zones)
{
    ngx_str_t   *zone;
    ngx_uint_t   i;

    zone = zones->elts;

    for (i = 0; i < zones->nelts; i++) {

        if (!ngx_http_tuleap_front_has_zone(cf, &zone[i])) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"tuleap_cache\" zone \"%V\" is unknown: write a "
                          "\"proxy_cache_path\" with \"keys_zone=%V:size\"",
                          &zone[i], &zone[i]);
            return NGX_ERROR;
        }
    }

    ngx_http_tuleap_front_init_cache_filter();

    return NGX_OK;
}


static ngx_uint_t
ngx_http_tuleap_front_has_zone(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_shm_zone_t   *zone, *end;
    ngx_list_part_t  *part;

    ngx_http_tuleap_front_each(&cf->cycle->shared_memory, part, zone, end) {

        if (zone->shm.size && zone->shm.name.len == name->len
            && ngx_memcmp(zone->shm.name.data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
