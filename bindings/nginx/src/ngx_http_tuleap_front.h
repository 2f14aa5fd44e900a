
/*
 * What the files of ngx_http_tuleap_front_module share.
 *
 * No rule lives here: the module hands requests to libtuleap_front and does what it answers.
 */


#ifndef _NGX_HTTP_TULEAP_FRONT_H_INCLUDED_
#define _NGX_HTTP_TULEAP_FRONT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <tuleap_front.h>


#define NGX_HTTP_TULEAP_FRONT_OFF           0
#define NGX_HTTP_TULEAP_FRONT_ON            1
#define NGX_HTTP_TULEAP_FRONT_SHADOW        2
#define NGX_HTTP_TULEAP_FRONT_DOCUMENTED    2
#define NGX_HTTP_TULEAP_FRONT_DISTRIBUTED   3

#define NGX_HTTP_TULEAP_FRONT_STRICT        0
#define NGX_HTTP_TULEAP_FRONT_NGINX_1_22    1
#define NGX_HTTP_TULEAP_FRONT_NGINX         2


#define NGX_HTTP_TULEAP_FRONT_DESTINATION         0
#define NGX_HTTP_TULEAP_FRONT_DESTINATION_ACTION  1
#define NGX_HTTP_TULEAP_FRONT_DESTINATION_REASON  2


#define NGX_HTTP_TULEAP_FRONT_GZIP                0
#define NGX_HTTP_TULEAP_FRONT_GZIP_REASON         1


#define NGX_HTTP_TULEAP_FRONT_CACHE_ZONE          0
#define NGX_HTTP_TULEAP_FRONT_CACHE_KEY           1
#define NGX_HTTP_TULEAP_FRONT_CACHE_BYPASS        2
#define NGX_HTTP_TULEAP_FRONT_NO_CACHE            3
#define NGX_HTTP_TULEAP_FRONT_CACHE_REASON        4


/* the rules of the nginx that this is made for */
#if (nginx_version >= 1023000)
#define NGX_HTTP_TULEAP_FRONT_NGINX_RULES   TULEAP_FRONT_NGINX_RULES_CURRENT
#else
#define NGX_HTTP_TULEAP_FRONT_NGINX_RULES   TULEAP_FRONT_NGINX_RULES_1_22
#endif


/* Where a directive stands, for errors that are found when levels are merged. */

typedef struct {
    ngx_str_t                          file;
    ngx_uint_t                         line;
} ngx_http_tuleap_front_where_t;


/* One tuleap_trusted_proxies directive. */

typedef struct {
    ngx_str_t                          text;
    unsigned                           trust_all:1;
    unsigned                           checked:1;
    ngx_http_tuleap_front_where_t      where;
} ngx_http_tuleap_front_list_t;


/* The library's handles, made once and shared by the levels that say nothing else. */

typedef struct {
    tuleap_front_trusted_proxies      *proxies;
    tuleap_front_client_ip_resolver   *resolver;
    tuleap_front_origin_policy        *policy;
    tuleap_front_forwarded_hop        *recommended;
    tuleap_front_forwarded_hop        *documented;

    /* the nginx dialects */
    tuleap_front_nginx_realip         *realip;

    /* the one header that names the client; empty where there are several */
    ngx_str_t                          header;
} ngx_http_tuleap_front_rules_t;


/* What tuleap_destination and the directives beside it make. */

typedef struct {
    tuleap_front_destination_rule     *rule;

    /*
     * where nginx serves the content itself: its DAV wants the scheme of the
     * connection; NULL where the backend is said
     */
    tuleap_front_destination_rule     *local[2];

    /* the Host that the backend is sent; NULL where it is the client's */
    ngx_http_complex_value_t          *host;

    ngx_uint_t                         if_tags;  /* unsigned  if_tags:1; */
} ngx_http_tuleap_front_mapping_t;


typedef struct {
    ngx_uint_t                         mode;
    ngx_str_t                          public;
    ngx_str_t                          backend;
    ngx_http_complex_value_t          *host;
    ngx_uint_t                         foreign;
    ngx_uint_t                         path;
    ngx_uint_t                         if_tags;
    ngx_flag_t                         location;

    /* NULL where it is off */
    ngx_http_tuleap_front_mapping_t   *mapping;
} ngx_http_tuleap_front_destination_conf_t;


typedef struct {
    ngx_uint_t                         mode;
    ngx_uint_t                         secrets;

    /* NULL where it is off */
    tuleap_front_gzip_policy          *policy;
} ngx_http_tuleap_front_gzip_conf_t;


