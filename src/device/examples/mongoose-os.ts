/** Mongoose OS: a C application with mg_connect_http_opt, and the same in mJS. */
import { formats } from "../../bundle/index.ts";
import { type Example, quote, quoteC, seconds } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { ignoring, pemHalves } from "./identity.ts";
import { renderReadme } from "./readme.ts";

export function buildMongooseOs(example: Example): readonly ExampleFile[] {
  const { files } = formats["mongoose-os"].write(example.anchors);
  const halves = example.identity && pemHalves(example.identity, "fs/");
  return [
    { path: "mos.yml", content: renderManifest("c") },
    {
      path: "src/main.c",
      content: example.speaks === "http" ? renderProgram(example) : renderConnection(example),
    },
    ...placeFiles(files, (path) => path),
    // HTTP.query hands on neither a certificate nor a key.
    ...(halves === undefined && example.speaks === "http"
      ? [
          { path: "mjs/mos.yml", content: renderManifest("mjs") },
          { path: "mjs/fs/init.js", content: renderScript(example) },
          ...placeFiles(files, (path) => `mjs/${path}`),
        ]
      : []),
    ...(halves === undefined ? [] : [halves.certificate]),
    ignoring([...(halves === undefined ? [] : [halves.key]), "build/", "deps/"]),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: [
          "The `mos` tool, and a board on a serial port.",
          halves === undefined && example.speaks === "http"
            ? "Nothing else for the C application here; `mjs/` has the same in JavaScript, as a project of its own."
            : "Nothing else. There is no JavaScript beside the C: what it has is `HTTP.query`, which speaks HTTP and hands on neither a certificate nor a key.",
        ],
        prepare: halves === undefined ? [] : [halves.step],
        run: ["mos build --platform esp32", "mos flash", "mos wifi NETWORK PASSWORD", "mos console"],
        settings: [
          "`opts.ssl_ca_cert` names the CA file. Left out, or `*`, the library encrypts and verifies **nobody**, and says nothing.",
          "The URL has a host *name*: with an IP address the name check is switched off.",
          ...(halves === undefined
            ? []
            : [
                "`opts.ssl_cert` and `opts.ssl_key` name the two files. A key in an ATECC508A or ATECC608A is named `ATCA:SLOT` there.",
              ]),
          ...(example.speaks === "http" ? httpSettings : []),
        ],
      }),
    },
  ];
}

const httpSettings: readonly string[] = [
  "`User-Agent` is sent, because the library sends none and many sites then answer 403.",
  "In mJS `HTTP.query` takes `ca.pem` by itself; it reports every failure alike, buffers the whole body, and has no time-out but the timer here.",
];

function renderManifest(language: "c" | "mjs"): string {
  // mos wifi sets the device up by RPC over the serial line; api_http.js is in the library mjs.
  const libs = ["boards", "wifi", "rpc-uart", "rpc-service-config", ...(language === "mjs" ? ["mjs"] : [])];
  return [
    "manifest_version: 2017-09-29",
    `name: https-fetch${language === "mjs" ? "-mjs" : ""}`,
    "version: 1.0.0",
    "description: One verified HTTPS request",
    ...(language === "c" ? ["sources:", "  - src"] : []),
    "filesystem:",
    "  - fs",
    "libs:",
    ...libs.map((lib) => `  - location: https://github.com/mongoose-os-libs/${lib}`),
    "",
  ].join("\n");
}

/** mg_connect_opt, which is beneath the HTTP client. The server's name is that of the address. */
function renderConnection({ host, port, timeoutMs, identity }: Example): string {
  return String.raw`/* One verified TLS connection each time the network comes up. Mongoose OS 2.x. */
#include <stdbool.h>
#include <string.h>

#include "mgos.h"
#include "mgos_mongoose.h"
#include "mgos_net.h"

#define ADDRESS ${quoteC(`${host.includes(":") ? `[${host}]` : host}:${port}`)}
#define TIMEOUT_SECONDS ${seconds(timeoutMs)}

static void on_event(struct mg_connection *c, int ev, void *ev_data, void *user_data) {
  if (ev == MG_EV_CONNECT) {
    int status = *(int *) ev_data; /* 0 ok, > 0 errno, -1 DNS, -3 TLS */
    if (status == 0) LOG(LL_INFO, ("verified"));
    else LOG(LL_ERROR, ("%s failed: %d", status == -3 ? "TLS" : status == -1 ? "DNS" : "TCP", status));
    c->flags |= MG_F_CLOSE_IMMEDIATELY; /* speak with c here, in place of this */
  } else if (ev == MG_EV_TIMER) {
    LOG(LL_ERROR, ("timed out after %d s", TIMEOUT_SECONDS));
    c->flags |= MG_F_CLOSE_IMMEDIATELY;
  }
  (void) user_data;
}

static void fetch(void) {
  const char *error = NULL;
  struct mg_connect_opts opts;
  struct mg_connection *c;
  memset(&opts, 0, sizeof(opts));
  opts.ssl_ca_cert = "ca.pem"; /* never "*", which verifies nobody; and without it there is no TLS at all */
${identity === undefined ? "" : showIdentity}  opts.error_string = &error;
  c = mg_connect_opt(mgos_get_mgr(), ADDRESS, on_event, NULL, opts);
  if (c == NULL) LOG(LL_ERROR, ("cannot begin: %s", error != NULL ? error : "unknown"));
  else mg_set_timer(c, mg_time() + TIMEOUT_SECONDS);
}

${applicationInit}`;
}

