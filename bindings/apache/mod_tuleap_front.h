/*
 * What the files of mod_tuleap_front share.
 *
 * No rule lives here: the module hands requests to libtuleap_front and does what it answers.
 * Names of the library begin with tuleap_front_, names of this module with mtf_.
 */

#ifndef MOD_TULEAP_FRONT_H
#define MOD_TULEAP_FRONT_H

#include "httpd.h"
#include "http_config.h"
#include "http_core.h"
#include "http_log.h"
#include "http_protocol.h"
#include "http_request.h"
#include "apr_strings.h"

#include <tuleap_front.h>

extern module AP_MODULE_DECLARE_DATA tuleap_front_module;

/* httpd finds the module by the one name that is exported. */
#pragma GCC visibility push(hidden)

enum {
    MTF_UNSET = -1,
    MTF_OFF = 0,
    MTF_ON = 1,
    MTF_SHADOW = 2,        /* of TuleapClientIP */
    MTF_DOCUMENTED = 2     /* of TuleapForwardedHeaders */
};

/* The headers that are written for the next server, by tuleap_front_field. */
#define MTF_FIELDS 3

/*
 * Who is trusted, and which headers name the client: what the directives of one context say,
 * made into the library's handles before the first request. Immutable from then on.
 */
typedef struct {
    const ap_directive_t *directive;   /* the first one; NULL if there is none */
    int is_section;
    const char *trusted;               /* each NULL, or MTF_UNSET, where nothing is said */
    const char *headers;
    int hops;
    int max_hops;
    apr_uint32_t list_flags;
    apr_uint32_t hop_flags;
    tuleap_front_trusted_proxies *proxies;
    tuleap_front_client_ip_resolver *resolver;
    tuleap_front_origin_policy *policy;
    tuleap_front_forwarded_hop *recommended;
    tuleap_front_forwarded_hop *documented;
} mtf_rules;

typedef struct {
    mtf_rules *rules;                  /* NULL: those of the context around */
    int client_ip;
    int replace;
    int require;
    int forwarded;
    int trace;
} mtf_dir_conf;

typedef struct {
    tuleap_front_shadow_log *shadow;
} mtf_server_conf;

/* Who is the client: found once, for a request, its subrequests and internal redirects. */
typedef struct {
    apr_pool_t *pool;                  /* of the request: a subrequest's is gone before */
    const mtf_rules *rules;            /* what decided; NULL until something has */
    int mode;
    int replace;
    const char *peer;                  /* the other end of the connection, as text */
    const tuleap_front_header *lines;  /* the header as it was received */
    apr_size_t line_count;
    tuleap_front_client_ip answer;
    tuleap_front_origin origin;
    char text[48];                     /* the address of the answer */
    apr_sockaddr_t *addr;              /* of a client that was forwarded, NULL otherwise */
} mtf_client;

/* One for each of them. */
typedef struct {
    mtf_client *client;
    const tuleap_front_forwarded_hop *hop;   /* what r->headers_in was changed by, or NULL */
    const apr_table_t *sent;                 /* what it was changed into */
} mtf_request;

/* tuleap_front_rules.c */

mtf_rules *mtf_rules_make(apr_pool_t *p);
const char *mtf_rules_check_list(cmd_parms *cmd, const mtf_rules *rules, const char *text);
const char *mtf_rules_check_headers(cmd_parms *cmd, const mtf_rules *rules);
void mtf_rules_begin(apr_pool_t *pconf);
int mtf_rules_finish(apr_pool_t *pconf, server_rec *main_server);
mtf_dir_conf *mtf_server_level(server_rec *s);

/* tuleap_front_client.c */

mtf_request *mtf_request_of(request_rec *r);
mtf_request *mtf_request_begin(request_rec *r);
void mtf_client_find(request_rec *r, mtf_client *client, const mtf_dir_conf *conf);
void mtf_client_hold(request_rec *r, const mtf_client *client);
void mtf_client_publish(request_rec *r, const mtf_client *client);
void mtf_client_explain(request_rec *r, const mtf_client *client);
void mtf_client_compare(request_rec *r, const mtf_client *client, const mtf_server_conf *conf);
apr_uint32_t mtf_scheme(request_rec *r);
void mtf_fault(request_rec *r, ptrdiff_t status);

/* tuleap_front_hop.c */

int mtf_hop_apply(request_rec *r, mtf_request *mine, const tuleap_front_forwarded_hop *hop);
void mtf_hop_undo(request_rec *r, mtf_request *mine);
void mtf_hop_repeat(request_rec *r, const mtf_request *mine);

#pragma GCC visibility pop

#endif
