/*
 * Who is the client: asked once for a request, and said to whoever wants to know.
 */

#include "mod_tuleap_front.h"
#include "apr_atomic.h"
#include "ap_mmn.h"

APLOG_USE_MODULE(tuleap_front);

#define TRACE_NOTE "tuleap_client_ip_trace"

mtf_request *mtf_request_of(request_rec *r)
{
    return ap_get_module_config(r->request_config, &tuleap_front_module);
}

mtf_request *mtf_request_need(request_rec *r)
{
    mtf_request *mine = mtf_request_of(r);

    if (!mine) {
        mine = apr_pcalloc(r->pool, sizeof(*mine));
        ap_set_module_config(r->request_config, &tuleap_front_module, mine);
    }
    return mine;
}

mtf_client *mtf_client_of(request_rec *r)
{
    mtf_request *mine = mtf_request_of(r);

    return mine ? mine->client : NULL;
}

/* Once in each process: the cause is a configuration or a fault, not the request. */
static int is_first(volatile apr_uint32_t *said)
{
    return apr_atomic_xchg32(said, 1) == 0;
}

void mtf_fault(request_rec *r, ptrdiff_t status)
{
    static volatile apr_uint32_t said;
    const char *code = tuleap_front_status_code(status);

    if (is_first(&said)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "libtuleap_front has no answer: %s (%d)",
                      code ? code : "unknown status", (int) status);
    }
}

/* The header as it was received: other modules take lines away later. */
static void keep_lines(request_rec *r, mtf_client *client)
{
    const apr_array_header_t *all = apr_table_elts(r->headers_in);
    const apr_table_entry_t *from = (const apr_table_entry_t *) all->elts;
    tuleap_front_header *to = apr_palloc(r->pool, (all->nelts + 1) * sizeof(*to));
    int i;

    for (i = 0; i < all->nelts; i++) {
        to[i].name.ptr = from[i].key;
        to[i].name.len = strlen(from[i].key);
        to[i].value.ptr = from[i].val;
        to[i].value.len = strlen(from[i].val);
    }
    client->lines = to;
    client->line_count = all->nelts;
}

static const char *peer_text(const conn_rec *c)
{
#if APR_HAVE_SOCKADDR_UN
    if (c->client_addr->family == APR_UNIX) {
        return "unix:";
    }
#endif
    return c->client_ip ? c->client_ip : "";
}

void mtf_client_begin(request_rec *r, mtf_request *mine)
{
    mtf_client *client = apr_pcalloc(r->pool, sizeof(*client));

    client->pool = r->pool;
    client->peer = peer_text(r->connection);
    /* httpd gave up within the header if this is an ErrorDocument: a proxy's line may be missing */
    if (!r->prev) {
        keep_lines(r, client);
    }
    mine->client = client;
}

/* Made by hand: apr_sockaddr_info_get() asks the resolver of the system. */
static apr_sockaddr_t *make_addr(apr_pool_t *p, const tuleap_front_client_ip *client)
{
    apr_sockaddr_t *addr = apr_pcalloc(p, sizeof(*addr));

    addr->pool = p;
    addr->port = client->port > 0 ? (apr_port_t) client->port : 0;
    if (client->addr_len == sizeof(struct in_addr)) {
        addr->family = APR_INET;
        addr->salen = sizeof(struct sockaddr_in);
        addr->addr_str_len = 16;
        addr->ipaddr_ptr = &addr->sa.sin.sin_addr;
        addr->sa.sin.sin_family = APR_INET;
        addr->sa.sin.sin_port = htons(addr->port);
    }
#if APR_HAVE_IPV6
    else {
        addr->family = APR_INET6;
        addr->salen = sizeof(struct sockaddr_in6);
        addr->addr_str_len = 46;
        addr->ipaddr_ptr = &addr->sa.sin6.sin6_addr;
        addr->sa.sin6.sin6_family = APR_INET6;
        addr->sa.sin6.sin6_port = htons(addr->port);
    }
#else
    else {
        return NULL;
    }
#endif
    addr->ipaddr_len = client->addr_len;
    memcpy(addr->ipaddr_ptr, client->addr, client->addr_len);
    return addr;
}

/* The address as text; empty where there is none. */
static void write_text(mtf_client *client)
{
    ptrdiff_t length = tuleap_front_client_ip_text(&client->answer, client->text,
                                                   sizeof(client->text));

    if (length < 0 || length >= (ptrdiff_t) sizeof(client->text)) {
        client->text[0] = '\0';
    }
}

void mtf_client_find(request_rec *r, mtf_client *client, const mtf_dir_conf *conf)
{
    tuleap_front_local local;
    ptrdiff_t status;

    memset(&local, 0, sizeof(local));
    local.scheme = mtf_scheme(r);
    client->rules = conf->rules;
    client->mode = conf->client_ip;
    client->replace = conf->replace != MTF_OFF;
    client->origin.scheme = local.scheme;
    status = tuleap_front_client_and_origin(conf->rules->policy, conf->rules->resolver,
                                            client->peer, strlen(client->peer), client->lines,
                                            client->line_count, &local, &client->answer,
                                            &client->origin);
    if (status != TULEAP_FRONT_STATUS_OK) {
        mtf_fault(r, status);
    }
    write_text(client);
    if (client->answer.kind == TULEAP_FRONT_KIND_FORWARDED) {
        client->addr = make_addr(client->pool, &client->answer);
    }
}

static void report_other(request_rec *r)
{
    static volatile apr_uint32_t said;

    if (is_first(&said)) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "another module replaced the client's address; that of TuleapClientIP is "
                      "put back (said once in each process)");
    }
}

