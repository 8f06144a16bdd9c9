/* What the example uses of Mongoose OS 2.x: mgos.h, mgos_mongoose.h, mgos_net.h and Mongoose 6.18, declared. */
#ifndef MGOS_H
#define MGOS_H
#include <stddef.h>
#include <stdio.h>
struct mg_mgr;
struct mg_str { const char *p; size_t len; };
struct mg_connection { unsigned long flags; };
struct http_message { struct mg_str message, body; int resp_code; };
struct mg_connect_opts {
  void *user_data;
  unsigned int flags;
  const char **error_string;
  const char *ssl_cert, *ssl_key, *ssl_ca_cert, *ssl_cipher_suites, *ssl_server_name;
};
typedef void (*mg_event_handler_t)(struct mg_connection *, int, void *, void *);
#define MG_EV_CONNECT 2
#define MG_EV_CLOSE 5
#define MG_EV_TIMER 6
#define MG_EV_HTTP_REPLY 101
#define MG_EV_HTTP_CHUNK 102
#define MG_F_CLOSE_IMMEDIATELY (1 << 11)
#define MG_F_DELETE_CHUNK (1 << 13)
struct mg_mgr *mgos_get_mgr(void);
struct mg_connection *mg_connect_http_opt(struct mg_mgr *, mg_event_handler_t, void *, struct mg_connect_opts,
                                          const char *, const char *, const char *);
struct mg_connection *mg_connect_opt(struct mg_mgr *, const char *, mg_event_handler_t, void *, struct mg_connect_opts);
struct mg_str *mg_get_http_header(struct http_message *, const char *);
double mg_set_timer(struct mg_connection *, double);
double mg_time(void);
enum cs_log_level { LL_ERROR = 0, LL_INFO = 2 };
#define LOG(level, text) do { if ((level) >= 0) printf text; } while (0)
enum mgos_app_init_result { MGOS_APP_INIT_SUCCESS = 0 };
enum mgos_app_init_result mgos_app_init(void);
enum { MGOS_NET_EV_IP_ACQUIRED = 3 };
typedef void (*mgos_event_handler_t)(int, void *, void *);
_Bool mgos_event_add_handler(int, mgos_event_handler_t, void *);
#endif
