/*
 * The state machine of Mongoose OS's own reference client (mongoose-os-apps/http-fetch): CONNECT keeps a status, CHUNK
 * writes and deletes, REPLY sets the status of HTTP, CLOSE reports, once. With a timer, which the reference lacks.
 */
#include "mgos.h"

struct state {
  int status;      /* of the connection, then of HTTP */
  int64_t written; /* bytes of the body */
  FILE *fp;        /* where they go */
};

static void http_cb(struct mg_connection *c, int ev, void *ev_data, void *ud) {
  struct state *state = (struct state *) ud;
  switch (ev) {
    case MG_EV_CONNECT:
      state->status = *(int *) ev_data;
      break;
    case MG_EV_HTTP_CHUNK: {
      struct http_message *hm = (struct http_message *) ev_data;
      size_t n = fwrite(hm->body.p, 1, hm->body.len, state->fp);
      if (n != hm->body.len) {
        c->flags |= MG_F_CLOSE_IMMEDIATELY;
        state->status = 500;
      }
      state->written += n;
      c->flags |= MG_F_DELETE_CHUNK;
      break;
    }
    case MG_EV_HTTP_REPLY: {
      struct http_message *hm = (struct http_message *) ev_data;
      state->status = hm->resp_code;
      LOG(LL_INFO, ("Finished fetching"));
      c->flags |= MG_F_CLOSE_IMMEDIATELY;
      break;
    }
    case MG_EV_TIMER:
      state->status = 504;
      c->flags |= MG_F_CLOSE_IMMEDIATELY;
      break;
    case MG_EV_CLOSE:
      LOG(LL_INFO, ("status %d bytes %lld", state->status, (long long) state->written));
      fclose(state->fp);
      free(state);
      break;
  }
}

static bool fetch(const char *url, const char *path) {
  struct state *state = (struct state *) calloc(1, sizeof(*state));
  if ((state->fp = fopen(path, "w")) == NULL) return false;
  LOG(LL_INFO, ("Fetching %s to %s", url, path));
  struct mg_connection *c = mg_connect_http(mgos_get_mgr(), http_cb, state, url, NULL, NULL);
  if (c == NULL) {
    fclose(state->fp);
    free(state);
    return false;
  }
  mg_set_timer(c, mg_time() + 15);
  return true;
}

enum mgos_app_init_result mgos_app_init(void) {
  fetch("https://downloads.example/firmware.bin", "firmware.bin");
  return MGOS_APP_INIT_SUCCESS;
}
