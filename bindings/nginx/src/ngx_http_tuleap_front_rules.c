
/*
 * The library's handles from what the directives say.
 */


#include "ngx_http_tuleap_front.h"


static ngx_int_t ngx_http_tuleap_front_strict(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf,
    ngx_http_tuleap_front_rules_t *rules);
static ngx_int_t ngx_http_tuleap_front_realip(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf,
    ngx_http_tuleap_front_rules_t *rules);
static ngx_int_t ngx_http_tuleap_front_hops(ngx_conf_t *cf,
    ngx_http_tuleap_front_rules_t *rules);
static void ngx_http_tuleap_front_rules_cleanup(void *data);
static tuleap_front_destination_rule *ngx_http_tuleap_front_destination_rule(
    ngx_http_tuleap_front_destination_conf_t *conf, const char *backend,
    size_t len, char *message);
static tuleap_front_destination_rule *ngx_http_tuleap_front_documented_rule(
    ngx_uint_t mode);
static void ngx_http_tuleap_front_mapping_cleanup(void *data);


#define NGX_HTTP_TULEAP_FRONT_MESSAGE  1024


/* Reports in the words of the library, at the directive that is to blame. */

static void
ngx_http_tuleap_front_report(ngx_conf_t *cf, ngx_uint_t level,
    const char *directive, char *message, ngx_http_tuleap_front_where_t *where)
{
    if (where->line == 0) {
        ngx_conf_log_error(level, cf, 0, "\"%s\": %s", directive, message);
        return;
    }

    ngx_log_error(level, cf->log, 0, "\"%s\": %s in %V:%ui",
                  directive, message, &where->file, where->line);
}


ngx_http_tuleap_front_rules_t *
ngx_http_tuleap_front_rules(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf)
{
    ngx_int_t                       rc;
    ngx_pool_cleanup_t             *cln;
    ngx_http_tuleap_front_rules_t  *rules;

    cln = ngx_pool_cleanup_add(cf->pool,
                               sizeof(ngx_http_tuleap_front_rules_t));
    if (cln == NULL) {
        return NULL;
    }

    rules = cln->data;
    ngx_memzero(rules, sizeof(ngx_http_tuleap_front_rules_t));
    cln->handler = ngx_http_tuleap_front_rules_cleanup;

    if (conf->dialect == NGX_HTTP_TULEAP_FRONT_STRICT) {
        rc = ngx_http_tuleap_front_strict(cf, conf, rules);

    } else {
        rc = ngx_http_tuleap_front_realip(cf, conf, rules);
    }

    if (rc != NGX_OK || ngx_http_tuleap_front_hops(cf, rules) != NGX_OK) {
        return NULL;
    }

    return rules;
}


static void
ngx_http_tuleap_front_rules_cleanup(void *data)
{
    ngx_http_tuleap_front_rules_t *rules = data;

    tuleap_front_forwarded_hop_free(rules->recommended);
    tuleap_front_forwarded_hop_free(rules->documented);
    tuleap_front_origin_policy_free(rules->policy);
    tuleap_front_nginx_realip_free(rules->realip);
    tuleap_front_client_ip_resolver_free(rules->resolver);
    tuleap_front_trusted_proxies_free(rules->proxies);
}


/* All lists of a level as one, and whether one of them may trust everybody. */

