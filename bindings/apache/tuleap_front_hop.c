/*
 * What the next server is told: r->headers_in as a backend gets it.
 *
 * Both ways start from what the client sent, so that each may be done again: a subrequest that
 * becomes the request is changed twice.
 */

#include "mod_tuleap_front.h"

APLOG_USE_MODULE(tuleap_front);

/* Names of variables that are made of lines begin with it. */
#define VARIABLE "HTTP_"

static const char *const fields[MTF_FIELDS] = { "X-Real-IP", "X-Forwarded-For",
                                                "X-Forwarded-Proto" };

/* Those, and what mod_proxy_http adds. */
static const char *const repeated[] = { "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto",
                                        "X-Forwarded-Host", "X-Forwarded-Server" };

/* Is this line kept from the next server? A library without an answer lets nothing pass. */
static int is_stripped(request_rec *r, const tuleap_front_forwarded_hop *hop, const char *name)
{
    apr_int32_t rv = tuleap_front_forwarded_hop_strips(hop, name, strlen(name));

    if (rv < 0) {
        mtf_fault(r, rv);
    }
    return rv != 0;
}

/* Another module may have made an environment variable of the line already. */
static void forget(request_rec *r, const char *name)
{
    char *variable = apr_pstrcat(r->pool, VARIABLE, name, NULL), *at;

    ap_str_toupper(variable);
    for (at = variable; (at = strchr(at, '-')); at++) {
        *at = '_';
    }
    apr_table_unset(r->subprocess_env, variable);
}

/* The header without the lines that this hop keeps to itself. */
static apr_table_t *stripped(request_rec *r, const tuleap_front_forwarded_hop *hop)
{
    const apr_array_header_t *all = apr_table_elts(r->headers_in);
    const apr_table_entry_t *line = (const apr_table_entry_t *) all->elts;
    apr_table_t *kept = apr_table_make(r->pool, all->nelts + MTF_FIELDS);
    int has_variables = mtf_has(r->subprocess_env, VARIABLE);
    int i;

    for (i = 0; i < all->nelts; i++) {
        if (!is_stripped(r, hop, line[i].key)) {
            apr_table_addn(kept, line[i].key, line[i].val);
        }
        else if (has_variables) {
            forget(r, line[i].key);
        }
    }
    return kept;
}

/* The values one after the other, and where each stands. */
static const char *values_of(request_rec *r, const mtf_client *client,
                             const tuleap_front_forwarded_hop *hop,
                             tuleap_front_hop_headers *values)
{
    apr_size_t cap = 256;
    int is_peer = r->useragent_addr == r->connection->client_addr;
    const char *shown = is_peer ? client->peer : r->useragent_ip;

    for (;;) {
        char *text = apr_palloc(r->pool, cap);
        ptrdiff_t length = tuleap_front_forwarded_hop_values(hop, &client->answer,
                                                             client->origin.scheme, mtf_scheme(r),
                                                             shown, strlen(shown),
                                                             client->lines, client->line_count,
                                                             values, text, cap);

        if (length < 0) {
            mtf_fault(r, length);
            return NULL;
        }
        if ((apr_size_t) length <= cap) {
            return text;
        }
        cap = (apr_size_t) length;
    }
}

int mtf_hop_apply(request_rec *r, mtf_request *mine, const tuleap_front_forwarded_hop *hop)
{
    tuleap_front_hop_headers values;
    const char *text = values_of(r, mine->client, hop, &values);
    apr_table_t *table = stripped(r, hop);
    int i;

    if (!text) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    for (i = 0; i < MTF_FIELDS; i++) {
        if (values.length[i] >= 0) {
            apr_table_addn(table, fields[i],
                           apr_pstrmemdup(r->pool, text + values.offset[i], values.length[i]));
        }
    }
    r->headers_in = table;
    mine->hop = hop;
    mine->sent = table;
    return OK;
}

/* The client's own lines again, where a redirect leads out of the section. */
void mtf_hop_undo(request_rec *r, mtf_request *mine)
{
    const mtf_client *client = mine->client;
    apr_table_t *table = stripped(r, mine->hop);
    apr_size_t i;

    for (i = 0; i < client->line_count; i++) {
        if (is_stripped(r, mine->hop, client->lines[i].name.ptr)) {
            apr_table_addn(table, client->lines[i].name.ptr, client->lines[i].value.ptr);
        }
    }
    r->headers_in = table;
    mine->hop = NULL;
    mine->sent = NULL;
}

static int is_repeated(const char *name)
{
    apr_size_t i;

    for (i = 0; (*name == 'X' || *name == 'x') && i < sizeof(repeated) / sizeof(repeated[0]);
         i++) {
        if (strcasecmp(name, repeated[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The lines that are repeated, or those that are not. */
static void add_lines(apr_table_t *to, const apr_array_header_t *from, int are_repeated)
{
    const apr_table_entry_t *line = (const apr_table_entry_t *) from->elts;
    int i;

    for (i = 0; i < from->nelts; i++) {
        if (is_repeated(line[i].key) == are_repeated) {
            apr_table_addn(to, line[i].key, line[i].val);
        }
    }
}

/* In mod_proxy's own copy of the header, after its additions. */
void mtf_hop_repeat(request_rec *r, const mtf_request *mine)
{
    const apr_array_header_t *all = apr_array_copy(r->pool, apr_table_elts(r->headers_in));

    apr_table_clear(r->headers_in);
    add_lines(r->headers_in, all, 0);
    add_lines(r->headers_in, apr_table_elts(mine->sent), 1);
}
