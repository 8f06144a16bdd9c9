/* Mongoose OS: one call is DNS, TCP, TLS and a request; ssl_ca_cert is what makes it verify. */
#include <string.h>

#include "mgos.h"
#include "mgos_mongoose.h"
#include "mgos_net.h"

#define URL "https://api.weather.gov/"
#define HEADERS "User-Agent: my-app/1.0\r\n"

static void ev_handler(struct mg_connection *c, int ev, void *ev_data, void *user_data) {
  switch (ev) {
    case MG_EV_CONNECT:
      /* 0, or an errno; -1 for DNS, -3 for TLS */
      if (*(int *) ev_data != 0) LOG(LL_ERROR, ("status %d", *(int *) ev_data));
      break;
    case MG_EV_HTTP_REPLY:
      LOG(LL_INFO, ("HTTP %d", ((struct http_message *) ev_data)->resp_code));
      c->flags |= MG_F_CLOSE_IMMEDIATELY;
      break;
  }
  (void) user_data;
}

static void fetch(void) {
  struct mg_connect_opts opts;
  memset(&opts, 0, sizeof(opts));
  opts.ssl_ca_cert = "ca.pem";
  mg_connect_http_opt(mgos_get_mgr(), ev_handler, NULL, opts, URL, HEADERS, NULL);
}

static void on_network(int ev, void *ev_data, void *user_data) {
  if (ev == MGOS_NET_EV_IP_ACQUIRED) fetch();
  (void) ev_data;
  (void) user_data;
}

enum mgos_app_init_result mgos_app_init(void) {
  mgos_event_add_handler(MGOS_NET_EV_IP_ACQUIRED, on_network, NULL);
  return MGOS_APP_INIT_SUCCESS;
}
