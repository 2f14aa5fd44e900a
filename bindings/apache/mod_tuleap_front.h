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
    MTF_DOCUMENTED = 2     /* of TuleapForwardedHeaders and TuleapDestination */
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

/* From which origins to which: what the directives of a context say, and the library's handles. */
typedef struct {
    const ap_directive_t *directive;   /* the first one; NULL if there is none */
    server_rec *server;                /* in which it is written; NULL for none */
    int is_section;
    const char *origins;               /* each NULL, or MTF_UNSET, where nothing is said */
    const char *backend;
    int foreign_pass;
    int path_promote;
    int if_tags;
    tuleap_front_destination_rule *named;          /* to what TuleapDestinationBackend says */
    tuleap_front_destination_rule *by_scheme[2];   /* to a tuleap_front_scheme and a Host */
} mtf_mapping;

/* TuleapHttpsRedirect. */
typedef struct {
    tuleap_front_https_redirect *to;   /* NULL: Off */
} mtf_redirect_conf;

/* TuleapGzip. */
typedef struct {
    const tuleap_front_gzip_policy *policy;    /* NULL: Off */
} mtf_gzip_conf;

/* TuleapCache. */
typedef struct {
    const tuleap_front_cache_policy *policy;   /* NULL: Off */
} mtf_cache_conf;

typedef struct {
    mtf_rules *rules;                  /* NULL: those of the context around */
    int client_ip;
    int replace;
    int require;
    int forwarded;
    int trace;
    mtf_mapping *mapping;              /* NULL: that of the context around */
    int destination;
    int location;
    const mtf_redirect_conf *redirect; /* NULL: that of the context around */
    const mtf_gzip_conf *gzip;         /* the same */
    const mtf_cache_conf *cache;       /* the same */
} mtf_dir_conf;

typedef struct {
    tuleap_front_shadow_log *shadow;
    int has_routes;
    const tuleap_front_routes *routes; /* NULL: Off */
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

/* A line of r->headers_in that is another one than the client's. */
typedef struct {
    const char *theirs;
    const char *ours;                  /* NULL while nothing is changed; "" where it is left out */
} mtf_line;

/* One for each of them. */
typedef struct {
    mtf_client *client;                      /* NULL where nobody asked for it */
    const tuleap_front_forwarded_hop *hop;   /* what r->headers_in was changed by, or NULL */
    const apr_table_t *sent;                 /* what it was changed into */

    const char *host;                        /* the client's; NULL if there is none */
    const tuleap_front_destination_rule *mapped_by;   /* NULL where nothing was decided */
    const char *mapped_host;                 /* the Host that the next server is sent */
    mtf_line destination;
    mtf_line if_tags;
    apr_uint32_t refused;                    /* a tuleap_front_destination_reason, or 0 */
    int is_answered_in_text;                 /* the answer is a line of plain text */
} mtf_request;

/* mod_tuleap_front.c */

const char *mtf_misplaced(cmd_parms *cmd);

/* tuleap_front_rules.c */

mtf_rules *mtf_rules_make(apr_pool_t *p);
const char *mtf_rules_check_list(cmd_parms *cmd, const mtf_rules *rules, const char *text);
const char *mtf_rules_check_headers(cmd_parms *cmd, const mtf_rules *rules);
void mtf_rules_begin(apr_pool_t *pconf);
int mtf_rules_finish(apr_pool_t *pconf, server_rec *main_server);
mtf_dir_conf *mtf_server_level(server_rec *s);

/* tuleap_front_client.c */

mtf_request *mtf_request_of(request_rec *r);
mtf_request *mtf_request_need(request_rec *r);
mtf_client *mtf_client_of(request_rec *r);
void mtf_client_begin(request_rec *r, mtf_request *mine);
void mtf_client_find(request_rec *r, mtf_client *client, const mtf_dir_conf *conf);
void mtf_client_hold(request_rec *r, const mtf_client *client);
void mtf_client_publish(request_rec *r, const mtf_client *client);
void mtf_client_explain(request_rec *r, const mtf_client *client);
void mtf_client_compare(request_rec *r, const mtf_client *client, const mtf_server_conf *conf);
apr_uint32_t mtf_scheme(request_rec *r);
apr_uint32_t mtf_client_scheme(request_rec *r);
int mtf_has(const apr_table_t *table, const char *prefix);
int mtf_is_new(request_rec *r, const char *prefix);
void mtf_say(request_rec *r, const char *name, const char *value);
void mtf_say_of(request_rec *r, int is_new, const char *name, const char *value);
void mtf_fault(request_rec *r, ptrdiff_t status);

/* tuleap_front_hop.c */

int mtf_hop_apply(request_rec *r, mtf_request *mine, const tuleap_front_forwarded_hop *hop);
void mtf_hop_undo(request_rec *r, mtf_request *mine);
void mtf_hop_repeat(request_rec *r, const mtf_request *mine);

/* tuleap_front_mapping.c */

const char *mtf_set_destination(cmd_parms *cmd, void *conf, const char *arg);
const char *mtf_set_destination_public(cmd_parms *cmd, void *conf, const char *args);
const char *mtf_set_destination_backend(cmd_parms *cmd, void *conf, const char *arg);
const char *mtf_set_destination_foreign(cmd_parms *cmd, void *conf, const char *arg);
const char *mtf_set_destination_path(cmd_parms *cmd, void *conf, const char *arg);
const char *mtf_set_destination_if(cmd_parms *cmd, void *conf, int is_on);
void mtf_mapping_begin(apr_pool_t *pconf);
int mtf_mapping_finish(apr_pool_t *pconf, server_rec *main_server);
const tuleap_front_destination_rule *mtf_mapping_documented(void);

/* tuleap_front_scheme.c */

const char *mtf_scheme_conflict(apr_pool_t *p, const server_rec *s, int destination,
                                const char *backend);

/* tuleap_front_destination.c */

int mtf_destination_first(request_rec *r, mtf_request *mine, const mtf_dir_conf *conf);
int mtf_destination_again(request_rec *r, mtf_request *mine, const mtf_dir_conf *conf);
const char *mtf_passed_to(request_rec *r);
const char *mtf_host_sent(request_rec *r, const char *url);
const tuleap_front_destination_rule *mtf_rule_of(request_rec *r, const mtf_dir_conf *conf,
                                                 const char *url);
tuleap_front_destination_facts mtf_facts(request_rec *r, const char *client_host,
                                         const char *sent_host);

/* tuleap_front_redirect.c */

const char *mtf_set_https_redirect(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
int mtf_redirect(request_rec *r, const mtf_dir_conf *conf);

/* tuleap_front_routes.c */

const char *mtf_set_routes(cmd_parms *cmd, void *dir, const char *arg);
void mtf_route(request_rec *r, const mtf_server_conf *conf);

/* tuleap_front_verdict.c */

const char *mtf_set_gzip(cmd_parms *cmd, void *conf, const char *arg);
const char *mtf_set_cache(cmd_parms *cmd, void *conf, const char *arg);
int mtf_cache_hide(request_rec *r, const mtf_dir_conf *conf);
int mtf_cache_show(request_rec *r);
void mtf_verdict_insert(request_rec *r, const mtf_dir_conf *conf);
void mtf_verdict_register(void);

/* tuleap_front_answer.c */

void mtf_answer_register(void);
void mtf_answer_insert(request_rec *r, const mtf_dir_conf *conf);
void mtf_answer_insert_error(request_rec *r, const mtf_dir_conf *conf);
int mtf_refuse(request_rec *r, const char *directive, int status, const char *text,
               ptrdiff_t length, apr_size_t cap);

#pragma GCC visibility pop

#endif
