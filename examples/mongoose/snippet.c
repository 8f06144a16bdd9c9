/* The answer given in the forum thread, with the handler it takes for granted. */
#include "mgos.h"

static void ev_handler(struct mg_connection *c, int ev, void *ev_data, void *user_data) {
  switch (ev) {
    case MG_EV_CONNECT:
      if (*(int *) ev_data != 0) LOG(LL_ERROR, ("status %d", *(int *) ev_data));
      break;
    case MG_EV_HTTP_REPLY: {
      struct http_message *hm = (struct http_message *) ev_data;
      LOG(LL_INFO, ("HTTP %d", hm->resp_code));
      fwrite(hm->body.p, 1, hm->body.len, stdout);
      c->flags |= MG_F_CLOSE_IMMEDIATELY;
      break;
    }
    case MG_EV_CLOSE:
      break;
  }
  (void) user_data;
}

enum mgos_app_init_result mgos_app_init(void) {
  const char *server = "https://api.weather.gov/";
  LOG(LL_INFO, ("Connecting to %s", server));
  struct mg_mgr *mgr = mgos_get_mgr();
  struct mg_connection *conn = mg_connect_http(mgr, ev_handler, NULL, server, NULL, NULL);
  if (conn == NULL) {
    LOG(LL_ERROR, ("Failed to connect to %s", server));
  }
  return MGOS_APP_INIT_SUCCESS;
}
