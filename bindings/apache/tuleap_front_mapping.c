/*
 * The directives of TuleapDestination, and the library's handles for them.
 *
 * As for the client's rules, every context that has some of its own is listed while the
 * configuration is read, and made complete before the first request.
 */

#include "mod_tuleap_front.h"

APLOG_USE_MODULE(tuleap_front);

#define MESSAGE_MAX 1024

/* A context that switches TuleapDestination. */
typedef struct {
    const mtf_dir_conf *conf;
    const ap_directive_t *directive;
    const server_rec *server;
    int is_section;
} mtf_switch;

/* Of the configuration that is being read: set up and used before there is any child. */
static apr_array_header_t *all_mappings;
static apr_array_header_t *all_switches;
static tuleap_front_destination_rule *documented;

static apr_status_t mapping_free(void *data)
{
    mtf_mapping *mapping = data;

    tuleap_front_destination_rule_free(mapping->named);
    tuleap_front_destination_rule_free(mapping->by_scheme[TULEAP_FRONT_SCHEME_HTTP]);
    tuleap_front_destination_rule_free(mapping->by_scheme[TULEAP_FRONT_SCHEME_HTTPS]);
    return APR_SUCCESS;
}

static mtf_mapping *make(apr_pool_t *p)
{
    mtf_mapping *mapping = apr_pcalloc(p, sizeof(*mapping));

    mapping->foreign_pass = mapping->path_promote = mapping->if_tags = MTF_UNSET;
    apr_pool_cleanup_register(p, mapping, mapping_free, apr_pool_cleanup_null);
    APR_ARRAY_PUSH(all_mappings, mtf_mapping *) = mapping;
    return mapping;
}

static apr_status_t documented_free(void *data)
{
    (void) data;
    tuleap_front_destination_rule_free(documented);
    documented = NULL;
    return APR_SUCCESS;
}

void mtf_mapping_begin(apr_pool_t *pconf)
{
    all_mappings = apr_array_make(pconf, 4, sizeof(mtf_mapping *));
    all_switches = apr_array_make(pconf, 4, sizeof(mtf_switch));
    documented = tuleap_front_destination_rule_documented(TULEAP_FRONT_GUIDE_REVERSE_PROXY,
                                                          TULEAP_FRONT_NGINX_RULES_CURRENT);
    apr_pool_cleanup_register(pconf, NULL, documented_free, apr_pool_cleanup_null);
}

const tuleap_front_destination_rule *mtf_mapping_documented(void)
{
    return documented;
}

static tuleap_front_destination_rule *make_rule(const mtf_mapping *mapping, const char *backend,
                                                char *message)
{
    const char *origins = mapping->origins ? mapping->origins : "auto";
    apr_uint32_t flags = 0;

    if (mapping->foreign_pass == MTF_ON) {
        flags |= TULEAP_FRONT_DESTINATION_FOREIGN_PASS;
    }
    if (mapping->path_promote == MTF_ON) {
        flags |= TULEAP_FRONT_DESTINATION_PROMOTE_PATH;
    }
    if (mapping->if_tags != MTF_UNSET) {
        flags |= mapping->if_tags ? TULEAP_FRONT_DESTINATION_IF_REWRITE
                                  : TULEAP_FRONT_DESTINATION_IF_KEEP;
    }
    return tuleap_front_destination_rule_new(origins, strlen(origins), backend, strlen(backend),
                                             flags, NULL, message, MESSAGE_MAX);
}

/*
 * Directives
 */

static const char *refuse(cmd_parms *cmd, const char *message)
{
    return apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", message, NULL);
}

static const char *is_none_of(cmd_parms *cmd, const char *arg, const char *words)
{
    return refuse(cmd, apr_psprintf(cmd->pool, "\"%s\" is none of %s", arg, words));
}

static mtf_mapping *own_mapping(cmd_parms *cmd, mtf_dir_conf *conf)
{
    if (!conf->mapping) {
        conf->mapping = make(cmd->pool);
        conf->mapping->directive = cmd->directive;
        conf->mapping->server = cmd->server;
        conf->mapping->is_section = cmd->path != NULL;
    }
    return conf->mapping;
}

