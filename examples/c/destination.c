/* destination PUBLIC BACKEND METHOD [NAME VALUE]...
 *
 * Prints the header lines of a request as the next server is to get them: Destination and the tags
 * of If name its origin instead of the public one. A Destination that it must not see is refused
 * with the status to answer. C99.
 */
#include <ctype.h>
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

static void print(tuleap_front_str text) {
    fwrite(text.ptr, 1, text.len, stdout);
}

static int is_named(const tuleap_front_header *line, const char *name) {
    size_t at = 0;
    while (at < line->name.len && tolower((unsigned char)line->name.ptr[at]) == name[at])
        at++;
    return at == line->name.len && name[at] == '\0';
}

/* What is wrong with the rule, where, and what to write instead. */
static int refuse_rule(const tuleap_front_problem *problem, const char *message) {
    fprintf(stderr, "%s: %s\n", tuleap_front_status_code(problem->status), message);
    return 2;
}

/* The answer to the client. */
static int reject(const tuleap_front_rewrite *rewrite) {
    char text[256];
    tuleap_front_destination_reason_text(rewrite->reason, text, sizeof text);
    printf("%u %s\n%s\n", (unsigned)rewrite->http_status,
           tuleap_front_destination_reason_code(rewrite->reason), text);
    return 1;
}

/* One line of If: asks for the length, which is 0 where nothing changes, then for the text. */
static void print_if(const tuleap_front_destination_rule *rule,
                     const tuleap_front_destination_facts *facts, tuleap_front_str value) {
    ptrdiff_t length = tuleap_front_destination_rule_rewrite_if(rule, facts, value.ptr, value.len,
                                                                NULL, 0);
    char *text = length > 0 ? malloc((size_t)length + 1) : NULL;
    if (text != NULL) {
        tuleap_front_destination_rule_rewrite_if(rule, facts, value.ptr, value.len, text,
                                                 (size_t)length + 1);
        value.ptr = text;
        value.len = (size_t)length;
    }
    print(value);
    free(text);
}

/* Prints every line; the parts of a Destination point into the rule and the line itself. */
static void print_lines(const tuleap_front_destination_rule *rule,
                        const tuleap_front_destination_facts *facts,
                        const tuleap_front_rewrite *rewrite, const tuleap_front_header *headers,
                        size_t count) {
    int maps_if = tuleap_front_destination_rule_if_tags(rule) == 1;
    for (size_t at = 0; at < count; at++) {
        print(headers[at].name);
        fputs(": ", stdout);
        if (is_named(&headers[at], "destination") && rewrite->action == TULEAP_FRONT_REWRITE_PARTS)
            for (int part = 0; part < 3; part++)
                print(rewrite->parts[part]);
        else if (is_named(&headers[at], "if") && maps_if)
            print_if(rule, facts, headers[at].value);
        else
            print(headers[at].value);
        putchar('\n');
    }
}

int main(int argc, char **argv) {
    if (argc < 4 || argc % 2 != 0 || argc > 4 + 2 * MAX_HEADERS) {
        fprintf(stderr, "usage: destination PUBLIC BACKEND METHOD [NAME VALUE]...\n");
        return 2;
    }
    tuleap_front_problem problem;
    char message[512];
    tuleap_front_destination_rule *rule = tuleap_front_destination_rule_new(
        argv[1], strlen(argv[1]), argv[2], strlen(argv[2]), 0, &problem, message, sizeof message);
    if (rule == NULL)
        return refuse_rule(&problem, message);

    tuleap_front_destination_facts facts = {{NULL, 0}, {NULL, 0}, {NULL, 0},
                                            TULEAP_FRONT_SCHEME_HTTPS};
    facts.method = str(argv[3]);
    tuleap_front_header headers[MAX_HEADERS];
    size_t count = 0;
    for (int at = 4; at + 1 < argc; at += 2, count++) {
        headers[count].name = str(argv[at]);
        headers[count].value = str(argv[at + 1]);
        if (is_named(&headers[count], "host"))
            facts.host = facts.forwarded_host = headers[count].value; /* sent on as it is */
    }

    /* The strict rule keeps a line, maps it or refuses the request: JOINED and REMOVE are of the
     * documented one. */
    tuleap_front_rewrite rewrite;
    int failed = tuleap_front_destination_rule_rewrite(rule, &facts, headers, count, &rewrite) != 0;
    if (!failed && rewrite.action == TULEAP_FRONT_REWRITE_REJECT)
        failed = reject(&rewrite);
    else if (!failed)
        print_lines(rule, &facts, &rewrite, headers, count);
    tuleap_front_destination_rule_free(rule);
    return failed;
}
