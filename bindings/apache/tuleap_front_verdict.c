/*
 * TuleapGzip and TuleapCache: the policies decide, mod_deflate compresses and mod_cache keeps.
 *
 * They are told by the environment: no-gzip, force-gzip and no-cache. One filter runs before
 * DEFLATE and sees the answer as it came; the other between DEFLATE and CACHE_SAVE, which reads
 * the environment when it has the header.
 */

#include "mod_tuleap_front.h"
#include "util_filter.h"

APLOG_USE_MODULE(tuleap_front);

static ap_filter_rec_t *before_handle, *after_handle;

/* Of one answer; both filters have it. */
typedef struct {
    const mtf_gzip_conf *gzip;         /* each NULL: Off */
    const mtf_cache_conf *cache;
    int varies;
} mtf_verdict;

static apr_status_t gzip_free(void *policy)
{
    tuleap_front_gzip_policy_free(policy);
    return APR_SUCCESS;
}

static apr_status_t cache_free(void *policy)
{
    tuleap_front_cache_policy_free(policy);
    return APR_SUCCESS;
}

static const char *refuse(cmd_parms *cmd, const char *arg, const char *words)
{
    return apr_pstrcat(cmd->pool, cmd->cmd->name, ": \"", arg, "\" is none of ", words, NULL);
}

const char *mtf_set_gzip(cmd_parms *cmd, void *confv, const char *arg)
{
    mtf_dir_conf *conf = confv;
    const char *misplaced = mtf_misplaced(cmd);
    tuleap_front_gzip_policy *policy;
    mtf_gzip_conf *gzip;

    if (misplaced) {
        return misplaced;
    }
    gzip = apr_pcalloc(cmd->pool, sizeof(*gzip));
    conf->gzip = gzip;
    if (ap_cstr_casecmp(arg, "off") == 0) {
        return NULL;
    }
    if (ap_cstr_casecmp(arg, "recommended") == 0) {
        policy = tuleap_front_gzip_policy_recommended(NULL, NULL, NULL, 0);
    }
    else if (ap_cstr_casecmp(arg, "tuleap") == 0) {
        policy = tuleap_front_gzip_policy_tuleap(NULL, NULL, NULL, 0);
    }
    else if (ap_cstr_casecmp(arg, "documented") == 0) {
        policy = tuleap_front_gzip_policy_documented(TULEAP_FRONT_GUIDE_REVERSE_PROXY, NULL, NULL,
                                                     NULL, 0);
    }
    else {
        return refuse(cmd, arg, "recommended, tuleap, documented, Off");
    }
    apr_pool_cleanup_register(cmd->pool, policy, gzip_free, apr_pool_cleanup_null);
    gzip->policy = policy;
    return NULL;
}

const char *mtf_set_cache(cmd_parms *cmd, void *confv, const char *arg)
{
    mtf_dir_conf *conf = confv;
    const char *misplaced = mtf_misplaced(cmd);
    tuleap_front_cache_policy *policy;
    mtf_cache_conf *cache;

    if (misplaced) {
        return misplaced;
    }
    cache = apr_pcalloc(cmd->pool, sizeof(*cache));
    conf->cache = cache;
    if (ap_cstr_casecmp(arg, "off") == 0) {
        return NULL;
    }
    if (ap_cstr_casecmp(arg, "recommended") != 0) {
        return refuse(cmd, arg, "recommended, Off");
    }
    policy = tuleap_front_cache_policy_recommended(TULEAP_FRONT_NGINX_RULES_CURRENT);
    apr_pool_cleanup_register(cmd->pool, policy, cache_free, apr_pool_cleanup_null);
    cache->policy = policy;
    return NULL;
}

/*
 * Facts
 */

static tuleap_front_str str(const char *text)
{
    tuleap_front_str made;

    made.ptr = text ? text : "";
    made.len = strlen(made.ptr);
    return made;
}

static void add_line(tuleap_front_header *lines, size_t *count, const char *name,
                     const char *value)
{
    lines[*count].name = str(name);
    lines[*count].value = str(value);
    (*count)++;
}

/* What httpd keeps beside its table is left out. */
static void add_table(tuleap_front_header *lines, size_t *count, const apr_table_t *table,
                      int is_answer, const request_rec *r)
{
    const apr_array_header_t *all = apr_table_elts(table);
    const apr_table_entry_t *line = (const apr_table_entry_t *) all->elts;
    int i;

    for (i = 0; i < all->nelts; i++) {
        if (!is_answer
            || !((r->content_type && ap_cstr_casecmp(line[i].key, "Content-Type") == 0)
                 || (r->content_encoding
                     && ap_cstr_casecmp(line[i].key, "Content-Encoding") == 0))) {
            add_line(lines, count, line[i].key, line[i].val);
        }
    }
}

static const tuleap_front_header *request_lines(request_rec *r, size_t *count)
{
    tuleap_front_header *lines = apr_palloc(r->pool, sizeof(*lines)
                                            * (apr_table_elts(r->headers_in)->nelts + 1));

    *count = 0;
    add_table(lines, count, r->headers_in, 0, r);
    return lines;
}

