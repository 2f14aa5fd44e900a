
/*
 * Directives of nginx's own that one of ours stands for.
 *
 * They are read as if they stood where ours does, so that nginx's modules say
 * what is a directive, where it may stand and that it stands there twice.
 */


#include "ngx_http_tuleap_front.h"


static char *ngx_http_tuleap_front_read(ngx_conf_t *cf, ngx_str_t *text);


char *
ngx_http_tuleap_front_issue(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *text)
{
    u_char  *p;

    for (p = text->data; p < text->data + text->len; p++) {

        /* all of it is on the line of our directive */

        if (*p == LF) {
            *p = ' ';
        }
    }

    if (ngx_http_tuleap_front_read(cf, text) == NGX_CONF_OK) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" stands for \"%V\": leave these directives out "
                       "beside it", &cmd->name, text);

    return NGX_CONF_ERROR;
}


/* As the inside of a block, whose end is the end of the text. */

static char *
ngx_http_tuleap_front_read(ngx_conf_t *cf, ngx_str_t *text)
{
    char             *rv;
    ngx_buf_t         buf;
    ngx_conf_t        conf;
    ngx_conf_file_t   file;

    ngx_memzero(&buf, sizeof(ngx_buf_t));

    buf.start = ngx_pnalloc(cf->temp_pool, text->len + 2);
    if (buf.start == NULL) {
        return NGX_CONF_ERROR;
    }

    buf.pos = buf.start;
    buf.last = ngx_cpymem(buf.start, text->data, text->len);
    *buf.last++ = ' ';
    *buf.last++ = '}';
    buf.end = buf.last;
    buf.temporary = 1;

    file = *cf->conf_file;
    file.buffer = &buf;

    conf = *cf;
    conf.conf_file = &file;
    conf.args = ngx_array_create(cf->temp_pool, 10, sizeof(ngx_str_t));
    if (conf.args == NULL) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_conf_parse(&conf, NULL);

    return rv;
}
