/* What of Mongoose OS the examples in C use, declared and nothing more: they are compiled against it, not linked. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct mg_mgr;
struct mg_str {
  const char *p;
  size_t len;
};
struct http_message {
  struct mg_str message, body;
  int resp_code;
};
struct mg_connection {
  unsigned long flags;
};
struct mg_connect_opts {
  const char **error_string;
  const char *nameserver;
  const char *ssl_cert, *ssl_key, *ssl_ca_cert, *ssl_server_name;
};

typedef void (*mg_event_handler_t)(struct mg_connection *c, int ev, void *ev_data, void *user_data);

struct mg_mgr *mgos_get_mgr(void);
struct mg_connection *mg_connect_http(struct mg_mgr *mgr, mg_event_handler_t handler, void *user_data,
                                      const char *url, const char *extra_headers, const char *post_data);
struct mg_connection *mg_connect_http_opt(struct mg_mgr *mgr, mg_event_handler_t handler, void *user_data,
                                          struct mg_connect_opts opts, const char *url,
                                          const char *extra_headers, const char *post_data);
double mg_set_timer(struct mg_connection *c, double timestamp);
double mg_time(void);

enum { MG_EV_CONNECT = 2, MG_EV_CLOSE = 5, MG_EV_TIMER = 6, MG_EV_HTTP_REPLY = 101, MG_EV_HTTP_CHUNK = 102 };
#define MG_F_CLOSE_IMMEDIATELY (1UL << 11)
#define MG_F_DELETE_CHUNK (1UL << 13)

enum { LL_ERROR = 0, LL_INFO = 2 };
void cs_log_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#define LOG(level, message) \
  do {                      \
    (void) (level);         \
    cs_log_printf message;  \
  } while (0)

enum mgos_app_init_result { MGOS_APP_INIT_SUCCESS = 0 };
enum mgos_app_init_result mgos_app_init(void);