/* What the library says about what is there so far, NULL if nothing. */
static const char *checked(cmd_parms *cmd, const mtf_mapping *mapping)
{
    char message[MESSAGE_MAX];
    const char *backend = mapping->backend ? mapping->backend : "http";
    tuleap_front_destination_rule *rule = make_rule(mapping, backend, message);

    tuleap_front_destination_rule_free(rule);
    return rule ? NULL : refuse(cmd, message);
}

const char *mtf_set_destination(cmd_parms *cmd, void *confv, const char *arg)
{
    mtf_dir_conf *conf = confv;
    const char *message = mtf_misplaced(cmd);
    mtf_switch *entry;

    if (message) {
        return message;
    }
    if (ap_cstr_casecmp(arg, "on") == 0) {
        conf->destination = MTF_ON;
    }
    else if (ap_cstr_casecmp(arg, "off") == 0) {
        conf->destination = MTF_OFF;
    }
    else if (ap_cstr_casecmp(arg, "documented") == 0) {
        conf->destination = MTF_DOCUMENTED;
    }
    else {
        return is_none_of(cmd, arg, "On, Documented, Off");
    }
    entry = apr_array_push(all_switches);
    entry->conf = conf;
    entry->directive = cmd->directive;
    entry->server = cmd->server;
    entry->is_section = cmd->path != NULL;
    return NULL;
}

const char *mtf_set_destination_public(cmd_parms *cmd, void *conf, const char *args)
{
    const char *message = mtf_misplaced(cmd), *origins;
    mtf_mapping *mapping;

    if (message) {
        return message;
    }
    mapping = own_mapping(cmd, conf);
    origins = mapping->origins ? mapping->origins : "";
    while (*args) {
        const char *word = ap_getword_conf(cmd->temp_pool, &args);

        origins = *origins ? apr_pstrcat(cmd->pool, origins, " ", word, NULL)
                           : apr_pstrdup(cmd->pool, word);
    }
    mapping->origins = origins;
    return checked(cmd, mapping);
}

const char *mtf_set_destination_backend(cmd_parms *cmd, void *conf, const char *arg)
{
    const char *message = mtf_misplaced(cmd);
    mtf_mapping *mapping;

    if (message) {
        return message;
    }
    mapping = own_mapping(cmd, conf);
    mapping->backend = arg;
    return checked(cmd, mapping);
}

const char *mtf_set_destination_foreign(cmd_parms *cmd, void *conf, const char *arg)
{
    const char *message = mtf_misplaced(cmd);
    mtf_mapping *mapping;

    if (message) {
        return message;
    }
    mapping = own_mapping(cmd, conf);
    mapping->foreign_pass = ap_cstr_casecmp(arg, "pass") == 0;
    return mapping->foreign_pass || ap_cstr_casecmp(arg, "reject") == 0
           ? NULL : is_none_of(cmd, arg, "Reject, Pass");
}

const char *mtf_set_destination_path(cmd_parms *cmd, void *conf, const char *arg)
{
    const char *message = mtf_misplaced(cmd);
    mtf_mapping *mapping;

    if (message) {
        return message;
    }
    mapping = own_mapping(cmd, conf);
    mapping->path_promote = ap_cstr_casecmp(arg, "promote") == 0;
    return mapping->path_promote || ap_cstr_casecmp(arg, "keep") == 0
           ? NULL : is_none_of(cmd, arg, "Keep, Promote");
}

const char *mtf_set_destination_if(cmd_parms *cmd, void *conf, int is_on)
{
    const char *message = mtf_misplaced(cmd);

    if (!message) {
        own_mapping(cmd, conf)->if_tags = is_on ? MTF_ON : MTF_OFF;
    }
    return message;
}

/*
 * When the configuration is read
 */

/* As httpd says it of a line that it refuses itself. */
static int refuse_at(const ap_directive_t *at, server_rec *s, const char *message)
{
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_EMERG, 0, s,
                 "Syntax error on line %d of %s: %s: %s", at ? at->line_num : 0,
                 at ? at->filename : "?", at ? at->directive : "TuleapDestination", message);
    return HTTP_INTERNAL_SERVER_ERROR;
}

