/*
 * mod_tuleap_front: who is the client, what is the next server told, and where copies go.
 *
 * The directives and the hooks; README.md describes both.
 */

#include "mod_tuleap_front.h"
#include "mod_proxy.h"
#include "util_cfgtree.h"

APLOG_USE_MODULE(tuleap_front);

/* Which modes any TuleapClientIP asks for, as bits. Set while there is one thread. */
static unsigned modes;

static void *create_dir_conf(apr_pool_t *p, char *dir)
{
    mtf_dir_conf *conf = apr_pcalloc(p, sizeof(*conf));

    (void) dir;
    conf->client_ip = conf->replace = conf->require = MTF_UNSET;
    conf->forwarded = conf->trace = MTF_UNSET;
    conf->destination = conf->location = MTF_UNSET;
    return conf;
}

/* Runs for every request that meets a section: it chooses, and makes nothing. */
static void *merge_dir_conf(apr_pool_t *p, void *basev, void *addv)
{
    const mtf_dir_conf *base = basev, *add = addv;
    mtf_dir_conf *conf = apr_palloc(p, sizeof(*conf));

    conf->rules = add->rules ? add->rules : base->rules;
    conf->client_ip = add->client_ip != MTF_UNSET ? add->client_ip : base->client_ip;
    conf->replace = add->replace != MTF_UNSET ? add->replace : base->replace;
    conf->require = add->require != MTF_UNSET ? add->require : base->require;
    conf->forwarded = add->forwarded != MTF_UNSET ? add->forwarded : base->forwarded;
    conf->trace = add->trace != MTF_UNSET ? add->trace : base->trace;
    conf->mapping = add->mapping ? add->mapping : base->mapping;
    conf->destination = add->destination != MTF_UNSET ? add->destination : base->destination;
    conf->location = add->location != MTF_UNSET ? add->location : base->location;
    conf->redirect = add->redirect ? add->redirect : base->redirect;
    conf->gzip = add->gzip ? add->gzip : base->gzip;
    conf->cache = add->cache ? add->cache : base->cache;
    return conf;
}

static void *create_server_conf(apr_pool_t *p, server_rec *s)
{
    (void) s;
    return apr_pcalloc(p, sizeof(mtf_server_conf));
}

static void *merge_server_conf(apr_pool_t *p, void *basev, void *addv)
{
    const mtf_server_conf *base = basev, *add = addv;
    mtf_server_conf *conf = apr_palloc(p, sizeof(*conf));

    conf->shadow = add->shadow ? add->shadow : base->shadow;
    conf->has_routes = add->has_routes || base->has_routes;
    conf->routes = add->has_routes ? add->routes : base->routes;
    return conf;
}

/*
 * Directives
 */

static const char *refuse(cmd_parms *cmd, const char *message)
{
    return apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", message, NULL);
}

/*
 * Handles are made while the configuration is read, before there is any request. AllowOverrideList
 * can let a directive into a file that is read with one.
 */
const char *mtf_misplaced(cmd_parms *cmd)
{
    return ap_check_cmd_context(cmd, NOT_IN_HTACCESS);
}

static mtf_rules *own_rules(cmd_parms *cmd, mtf_dir_conf *conf)
{
    if (!conf->rules) {
        conf->rules = mtf_rules_make(cmd->pool);
        conf->rules->directive = cmd->directive;
        conf->rules->is_section = cmd->path != NULL;
    }
    return conf->rules;
}

/* The words of a line, quotes taken off, with one separator between two. */
static const char *words(cmd_parms *cmd, const char *args, const char *separator)
{
    const char *text = "";

    while (*args) {
        const char *word = ap_getword_conf(cmd->temp_pool, &args);

        text = *text ? apr_pstrcat(cmd->temp_pool, text, separator, word, NULL) : word;
    }
    return text;
}

static const char *joined(cmd_parms *cmd, const char *first, const char *separator,
                          const char *second)
{
    return first ? apr_pstrcat(cmd->pool, first, separator, second, NULL)
                 : apr_pstrdup(cmd->pool, second);
}

