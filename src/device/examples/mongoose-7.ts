/**
 * Mongoose 7 (7.14 and later) on a machine with files: one program for its three TLS back ends.
 *
 * Its own TLS (built-in) reads the time from SNTP alone, whatever clock the machine has, and refuses every certificate
 * before that (7.22; later versions ask a server of their own choice). So the program asks first.
 */
import { formats } from "../../bundle/index.ts";
import type { DeviceName } from "../profile.ts";
import { type Example, quoteC } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { ignoring, pemHalves } from "./identity.ts";
import { renderReadme } from "./readme.ts";

interface BackEnd {
  readonly flags: string;
  readonly libraries: string;
  readonly needs: readonly string[];
}

const openssl: BackEnd = {
  flags: "-DMG_TLS=MG_TLS_OPENSSL",
  libraries: " -lssl -lcrypto",
  needs: ["OpenSSL 3 with its headers (`libssl-dev` of Debian)."],
};
const mbedtls: BackEnd = {
  flags: "-DMG_TLS=MG_TLS_MBED",
  libraries: " -lmbedtls -lmbedx509 -lmbedcrypto",
  needs: ["mbedTLS with its headers (`libmbedtls-dev` of Debian)."],
};
const builtIn: BackEnd = {
  flags: "-DMG_TLS=MG_TLS_BUILTIN",
  libraries: "",
  needs: ["A time server that answers on UDP port 123."],
};

/** Compiler and linker settings of each back end. */
const backEnds: Readonly<Partial<Record<DeviceName, BackEnd>>> = {
  "mongoose-7-openssl": openssl,
  "mongoose-7-mbedtls": mbedtls,
};

export function buildMongoose7(example: Example): readonly ExampleFile[] {
  const backEnd = backEnds[example.profile.name] ?? builtIn;
  const { needs } = backEnd;
  const halves = example.identity && pemHalves(example.identity, "");
  return [
    { path: "main.c", content: renderProgram(example, backEnd === builtIn) },
    { path: "Makefile", content: renderMakefile(backEnd) },
    ...placeFiles(formats.pem.write(example.anchors).files, (path) => path),
    ...(halves === undefined ? [] : [halves.certificate, ignoring([halves.key, "fetch"])]),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: ["A C compiler and make.", ...needs],
        prepare: [
          "Put `mongoose.c` and `mongoose.h` (7.14 or later) beside `main.c`.",
          ...(halves === undefined ? [] : [halves.step]),
        ],
        run: ["make", "./fetch"],
        settings: [
          "`opts.ca` holds the *contents* of `ca.pem`, not its name. An empty one verifies nobody.",
          "`opts.name` is the host: without it no name is compared.",
          `\`mg_tls_init\` is called on \`MG_EV_CONNECT\`: without it ${example.speaks === "http" ? "the request" : "what is sent"} goes out in clear text, to port ${example.port}.`,
          "Mongoose asks 8.8.8.8 for names, not the machine's resolver: `-DDNS_URL` in `CFLAGS` names another.",
          ...(example.speaks === "http"
            ? [
                "The request is HTTP/1.0, so that the body comes without chunks and can be taken piece by piece.",
              ]
            : []),
          ...(backEnd === builtIn
            ? [
                '`mg_sntp_connect` comes first: the built-in TLS knows no other clock, and without the time every certificate is "not yet valid". `-DSNTP_URL` names another server.',
              ]
            : []),
        ],
      }),
    },
  ];
}

function renderMakefile({ flags, libraries }: BackEnd): string {
  return `CFLAGS ?= -O2 -Wall -Wextra\n\nfetch: main.c mongoose.c mongoose.h ca.pem\n\t$(CC) $(CFLAGS) ${flags} -o $@ main.c mongoose.c${libraries}\n`;
}