/* What an answer is not said to be, its type says; for a 304 that of what is kept already. */
static const tuleap_front_header *answer_lines(request_rec *r, size_t *count,
                                               const char *type_unless_said)
{
    const char *type = r->content_type;
    tuleap_front_header *lines = apr_palloc(r->pool, sizeof(*lines)
                                            * (apr_table_elts(r->headers_out)->nelts
                                               + apr_table_elts(r->err_headers_out)->nelts + 2));

    *count = 0;
    add_table(lines, count, r->headers_out, 1, r);
    add_table(lines, count, r->err_headers_out, 1, r);
    if (!type && !apr_table_get(r->headers_out, "Content-Type")) {
        type = type_unless_said;
    }
    if (type) {
        add_line(lines, count, "Content-Type", type);
    }
    if (r->content_encoding) {
        add_line(lines, count, "Content-Encoding", r->content_encoding);
    }
    return lines;
}

/* As the client sent it, also after a redirect inside. */
static const request_rec *first_of(const request_rec *r)
{
    while (r->prev) {
        r = r->prev;
    }
    return r;
}

static tuleap_front_cache_facts cache_facts(request_rec *r)
{
    const request_rec *first = first_of(r);
    tuleap_front_cache_facts facts;

    facts.scheme = mtf_scheme(r);
    facts.method = str(first->method);
    facts.host = str(r->hostname);
    facts.target = str(first->unparsed_uri);
    facts.version = str(first->assbackwards ? "" : first->protocol);
    facts.headers = request_lines(r, &facts.header_count);
    return facts;
}

/*
 * mod_cache
 */

/* Whether the cache is asked; without an answer it is not. */
static int is_looked_up(request_rec *r, const mtf_cache_conf *cache,
                        const tuleap_front_cache_facts *facts)
{
    tuleap_front_cache_lookup found;
    apr_int32_t status = tuleap_front_cache_policy_look_up(cache->policy, facts, &found);

    if (status != TULEAP_FRONT_STATUS_OK) {
        mtf_fault(r, status);
    }
    mtf_say(r, "TULEAP_CACHE_REASON", tuleap_front_cache_reason_code(found.reason));
    return found.action == TULEAP_FRONT_CACHE_LOOK_UP;
}

/*
 * mod_cache reads no variable before it looks up. What it does not know the method of it leaves
 * alone; the method is back before anybody else looks at it. PUT, POST and DELETE it has to see.
 */
int mtf_cache_hide(request_rec *r, const mtf_dir_conf *conf)
{
    const mtf_cache_conf *cache = conf->cache;
    tuleap_front_cache_facts facts;

    if (r->main || !cache || !cache->policy) {
        return DECLINED;
    }
    facts = cache_facts(r);
    if (!is_looked_up(r, cache, &facts) && r->method_number == M_GET) {
        r->method_number = M_INVALID;
    }
    return DECLINED;
}

/* Every GET, and HEAD, is M_GET but for the time that it is hidden. */
int mtf_cache_show(request_rec *r)
{
    if (r->method_number == M_INVALID
        && (strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0)) {
        r->method_number = M_GET;
    }
    return DECLINED;
}

static void decide_store(request_rec *r, const mtf_cache_conf *cache)
{
    tuleap_front_cache_facts facts = cache_facts(r);
    tuleap_front_cache_answer answer;
    tuleap_front_cache_store store;
    apr_int32_t status;

    if (!is_looked_up(r, cache, &facts)) {
        apr_table_setn(r->subprocess_env, "no-cache", "1");
        return;
    }
    /* What mod_cache has is as it was: it is kept on by the same rules. */
    answer.status = r->status == HTTP_NOT_MODIFIED ? HTTP_OK : r->status;
    answer.body = TULEAP_FRONT_CACHE_BODY_WHOLE;
    answer.headers = answer_lines(r, &answer.header_count,
                                  r->status == HTTP_NOT_MODIFIED ? "text/css" : NULL);
    status = tuleap_front_cache_policy_store(cache->policy, &facts, &answer,
                                             apr_time_sec(r->request_time), &store);
    if (status != TULEAP_FRONT_STATUS_OK) {
        mtf_fault(r, status);
    }
    mtf_say(r, "TULEAP_CACHE_REASON", tuleap_front_cache_reason_code(store.reason));
    if (!store.stored) {
        apr_table_setn(r->subprocess_env, "no-cache", "1");
    }
}

/*
 * mod_deflate
 */