static const char *set_trusted_proxies(cmd_parms *cmd, void *conf, const char *args)
{
    static const char trust_all[] = "allow_trust_all";
    const char *rest = args, *text, *message = mtf_misplaced(cmd);
    mtf_rules *rules;

    if (message) {
        return message;
    }
    rules = own_rules(cmd, conf);
    if (strcmp(ap_getword_conf(cmd->temp_pool, &rest), trust_all) == 0) {
        rules->list_flags = TULEAP_FRONT_LIST_ALLOW_TRUST_ALL;
        args = rest;
    }
    text = words(cmd, args, " ");
    if (!*text) {
        return refuse(cmd, "there is no list");
    }
    if ((message = mtf_rules_check_list(cmd, rules, text))) {
        return refuse(cmd, message);
    }
    rules->trusted = joined(cmd, rules->trusted, "\n", text);
    return NULL;
}

static const char *checked(cmd_parms *cmd, const mtf_rules *rules)
{
    const char *message = mtf_rules_check_headers(cmd, rules);

    return message ? refuse(cmd, message) : NULL;
}

static const char *set_header(cmd_parms *cmd, void *conf, const char *args)
{
    const char *names = words(cmd, args, ","), *message = mtf_misplaced(cmd);
    mtf_rules *rules;

    if (message) {
        return message;
    }
    if (!*names) {
        return refuse(cmd, "there is no name of a header");
    }
    rules = own_rules(cmd, conf);
    rules->headers = joined(cmd, rules->headers, ",", names);
    return checked(cmd, rules);
}

/* Digits only, and not zero; how many there may be is the library's business. */
static int read_number(const char *text, apr_uint32_t *number)
{
    apr_int64_t value = 0;

    for (; apr_isdigit(*text) && value <= APR_INT32_MAX; text++) {
        value = value * 10 + (*text - '0');
    }
    *number = (apr_uint32_t) value;
    return !*text && value > 0 && value <= APR_INT32_MAX;
}

static const char *not_hops(cmd_parms *cmd, const char *arg)
{
    return refuse(cmd, apr_psprintf(cmd->pool, "\"%s\" is not a number of hops", arg));
}

static const char *set_hops(cmd_parms *cmd, void *conf, const char *arg, const char *option)
{
    const char *message = mtf_misplaced(cmd);
    mtf_rules *rules;
    apr_uint32_t hops = 0;

    if (message) {
        return message;
    }
    if (ap_cstr_casecmp(arg, "off") != 0 && !read_number(arg, &hops)) {
        return not_hops(cmd, arg);
    }
    if (option && strcmp(option, "danger_any_peer") != 0) {
        return refuse(cmd, apr_psprintf(cmd->pool, "\"%s\" is not danger_any_peer", option));
    }
    rules = own_rules(cmd, conf);
    rules->hops = (int) hops;
    rules->hop_flags = option ? TULEAP_FRONT_RESOLVER_DANGER_ANY_PEER : 0;
    return checked(cmd, rules);
}

static const char *set_max_hops(cmd_parms *cmd, void *conf, const char *arg)
{
    const char *message = mtf_misplaced(cmd);
    mtf_rules *rules;
    apr_uint32_t max_hops;

    if (message) {
        return message;
    }
    if (!read_number(arg, &max_hops)) {
        return not_hops(cmd, arg);
    }
    rules = own_rules(cmd, conf);
    rules->max_hops = (int) max_hops;
    return checked(cmd, rules);
}

static const char *set_client_ip(cmd_parms *cmd, void *confv, const char *arg)
{
    mtf_dir_conf *conf = confv;
    const char *message = mtf_misplaced(cmd);

    if (message) {
        return message;
    }
    if (ap_cstr_casecmp(arg, "on") == 0) {
        conf->client_ip = MTF_ON;
    }
    else if (ap_cstr_casecmp(arg, "off") == 0) {
        conf->client_ip = MTF_OFF;
    }
    else if (ap_cstr_casecmp(arg, "shadow") == 0) {
        conf->client_ip = MTF_SHADOW;
    }
    else {
        return refuse(cmd, apr_psprintf(cmd->pool, "\"%s\" is none of On, Off, Shadow", arg));
    }
    modes |= 1u << conf->client_ip;
    return NULL;
}

static const char *set_forwarded(cmd_parms *cmd, void *confv, const char *arg)
{
    mtf_dir_conf *conf = confv;
    const char *message = mtf_misplaced(cmd);

    if (message) {
        return message;
    }
    if (ap_cstr_casecmp(arg, "on") == 0) {
        conf->forwarded = MTF_ON;
    }
    else if (ap_cstr_casecmp(arg, "off") == 0) {
        conf->forwarded = MTF_OFF;
    }
    else if (ap_cstr_casecmp(arg, "documented") == 0) {
        conf->forwarded = MTF_DOCUMENTED;
    }
    else {
        return refuse(cmd, apr_psprintf(cmd->pool, "\"%s\" is none of On, Documented, Off", arg));
    }
    return NULL;
}

