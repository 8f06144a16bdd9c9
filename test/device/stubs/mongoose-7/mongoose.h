/* What the example uses of Mongoose 7.14 and later, declared. */
#ifndef MONGOOSE_H
#define MONGOOSE_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct mg_str { char *buf; size_t len; };
struct mg_iobuf { unsigned char *buf; size_t size, len, align; };
struct mg_dns { const char *url; };
struct mg_mgr { void *conns; struct mg_dns dns4; };
struct mg_connection { struct mg_mgr *mgr; struct mg_iobuf recv; void *fn_data; unsigned is_closing : 1; };
struct mg_http_message { struct mg_str method, uri, head, body, message; };
struct mg_tls_opts { struct mg_str ca, cert, key, name; int skip_verification; };
struct mg_fs { int unused; };
typedef void (*mg_event_handler_t)(struct mg_connection *, int, void *);
enum { MG_EV_ERROR, MG_EV_OPEN, MG_EV_POLL, MG_EV_RESOLVE, MG_EV_CONNECT, MG_EV_ACCEPT, MG_EV_TLS_HS, MG_EV_READ,
       MG_EV_WRITE, MG_EV_CLOSE, MG_EV_HTTP_HDRS, MG_EV_HTTP_MSG, MG_EV_SNTP_TIME };
extern struct mg_fs mg_fs_posix;
void mg_mgr_init(struct mg_mgr *);
void mg_mgr_poll(struct mg_mgr *, int);
void mg_mgr_free(struct mg_mgr *);
struct mg_connection *mg_http_connect(struct mg_mgr *, const char *, mg_event_handler_t, void *);
struct mg_connection *mg_connect(struct mg_mgr *, const char *, mg_event_handler_t, void *);
struct mg_connection *mg_sntp_connect(struct mg_mgr *, const char *, mg_event_handler_t, void *);
void mg_tls_init(struct mg_connection *, const struct mg_tls_opts *);
void mg_error(struct mg_connection *, const char *, ...);
size_t mg_printf(struct mg_connection *, const char *, ...);
struct mg_str mg_url_host(const char *);
const char *mg_url_uri(const char *);
struct mg_str *mg_http_get_header(struct mg_http_message *, const char *);
int mg_http_status(const struct mg_http_message *);
struct mg_str mg_file_read(struct mg_fs *, const char *);
uint64_t mg_millis(void);
#endif
