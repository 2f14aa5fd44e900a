/* What nginx's configure would find out, for the headers that the walk needs. */
#define NGX_LINUX 1
#define NGX_HAVE_INTTYPES_H 1
#define NGX_HAVE_UNISTD_H 1