/* The address that the server uses: the client's where a proxy named it, the peer's otherwise. */
void mtf_client_hold(request_rec *r, const mtf_client *client)
{
    conn_rec *c = r->connection;
    apr_sockaddr_t *addr = client->addr ? client->addr : c->client_addr;

    if (client->mode != MTF_ON || !client->replace || r->useragent_addr == addr) {
        return;
    }
    if (r->useragent_addr != c->client_addr) {
        report_other(r);
    }
    r->useragent_addr = addr;
    r->useragent_ip = client->addr ? (char *) client->text : c->client_ip;
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 56)
    r->useragent_host = NULL;
#endif
}

apr_uint32_t mtf_scheme(request_rec *r)
{
    return strcmp(ap_http_scheme(r), "https") == 0 ? TULEAP_FRONT_SCHEME_HTTPS
                                                   : TULEAP_FRONT_SCHEME_HTTP;
}

/* As the client used it, where it was looked for; as this server is reached otherwise. */
apr_uint32_t mtf_client_scheme(request_rec *r)
{
    const mtf_client *client = mtf_client_of(r);

    return client && client->rules ? client->origin.scheme : mtf_scheme(r);
}

/* Does a table hold a name that begins with this? */
int mtf_has(const apr_table_t *table, const char *prefix)
{
    const apr_array_header_t *all = apr_table_elts(table);
    const apr_table_entry_t *line = (const apr_table_entry_t *) all->elts;
    apr_size_t length = strlen(prefix);
    int i;

    for (i = 0; i < all->nelts; i++) {
        if (strncasecmp(line[i].key, prefix, length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Ours whatever was there: nobody else says it. A name that is new need not be looked for. */
void mtf_say_of(request_rec *r, int is_new, const char *name, const char *value)
{
    if (!is_new) {
        apr_table_unset(r->subprocess_env, name);
        apr_table_unset(r->notes, name);
    }
    if (value && *value) {
        apr_table_addn(r->subprocess_env, name, value);
        apr_table_addn(r->notes, name, value);
    }
}

void mtf_say(request_rec *r, const char *name, const char *value)
{
    mtf_say_of(r, 0, name, value);
}

/* Are all names with this prefix new? */
int mtf_is_new(request_rec *r, const char *prefix)
{
    return !mtf_has(r->subprocess_env, prefix) && !mtf_has(r->notes, prefix);
}

static const char *source_of(request_rec *r, const mtf_client *client)
{
    char name[256];
    ptrdiff_t length = tuleap_front_client_ip_source(client->rules->resolver, client->peer,
                                                     strlen(client->peer), client->lines,
                                                     client->line_count, name, sizeof(name));

    if (length <= 0) {
        return length == 0 ? "peer" : NULL;
    }
    return apr_pstrmemdup(r->pool, name, length < (ptrdiff_t) sizeof(name) ? (apr_size_t) length
                                                                          : sizeof(name) - 1);
}

void mtf_client_publish(request_rec *r, const mtf_client *client)
{
    const tuleap_front_client_ip *ip = &client->answer;
    int is_new = mtf_is_new(r, "TULEAP_");
    int is_https = client->origin.scheme == TULEAP_FRONT_SCHEME_HTTPS;
    int trusted = tuleap_front_client_ip_resolver_trusts(client->rules->resolver, client->peer,
                                                         strlen(client->peer));

    mtf_say_of(r, is_new, "TULEAP_CLIENT_IP", ip->is_certain ? client->text : NULL);
    mtf_say_of(r, is_new, "TULEAP_CLIENT_IP_FOR_LOG", client->text);
    mtf_say_of(r, is_new, "TULEAP_CLIENT_IP_KIND", tuleap_front_kind_name(ip->kind));
    mtf_say_of(r, is_new, "TULEAP_CLIENT_IP_REASON", tuleap_front_reason_code(ip->reason));
    mtf_say_of(r, is_new, "TULEAP_CLIENT_IP_SOURCE", source_of(r, client));
    mtf_say_of(r, is_new, "TULEAP_PEER_ADDR", client->peer);
    mtf_say_of(r, is_new, "TULEAP_PEER_TRUSTED", trusted == 1 ? "1" : "0");
    mtf_say_of(r, is_new, "TULEAP_SCHEME", is_https ? "https" : "http");
    mtf_say_of(r, is_new, "TULEAP_HTTPS", is_https ? "on" : NULL);
}

void mtf_client_explain(request_rec *r, const mtf_client *client)
{
    apr_size_t cap = 2048;

    for (;;) {
        char *text = apr_palloc(r->pool, cap);
        ptrdiff_t length = tuleap_front_client_ip_explain(client->rules->resolver, client->peer,
                                                          strlen(client->peer), client->lines,
                                                          client->line_count,
                                                          TULEAP_FRONT_FORMAT_JSON, text, cap);

        if (length < 0) {
            mtf_fault(r, length);
            return;
        }
        if ((apr_size_t) length < cap) {
            apr_table_setn(r->notes, TRACE_NOTE, text);
            return;
        }
        cap = (apr_size_t) length + 1;
    }
}

/* Not ap_log_rerror(): it adds the address that the line may have to mask. */
void mtf_client_compare(request_rec *r, const mtf_client *client, const mtf_server_conf *conf)
{
    const char *theirs = r->useragent_ip ? r->useragent_ip : "";
    char line[TULEAP_FRONT_SHADOW_LINE_MAX + 1];
    ptrdiff_t length;

    length = tuleap_front_shadow_log_client_ip(conf->shadow, &client->answer, client->peer,
                                               strlen(client->peer), theirs, strlen(theirs),
                                               (uint64_t) apr_time_sec(apr_time_now()), line,
                                               sizeof(line));
    if (length < 0) {
        mtf_fault(r, length);
    }
    else if (length > 0) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, r->server, "%s", line);
    }
}
