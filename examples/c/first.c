#include <stdio.h>
#include <string.h>
#include <tuleap_front.h>

int main(void) {
    const char *list = "127.0.0.1", *peer = "127.0.0.1", *xff = "6.6.6.6, 203.0.113.9";
    tuleap_front_client_ip client;
    char address[46];
    tuleap_front_trusted_proxies *proxies =
        tuleap_front_trusted_proxies_parse(list, strlen(list), 0, NULL, NULL, 0);
    tuleap_front_client_ip_resolver *resolver =
        tuleap_front_client_ip_resolver_new(proxies, NULL, 0, 0, 0, 0, NULL, NULL, 0);
    tuleap_front_client_ip_resolve_text(resolver, peer, strlen(peer), xff, strlen(xff), &client,
                                        address, sizeof address);
    puts(client.is_certain ? address : "nobody knows"); /* 203.0.113.9 */
    tuleap_front_client_ip_resolver_free(resolver);
    tuleap_front_trusted_proxies_free(proxies);
    return !client.is_certain;
}