function renderProgram(example: Example, asksTheTime: boolean): string {
  const { url, host, port, authority, agent, timeoutMs, identity, speaks } = example;
  const shown = identity === undefined ? noIdentity : showIdentity;
  const talk = speaks === "http" ? talkHttp : talkNothing;
  const begin = asksTheTime ? afterTheTime(talk.connect) : atOnce(talk.connect);
  const address = speaks === "http" ? url : `tls://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const request = `#define AUTHORITY ${quoteC(authority)}
#define AGENT ${quoteC(agent)}
`;
  return String.raw`/* One verified ${talk.title}. Mongoose 7.14 and later. */
#include "mongoose.h"

#define URL ${quoteC(address)}
${speaks === "http" ? request : ""}#define TIMEOUT_MS ${timeoutMs}
${begin.define}
${fetchBegin}${shown.fields}${fetchEnd}${talk.take}${connectionBegin}${shown.use}${talk.events}${connectionEnd}${begin.declare}${mainBegin}${shown.read}${mainMiddle}${begin.call}${mainEnd}${talk.verdict}`;
}

const noIdentity = { fields: "", use: "", read: "" } as const;

const showIdentity = {
  fields: "  struct mg_str cert, key;\n",
  use: "    opts.cert = f->cert;\n    opts.key = f->key;\n",
  read: String.raw`  f.cert = mg_file_read(&mg_fs_posix, "client.pem");
  f.key = mg_file_read(&mg_fs_posix, "client.key");
  if (f.cert.buf == NULL || f.key.buf == NULL) {
    fprintf(stderr, "client.pem or client.key cannot be read\n");
    return 1;
  }
`,
} as const;

/** How the request begins: with the machine's clock, or when a time server has answered. */
interface Beginning {
  readonly define: string;
  readonly declare: string;
  readonly call: string;
}

const atOnce = (connect: string): Beginning => ({
  define: "",
  declare: "",
  call: String.raw`  if (${connect}(&mgr, URL, on_event, &f) == NULL) f.done = f.failed = true;
`,
});

const afterTheTime = (connect: string): Beginning => ({
  define: String.raw`#ifndef SNTP_URL
#define SNTP_URL "udp://pool.ntp.org:123"
#endif
`,
  declare: String.raw`/* The library sets its clock from the answer; the request begins after that. */
static void on_time(struct mg_connection *c, int ev, void *ev_data) {
  struct fetch *f = (struct fetch *) c->fn_data;
  if (ev == MG_EV_SNTP_TIME && !f->timed) {
    f->timed = true;
    c->is_closing = 1;
    if (${connect}(c->mgr, URL, on_event, f) == NULL) f->done = f->failed = true;
  } else if (ev == MG_EV_POLL && !f->timed && mg_millis() > f->deadline && !c->is_closing) {
    mg_error(c, "no answer within %d ms", TIMEOUT_MS);
  } else if (ev == MG_EV_ERROR && !f->timed) {
    fprintf(stderr, "the time: %s\n", (char *) ev_data);
    f->done = f->failed = true;
  }
}

`,
  call: String.raw`  if (mg_sntp_connect(&mgr, SNTP_URL, on_time, &f) == NULL) f.done = f.failed = true;
`,
});

const fetchBegin = String.raw`struct fetch {
  struct mg_str ca;
`;

const fetchEnd = String.raw`  uint64_t deadline;
  int status; /* 0 until an answer has come */
  bool timed, secured, failed, done;
  size_t received;
  long expected; /* -1 when the answer does not say */
};

`;

const connectionBegin = String.raw`static void on_event(struct mg_connection *c, int ev, void *ev_data) {
  struct fetch *f = (struct fetch *) c->fn_data;
  if (ev == MG_EV_POLL && mg_millis() > f->deadline && !c->is_closing) {
    mg_error(c, "timed out after %d ms", TIMEOUT_MS);
  } else if (ev == MG_EV_CONNECT) {
    struct mg_tls_opts opts;
    memset(&opts, 0, sizeof(opts));
    opts.ca = f->ca;
    opts.name = mg_url_host(URL);
`;

/** What the program does with the connection: a request, or nothing but to say that it stands. */
const talkHttp = {
  title: "HTTPS request",
  connect: "mg_http_connect",
  take: String.raw`static void take(struct fetch *f, struct mg_connection *c, size_t skip) {
  f->received += c->recv.len - skip; /* use c->recv.buf + skip here */
  c->recv.len = 0;
  if (f->expected >= 0 && f->received >= (size_t) f->expected) c->is_closing = 1;
}

`,
  events: String.raw`    mg_tls_init(c, &opts);
    mg_printf(c, "GET %s HTTP/1.0\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\nConnection: close\r\n\r\n",
              mg_url_uri(URL), AUTHORITY, AGENT);
  } else if (ev == MG_EV_TLS_HS) {
    f->secured = true;
  } else if (ev == MG_EV_HTTP_HDRS) {
    struct mg_http_message *hm = (struct mg_http_message *) ev_data;
    struct mg_str *length = mg_http_get_header(hm, "Content-Length");
    f->status = mg_http_status(hm);
    if (length != NULL) f->expected = strtol(length->buf, NULL, 10);
    if (mg_http_get_header(hm, "Transfer-Encoding") != NULL) {
      mg_error(c, "HTTP %d, with a transfer coding that was not asked for", f->status);
    } else {
      take(f, c, hm->head.len); /* the library leaves the connection to us when its data is taken */
    }
  } else if (ev == MG_EV_READ && f->status != 0) {
    take(f, c, 0);
`,
  verdict: String.raw`  if (f.status == 0) {
    fprintf(stderr, "connected, and closed without an HTTP answer\n");
    return 1;
  }
  if (f.expected >= 0 && f.received < (size_t) f.expected) {
    fprintf(stderr, "HTTP %d, but %lu of %ld bytes\n", f.status, (unsigned long) f.received, f.expected);
    return 1;
  }
  printf("HTTP %d, %lu bytes\n", f.status, (unsigned long) f.received);
  return 0;
}
`,
} as const;

const talkNothing = {
  title: "TLS connection",
  connect: "mg_connect",
  take: "",
  events: String.raw`    mg_tls_init(c, &opts);
  } else if (ev == MG_EV_TLS_HS) {
    f->secured = true;
    c->is_closing = 1; /* speak with c here, in place of this */
`,
  verdict: String.raw`  if (!f.secured) {
    fprintf(stderr, "closed before the handshake was done\n");
    return 1;
  }
  printf("verified\n");
  return 0;
}
`,
} as const;

const connectionEnd = String.raw`  } else if (ev == MG_EV_ERROR) {
    f->failed = true;
    fprintf(stderr, "%s: %s\n", f->secured ? "after TLS" : "DNS, TCP or TLS", (char *) ev_data);
  } else if (ev == MG_EV_CLOSE) {
    f->done = true;
  }
}

`;

const mainBegin = String.raw`int main(void) {
  struct mg_mgr mgr;
  struct fetch f;
  memset(&f, 0, sizeof(f));
  f.expected = -1;
  f.ca = mg_file_read(&mg_fs_posix, "ca.pem");
  f.deadline = mg_millis() + TIMEOUT_MS;
  if (f.ca.buf == NULL) {
    fprintf(stderr, "ca.pem cannot be read, and without it nobody would be verified\n");
    return 1;
  }
`;

const mainMiddle = String.raw`  mg_mgr_init(&mgr);
#ifdef DNS_URL
  mgr.dns4.url = DNS_URL;
#endif
`;

const mainEnd = String.raw`  while (!f.done) mg_mgr_poll(&mgr, 100);
  mg_mgr_free(&mgr);
  if (f.failed) return 1;
`;