function renderProgram({ url, agent, timeoutMs, identity }: Example): string {
  return String.raw`/* One verified HTTPS request each time the network comes up. Mongoose OS 2.x. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mgos.h"
#include "mgos_mongoose.h"
#include "mgos_net.h"

#define URL ${quoteC(url)}
#define HEADERS "User-Agent: " ${quoteC(agent)} "\r\nAccept: */*\r\nConnection: close\r\n"
#define TIMEOUT_SECONDS ${seconds(timeoutMs)}

${programBody}${identity === undefined ? "" : showIdentity}${programEnd}${applicationInit}`;
}

const showIdentity = `  opts.ssl_cert = "client.pem";
  opts.ssl_key = "client.key";
`;

const programBody = String.raw`struct fetch {
  int connect_status; /* 0 ok, > 0 errno, -1 DNS, -3 TLS */
  int http_status;    /* 0 until an answer has come */
  bool timed_out;
  size_t received;
  long expected; /* -1 when the answer does not say */
};

static void read_head(struct fetch *f, struct http_message *hm) {
  struct mg_str *length = mg_get_http_header(hm, "Content-Length");
  f->http_status = hm->resp_code;
  if (length != NULL) f->expected = strtol(length->p, NULL, 10);
}

static void report(const struct fetch *f) {
  if (f->timed_out) {
    LOG(LL_ERROR, ("timed out after %d s, %u bytes received", TIMEOUT_SECONDS, (unsigned) f->received));
  } else if (f->connect_status == -1) {
    LOG(LL_ERROR, ("the name could not be resolved"));
  } else if (f->connect_status == -3) {
    LOG(LL_ERROR, ("TLS failed: the certificate was not accepted, or the handshake was; see the lines above"));
  } else if (f->connect_status != 0) {
    LOG(LL_ERROR, ("TCP failed: errno %d", f->connect_status));
  } else if (f->http_status == 0) {
    LOG(LL_ERROR, ("connected, and closed without an HTTP answer"));
  } else if (f->expected >= 0 && f->received != (size_t) f->expected) {
    /* The library delivers a body that was cut off as if it were whole. */
    LOG(LL_ERROR, ("HTTP %d, but %u of %ld bytes", f->http_status, (unsigned) f->received, f->expected));
  } else {
    LOG(LL_INFO, ("HTTP %d, %u bytes", f->http_status, (unsigned) f->received));
  }
}

static void on_event(struct mg_connection *c, int ev, void *ev_data, void *user_data) {
  struct fetch *f = (struct fetch *) user_data;
  switch (ev) {
    case MG_EV_CONNECT:
      f->connect_status = *(int *) ev_data;
      break;
    case MG_EV_HTTP_CHUNK: {
      struct http_message *hm = (struct http_message *) ev_data;
      read_head(f, hm);
      f->received += hm->body.len; /* use hm->body.p here: it is gone after this */
      c->flags |= MG_F_DELETE_CHUNK;
      break;
    }
    case MG_EV_HTTP_REPLY:
      read_head(f, (struct http_message *) ev_data);
      c->flags |= MG_F_CLOSE_IMMEDIATELY;
      break;
    case MG_EV_TIMER:
      f->timed_out = true;
      c->flags |= MG_F_CLOSE_IMMEDIATELY;
      break;
    case MG_EV_CLOSE:
      report(f);
      free(f);
      break;
  }
}

static void fetch(void) {
  const char *error = NULL;
  struct mg_connect_opts opts;
  struct mg_connection *c;
  struct fetch *f = (struct fetch *) calloc(1, sizeof(*f));
  if (f == NULL) return;
  f->expected = -1;
  memset(&opts, 0, sizeof(opts));
  opts.ssl_ca_cert = "ca.pem"; /* never NULL and never "*": both verify nobody */
`;

const programEnd = String.raw`  opts.error_string = &error;
  c = mg_connect_http_opt(mgos_get_mgr(), on_event, f, opts, URL, HEADERS, NULL);
  if (c == NULL) {
    LOG(LL_ERROR, ("cannot begin: %s", error != NULL ? error : "unknown"));
    free(f);
    return;
  }
  mg_set_timer(c, mg_time() + TIMEOUT_SECONDS);
}

`;

const applicationInit = String.raw`static void on_network(int ev, void *ev_data, void *user_data) {
  if (ev == MGOS_NET_EV_IP_ACQUIRED) fetch();
  (void) ev_data;
  (void) user_data;
}

enum mgos_app_init_result mgos_app_init(void) {
  mgos_event_add_handler(MGOS_NET_EV_IP_ACQUIRED, on_network, NULL);
  return MGOS_APP_INIT_SUCCESS;
}
`;

function renderScript({ url, agent, timeoutMs }: Example): string {
  return String.raw`// One verified HTTPS request when the network comes up. Mongoose OS 2.x, mJS.
load('api_config.js');
load('api_events.js');
load('api_http.js');
load('api_net.js');
load('api_timer.js');

let state = { done: false };

function report(text) {
  if (state.done) return;
  state.done = true;
  print(text);
}

Event.addGroupHandler(Net.EVENT_GRP, function(ev, data, arg) {
  if (ev !== Net.STATUS_GOT_IP) return;
  state.done = false;
  Timer.set(${timeoutMs}, 0, function() { report('timed out'); }, null);
  // The CA certificates are those of ca.pem; mJS verifies with them without being asked.
  HTTP.query({
    url: ${quote(url)},
    headers: { 'User-Agent': ${quote(agent)}, 'Accept': '*/*' },
    success: function(body, full) {
      // full begins with the status line: a 403 is a success of TLS.
      report(full.slice(0, 15) + ' ' + JSON.stringify(body.length) + ' bytes');
    },
    error: function(err, message) { report('failed: ' + message + ' (DNS, TCP, TLS or HTTP; the log says which)'); },
  });
}, null);
`;
}
