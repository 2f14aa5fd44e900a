/*
 * ServerName https://… and TuleapDestination: two ways to the same end, of which one is too many.
 *
 * With it httpd takes https for its scheme although it speaks http, and mod_dav wants a
 * Destination with https.
 */

#include "mod_tuleap_front.h"
#include "ap_listen.h"
#include "util_cfgtree.h"

APLOG_USE_MODULE(tuleap_front);

static int is_named(const ap_directive_t *node, const char *name)
{
    return ap_cstr_casecmp(node->directive, name) == 0;
}

/* The first of that name, or of that name and not off; not within virtual hosts below. */
static const ap_directive_t *find(const ap_directive_t *node, const char *name, int is_on)
{
    const ap_directive_t *found = NULL;

    for (; node && !found; node = node->next) {
        if (is_named(node, name) && (!is_on || ap_cstr_casecmp(node->args, "off") != 0)) {
            return node;
        }
        if (!is_named(node, "<VirtualHost")) {
            found = find(node->first_child, name, is_on);
        }
    }
    return found;
}

/* What is written for a virtual host; NULL for the server itself. */
static const ap_directive_t *host_of(const ap_directive_t *node, const server_rec *s)
{
    const ap_directive_t *found = NULL;

    for (; node && !found; node = node->next) {
        if (is_named(node, "<VirtualHost")) {
            if (s->defn_name && node->line_num == (int) s->defn_line_number
                && strcmp(node->filename, s->defn_name) == 0) {
                return node->first_child;
            }
        }
        else {
            found = host_of(node->first_child, s);
        }
    }
    return found;
}

/* mod_ssl speaks TLS without being told on a port that Listen says is for it. */
static int is_tls_port(const server_rec *s)
{
    const ap_listen_rec *at;
    const server_addr_rec *addr;

    for (at = ap_listeners; at; at = at->next) {
        if (!at->protocol || strcmp(at->protocol, "https") != 0) {
            continue;
        }
        for (addr = s->addrs; addr; addr = addr->next) {
            if (addr->host_port == 0 || addr->host_port == at->bind_addr->port) {
                return 1;
            }
        }
    }
    return 0;
}

static int speaks_tls(const server_rec *s)
{
    const ap_directive_t *own = host_of(ap_conftree, s);
    const ap_directive_t *at = find(own, "SSLEngine", 0);

    at = at ? at : find(ap_conftree, "SSLEngine", 0);
    if (at) {
        return ap_cstr_casecmp(at->args, "off") != 0;
    }
    return find(ap_conftree, "TLSEngine", 0) != NULL || is_tls_port(s);
}

static int has_dav(const server_rec *s)
{
    return find(host_of(ap_conftree, s), "Dav", 1) != NULL || find(ap_conftree, "Dav", 1) != NULL;
}

/* Was it said that https is wanted, or that http is, by a backend and not by mod_dav here? */
static int is_clear(const server_rec *s, int destination, const char *backend)
{
    if (!backend) {
        return 0;
    }
    if (destination == MTF_ON && strncasecmp(backend, "https", 5) == 0) {
        return 1;
    }
    return !has_dav(s);
}

/*
 * What is wrong with TuleapDestination in a context for this virtual host, or NULL. backend: what
 * TuleapDestinationBackend says there.
 */
const char *mtf_scheme_conflict(apr_pool_t *p, const server_rec *s, int destination,
                                const char *backend)
{
    if (destination <= MTF_OFF || !s->server_scheme
        || ap_cstr_casecmp(s->server_scheme, "https") != 0 || speaks_tls(s)
        || is_clear(s, destination, backend)) {
        return NULL;
    }
    return apr_psprintf(p, "together with ServerName https://%s, where this server speaks http: "
                        "it makes httpd itself want a Destination with https, and refuse one that "
                        "was rewritten to http. One or the other: remove https:// from "
                        "ServerName, or remove TuleapDestination. To have Destination checked and "
                        "https kept, write TuleapDestinationBackend https; if it is for a backend "
                        "that requests are passed to, and not for mod_dav in this server, write "
                        "TuleapDestinationBackend http", s->server_hostname);
}
