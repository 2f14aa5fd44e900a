/* What nginx's configure would find out, for the functions that are compiled here. */
#define NGX_HAVE_INET6 1
#define NGX_HAVE_UNIX_DOMAIN 1

#define NGX_PTR_SIZE __SIZEOF_POINTER__
#define NGX_SIG_ATOMIC_T_SIZE 4
#define NGX_TIME_T_SIZE __SIZEOF_LONG__
#define NGX_TIME_T_LEN (sizeof("-9223372036854775808") - 1)
#define NGX_OFF_T_LEN (sizeof("-9223372036854775808") - 1)
#define NGX_MAX_TIME_T_VALUE 9223372036854775807LL
#define NGX_MAX_OFF_T_VALUE 9223372036854775807LL
