/** The reference client's state machine, call by call as in fetch.c. */
import { closeSync, openSync, writeSync } from "node:fs";
import {
  LL_INFO,
  LOG,
  MG_EV_CLOSE,
  MG_EV_CONNECT,
  MG_EV_HTTP_CHUNK,
  MG_EV_HTTP_REPLY,
  MG_EV_TIMER,
  MG_F_CLOSE_IMMEDIATELY,
  MG_F_DELETE_CHUNK,
  mg_connect_http,
  mg_set_timer,
  mg_time,
  mgos_get_mgr,
  type mg_event_handler,
} from "meerkat/mongoose";

interface state {
  status: number; /* of the connection, then of HTTP */
  written: number; /* bytes of the body */
  fp: number; /* where they go */
}

const http_cb: mg_event_handler<state> = (c, ev, ev_data, state) => {
  switch (ev) {
    case MG_EV_CONNECT:
      state.status = ev_data;
      break;
    case MG_EV_HTTP_CHUNK: {
      const hm = ev_data;
      const n = writeSync(state.fp, hm.body.p);
      if (n !== hm.body.len) {
        c.flags |= MG_F_CLOSE_IMMEDIATELY;
        state.status = 500;
      }
      state.written += n;
      c.flags |= MG_F_DELETE_CHUNK;
      break;
    }
    case MG_EV_HTTP_REPLY: {
      const hm = ev_data;
      state.status = hm.resp_code;
      LOG(LL_INFO, ["Finished fetching"]);
      c.flags |= MG_F_CLOSE_IMMEDIATELY;
      break;
    }
    case MG_EV_TIMER:
      state.status = 504;
      c.flags |= MG_F_CLOSE_IMMEDIATELY;
      break;
    case MG_EV_CLOSE:
      LOG(LL_INFO, ["status %d bytes %lld", state.status, state.written]);
      closeSync(state.fp);
      break;
  }
};

function fetch(url: string, path: string): boolean {
  const state: state = { status: 0, written: 0, fp: openSync(path, "w") };
  LOG(LL_INFO, ["Fetching %s to %s", url, path]);
  const c = mg_connect_http(mgos_get_mgr(), http_cb, state, url, null, null);
  if (c === null) {
    closeSync(state.fp);
    return false;
  }
  mg_set_timer(c, mg_time() + 15);
  return true;
}

fetch("https://downloads.example/firmware.bin", "firmware.bin");
