/* What Mongoose OS adds to Mongoose 6, for a host: mgos.h, mgos_mongoose.h and mgos_net.h. Mongoose itself is the real one. */
#ifndef MGOS_H
#define MGOS_H
#include "mongoose.h"
enum mgos_app_init_result { MGOS_APP_INIT_SUCCESS = 0 };
enum mgos_app_init_result mgos_app_init(void);
struct mg_mgr *mgos_get_mgr(void);
enum { MGOS_NET_EV_IP_ACQUIRED = 3 };
typedef void (*mgos_event_handler_t)(int ev, void *ev_data, void *user_data);
bool mgos_event_add_handler(int ev, mgos_event_handler_t handler, void *user_data);
enum cs_log_level { LL_ERROR = 0, LL_INFO = 2 };
#define LOG(level, text)              \
  do {                                \
    if ((level) <= LL_INFO) {         \
      printf text;                    \
      putchar('\n');                  \
    }                                 \
  } while (0)
#endif
