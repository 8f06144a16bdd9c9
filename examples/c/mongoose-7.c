/* Mongoose 7.14 and later: the program starts TLS, and writes the request, when TCP is up. */
#include "mongoose.h"

#define URL "https://api.weather.gov/"

static struct mg_str ca;
static bool done;

static void ev_handler(struct mg_connection *c, int ev, void *ev_data) {
  if (ev == MG_EV_CONNECT) {
    struct mg_tls_opts opts = {.ca = ca, .name = mg_url_host(URL)};
    mg_tls_init(c, &opts);
    mg_printf(c, "GET %s HTTP/1.0\r\nHost: api.weather.gov\r\nUser-Agent: my-app/1.0\r\n\r\n", mg_url_uri(URL));
  }
  if (ev == MG_EV_HTTP_MSG) {
    printf("HTTP %d\n", mg_http_status((struct mg_http_message *) ev_data));
    c->is_closing = 1;
  }
  if (ev == MG_EV_ERROR) printf("%s\n", (char *) ev_data);
  if (ev == MG_EV_CLOSE) done = true;
}

int main(void) {
  struct mg_mgr mgr;
  ca = mg_file_read(&mg_fs_posix, "ca.pem");
  mg_mgr_init(&mgr);
  mg_http_connect(&mgr, URL, ev_handler, NULL);
  while (!done) mg_mgr_poll(&mgr, 100);
  mg_mgr_free(&mgr);
  return 0;
}