static apr_status_t shadow_free(void *shadow)
{
    tuleap_front_shadow_log_free(shadow);
    return APR_SUCCESS;
}

static tuleap_front_shadow_log *make_shadow(apr_pool_t *p, apr_uint32_t flags, apr_uint32_t rate)
{
    tuleap_front_shadow_log *shadow = tuleap_front_shadow_log_new(flags, rate);

    apr_pool_cleanup_register(p, shadow, shadow_free, apr_pool_cleanup_null);
    return shadow;
}

static const char *set_shadow_log(cmd_parms *cmd, void *dir, const char *first, const char *second)
{
    mtf_server_conf *conf = ap_get_module_config(cmd->server->module_config, &tuleap_front_module);
    const char *options[2] = { first, second };
    apr_uint32_t flags = 0, rate = 0;
    int i;

    (void) dir;
    for (i = 0; i < 2 && options[i]; i++) {
        if (strcmp(options[i], "mask") == 0) {
            flags = TULEAP_FRONT_SHADOW_MASK_ADDRESSES;
        }
        else if (strncmp(options[i], "rate=", 5) != 0 || !read_number(options[i] + 5, &rate)) {
            return refuse(cmd, apr_psprintf(cmd->pool, "\"%s\" is neither mask nor rate=NUMBER",
                                            options[i]));
        }
    }
    conf->shadow = make_shadow(cmd->pool, flags, rate);
    return NULL;
}

static const char *set_flag(cmd_parms *cmd, void *conf, int is_on)
{
    const char *message = mtf_misplaced(cmd);

    return message ? message : ap_set_flag_slot(cmd, conf, is_on);
}

#define ANYWHERE (RSRC_CONF | ACCESS_CONF)
#define FLAG(name, field, help) \
    AP_INIT_FLAG(name, set_flag, (void *) APR_OFFSETOF(mtf_dir_conf, field), ANYWHERE, help)

static const command_rec commands[] = {
    AP_INIT_RAW_ARGS("TuleapTrustedProxies", set_trusted_proxies, NULL, ANYWHERE,
                     "addresses and networks of the proxies whose headers are read"),
    AP_INIT_TAKE1("TuleapClientIP", set_client_ip, NULL, ANYWHERE,
                  "find the client: On, Off, or Shadow to log what would be different"),
    AP_INIT_RAW_ARGS("TuleapClientIPHeader", set_header, NULL, ANYWHERE,
                     "the header that names the client; X-Forwarded-For if not set"),
    AP_INIT_TAKE12("TuleapClientIPHops", set_hops, NULL, ANYWHERE,
                   "N: take the N-th entry from the right; danger_any_peer: of any peer; or Off"),
    AP_INIT_TAKE1("TuleapClientIPMaxHops", set_max_hops, NULL, ANYWHERE,
                  "how many of our own entries are walked at most; 32 if not set"),
    FLAG("TuleapReplaceRemoteAddr", replace,
         "On: a client that a proxy named is the address that the server uses"),
    FLAG("TuleapRequireClient", require, "On: refuse a request whose client is not certain"),
    AP_INIT_TAKE1("TuleapForwardedHeaders", set_forwarded, NULL, ANYWHERE,
                  "what the next server is told: On, Documented or Off"),
    FLAG("TuleapClientIPTrace", trace, "On: make the note tuleap_client_ip_trace"),
    AP_INIT_TAKE12("TuleapShadowLog", set_shadow_log, NULL, RSRC_CONF,
                   "of the lines that Shadow logs: mask, rate=N (in one minute)"),
    AP_INIT_TAKE1("TuleapDestination", mtf_set_destination, NULL, ANYWHERE,
                  "map the Destination of copies to the backend's origin: On, Documented or Off"),
    AP_INIT_RAW_ARGS("TuleapDestinationPublic", mtf_set_destination_public, NULL, ANYWHERE,
                     "the origins by which clients reach the site; auto if not set"),
    AP_INIT_TAKE1("TuleapDestinationBackend", mtf_set_destination_backend, NULL, ANYWHERE,
                  "the backend's origin, or http or https with the Host that it is sent"),
    AP_INIT_TAKE1("TuleapDestinationForeign", mtf_set_destination_foreign, NULL, ANYWHERE,
                  "what becomes of another server: Reject or Pass"),
    AP_INIT_TAKE1("TuleapDestinationPath", mtf_set_destination_path, NULL, ANYWHERE,
                  "what becomes of a path alone: Keep or Promote"),
    AP_INIT_FLAG("TuleapDestinationIf", mtf_set_destination_if, NULL, ANYWHERE,
                 "On: the tags of If are mapped, too"),
    FLAG("TuleapLocation", location,
         "On: Location and Content-Location of answers are mapped back"),
    AP_INIT_TAKE_ARGV("TuleapHttpsRedirect", mtf_set_https_redirect, NULL, ANYWHERE,
                      "the host that clients without TLS are sent to, or Off"),
    AP_INIT_TAKE1("TuleapGzip", mtf_set_gzip, NULL, ANYWHERE,
                  "which answers mod_deflate compresses: recommended, tuleap, documented or Off"),
    AP_INIT_TAKE1("TuleapCache", mtf_set_cache, NULL, ANYWHERE,
                  "what mod_cache keeps and answers from: recommended or Off"),
    AP_INIT_TAKE1("TuleapRoutes", mtf_set_routes, NULL, RSRC_CONF,
                  "which server a request is for: On, Documented, a file of locations, or Off"),
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL }
};

