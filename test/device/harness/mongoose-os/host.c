/* Runs an application for Mongoose OS on a host: the network is there at once, and the program ends with the connection. */
#include "mgos.h"

static struct mg_mgr manager;
static mgos_event_handler_t on_network;

struct mg_mgr *mgos_get_mgr(void) {
  return &manager;
}

bool mgos_event_add_handler(int ev, mgos_event_handler_t handler, void *user_data) {
  (void) user_data;
  if (ev == MGOS_NET_EV_IP_ACQUIRED) on_network = handler;
  return true;
}

int main(void) {
  mg_mgr_init(&manager, NULL);
  if (mgos_app_init() != MGOS_APP_INIT_SUCCESS || on_network == NULL) return 1;
  on_network(MGOS_NET_EV_IP_ACQUIRED, NULL, NULL);
  while (mg_next(&manager, NULL) != NULL) mg_mgr_poll(&manager, 100);
  mg_mgr_free(&manager);
  return 0;
}
