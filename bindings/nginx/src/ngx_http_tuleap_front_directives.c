
/*
 * Directives that are more than one value.
 */


#include "ngx_http_tuleap_front.h"


static ngx_conf_enum_t  ngx_http_tuleap_front_dialects[] = {
    { ngx_string("strict"), NGX_HTTP_TULEAP_FRONT_STRICT },
    { ngx_string("nginx-1.22"), NGX_HTTP_TULEAP_FRONT_NGINX_1_22 },
    { ngx_string("nginx-current"), NGX_HTTP_TULEAP_FRONT_NGINX },
    { ngx_null_string, 0 }
};


static void
ngx_http_tuleap_front_here(ngx_conf_t *cf, ngx_http_tuleap_front_where_t *where)
{
    where->file = cf->conf_file->file.name;
    where->line = cf->conf_file->line;
}


/* Appends a word and, before it, a comma if the text is not empty. */

static ngx_int_t
ngx_http_tuleap_front_append(ngx_conf_t *cf, ngx_str_t *text, ngx_str_t *word)
{
    u_char  *p;

    p = ngx_pnalloc(cf->pool, text->len + 1 + word->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (text->len) {
        ngx_memcpy(p, text->data, text->len);
        p[text->len++] = ',';
    }

    ngx_memcpy(p + text->len, word->data, word->len);

    text->data = p;
    text->len += word->len;
    p[text->len] = '\0';

    return NGX_OK;
}


char *
ngx_http_tuleap_front_trusted_proxies(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    ngx_str_t                     *value;
    ngx_uint_t                     i;
    ngx_http_tuleap_front_list_t  *list;

    if (tlcf->lists == NGX_CONF_UNSET_PTR) {
        tlcf->lists = ngx_array_create(cf->pool, 1,
                                       sizeof(ngx_http_tuleap_front_list_t));
        if (tlcf->lists == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    list = ngx_array_push(tlcf->lists);
    if (list == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(list, sizeof(ngx_http_tuleap_front_list_t));
    ngx_http_tuleap_front_here(cf, &list->where);

    value = cf->args->elts;
    i = 1;

    if (ngx_strcmp(value[i].data, "allow_trust_all") == 0) {
        list->trust_all = 1;
        i++;
    }

    if (i == cf->args->nelts) {
        return "has no list";
    }

    for ( /* void */ ; i < cf->args->nelts; i++) {

        /* it would hide what is appended */

        if (ngx_strlchr(value[i].data, value[i].data + value[i].len, '#')) {
            return "has a comment in its list: write it behind the directive";
        }

        if (ngx_http_tuleap_front_append(cf, &list->text, &value[i])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_tuleap_front_client_ip(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    char                               *rv;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    rv = ngx_conf_set_enum_slot(cf, cmd, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (tlcf->client_ip != NGX_HTTP_TULEAP_FRONT_OFF) {
        tmcf = ngx_http_conf_get_module_main_conf(cf,
                                                ngx_http_tuleap_front_module);
        tmcf->enabled = 1;
    }

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_http_tuleap_front_has_blank(ngx_str_t *word)
{
    size_t  i;

    for (i = 0; i < word->len; i++) {
        if (word->data[i] <= ' ') {
            return 1;
        }
    }

    return 0;
}


char *
ngx_http_tuleap_front_client_ip_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    if (tlcf->headers.data) {
        return "is duplicate";
    }

    ngx_http_tuleap_front_here(cf, &tlcf->headers_where);

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (value[i].len == 0 || ngx_http_tuleap_front_has_blank(&value[i])) {
            return "takes names without blanks";
        }

        if (ngx_http_tuleap_front_append(cf, &tlcf->headers, &value[i])
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_tuleap_front_client_ip_hops(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    ngx_int_t   hops;
    ngx_str_t  *value;

    if (tlcf->hops != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    ngx_http_tuleap_front_here(cf, &tlcf->hops_where);

    value = cf->args->elts;
    tlcf->any_peer = 0;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        tlcf->hops = 0;
        return cf->args->nelts == 2 ? NGX_CONF_OK : "is off: nothing follows";
    }

    hops = ngx_atoi(value[1].data, value[1].len);
    if (hops < 1 || hops > 255) {
        return "must be off or a number from 1 to 255";
    }

    tlcf->hops = hops;

    if (cf->args->nelts == 3) {
        if (ngx_strcmp(value[2].data, "danger_any_peer") != 0) {
            return "may be followed by danger_any_peer only";
        }

        tlcf->any_peer = 1;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_tuleap_front_dialect(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    ngx_str_t        *value;
    ngx_conf_enum_t  *dialect;

    if (tlcf->dialect != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (dialect = ngx_http_tuleap_front_dialects;
         dialect->name.len;
         dialect++)
    {
        if (ngx_strcmp(value[1].data, dialect->name.data) == 0) {
            tlcf->dialect = dialect->value;
            break;
        }
    }

    if (dialect->name.len == 0) {
        return "must be strict, nginx-1.22 or nginx-current";
    }

    tlcf->recursive = 0;

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    if (tlcf->dialect == NGX_HTTP_TULEAP_FRONT_STRICT
        || ngx_strcmp(value[2].data, "recursive") != 0)
    {
        return "may be followed by recursive in an nginx dialect only";
    }

    tlcf->recursive = 1;

    return NGX_CONF_OK;
}


char *
ngx_http_tuleap_front_shadow_log(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_tuleap_front_main_conf_t *tmcf = conf;

    ngx_int_t    rate;
    ngx_str_t   *value;
    ngx_uint_t   i;

    if (tmcf->shadow_rate || tmcf->shadow_flags) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "mask") == 0) {
            tmcf->shadow_flags |= TULEAP_FRONT_SHADOW_MASK_ADDRESSES;
            continue;
        }

        if (ngx_strncmp(value[i].data, "rate=", 5) == 0) {
            rate = ngx_atoi(value[i].data + 5, value[i].len - 5);
            if (rate < 1 || rate > 65535) {
                return "has a rate that is not from 1 to 65535 lines a minute";
            }

            tmcf->shadow_rate = rate;
            continue;
        }

        return "takes mask and rate=NUMBER";
    }

    return NGX_CONF_OK;
}


char *
ngx_http_tuleap_front_destination(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_tuleap_front_loc_conf_t *tlcf = conf;

    char                               *rv;
    ngx_http_tuleap_front_main_conf_t  *tmcf;

    rv = ngx_conf_set_enum_slot(cf, cmd, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (tlcf->destination.mode != NGX_HTTP_TULEAP_FRONT_OFF) {
        tmcf = ngx_http_conf_get_module_main_conf(cf,
                                                ngx_http_tuleap_front_module);
        tmcf->mapped = 1;
    }

    return NGX_CONF_OK;
}


/* tuleap_destination_public and tuleap_destination_backend. */

char *
ngx_http_tuleap_front_origins(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_str_t   *field, *value;
    ngx_uint_t   i;

    field = (ngx_str_t *) (p + cmd->offset);

    if (field->data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_http_tuleap_front_append(cf, field, &value[i]) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return ngx_http_tuleap_front_check_origins(cf, cmd, field);
}


/* A whole file, beside the configuration where its name is not absolute. */

ngx_int_t
ngx_http_tuleap_front_read_file(ngx_conf_t *cf, ngx_str_t *name, size_t max,
    ngx_str_t *text)
{
    ssize_t          n;
    ngx_fd_t         fd;
    ngx_file_info_t  fi;

    if (ngx_conf_full_name(cf->cycle, name, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    n = -1;

    if (ngx_fd_info(fd, &fi) != NGX_FILE_ERROR && ngx_is_file(&fi)
        && (size_t) ngx_file_size(&fi) <= max)
    {
        text->len = ngx_file_size(&fi);
        text->data = ngx_pnalloc(cf->temp_pool, text->len + 1);

        if (text->data) {
            n = ngx_read_fd(fd, text->data, text->len);
        }
    }

    (void) ngx_close_file(fd);

    return (n >= 0 && (size_t) n == text->len) ? NGX_OK : NGX_ERROR;
}