/*
 * Hooks
 */

static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void) plog;
    (void) ptemp;
    modes = 0;
    mtf_rules_begin(pconf);
    mtf_mapping_begin(pconf);
    return OK;
}

/* The first directive with this name and these arguments; NULL is any. */
static const ap_directive_t *find_directive(const ap_directive_t *node, const char *name,
                                            const char *args)
{
    const ap_directive_t *found = NULL;

    for (; node && !found; node = node->next) {
        if (ap_cstr_casecmp(node->directive, name) == 0
            && (!args || ap_cstr_casecmp(node->args, args) == 0)) {
            return node;
        }
        found = find_directive(node->first_child, name, args);
    }
    return found;
}

static void warn_at(server_rec *s, const ap_directive_t *at, const char *message)
{
    if (at) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_WARNING, 0, s, "%s:%d: %s %s",
                     at->filename, at->line_num, at->directive, message);
    }
}

/* The first that is not off of a directive that another module has to follow. */
static void warn_without(server_rec *s, const char *name, const char *const *words,
                         const char *module, const char *message)
{
    const ap_directive_t *at = NULL;

    if (ap_find_linked_module(module)) {
        return;
    }
    for (; *words && !at; words++) {
        at = find_directive(ap_conftree, name, *words);
    }
    warn_at(s, at, message);
}

static void warn_of_verdicts(server_rec *s)
{
    static const char *const gzip[] = { "recommended", "tuleap", "documented", NULL };
    static const char *const cache[] = { "recommended", NULL };

    warn_without(s, "TuleapGzip", gzip, "mod_deflate.c",
                 "compresses nothing: mod_deflate is not loaded");
    warn_without(s, "TuleapCache", cache, "mod_cache.c", "keeps nothing: mod_cache is not loaded");
}

static void warn_of_conflicts(server_rec *s)
{
    static const char nowhere[] = "does nothing: TuleapClientIP is On nowhere";

    if (modes & (1u << MTF_ON)) {
        warn_at(s, find_directive(ap_conftree, "RemoteIPHeader", NULL),
                "and TuleapClientIP On both set the client's address, and TuleapClientIP wins: "
                "remove one of them, or write TuleapClientIP Shadow to compare");
        warn_at(s, find_directive(ap_conftree, "RemoteIPProxyProtocol", "on"),
                "is not seen by TuleapClientIP On: its peer is the one of the TCP connection");
        return;
    }
    warn_at(s, find_directive(ap_conftree, "TuleapRequireClient", "on"), nowhere);
    warn_at(s, find_directive(ap_conftree, "TuleapForwardedHeaders", "on"), nowhere);
    warn_at(s, find_directive(ap_conftree, "TuleapForwardedHeaders", "documented"), nowhere);
}