typedef struct {
    /* NGX_HTTP_TULEAP_FRONT_DOCUMENTED where nginx decides */
    ngx_uint_t                         mode;
    ngx_str_t                          zone;

    /* NULL where it is off */
    tuleap_front_cache_policy         *policy;
} ngx_http_tuleap_front_cache_conf_t;


typedef struct {
    ngx_uint_t                         enabled;  /* unsigned  enabled:1; */

    /* tuleap_destination is on somewhere, or tuleap_https_redirect */
    ngx_uint_t                         mapped;  /* unsigned  mapped:1; */
    ngx_uint_t                         redirected;  /* unsigned  redirected:1; */
    ngx_uint_t                         compressed;  /* unsigned  compressed:1; */
    ngx_uint_t                         shadow_flags;
    ngx_uint_t                         shadow_rate;
    tuleap_front_shadow_log           *shadow;
    ngx_uint_t                         reported;  /* unsigned  reported:1; */

    /* every zone of tuleap_cache; NULL where there is none */
    ngx_array_t                       *zones;

    /* indexes of variables that nginx keeps and that become stale */
    ngx_array_t                        client_vars;
} ngx_http_tuleap_front_main_conf_t;


typedef struct {
    ngx_uint_t                         client_ip;
    ngx_flag_t                         replace;
    ngx_flag_t                         require;
    ngx_uint_t                         forwarded;

    /* what the rules are made of */
    ngx_array_t                       *lists;
    ngx_str_t                          headers;
    ngx_http_tuleap_front_where_t      headers_where;
    ngx_uint_t                         hops;
    ngx_uint_t                         any_peer;
    ngx_http_tuleap_front_where_t      hops_where;
    ngx_uint_t                         max_hops;
    ngx_uint_t                         dialect;
    ngx_uint_t                         recursive;

    ngx_http_tuleap_front_rules_t     *rules;

    ngx_http_tuleap_front_destination_conf_t  destination;
    tuleap_front_https_redirect       *redirect;
    tuleap_front_routes               *routes;
    ngx_http_tuleap_front_gzip_conf_t  gzip;
    ngx_http_tuleap_front_cache_conf_t  cache;

    /* not the http level: that is merged into others only */
    ngx_uint_t                         merged;  /* unsigned  merged:1; */

    /* tuleap_client_ip of the server */
    ngx_uint_t                         server_mode;
} ngx_http_tuleap_front_loc_conf_t;


/* A line that was written, or dropped, in the place of lines of the client's. */

typedef struct ngx_http_tuleap_front_line_s  ngx_http_tuleap_front_line_t;

struct ngx_http_tuleap_front_line_s {
    ngx_http_tuleap_front_line_t      *next;

    /* who decided */
    tuleap_front_destination_rule     *rule;

    /* the value, whose address tells that a line is ours; NULL if dropped */
    u_char                            *text;

    /* whose list is without it; NULL if it is there again */
    ngx_http_request_t                *dropped_by;

    /* the client's own */
    ngx_table_elt_t                   *lines;
    ngx_uint_t                         nelts;
};


/* What is known of an answer before nginx compresses it. */

typedef struct {
    off_t                              length;
    ngx_table_elt_t                   *encoding;
    tuleap_front_gzip_verdict          verdict;

    unsigned                           known:1;
    unsigned                           decided:1;
} ngx_http_tuleap_front_gzip_t;


/* What is known of a request: one for it, its subrequests and internal redirects. */

typedef struct {
    ngx_connection_t                  *connection;

    /* the socket's other end */
    struct sockaddr                   *peer_sockaddr;
    socklen_t                          peer_socklen;
    ngx_str_t                          peer;

    /* what decided; NULL until something has */
    ngx_http_tuleap_front_rules_t     *rules;
    ngx_uint_t                         mode;
    tuleap_front_client_ip             client;
    tuleap_front_origin                origin;

    unsigned                           has_client:1;
    unsigned                           has_origin:1;

    /* no header line counts */
    unsigned                           headless:1;

    /* the client takes the peer's place in $remote_addr */
    unsigned                           named:1;

    /* the client's address as text, and the port where it is known or -1 */
    ngx_str_t                          address;
    ngx_int_t                          port;

    /* $remote_addr as it has to be; NULL where it is left alone */
    struct sockaddr                   *sockaddr;
    socklen_t                          socklen;
    ngx_str_t                          remote_addr;

    /* every header line as it came */
    tuleap_front_header               *headers;
    size_t                             header_count;

    /* what the next server does not get, for each way to write the headers */
    ngx_array_t                       *stripped[3];

    /* lines of Destination and If that are not the client's */
    ngx_http_tuleap_front_line_t      *lines;

    /* the answer was no to a Destination, for this reason */
    unsigned                           refused:1;
    uint32_t                           refused_reason;

    ngx_http_tuleap_front_gzip_t       gzip;

    /* nginx's own pointers, as they were before */
#if (NGX_HTTP_X_FORWARDED_FOR)
#if (nginx_version >= 1023000)
    ngx_table_elt_t                   *x_forwarded_for;
#else
    ngx_array_t                        x_forwarded_for;
#endif
#endif
#if (NGX_HTTP_REALIP)
    ngx_table_elt_t                   *x_real_ip;
#endif
} ngx_http_tuleap_front_ctx_t;