static ngx_int_t
ngx_http_tuleap_front_join(ngx_conf_t *cf, ngx_array_t *lists, ngx_str_t *all,
    ngx_uint_t *flags)
{
    u_char                        *p;
    ngx_uint_t                     i;
    ngx_http_tuleap_front_list_t  *list;

    ngx_str_null(all);
    *flags = 0;

    if (lists == NULL) {
        return NGX_OK;
    }

    list = lists->elts;

    for (i = 0; i < lists->nelts; i++) {
        all->len += list[i].text.len + 1;

        if (list[i].trust_all) {
            *flags = TULEAP_FRONT_LIST_ALLOW_TRUST_ALL;
        }
    }

    p = ngx_pnalloc(cf->pool, all->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    all->data = p;

    for (i = 0; i < lists->nelts; i++) {
        p = ngx_cpymem(p, list[i].text.data, list[i].text.len);
        *p++ = ',';
    }

    all->len--;

    return NGX_OK;
}


/* Each list by itself, so that what is wrong with it is reported where it is. */

static ngx_int_t
ngx_http_tuleap_front_check_list(ngx_conf_t *cf,
    ngx_http_tuleap_front_list_t *list)
{
    size_t                         i;
    char                           message[NGX_HTTP_TULEAP_FRONT_MESSAGE];
    tuleap_front_trusted_proxies  *proxies;

    if (list->checked) {
        return NGX_OK;
    }

    message[0] = '\0';

    proxies = tuleap_front_trusted_proxies_parse((char *) list->text.data,
                       list->text.len,
                       list->trust_all ? TULEAP_FRONT_LIST_ALLOW_TRUST_ALL : 0,
                       NULL, message, sizeof(message));

    if (proxies == NULL) {
        ngx_http_tuleap_front_report(cf, NGX_LOG_EMERG,
                                     "tuleap_trusted_proxies", message,
                                     &list->where);
        return NGX_ERROR;
    }

    for (i = 0;
         tuleap_front_trusted_proxies_warning(proxies, i, NULL, message,
                                              sizeof(message))
         == TULEAP_FRONT_STATUS_OK;
         i++)
    {
        ngx_http_tuleap_front_report(cf, NGX_LOG_WARN,
                                     "tuleap_trusted_proxies", message,
                                     &list->where);
    }

    tuleap_front_trusted_proxies_free(proxies);

    list->checked = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_proxies(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf,
    ngx_http_tuleap_front_rules_t *rules)
{
    char                            message[NGX_HTTP_TULEAP_FRONT_MESSAGE];
    ngx_str_t                       all;
    ngx_uint_t                      i, n, flags;
    ngx_http_tuleap_front_list_t   *list;
    ngx_http_tuleap_front_where_t  *where;

    list = conf->lists ? conf->lists->elts : NULL;
    n = conf->lists ? conf->lists->nelts : 0;
    where = n ? &list[n - 1].where : &conf->headers_where;

    for (i = 0; i < n; i++) {
        if (ngx_http_tuleap_front_check_list(cf, &list[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ngx_http_tuleap_front_join(cf, conf->lists, &all, &flags) != NGX_OK) {
        return NGX_ERROR;
    }

    message[0] = '\0';

    rules->proxies = tuleap_front_trusted_proxies_parse((char *) all.data,
                                                        all.len, flags, NULL,
                                                        message,
                                                        sizeof(message));
    if (rules->proxies == NULL) {
        ngx_http_tuleap_front_report(cf, NGX_LOG_EMERG,
                                     "tuleap_trusted_proxies", message, where);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_tuleap_front_strict(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf,
    ngx_http_tuleap_front_rules_t *rules)
{
    char                            message[NGX_HTTP_TULEAP_FRONT_MESSAGE];
    size_t                          i;
    const char                     *directive;
    ngx_http_tuleap_front_where_t  *where;

    if (ngx_http_tuleap_front_proxies(cf, conf, rules) != NGX_OK) {
        return NGX_ERROR;
    }

    message[0] = '\0';

    rules->resolver = tuleap_front_client_ip_resolver_new(rules->proxies,
                                 (char *) conf->headers.data,
                                 conf->headers.len, conf->hops, conf->max_hops,
                                 conf->any_peer
                                     ? TULEAP_FRONT_RESOLVER_DANGER_ANY_PEER : 0,
                                 NULL, message, sizeof(message));

    /* hops and max_hops are in range: what is refused is a header */

    if (rules->resolver == NULL) {
        ngx_http_tuleap_front_report(cf, NGX_LOG_EMERG,
                                     "tuleap_client_ip_header", message,
                                     &conf->headers_where);
        return NGX_ERROR;
    }

    directive = conf->any_peer ? "tuleap_client_ip_hops"
                               : "tuleap_client_ip_header";
    where = conf->any_peer ? &conf->hops_where : &conf->headers_where;

    for (i = 0;
         tuleap_front_client_ip_resolver_warning(rules->resolver, i, NULL,
                                                 message, sizeof(message))
         == TULEAP_FRONT_STATUS_OK;
         i++)
    {
        ngx_http_tuleap_front_report(cf, NGX_LOG_WARN, directive, message,
                                     where);
    }

    if (conf->headers.len == 0) {
        ngx_str_set(&rules->header, "X-Forwarded-For");

    } else if (ngx_strlchr(conf->headers.data,
                           conf->headers.data + conf->headers.len, ',')
               == NULL)
    {
        rules->header = conf->headers;
    }

    return NGX_OK;
}


static tuleap_front_nginx_realip *
ngx_http_tuleap_front_realip_new(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf, ngx_str_t *text,
    ngx_http_tuleap_front_where_t *where)
{
    char                        message[NGX_HTTP_TULEAP_FRONT_MESSAGE];
    ngx_uint_t                  flags;
    tuleap_front_problem        problem;
    tuleap_front_nginx_realip  *realip;

    flags = conf->recursive ? TULEAP_FRONT_REALIP_RECURSIVE : 0;

    if (conf->dialect == NGX_HTTP_TULEAP_FRONT_NGINX_1_22) {
        flags |= TULEAP_FRONT_REALIP_1_22;
    }

    message[0] = '\0';
    problem.status = TULEAP_FRONT_STATUS_OK;

    realip = tuleap_front_nginx_realip_new((char *) text->data, text->len,
                                           (char *) conf->headers.data,
                                           conf->headers.len, flags, &problem,
                                           message, sizeof(message));
    if (realip) {
        return realip;
    }

    if (problem.status == TULEAP_FRONT_STATUS_NGINX_REALIP_HEADER) {
        ngx_http_tuleap_front_report(cf, NGX_LOG_EMERG,
                                     "tuleap_client_ip_header", message,
                                     &conf->headers_where);

    } else {
        ngx_http_tuleap_front_report(cf, NGX_LOG_EMERG,
                                     "tuleap_trusted_proxies", message, where);
    }

    return NULL;
}


/*
 * An nginx dialect answers by itself.  Its resolver trusts nobody: it is there
 * for what is asked beside the address, such as the scheme.
 */

static ngx_int_t
ngx_http_tuleap_front_realip(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf,
    ngx_http_tuleap_front_rules_t *rules)
{
    ngx_str_t                      all;
    ngx_uint_t                     i, flags;
    tuleap_front_nginx_realip     *realip;
    ngx_http_tuleap_front_list_t  *list;

    if (conf->hops || conf->max_hops) {
        ngx_http_tuleap_front_report(cf, NGX_LOG_EMERG,
                                     conf->hops ? "tuleap_client_ip_hops"
                                                : "tuleap_client_ip_max_hops",
                                     "needs \"tuleap_dialect strict\"",
                                     &conf->hops_where);
        return NGX_ERROR;
    }

    list = conf->lists ? conf->lists->elts : NULL;

    for (i = 0; conf->lists && i < conf->lists->nelts; i++) {

        realip = ngx_http_tuleap_front_realip_new(cf, conf, &list[i].text,
                                                  &list[i].where);
        if (realip == NULL) {
            return NGX_ERROR;
        }

        tuleap_front_nginx_realip_free(realip);
    }

    if (ngx_http_tuleap_front_join(cf, conf->lists, &all, &flags) != NGX_OK) {
        return NGX_ERROR;
    }

    rules->realip = ngx_http_tuleap_front_realip_new(cf, conf, &all,
                                                     &conf->headers_where);
    if (rules->realip == NULL) {
        return NGX_ERROR;
    }

    rules->proxies = tuleap_front_trusted_proxies_parse(NULL, 0, 0, NULL, NULL,
                                                        0);
    rules->resolver = tuleap_front_client_ip_resolver_new(rules->proxies, NULL,
                                                          0, 0, 0, 0, NULL,
                                                          NULL, 0);

    return rules->resolver ? NGX_OK : NGX_ERROR;
}


/*
 * Host is left to nginx: "proxy_set_header Host" writes it, whatever the
 * request's headers say.
 */

static tuleap_front_forwarded_hop *
ngx_http_tuleap_front_hop(tuleap_front_client_ip_resolver *resolver,
    ngx_uint_t style)
{
    tuleap_front_forwarded_hop  *hop, *ours;

    hop = tuleap_front_forwarded_hop_new(style, TULEAP_FRONT_DIRECTIVE_WRITE,
                                         TULEAP_FRONT_DIRECTIVE_WRITE,
                                         TULEAP_FRONT_DIRECTIVE_WRITE,
                                         TULEAP_FRONT_DIRECTIVE_KEEP);
    ours = tuleap_front_forwarded_hop_for_resolver(hop, resolver);
    tuleap_front_forwarded_hop_free(hop);

    return ours;
}


static ngx_int_t
ngx_http_tuleap_front_hops(ngx_conf_t *cf, ngx_http_tuleap_front_rules_t *rules)
{
    rules->policy = tuleap_front_origin_policy_new(0, 0, NULL, 0, NULL, NULL,
                                                   0);
    rules->recommended = ngx_http_tuleap_front_hop(rules->resolver,
                                              TULEAP_FRONT_STYLE_RECOMMENDED);
    rules->documented = ngx_http_tuleap_front_hop(rules->resolver,
                                              TULEAP_FRONT_STYLE_DOCUMENTED);

    if (rules->policy == NULL || rules->recommended == NULL
        || rules->documented == NULL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "tuleap_front failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* Each by itself, so that what is wrong with it is reported where it is. */

char *
ngx_http_tuleap_front_check_origins(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *text)
{
    char                            message[NGX_HTTP_TULEAP_FRONT_MESSAGE];
    ngx_uint_t                      is_public;
    tuleap_front_destination_rule  *rule;

    is_public = cmd->offset == offsetof(ngx_http_tuleap_front_loc_conf_t,
                                        destination.public);
    message[0] = '\0';

    rule = tuleap_front_destination_rule_new(
                                 is_public ? (char *) text->data : "auto",
                                 is_public ? text->len : sizeof("auto") - 1,
                                 is_public ? "http" : (char *) text->data,
                                 is_public ? sizeof("http") - 1 : text->len,
                                 0, NULL, message, sizeof(message));

    if (rule == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\": %s", &cmd->name,
                           message);
        return NGX_CONF_ERROR;
    }

    tuleap_front_destination_rule_free(rule);

    return NGX_CONF_OK;
}


ngx_http_tuleap_front_mapping_t *
ngx_http_tuleap_front_mapping(ngx_conf_t *cf,
    ngx_http_tuleap_front_destination_conf_t *conf)
{
    char                              message[NGX_HTTP_TULEAP_FRONT_MESSAGE];
    ngx_pool_cleanup_t               *cln;
    ngx_http_tuleap_front_mapping_t  *mapping;

    cln = ngx_pool_cleanup_add(cf->pool,
                               sizeof(ngx_http_tuleap_front_mapping_t));
    if (cln == NULL) {
        return NULL;
    }

    mapping = cln->data;
    ngx_memzero(mapping, sizeof(ngx_http_tuleap_front_mapping_t));
    cln->handler = ngx_http_tuleap_front_mapping_cleanup;

    message[0] = '\0';

    if (conf->mode != NGX_HTTP_TULEAP_FRONT_ON) {
        mapping->rule = ngx_http_tuleap_front_documented_rule(conf->mode);

    } else if (conf->backend.len) {
        mapping->rule = ngx_http_tuleap_front_destination_rule(conf,
                                                  (char *) conf->backend.data,
                                                  conf->backend.len, message);

    } else {
        mapping->rule = ngx_http_tuleap_front_destination_rule(conf, "http", 4,
                                                               message);
        mapping->local[TULEAP_FRONT_SCHEME_HTTP] =
                ngx_http_tuleap_front_destination_rule(conf, "http", 4,
                                                       message);
        mapping->local[TULEAP_FRONT_SCHEME_HTTPS] =
                ngx_http_tuleap_front_destination_rule(conf, "https", 5,
                                                       message);
    }

    if (mapping->rule == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"tuleap_destination\": %s",
                           message);
        return NULL;
    }

    mapping->host = conf->host;
    mapping->if_tags = tuleap_front_destination_rule_if_tags(mapping->rule) > 0;

    return mapping;
}


static tuleap_front_destination_rule *
ngx_http_tuleap_front_destination_rule(
    ngx_http_tuleap_front_destination_conf_t *conf, const char *backend,
    size_t len, char *message)
{
    ngx_str_t  public = ngx_string("auto");

    if (conf->public.len) {
        public = conf->public;
    }

    return tuleap_front_destination_rule_new((char *) public.data, public.len,
                                             backend, len,
                                             conf->foreign | conf->path
                                             | conf->if_tags,
                                             NULL, message,
                                             NGX_HTTP_TULEAP_FRONT_MESSAGE);
}


/* As nginx of this version does with several lines. */

static tuleap_front_destination_rule *
ngx_http_tuleap_front_documented_rule(ngx_uint_t mode)
{
    ngx_uint_t  guide;

    guide = mode == NGX_HTTP_TULEAP_FRONT_DISTRIBUTED
            ? TULEAP_FRONT_GUIDE_DISTRIBUTED : TULEAP_FRONT_GUIDE_REVERSE_PROXY;

    return tuleap_front_destination_rule_documented(guide,
                                            NGX_HTTP_TULEAP_FRONT_NGINX_RULES);
}


static void
ngx_http_tuleap_front_mapping_cleanup(void *data)
{
    ngx_http_tuleap_front_mapping_t *mapping = data;

    tuleap_front_destination_rule_free(mapping->rule);
    tuleap_front_destination_rule_free(mapping->local[0]);
    tuleap_front_destination_rule_free(mapping->local[1]);
}