static int decide_gzip(request_rec *r, const mtf_gzip_conf *gzip)
{
    const request_rec *first = first_of(r);
    tuleap_front_gzip_facts facts;
    tuleap_front_gzip_verdict verdict;
    apr_int32_t status;

    facts.scheme = mtf_client_scheme(r);
    facts.status = r->status;
    facts.method = str(first->method);
    facts.version = str(first->assbackwards ? "" : first->protocol);
    facts.request = request_lines(r, &facts.request_count);
    facts.response = answer_lines(r, &facts.response_count, NULL);
    facts.length = TULEAP_FRONT_GZIP_LENGTH_FROM_HEADERS;
    facts.now = apr_time_sec(r->request_time);
    status = tuleap_front_gzip_policy_decide(gzip->policy, &facts, &verdict);
    if (status != TULEAP_FRONT_STATUS_OK) {
        mtf_fault(r, status);
    }
    mtf_say(r, "TULEAP_GZIP_REASON", tuleap_front_gzip_reason_code(verdict.reason));
    apr_table_unset(r->subprocess_env, "gzip-only-text/html");
    if (verdict.compresses) {
        /* What the client accepts is in the verdict. */
        apr_table_setn(r->subprocess_env, "force-gzip", "1");
    }
    else {
        apr_table_unset(r->subprocess_env, "force-gzip");
        apr_table_setn(r->subprocess_env, "no-gzip", "1");
    }
    return (int) verdict.varies;
}

static void add_names(apr_pool_t *p, apr_array_header_t *names, const char *list)
{
    const char *name;
    int i;

    while (*list && (name = ap_get_token(p, &list, 0)) != NULL) {
        for (i = 0; i < names->nelts; i++) {
            if (ap_cstr_casecmp(APR_ARRAY_IDX(names, i, const char *), name) == 0) {
                break;
            }
        }
        if (*name && i == names->nelts) {
            APR_ARRAY_PUSH(names, const char *) = name;
        }
        while (*list == ',' || *list == ';') {
            list++;
        }
    }
}

static void add_vary(apr_pool_t *p, apr_array_header_t *names, const apr_table_t *table)
{
    const apr_array_header_t *all = apr_table_elts(table);
    const apr_table_entry_t *line = (const apr_table_entry_t *) all->elts;
    int i;

    for (i = 0; i < all->nelts; i++) {
        if (ap_cstr_casecmp(line[i].key, "Vary") == 0) {
            add_names(p, names, line[i].val);
        }
    }
}

/* One line, and each name once, whoever said it: the backend, mod_deflate, or the verdict. */
static void merge_vary(request_rec *r, int varies)
{
    apr_array_header_t *names = apr_array_make(r->pool, 4, sizeof(const char *));
    apr_array_header_t *parts;
    int i;

    add_vary(r->pool, names, r->headers_out);
    add_vary(r->pool, names, r->err_headers_out);
    if (varies) {
        add_names(r->pool, names, "Accept-Encoding");
    }
    if (!names->nelts) {
        return;
    }
    parts = apr_array_make(r->pool, 2 * names->nelts, sizeof(const char *));
    for (i = 0; i < names->nelts; i++) {
        APR_ARRAY_PUSH(parts, const char *) = i ? ", " : "";
        APR_ARRAY_PUSH(parts, const char *) = APR_ARRAY_IDX(names, i, const char *);
    }
    apr_table_unset(r->err_headers_out, "Vary");
    apr_table_unset(r->headers_out, "Vary");
    apr_table_addn(r->headers_out, "Vary", apr_array_pstrcat(r->pool, parts, 0));
}

/*
 * Filters
 */

static apr_status_t before_deflate(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    mtf_verdict *verdict = f->ctx;

    verdict->varies = decide_gzip(f->r, verdict->gzip);
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, brigade);
}

static apr_status_t after_deflate(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    const mtf_verdict *verdict = f->ctx;

    if (verdict->gzip) {
        merge_vary(f->r, verdict->varies);
    }
    if (verdict->cache) {
        decide_store(f->r, verdict->cache);
    }
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, brigade);
}

static int has_filter(const request_rec *r, const ap_filter_rec_t *handle)
{
    const ap_filter_t *f;

    for (f = r->output_filters; f; f = f->next) {
        if (f->frec == handle) {
            return 1;
        }
    }
    return 0;
}

/* After all others of the same type, and CACHE_SAVE is of the next one. */
void mtf_verdict_insert(request_rec *r, const mtf_dir_conf *conf)
{
    ap_filter_rec_t *deflate;
    mtf_verdict *verdict;
    int compresses = conf->gzip && conf->gzip->policy, keeps = conf->cache && conf->cache->policy;

    if (r->main || (!compresses && !keeps)) {
        return;
    }
    verdict = apr_pcalloc(r->pool, sizeof(*verdict));
    if (compresses) {
        verdict->gzip = conf->gzip;
        ap_add_output_filter_handle(before_handle, verdict, r, r->connection);
        deflate = ap_get_output_filter_handle("DEFLATE");
        if (deflate && !has_filter(r, deflate)) {
            ap_add_output_filter_handle(deflate, NULL, r, r->connection);
        }
    }
    if (keeps) {
        verdict->cache = conf->cache;
    }
    ap_add_output_filter_handle(after_handle, verdict, r, r->connection);
}

void mtf_verdict_register(void)
{
    before_handle = ap_register_output_filter("TULEAP_GZIP", before_deflate, NULL,
                                              (ap_filter_type) (AP_FTYPE_CONTENT_SET - 1));
    after_handle = ap_register_output_filter("TULEAP_CACHE", after_deflate, NULL,
                                             AP_FTYPE_CONTENT_SET);
}