/* A decision about Destination. */

typedef struct {
    ngx_http_tuleap_front_ctx_t       *ctx;
    ngx_http_tuleap_front_mapping_t   *mapping;

    /* NULL: the client's own lines */
    tuleap_front_destination_rule     *rule;
    tuleap_front_destination_facts     facts;

    /* one that is not in the list */
    ngx_http_tuleap_front_line_t      *dropped;

    /* the client's lines of Destination */
    ngx_table_elt_t                  **own;
    tuleap_front_str                  *values;
    ngx_uint_t                         nelts;
    ngx_table_elt_t                   *one;
    tuleap_front_str                   one_value;

    tuleap_front_rewrite               rewrite;

    /* a line of the list is nobody's yet, or another rule's */
    unsigned                           fresh:1;
    unsigned                           stale:1;
} ngx_http_tuleap_front_job_t;


/* most names differ in length, and then nothing is called */
#define ngx_http_tuleap_front_is(h, name)                                     \
    ((h)->key.len == sizeof(name) - 1                                         \
     && ngx_strncasecmp((h)->key.data, (u_char *) name, sizeof(name) - 1) == 0)

/* of a request's line, whose name is there in lower case */
#define ngx_http_tuleap_front_is_lower(h, name)                               \
    ((h)->key.len == sizeof(name) - 1                                         \
     && ngx_memcmp((h)->lowcase_key, name, sizeof(name) - 1) == 0)

#define ngx_http_tuleap_front_is_destination(h)                               \
    ngx_http_tuleap_front_is_lower(h, "destination")

#define ngx_http_tuleap_front_is_if(h)                                        \
    ngx_http_tuleap_front_is_lower(h, "if")

/* the place of the next line, in an array that was made with room for all */
#define ngx_http_tuleap_front_push(lines)                                     \
    ((ngx_table_elt_t *) (lines)->elts + (lines)->nelts++)

/* the lines of a list, one after the other */
#define ngx_http_tuleap_front_each(list, part, h, end)                        \
    for (part = &(list)->part; part; part = part->next)                       \
        for (h = part->elts, end = h + part->nelts; h < end; h++)


extern ngx_module_t  ngx_http_tuleap_front_module;


/* ngx_http_tuleap_front_directives.c */