/* Here and not in post_config, so that `apachectl configtest` says it too. */
static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    mtf_server_conf *conf;
    tuleap_front_shadow_log *shadow = NULL;
    server_rec *main_server = s;
    int rv;

    (void) plog;
    (void) ptemp;
    if (tuleap_front_abi_version() != TULEAP_FRONT_ABI_VERSION) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_EMERG, 0, s,
                     "libtuleap_front is of another version than this module");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    warn_of_conflicts(s);
    warn_of_verdicts(s);
    for (; s; s = s->next) {
        conf = ap_get_module_config(s->module_config, &tuleap_front_module);
        if (!conf->shadow) {
            shadow = conf->shadow = shadow ? shadow : make_shadow(pconf, 0, 0);
        }
    }
    rv = mtf_rules_finish(pconf, main_server);
    return rv == OK ? mtf_mapping_finish(pconf, main_server) : rv;
}

static mtf_dir_conf *dir_conf(request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &tuleap_front_module);
}

/*
 * Subrequests and internal redirects know what the request knows from which they come. A
 * redirect within a subrequest has the header of that one, not of the main request.
 */
static int create_request(request_rec *r)
{
    request_rec *parent = r->prev ? r->prev : r->main;
    mtf_request *theirs = parent ? mtf_request_of(parent) : NULL;

    if (theirs) {
        mtf_request *mine = apr_pmemdup(r->pool, theirs, sizeof(*theirs));

        mine->is_answered_in_text = 0;
        ap_set_module_config(r->request_config, &tuleap_front_module, mine);
    }
    return OK;
}

static void decide(request_rec *r, mtf_client *client)
{
    const mtf_dir_conf *conf = dir_conf(r);

    if (!client->rules && conf->client_ip > MTF_OFF) {
        mtf_client_find(r, client, conf);
    }
    if (!client->rules) {
        return;
    }
    for (; r; r = r->main) {
        mtf_client_hold(r, client);
        mtf_client_publish(r, client);
    }
}

/* Before every other module; for an internal redirect too. */
static int post_read_first(request_rec *r)
{
    mtf_request *mine;

    mtf_route(r, ap_get_module_config(r->server->module_config, &tuleap_front_module));
    if (!(modes & ~(1u << MTF_OFF))) {
        return DECLINED;
    }
    mine = mtf_request_need(r);
    if (!mine->client) {
        mtf_client_begin(r, mine);
    }
    if (mine->hop) {
        mtf_hop_undo(r, mine);
    }
    decide(r, mine->client);
    return DECLINED;
}

/* After every other module: is the address still ours? */
static int post_read_last(request_rec *r)
{
    const mtf_client *client = mtf_client_of(r);

    if (client && client->rules) {
        mtf_client_hold(r, client);
    }
    return DECLINED;
}

static int is_refused(request_rec *r, const mtf_client *client)
{
    const mtf_dir_conf *conf = dir_conf(r);

    return conf->require == MTF_ON && conf->client_ip == MTF_ON && client->mode != MTF_SHADOW
           && !client->answer.is_certain;
}

/*
 * The sections are known, before any access rule of theirs is asked, in subrequests too. The
 * first that asks for the client decides for the whole request.
 */
static int post_perdir_config(request_rec *r)
{
    mtf_client *client = mtf_client_of(r);

    if (!client) {
        return DECLINED;
    }
    if (!client->rules) {
        decide(r, client);
    }
    if (is_refused(r, client)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "refused by TuleapRequireClient: the client is not certain (%s)",
                      tuleap_front_kind_name(client->answer.kind));
        return HTTP_FORBIDDEN;
    }
    return DECLINED;
}

/* The directives other than TuleapClientIP count where it is On. */
static const tuleap_front_forwarded_hop *hop_of(request_rec *r, const mtf_client *client)
{
    const mtf_dir_conf *conf = dir_conf(r);

    if (client->mode != MTF_ON || conf->client_ip != MTF_ON || conf->forwarded <= MTF_OFF) {
        return NULL;
    }
    return conf->forwarded == MTF_ON ? client->rules->recommended : client->rules->documented;
}

/* What is known of a request whose Destination or Location may be mapped; NULL for others. */
static mtf_request *mapped_request(request_rec *r, const mtf_dir_conf *conf)
{
    mtf_request *mine = mtf_request_of(r);

    if (!mine && conf->destination <= MTF_OFF && conf->location != MTF_ON) {
        return NULL;
    }
    mine = mtf_request_need(r);
    if (!mine->host) {
        mine->host = apr_table_get(r->headers_in, "Host");
    }
    return mine;
}

/*
 * Before any access rule, so that all of them read the same Destination, and what is refused is
 * read by none. httpd does not ask here for subrequests.
 */
