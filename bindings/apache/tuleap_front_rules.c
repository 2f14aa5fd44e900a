/*
 * The configuration's texts made into the library's handles.
 *
 * httpd merges sections for every request, so nothing is made there: a merge chooses a pointer.
 * Every context that has rules of its own is listed here while the configuration is read, and
 * made complete by mtf_rules_finish.
 */

#include "mod_tuleap_front.h"

APLOG_USE_MODULE(tuleap_front);

#define MESSAGE_MAX 1024

/* Of the configuration that is being read: set up and used before there is any child. */
static apr_array_header_t *all_rules;

static apr_status_t rules_free(void *data)
{
    mtf_rules *rules = data;

    tuleap_front_forwarded_hop_free(rules->documented);
    tuleap_front_forwarded_hop_free(rules->recommended);
    tuleap_front_origin_policy_free(rules->policy);
    tuleap_front_client_ip_resolver_free(rules->resolver);
    tuleap_front_trusted_proxies_free(rules->proxies);
    return APR_SUCCESS;
}

mtf_rules *mtf_rules_make(apr_pool_t *p)
{
    mtf_rules *rules = apr_pcalloc(p, sizeof(*rules));

    rules->hops = rules->max_hops = MTF_UNSET;
    apr_pool_cleanup_register(p, rules, rules_free, apr_pool_cleanup_null);
    APR_ARRAY_PUSH(all_rules, mtf_rules *) = rules;
    return rules;
}

void mtf_rules_begin(apr_pool_t *pconf)
{
    all_rules = apr_array_make(pconf, 4, sizeof(mtf_rules *));
}

static tuleap_front_trusted_proxies *make_list(const char *text, apr_uint32_t flags,
                                               char *message)
{
    return tuleap_front_trusted_proxies_parse(text, strlen(text), flags, NULL, message,
                                              MESSAGE_MAX);
}

/* What the library says about the entries of one directive, NULL if it takes them. */
const char *mtf_rules_check_list(cmd_parms *cmd, const mtf_rules *rules, const char *text)
{
    char message[MESSAGE_MAX];
    tuleap_front_trusted_proxies *list = make_list(text, rules->list_flags, message);
    apr_size_t i;

    if (!list) {
        return apr_pstrdup(cmd->pool, message);
    }
    for (i = 0; tuleap_front_trusted_proxies_warning(list, i, NULL, message, MESSAGE_MAX) == 0;
         i++) {
        /* not to cmd->server: its log level is not known while the configuration is read */
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_WARNING, 0, NULL, "%s:%d: %s",
                     cmd->directive->filename, cmd->directive->line_num, message);
    }
    tuleap_front_trusted_proxies_free(list);
    return NULL;
}

static tuleap_front_client_ip_resolver *make_resolver(const mtf_rules *rules,
                                                      const tuleap_front_trusted_proxies *proxies,
                                                      char *message)
{
    const char *headers = rules->headers ? rules->headers : "";

    return tuleap_front_client_ip_resolver_new(proxies, headers, strlen(headers),
                                               rules->hops > 0 ? rules->hops : 0,
                                               rules->max_hops > 0 ? rules->max_hops : 0,
                                               rules->hop_flags, NULL, message, MESSAGE_MAX);
}

/* What the library says about the headers and counts so far, NULL if nothing. */
const char *mtf_rules_check_headers(cmd_parms *cmd, const mtf_rules *rules)
{
    char message[MESSAGE_MAX] = "";
    tuleap_front_trusted_proxies *nobody = make_list("", 0, message);
    tuleap_front_client_ip_resolver *resolver = make_resolver(rules, nobody, message);

    tuleap_front_client_ip_resolver_free(resolver);
    tuleap_front_trusted_proxies_free(nobody);
    return resolver ? NULL : apr_pstrdup(cmd->pool, message);
}

