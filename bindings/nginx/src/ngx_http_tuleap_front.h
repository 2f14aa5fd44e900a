
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

#define NGX_HTTP_TULEAP_FRONT_STRICT        0
#define NGX_HTTP_TULEAP_FRONT_NGINX_1_22    1
#define NGX_HTTP_TULEAP_FRONT_NGINX         2


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


typedef struct {
    ngx_uint_t                         enabled;  /* unsigned  enabled:1; */
    ngx_uint_t                         shadow_flags;
    ngx_uint_t                         shadow_rate;
    tuleap_front_shadow_log           *shadow;
    ngx_uint_t                         reported;  /* unsigned  reported:1; */

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

    /* not the http level: that is merged into others only */
    ngx_uint_t                         merged;  /* unsigned  merged:1; */

    /* tuleap_client_ip of the server */
    ngx_uint_t                         server_mode;
} ngx_http_tuleap_front_loc_conf_t;


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


extern ngx_module_t  ngx_http_tuleap_front_module;


/* ngx_http_tuleap_front_rules.c */

ngx_http_tuleap_front_rules_t *ngx_http_tuleap_front_rules(ngx_conf_t *cf,
    ngx_http_tuleap_front_loc_conf_t *conf);

/* ngx_http_tuleap_front_client.c */

ngx_http_tuleap_front_ctx_t *ngx_http_tuleap_front_get_ctx(ngx_http_request_t *r);
ngx_int_t ngx_http_tuleap_front_get_origin(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx);
ngx_uint_t ngx_http_tuleap_front_scheme(ngx_http_request_t *r);
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
ngx_uint_t ngx_http_tuleap_front_is_named(ngx_table_elt_t *h, ngx_str_t *name);
ngx_int_t ngx_http_tuleap_front_set_headers(ngx_http_request_t *r,
    ngx_http_tuleap_front_ctx_t *ctx, ngx_uint_t forwarded);

/* ngx_http_tuleap_front_variables.c */

ngx_int_t ngx_http_tuleap_front_add_variables(ngx_conf_t *cf);
ngx_int_t ngx_http_tuleap_front_init_variables(ngx_cycle_t *cycle);
void ngx_http_tuleap_front_forget_client(ngx_http_request_t *r);


#endif /* _NGX_HTTP_TULEAP_FRONT_H_INCLUDED_ */
