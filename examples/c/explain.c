/* explain PEER TRUSTED [NAME VALUE]...
 *
 * Says who the client of a request is and why, as the program `tuleap-front explain` does, with
 * every error that the library reports. C99; the same file is valid C++.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tuleap_front.h>

enum { MAX_HEADERS = 100 };

static tuleap_front_str str(const char *text) {
    tuleap_front_str view;
    view.ptr = text;
    view.len = strlen(text);
    return view;
}

/* What is wrong with the list, where, and what to write instead. */
static int refuse(const tuleap_front_problem *problem, const char *message) {
    fprintf(stderr, "%s: %s\n", tuleap_front_status_code(problem->status), message);
    return 2;
}

/* Asks for the length, then for the text. */
static char *explain(const tuleap_front_client_ip_resolver *resolver, const char *peer,
                     const tuleap_front_header *headers, size_t count) {
    ptrdiff_t length = tuleap_front_client_ip_explain(resolver, peer, strlen(peer), headers, count,
                                                      TULEAP_FRONT_FORMAT_TEXT, NULL, 0);
    if (length < 0)
        return NULL;
    char *text = (char *)malloc((size_t)length + 1);
    if (text != NULL)
        tuleap_front_client_ip_explain(resolver, peer, strlen(peer), headers, count,
                                       TULEAP_FRONT_FORMAT_TEXT, text, (size_t)length + 1);
    return text;
}

int main(int argc, char **argv) {
    if (argc < 3 || argc % 2 == 0 || argc > 3 + 2 * MAX_HEADERS) {
        fprintf(stderr, "usage: explain PEER TRUSTED [NAME VALUE]...\n");
        return 2;
    }
    if (tuleap_front_abi_version() != TULEAP_FRONT_ABI_VERSION) {
        fprintf(stderr, "the library is of another version than the header\n");
        return 2;
    }
    const char *peer = argv[1], *list = argv[2];
    tuleap_front_header headers[MAX_HEADERS];
    size_t count = 0;
    for (int at = 3; at + 1 < argc; at += 2, count++) {
        headers[count].name = str(argv[at]);
        headers[count].value = str(argv[at + 1]);
    }

    tuleap_front_problem problem;
    char message[512];
    tuleap_front_trusted_proxies *proxies = tuleap_front_trusted_proxies_parse(
        list, strlen(list), 0, &problem, message, sizeof message);
    if (proxies == NULL)
        return refuse(&problem, message);
    tuleap_front_client_ip_resolver *resolver = tuleap_front_client_ip_resolver_new(
        proxies, NULL, 0, 0, 0, 0, &problem, message, sizeof message);
    tuleap_front_trusted_proxies_free(proxies); /* the resolver has its own share */
    if (resolver == NULL)
        return refuse(&problem, message);

    char *text = explain(resolver, peer, headers, count);
    if (text != NULL)
        fputs(text, stdout);
    free(text);
    tuleap_front_client_ip_resolver_free(resolver);
    return text != NULL ? 0 : 1;
}