/* Each setting that it does not have. */
static void inherit(mtf_mapping *mapping, const mtf_mapping *base)
{
    mapping->origins = mapping->origins ? mapping->origins : base->origins;
    mapping->backend = mapping->backend ? mapping->backend : base->backend;
    if (mapping->foreign_pass == MTF_UNSET) {
        mapping->foreign_pass = base->foreign_pass;
    }
    if (mapping->path_promote == MTF_UNSET) {
        mapping->path_promote = base->path_promote;
    }
    if (mapping->if_tags == MTF_UNSET) {
        mapping->if_tags = base->if_tags;
    }
}

/* A virtual host inherits from the server, then a section from the one or the other. */
static void inherit_all(apr_pool_t *pconf, server_rec *main_server)
{
    mtf_dir_conf *base = mtf_server_level(main_server);
    server_rec *s;
    int i;

    if (!base->mapping) {
        base->mapping = make(pconf);
    }
    for (s = main_server->next; s; s = s->next) {
        mtf_dir_conf *conf = mtf_server_level(s);

        if (!conf->mapping) {
            conf->mapping = base->mapping;
        }
        else if (conf->mapping != base->mapping) {
            inherit(conf->mapping, base->mapping);
        }
    }
    for (i = 0; i < all_mappings->nelts; i++) {
        mtf_mapping *mapping = APR_ARRAY_IDX(all_mappings, i, mtf_mapping *);

        if (mapping->is_section) {
            inherit(mapping, mtf_server_level(mapping->server)->mapping);
        }
    }
}

static int complete(mtf_mapping *mapping, server_rec *s)
{
    char message[MESSAGE_MAX] = "the library has no more room";
    tuleap_front_destination_rule **by_scheme = mapping->by_scheme;

    by_scheme[TULEAP_FRONT_SCHEME_HTTP] = make_rule(mapping, "http", message);
    by_scheme[TULEAP_FRONT_SCHEME_HTTPS] = make_rule(mapping, "https", message);
    if (mapping->backend) {
        mapping->named = make_rule(mapping, mapping->backend, message);
    }
    if (!by_scheme[TULEAP_FRONT_SCHEME_HTTP] || !by_scheme[TULEAP_FRONT_SCHEME_HTTPS]
        || (mapping->backend && !mapping->named)) {
        return refuse_at(mapping->directive, s, message);
    }
    return OK;
}

/* Is it switched in this server itself, whatever the main one says? */
static int is_own_switch(const server_rec *s)
{
    int i;

    for (i = 0; i < all_switches->nelts; i++) {
        const mtf_switch *entry = &APR_ARRAY_IDX(all_switches, i, mtf_switch);

        if (entry->server == s && !entry->is_section) {
            return 1;
        }
    }
    return 0;
}

static int counts_for(const mtf_switch *entry, const server_rec *main_server, const server_rec *s)
{
    if (entry->server == s) {
        return 1;
    }
    return entry->server == main_server && (entry->is_section || !is_own_switch(s));
}

static int check_switch(apr_pool_t *pconf, server_rec *main_server, const mtf_switch *entry)
{
    server_rec *s;

    for (s = main_server; s; s = s->next) {
        const mtf_mapping *own = entry->is_section ? entry->conf->mapping : NULL;
        const mtf_mapping *mapping = own ? own : mtf_server_level(s)->mapping;
        const char *message;

        if (!counts_for(entry, main_server, s)) {
            continue;
        }
        message = mtf_scheme_conflict(pconf, s, entry->conf->destination, mapping->backend);
        if (message) {
            return refuse_at(entry->directive, main_server, message);
        }
    }
    return OK;
}

int mtf_mapping_finish(apr_pool_t *pconf, server_rec *main_server)
{
    int i, rv;

    if (!documented) {
        return refuse_at(NULL, main_server, "the library has no more room");
    }
    inherit_all(pconf, main_server);
    for (i = 0; i < all_mappings->nelts; i++) {
        rv = complete(APR_ARRAY_IDX(all_mappings, i, mtf_mapping *), main_server);
        if (rv != OK) {
            return rv;
        }
    }
    for (i = 0; i < all_switches->nelts; i++) {
        rv = check_switch(pconf, main_server, &APR_ARRAY_IDX(all_switches, i, mtf_switch));
        if (rv != OK) {
            return rv;
        }
    }
    return OK;
}