static int header_parser(request_rec *r)
{
    const mtf_dir_conf *conf = dir_conf(r);
    mtf_request *mine;
    int rv = mtf_redirect(r, conf);

    if (rv != DECLINED) {
        return rv;
    }
    mine = mapped_request(r, conf);
    return mine ? mtf_destination_first(r, mine, conf) : DECLINED;
}

static int hop_fixups(request_rec *r)
{
    mtf_request *mine = mtf_request_of(r);
    const tuleap_front_forwarded_hop *hop;

    if (!mine || !mine->client) {
        return DECLINED;
    }
    hop = hop_of(r, mine->client);
    if (hop) {
        return mtf_hop_apply(r, mine, hop);
    }
    if (mine->hop) {
        mtf_hop_undo(r, mine);
    }
    return DECLINED;
}

/* Who answers the request is known for sure; it may be in another section than before. */
static int fixups(request_rec *r)
{
    const mtf_dir_conf *conf = dir_conf(r);
    mtf_request *mine = r->main ? NULL : mapped_request(r, conf);
    int rv = DECLINED;

    if (mine) {
        rv = mtf_destination_again(r, mine, conf);
    }
    return rv == DECLINED || rv == OK ? hop_fixups(r) : rv;
}

static void insert_filter(request_rec *r)
{
    mtf_answer_insert(r, dir_conf(r));
}

static void insert_verdict(request_rec *r)
{
    mtf_verdict_insert(r, dir_conf(r));
}

static int before_cache(request_rec *r)
{
    return mtf_cache_hide(r, dir_conf(r));
}

static int before_quick_cache(request_rec *r, int is_lookup)
{
    return is_lookup ? DECLINED : mtf_cache_hide(r, dir_conf(r));
}

static int after_quick_cache(request_rec *r, int is_lookup)
{
    (void) is_lookup;
    return mtf_cache_show(r);
}

static void insert_error_filter(request_rec *r)
{
    mtf_answer_insert_error(r, dir_conf(r));
}

static int proxy_fixups(request_rec *r)
{
    mtf_request *mine = mtf_request_of(r);

    if (mine && mine->hop) {
        mtf_hop_repeat(r, mine);
    }
    return OK;
}

static int log_transaction(request_rec *r)
{
    const mtf_client *client;

    while (r->next) {
        r = r->next;
    }
    client = mtf_client_of(r);
    if (!client || !client->rules) {
        return DECLINED;
    }
    if (dir_conf(r)->trace == MTF_ON) {
        mtf_client_explain(r, client);
    }
    if (client->mode == MTF_SHADOW) {
        mtf_client_compare(r, client,
                           ap_get_module_config(r->server->module_config, &tuleap_front_module));
    }
    return DECLINED;
}

static void register_hooks(apr_pool_t *p)
{
    static const char *const cache[] = { "mod_cache.c", NULL };

    (void) p;
    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_create_request(create_request, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_read_request(post_read_first, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_post_read_request(post_read_last, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_post_perdir_config(post_perdir_config, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_header_parser(header_parser, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(fixups, NULL, NULL, APR_HOOK_REALLY_LAST);
    APR_OPTIONAL_HOOK(proxy, fixups, proxy_fixups, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_error_filter(insert_error_filter, NULL, NULL, APR_HOOK_LAST);
    mtf_answer_register();
    ap_hook_insert_filter(insert_verdict, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_quick_handler(before_quick_cache, NULL, cache, APR_HOOK_FIRST);
    ap_hook_quick_handler(after_quick_cache, cache, NULL, APR_HOOK_FIRST);
    ap_hook_handler(before_cache, NULL, cache, APR_HOOK_REALLY_FIRST);
    ap_hook_handler(mtf_cache_show, cache, NULL, APR_HOOK_REALLY_FIRST);
    mtf_verdict_register();
    ap_hook_log_transaction(log_transaction, NULL, NULL, APR_HOOK_FIRST);
}

module AP_MODULE_DECLARE_DATA tuleap_front_module = {
    STANDARD20_MODULE_STUFF,
    create_dir_conf,        /* create per-directory config structure */
    merge_dir_conf,         /* merge per-directory config structures */
    create_server_conf,     /* create per-server config structure */
    merge_server_conf,      /* merge per-server config structures */
    commands,               /* command table */
    register_hooks,         /* register hooks */
    AP_MODULE_FLAG_NONE     /* flags */
};