/* As httpd says it of a line that it refuses itself. */
static int refuse(const mtf_rules *rules, server_rec *s, const char *message)
{
    const ap_directive_t *at = rules->directive;

    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_EMERG, 0, s,
                 "Syntax error on line %d of %s: %s: %s", at ? at->line_num : 0,
                 at ? at->filename : "?", at ? at->directive : "TuleapTrustedProxies", message);
    return HTTP_INTERNAL_SERVER_ERROR;
}

static int make_hops(mtf_rules *rules)
{
    tuleap_front_forwarded_hop *hop;

    hop = tuleap_front_forwarded_hop_new(TULEAP_FRONT_STYLE_RECOMMENDED, 0, 0, 0,
                                         TULEAP_FRONT_DIRECTIVE_KEEP);
    rules->recommended = tuleap_front_forwarded_hop_for_resolver(hop, rules->resolver);
    tuleap_front_forwarded_hop_free(hop);

    hop = tuleap_front_forwarded_hop_new(TULEAP_FRONT_STYLE_DOCUMENTED, 0, 0, 0,
                                         TULEAP_FRONT_DIRECTIVE_KEEP);
    rules->documented = tuleap_front_forwarded_hop_for_resolver(hop, rules->resolver);
    tuleap_front_forwarded_hop_free(hop);

    return rules->recommended && rules->documented;
}

static int complete(mtf_rules *rules, server_rec *s)
{
    char message[MESSAGE_MAX] = "the library has no more room";

    if (rules->is_section && !rules->trusted) {
        return refuse(rules, s, "a section that has it needs TuleapTrustedProxies too: "
                      "the list of the server is not inherited here");
    }
    rules->proxies = make_list(rules->trusted ? rules->trusted : "", rules->list_flags, message);
    if (!rules->proxies) {
        return refuse(rules, s, message);
    }
    rules->resolver = make_resolver(rules, rules->proxies, message);
    if (!rules->resolver) {
        return refuse(rules, s, message);
    }
    rules->policy = tuleap_front_origin_policy_new(0, 0, NULL, 0, NULL, message, sizeof(message));
    if (!rules->policy || !make_hops(rules)) {
        return refuse(rules, s, message);
    }
    return OK;
}

static void warn(const mtf_rules *rules, server_rec *s)
{
    char message[MESSAGE_MAX];
    apr_size_t i;

    for (i = 0; tuleap_front_client_ip_resolver_warning(rules->resolver, i, NULL, message,
                                                        sizeof(message)) == 0; i++) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_WARNING, 0, s, "%s:%d: %s",
                     rules->directive->filename, rules->directive->line_num, message);
    }
}

/* A virtual host inherits each setting that it does not have. */
static void inherit(mtf_rules *rules, const mtf_rules *base)
{
    if (!rules->trusted) {
        rules->trusted = base->trusted;
        rules->list_flags = base->list_flags;
    }
    if (!rules->headers) {
        rules->headers = base->headers;
    }
    if (rules->hops == MTF_UNSET) {
        rules->hops = base->hops;
        rules->hop_flags = base->hop_flags;
    }
    if (rules->max_hops == MTF_UNSET) {
        rules->max_hops = base->max_hops;
    }
}

mtf_dir_conf *mtf_server_level(server_rec *s)
{
    return ap_get_module_config(s->lookup_defaults, &tuleap_front_module);
}

int mtf_rules_finish(apr_pool_t *pconf, server_rec *main_server)
{
    mtf_dir_conf *base = mtf_server_level(main_server);
    server_rec *s;
    int i, rv;

    if (!base->rules) {
        base->rules = mtf_rules_make(pconf);
    }
    for (s = main_server->next; s; s = s->next) {
        mtf_dir_conf *conf = mtf_server_level(s);

        if (!conf->rules) {
            conf->rules = base->rules;
        }
        else if (conf->rules != base->rules) {
            inherit(conf->rules, base->rules);
        }
    }
    for (i = 0; i < all_rules->nelts; i++) {
        mtf_rules *rules = APR_ARRAY_IDX(all_rules, i, mtf_rules *);

        if ((rv = complete(rules, main_server)) != OK) {
            return rv;
        }
        warn(rules, main_server);
    }
    return OK;
}
