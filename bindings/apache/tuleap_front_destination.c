/*
 * Where copies and moves go: Destination, and the tags of If, as the one who reads them wants them.
 *
 * It is decided by the client's own lines, and twice: before any access rule, and again where a
 * later hook has settled that another server answers. Only the origin differs between the two,
 * so that access rules read the path that is copied to.
 */

#include "mod_tuleap_front.h"
#include "mod_proxy.h"

APLOG_USE_MODULE(tuleap_front);

#define DESTINATION "Destination"
#define IF "If"

/* What a decision depends on, apart from the lines. */
typedef struct {
    const tuleap_front_destination_rule *rule;   /* NULL: nothing is decided here */
    const char *host;                            /* that is sent */
} mtf_plan;

/* The schemes of mod_proxy by which another server gets this header. */
static const char *const by_http[] = { "http:", "https:", "h2:", "h2c:", "ws:", "wss:",
                                       "balancer:" };

static int begins(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

/* The URL of the next server; NULL where this one answers, perhaps by FastCGI. */
const char *mtf_passed_to(request_rec *r)
{
    const char *url = NULL;
    apr_size_t i;

    if (r->handler && begins(r->handler, "proxy:")) {
        url = r->handler + strlen("proxy:");
    }
    else if (r->proxyreq == PROXYREQ_REVERSE && r->filename && begins(r->filename, "proxy:")) {
        url = r->filename + strlen("proxy:");
    }
    if (url && begins(url, "unix:")) {
        url = strchr(url, '|');
        url = url ? url + 1 : NULL;
    }
    for (i = 0; url && i < sizeof(by_http) / sizeof(by_http[0]); i++) {
        if (begins(url, by_http[i])) {
            return url;
        }
    }
    return NULL;
}

static int is_host_preserved(request_rec *r)
{
    const module *proxy = ap_find_linked_module("mod_proxy.c");
    const proxy_dir_conf *conf = proxy ? ap_get_module_config(r->per_dir_config, proxy) : NULL;

    return conf && conf->preserve_host;
}

/* The Host that is sent to this URL, as mod_proxy writes it; here, the one that came. */
const char *mtf_host_sent(request_rec *r, const char *url)
{
    const char *host = apr_table_get(r->headers_in, "Host");
    apr_uri_t uri;

    if (!url || begins(url, "balancer:") || is_host_preserved(r)
        || apr_uri_parse(r->pool, url, &uri) != APR_SUCCESS || !uri.hostname) {
        return host ? host : "";
    }
    host = strchr(uri.hostname, ':') ? apr_pstrcat(r->pool, "[", uri.hostname, "]", NULL)
                                     : uri.hostname;
    return uri.port_str && uri.port != DEFAULT_HTTP_PORT
           ? apr_psprintf(r->pool, "%s:%u", host, (unsigned) uri.port) : host;
}

const tuleap_front_destination_rule *mtf_rule_of(request_rec *r, const mtf_dir_conf *conf,
                                                 const char *url)
{
    const mtf_mapping *mapping = conf->mapping;

    if (mapping->named) {
        return mapping->named;
    }
    return mapping->by_scheme[url ? TULEAP_FRONT_SCHEME_HTTP : mtf_scheme(r)];
}

/* A forward proxy's requests are not for this site. */
static mtf_plan plan_of(request_rec *r, const mtf_dir_conf *conf)
{
    const char *url = mtf_passed_to(r);
    mtf_plan plan = { NULL, NULL };

    if (conf->destination > MTF_OFF && r->proxyreq != PROXYREQ_PROXY) {
        plan.rule = conf->destination == MTF_DOCUMENTED ? mtf_mapping_documented()
                                                        : mtf_rule_of(r, conf, url);
        plan.host = mtf_host_sent(r, url);
    }
    return plan;
}

static tuleap_front_str str(const char *text)
{
    tuleap_front_str str = { text, text ? strlen(text) : 0 };

    return str;
}

tuleap_front_destination_facts mtf_facts(request_rec *r, const char *client_host,
                                         const char *sent_host)
{
    tuleap_front_destination_facts facts;

    facts.method = str(r->method);
    facts.host = str(client_host);
    facts.forwarded_host = str(sent_host);
    facts.scheme = mtf_client_scheme(r);
    return facts;
}

/*
 * Lines
 */

static void put(request_rec *r, mtf_line *line, const char *name, const char *value)
{
    line->theirs = apr_table_get(r->headers_in, name);
    line->ours = value;
    if (*value) {
        apr_table_setn(r->headers_in, name, value);
    }
    else {
        apr_table_unset(r->headers_in, name);
    }
}

/* Unless somebody else has changed it since. */
static void put_back(request_rec *r, mtf_line *line, const char *name)
{
    const char *now = line->ours ? apr_table_get(r->headers_in, name) : NULL;

    if (line->ours && strcmp(now ? now : "", line->ours) == 0) {
        apr_table_setn(r->headers_in, name, line->theirs);
    }
    line->ours = NULL;
}

/*
 * httpd makes one line of several, with a comma and a blank between. No URI has a blank, so what
 * looks like two lines is taken for two. The documented rule joins lines in the same way.
 */
static int cut(const mtf_plan *plan, const char *value, tuleap_front_str lines[2])
{
    const char *comma = strstr(value, ", ");

    lines[0] = str(value);
    if (!comma || plan->rule == mtf_mapping_documented()) {
        return 1;
    }
    lines[0].len = comma - value;
    lines[1] = str(comma + 2);
    return 2;
}

/*
 * Decisions
 */

static const char *action_name(apr_uint32_t action)
{
    switch (action) {
    case TULEAP_FRONT_REWRITE_PARTS:
    case TULEAP_FRONT_REWRITE_JOINED:
        return "rewrite";
    case TULEAP_FRONT_REWRITE_REMOVE:
        return "remove";
    case TULEAP_FRONT_REWRITE_REJECT:
        return "reject";
    default:
        return "unchanged";
    }
}

static void publish(request_rec *r, const char *value, apr_uint32_t action, apr_uint32_t reason)
{
    int is_new = mtf_is_new(r, "TULEAP_DESTINATION");

    mtf_say_of(r, is_new, "TULEAP_DESTINATION", value);
    mtf_say_of(r, is_new, "TULEAP_DESTINATION_ACTION", action_name(action));
    mtf_say_of(r, is_new, "TULEAP_DESTINATION_REASON",
            reason ? tuleap_front_destination_reason_code(reason) : NULL);
}

static void publish_nothing(request_rec *r)
{
    mtf_say(r, "TULEAP_DESTINATION", NULL);
    mtf_say(r, "TULEAP_DESTINATION_ACTION", NULL);
    mtf_say(r, "TULEAP_DESTINATION_REASON", NULL);
}

static int refuse(request_rec *r, mtf_request *mine, const tuleap_front_rewrite *rewrite)
{
    char text[128];
    ptrdiff_t length = tuleap_front_destination_reason_text(rewrite->reason, text, sizeof(text));

    mine->refused = rewrite->reason;
    publish(r, NULL, rewrite->action, rewrite->reason);
    return mtf_refuse(r, "TuleapDestination", (int) rewrite->http_status, text, length,
                      sizeof(text));
}

static const char *text_of(request_rec *r, const tuleap_front_rewrite *rewrite,
                           const tuleap_front_str *lines, int count)
{
    ptrdiff_t length = tuleap_front_rewrite_text(rewrite, lines, count, NULL, 0);
    char *text;

    if (length < 0) {
        mtf_fault(r, length);
        return NULL;
    }
    text = apr_palloc(r->pool, length + 1);
    tuleap_front_rewrite_text(rewrite, lines, count, text, length + 1);
    return text;
}

static int map_destination(request_rec *r, mtf_request *mine, const mtf_plan *plan,
                           const tuleap_front_destination_facts *facts, const char *value)
{
    tuleap_front_rewrite rewrite;
    tuleap_front_str lines[2];
    int count = cut(plan, value, lines);
    apr_int32_t status = tuleap_front_destination_rule_rewrite_lines(plan->rule, facts, lines,
                                                                     count, &rewrite);

    if (status != TULEAP_FRONT_STATUS_OK) {
        mtf_fault(r, status);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    switch (rewrite.action) {
    case TULEAP_FRONT_REWRITE_REJECT:
        return refuse(r, mine, &rewrite);
    case TULEAP_FRONT_REWRITE_REMOVE:
        value = "";
        put(r, &mine->destination, DESTINATION, value);
        break;
    case TULEAP_FRONT_REWRITE_PARTS:
    case TULEAP_FRONT_REWRITE_JOINED:
        value = text_of(r, &rewrite, lines, count);
        if (!value) {
            return HTTP_INTERNAL_SERVER_ERROR;
        }
        put(r, &mine->destination, DESTINATION, value);
        break;
    }
    publish(r, value, rewrite.action, 0);
    return DECLINED;
}

static void map_if(request_rec *r, mtf_request *mine, const mtf_plan *plan,
                   const tuleap_front_destination_facts *facts, const char *value)
{
    apr_size_t cap = 0;
    char *text = NULL;

    for (;;) {
        ptrdiff_t length = tuleap_front_destination_rule_rewrite_if(plan->rule, facts, value,
                                                                    strlen(value), text, cap);

        if (length < 0) {
            mtf_fault(r, length);
            return;
        }
        if (length == 0) {
            return;
        }
        if ((apr_size_t) length < cap) {
            put(r, &mine->if_tags, IF, text);
            return;
        }
        cap = (apr_size_t) length + 1;
        text = apr_palloc(r->pool, cap);
    }
}

static int apply(request_rec *r, mtf_request *mine, const mtf_plan *plan)
{
    const char *destination, *if_tags;
    tuleap_front_destination_facts facts;
    int rv = DECLINED;

    put_back(r, &mine->destination, DESTINATION);
    put_back(r, &mine->if_tags, IF);
    mine->mapped_by = plan->rule;
    mine->mapped_host = plan->host;
    if (!plan->rule) {
        publish_nothing(r);
        return DECLINED;
    }
    destination = apr_table_get(r->headers_in, DESTINATION);
    if_tags = apr_table_get(r->headers_in, IF);
    facts = mtf_facts(r, mine->host, plan->host);
    if (destination) {
        rv = map_destination(r, mine, plan, &facts, destination);
    }
    if (rv == DECLINED && if_tags && tuleap_front_destination_rule_if_tags(plan->rule) == 1) {
        map_if(r, mine, plan, &facts, if_tags);
    }
    return rv;
}

/* Is there a line to decide about, or one that was changed? */
static int has_lines(request_rec *r, const mtf_request *mine)
{
    return mine->destination.ours || mine->if_tags.ours
           || apr_table_get(r->headers_in, DESTINATION) || apr_table_get(r->headers_in, IF);
}

int mtf_destination_first(request_rec *r, mtf_request *mine, const mtf_dir_conf *conf)
{
    mtf_plan plan;

    if (mine->refused) {
        /* its ErrorDocument */
        publish(r, NULL, TULEAP_FRONT_REWRITE_REJECT, mine->refused);
        return DECLINED;
    }
    if (!has_lines(r, mine)) {
        return DECLINED;
    }
    plan = plan_of(r, conf);
    return plan.rule || mine->mapped_by ? apply(r, mine, &plan) : DECLINED;
}

int mtf_destination_again(request_rec *r, mtf_request *mine, const mtf_dir_conf *conf)
{
    mtf_plan plan;

    if (mine->refused || !has_lines(r, mine)) {
        return DECLINED;
    }
    plan = plan_of(r, conf);
    if (plan.rule == mine->mapped_by
        && (!plan.rule || strcmp(plan.host, mine->mapped_host) == 0)) {
        return DECLINED;
    }
    return apply(r, mine, &plan);
}