char *ngx_http_tuleap_front_trusted_proxies(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_tuleap_front_client_ip(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_tuleap_front_client_ip_header(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
char *ngx_http_tuleap_front_client_ip_hops(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_tuleap_front_dialect(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_tuleap_front_shadow_log(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_tuleap_front_destination(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_tuleap_front_origins(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

ngx_int_t ngx_http_tuleap_front_read_file(ngx_conf_t *cf, ngx_str_t *name,
    size_t max, ngx_str_t *text);

/* ngx_http_tuleap_front_rules.c */

ngx_http_tuleap_front_rules_t *ngx_http_tuleap_front_rules(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf);
char *ngx_http_tuleap_front_check_origins(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *text);
ngx_http_tuleap_front_mapping_t *ngx_http_tuleap_front_mapping(ngx_conf_t *cf,
    ngx_http_tuleap_front_destination_conf_t *conf);

/* ngx_http_tuleap_front_client.c */

ngx_http_tuleap_front_ctx_t *ngx_http_tuleap_front_get_ctx(ngx_http_request_t *r);
ngx_http_tuleap_front_ctx_t *ngx_http_tuleap_front_need_ctx(
    ngx_http_request_t *r);
ngx_int_t ngx_http_tuleap_front_find_client(ngx_http_request_t *r,
    ngx_http_tuleap_front_loc_conf_t *tlcf);
ngx_int_t ngx_http_tuleap_front_get_origin(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx);
ngx_uint_t ngx_http_tuleap_front_scheme(ngx_http_request_t *r);
ngx_uint_t ngx_http_tuleap_front_client_scheme(ngx_http_request_t *r);
ngx_int_t ngx_http_tuleap_front_get_address(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx);
ngx_int_t ngx_http_tuleap_front_post_read_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_tuleap_front_preaccess_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_tuleap_front_hold_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_tuleap_front_log_handler(ngx_http_request_t *r);

/* ngx_http_tuleap_front_headers.c */

void ngx_http_tuleap_front_init_headers(void);
ngx_int_t ngx_http_tuleap_front_read_headers(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx);
tuleap_front_header *ngx_http_tuleap_front_request_lines(
    ngx_http_request_t *r, size_t *n);
tuleap_front_header *ngx_http_tuleap_front_response_lines(
    ngx_http_request_t *r, ngx_list_t *list, size_t *n);
ngx_uint_t ngx_http_tuleap_front_is_named(ngx_table_elt_t *h, ngx_str_t *name);
ngx_int_t ngx_http_tuleap_front_set_headers(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_uint_t forwarded);
ngx_int_t ngx_http_tuleap_front_new_list(ngx_http_request_t *r,
    ngx_array_t *lines, ngx_uint_t more);
void ngx_http_tuleap_front_use(ngx_http_request_t *r, ngx_array_t *lines);

/* ngx_http_tuleap_front_destination.c */

ngx_int_t ngx_http_tuleap_front_server_rewrite_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_tuleap_front_destination_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_tuleap_front_refuse_handler(ngx_http_request_t *r);
tuleap_front_destination_rule *ngx_http_tuleap_front_rule(
    ngx_http_request_t *r, ngx_http_tuleap_front_mapping_t *mapping,
    ngx_uint_t early);
ngx_int_t ngx_http_tuleap_front_facts(ngx_http_request_t *r,
    ngx_http_tuleap_front_mapping_t *mapping,
    tuleap_front_destination_rule *rule,
    tuleap_front_destination_facts *facts);
ngx_int_t ngx_http_tuleap_front_destination_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

ngx_int_t ngx_http_tuleap_front_say(ngx_http_request_t *r,
    const char *directive, ngx_uint_t status, const char *text, ptrdiff_t n,
    size_t size);

/* ngx_http_tuleap_front_redirect.c */

char *ngx_http_tuleap_front_https_redirect(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_tuleap_front_redirect_handler(ngx_http_request_t *r);
ngx_str_t ngx_http_tuleap_front_target(ngx_http_request_t *r);

/* ngx_http_tuleap_front_routes.c */

char *ngx_http_tuleap_front_set_routes(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_tuleap_front_route_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

/* ngx_http_tuleap_front_lines.c */

ngx_http_tuleap_front_line_t *ngx_http_tuleap_front_find(
    ngx_http_tuleap_front_ctx_t *ctx, ngx_table_elt_t *h);
ngx_http_tuleap_front_line_t *ngx_http_tuleap_front_find_dropped(
    ngx_http_request_t *r, ngx_http_tuleap_front_ctx_t *ctx);
size_t ngx_http_tuleap_front_length(ngx_http_tuleap_front_job_t *job);
ngx_uint_t ngx_http_tuleap_front_is_changed(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job);
ngx_int_t ngx_http_tuleap_front_write(ngx_http_request_t *r,
    ngx_http_tuleap_front_job_t *job);

/* ngx_http_tuleap_front_issue.c */

char *ngx_http_tuleap_front_issue(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *text);

/* ngx_http_tuleap_front_gzip.c */

char *ngx_http_tuleap_front_gzip(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_tuleap_front_merge_gzip(ngx_conf_t *cf,
    ngx_http_tuleap_front_gzip_conf_t *prev,
    ngx_http_tuleap_front_gzip_conf_t *conf);
void ngx_http_tuleap_front_init_gzip(void);
ngx_int_t ngx_http_tuleap_front_gzip_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

/* ngx_http_tuleap_front_cache_conf.c */

char *ngx_http_tuleap_front_cache(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_tuleap_front_init_cache(ngx_conf_t *cf, ngx_array_t *zones);

/* ngx_http_tuleap_front_cache.c */

void ngx_http_tuleap_front_init_cache_filter(void);
ngx_int_t ngx_http_tuleap_front_cache_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

/* ngx_http_tuleap_front_location.c */

void ngx_http_tuleap_front_init_location(void);

/* ngx_http_tuleap_front_variables.c */

ngx_int_t ngx_http_tuleap_front_add_variables(ngx_conf_t *cf);
ngx_int_t ngx_http_tuleap_front_init_variables(ngx_cycle_t *cycle);
void ngx_http_tuleap_front_forget_client(ngx_http_request_t *r);
void ngx_http_tuleap_front_found(ngx_http_variable_value_t *v, u_char *data,
    size_t len);
ngx_int_t ngx_http_tuleap_front_text(ngx_http_variable_value_t *v,
    const char *text);


#endif /* _NGX_HTTP_TULEAP_FRONT_H_INCLUDED_ */
