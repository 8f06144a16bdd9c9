/* A TLS client of Mongoose 7 with its own TLS, for many servers: each line of the file is a port, a host's name and a
 * file of DER certificates one after the other. Prints a line of JSON for each. */
#include "mongoose.h"

#include "harness.h"

struct meeting {
  struct mg_tls_opts tls;
  char error[128];
  int is_over, accepts;
};

static void on_event(struct mg_connection *c, int event, void *data) {
  struct meeting *meeting = c->fn_data;
  if (event == MG_EV_CONNECT) mg_tls_init(c, &meeting->tls);
  if (event == MG_EV_TLS_HS) meeting->accepts = meeting->is_over = 1;
  if (event == MG_EV_ERROR && meeting->error[0] == '\0') {
    const char *text = data;
    size_t n = 0;
    // As JSON.
    for (; *text != '\0' && n + 1 < sizeof(meeting->error); text++)
      if (*text >= ' ' && *text != '"' && *text != '\\') meeting->error[n++] = *text;
  }
  if (event == MG_EV_CLOSE) meeting->is_over = 1;
}

/* The certificates as PEM, which is the one form of several that it takes. */
static char *read_certificates(const char *path) {
  static unsigned char der[1 << 18];
  static char pem[1 << 19];
  FILE *file = fopen(path, "rb");
  if (file == NULL) harness_die("the CA file cannot be opened");
  size_t size = fread(der, 1, sizeof(der), file), used = 0;
  fclose(file);
  pem[0] = '\0';
  for (size_t at = 0; at < size;) {
    size_t len = harness_der_len(der + at, size - at);
    if (len == 0 || used + 2 * len + 128 > sizeof(pem)) harness_die("CA file: not DER");
    used += (size_t) sprintf(pem + used, "-----BEGIN CERTIFICATE-----\n");
    used += mg_base64_encode(der + at, len, pem + used, sizeof(pem) - used);
    used += (size_t) sprintf(pem + used, "\n-----END CERTIFICATE-----\n");
    at += len;
  }
  return pem;
}

static void meet(const char *port, const char *name, const char *path) {
  struct meeting meeting = {{0}, "", 0, 0};
  struct mg_mgr manager;
  char url[64];
  meeting.tls.ca = mg_str(read_certificates(path));
  meeting.tls.name = mg_str(name);
  snprintf(url, sizeof(url), "tcp://127.0.0.1:%s", port);
  mg_mgr_init(&manager);
  if (mg_connect(&manager, url, on_event, &meeting) == NULL) harness_die("no connection");
  for (int turns = 0; !meeting.is_over && turns < 2000; turns++) mg_mgr_poll(&manager, 5);
  mg_mgr_free(&manager);
  harness_report(meeting.accepts, meeting.error);
}

int main(int argc, char **argv) {
  char port[16], name[256], path[1024];
  FILE *jobs = argc < 2 ? NULL : fopen(argv[1], "r");
  struct timeval now;
  if (jobs == NULL) harness_die("usage: mongoose FILE");
  gettimeofday(&now, NULL);
  harness_now = now.tv_sec;
  // What SNTP sets.
  mg_boot_timestamp_ms = (uint64_t) now.tv_sec * 1000 - mg_millis();
  mg_log_set(MG_LL_NONE);
  while (fscanf(jobs, "%15s %255s %1023s", port, name, path) == 3) meet(port, name, path);
  return 0;
}
