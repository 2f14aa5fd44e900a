/*
 * The room that nginx's own X-Forwarded-For walk needs around it. build.rs cuts the functions
 * themselves out of nginx's sources into nginx_functions.c.
 *
 * Left out, as on our side: finding the header, writing the answer as text. Memory comes from a
 * pointer that moves on, as in nginx's pools, and is taken back before each walk.
 */
#include <ngx_config.h>
#include <ngx_core.h>

typedef struct {
    ngx_pool_t *pool;
} ngx_http_request_t;

static ngx_int_t ngx_http_get_forwarded_addr_internal(ngx_http_request_t *r, ngx_addr_t *addr,
    u_char *xff, size_t xfflen, ngx_array_t *proxies, int recursive);

#include "nginx_functions.c"

/* A network as Rust hands it over; of IPv4 the first four bytes count. */
typedef struct {
    int family;
    u_char address[16];
    u_char mask[16];
} bench_network_t;

typedef struct {
    ngx_pool_t pool;
    ngx_array_t from;
    struct sockaddr_in6 peer;
    u_char memory[4096];
} bench_nginx_t;

void *
ngx_pcalloc(ngx_pool_t *pool, size_t size)
{
    u_char *start = ngx_align_ptr(pool->d.last, NGX_ALIGNMENT);

    if (start + size > pool->d.end) {
        return NULL;
    }

    pool->d.last = start + size;
    ngx_memzero(start, size);
    return start;
}

/* A walk for one list of networks and one peer. */
bench_nginx_t *
bench_nginx_new(const bench_network_t *peer, const bench_network_t *networks, size_t count)
{
    size_t i;
    ngx_cidr_t *cidr = calloc(count, sizeof(ngx_cidr_t));
    bench_nginx_t *bench = calloc(1, sizeof(bench_nginx_t));

    if (cidr == NULL || bench == NULL) {
        free(cidr);
        free(bench);
        return NULL;
    }

    bench->pool.d.end = bench->memory + sizeof(bench->memory);
    bench->from.elts = cidr;
    bench->from.nelts = count;
    bench->peer.sin6_family = peer->family;

    if (peer->family == AF_INET) {
        memcpy(&((struct sockaddr_in *) &bench->peer)->sin_addr, peer->address, 4);

    } else {
        memcpy(&bench->peer.sin6_addr, peer->address, 16);
    }

    for (i = 0; i < count; i++) {
        cidr[i].family = networks[i].family;

        if (cidr[i].family == AF_INET) {
            memcpy(&cidr[i].u.in.addr, networks[i].address, 4);
            memcpy(&cidr[i].u.in.mask, networks[i].mask, 4);

        } else {
            memcpy(&cidr[i].u.in6.addr, networks[i].address, 16);
            memcpy(&cidr[i].u.in6.mask, networks[i].mask, 16);
        }
    }

    return bench;
}

/* The walk, as the realip module starts it with real_ip_recursive on. */
const struct sockaddr *
bench_nginx_walk(bench_nginx_t *bench, u_char *value, size_t length)
{
    ngx_addr_t addr = { 0 };
    ngx_table_elt_t header = { 0 };
    ngx_http_request_t request = { &bench->pool };

    bench->pool.d.last = bench->memory;
    addr.sockaddr = (struct sockaddr *) &bench->peer;
    header.value.data = value;
    header.value.len = length;

    (void) ngx_http_get_forwarded_addr(&request, &addr, &header, NULL, &bench->from, 1);
    return addr.sockaddr;
}

/* What a walk answered. */
void
bench_nginx_read(const struct sockaddr *answer, bench_network_t *out)
{
    out->family = answer->sa_family;

    if (out->family == AF_INET) {
        memcpy(out->address, &((const struct sockaddr_in *) answer)->sin_addr, 4);

    } else {
        memcpy(out->address, &((const struct sockaddr_in6 *) answer)->sin6_addr, 16);
    }
}

void
bench_nginx_free(bench_nginx_t *bench)
{
    free(bench->from.elts);
    free(bench);
}
