/**
 * Where Meerkat does otherwise than the library on purpose: what the library does, on whose word, and what happens
 * here. `docs/mongoose.md` shows this table, and `differences.test.ts` shows each row happening.
 */

export interface Difference {
  /** Kebab-case; the name of its test. */
  readonly id: string;
  readonly about: string;
  /** What Mongoose 6 does, as it is built for Mongoose OS. */
  readonly original: string;
  /** A file of cesanta/mongoose (branch mongoose-os, 6.18), where no other is named. */
  readonly source: string;
  readonly here: string;
}

export const differences: readonly Difference[] = [
  {
    id: "no-ca",
    about: "`https:` without `ssl_ca_cert`",
    original: 'becomes `"*"`: encrypted, and nobody verified; nothing is logged',
    source: "mg_http.c:3008-3017",
    here: "verified, by Mozilla's roots",
  },
  {
    id: "star",
    about: '`ssl_ca_cert: "*"`',
    original: "nobody is verified",
    source: "mg_ssl_if_mbedtls.c:328-350",
    here: "refused, unless `insecure: { reason }` stands beside it; then `c.trust` says what the verdict would have been",
  },
  {
    id: "ip-names",
    about: "a URL with an IP address",
    original: "no name is checked, CA file or not: any certificate of that CA will do",
    source: "mg_net.c:930-938",
    here: "checked against the certificate's addresses",
  },
  {
    id: "host-names",
    about: "a certificate for another host",
    original: "refused on the device; accepted by the same program built with OpenSSL",
    source: "mg_ssl_if_openssl.c:266-273",
    here: "refused",
  },
  {
    id: "dates",
    about: "a certificate that has expired",
    original: "accepted: the device's mbedTLS is built without dates",
    source: "Mongoose OS's mbedtls, config.h:160, 181",
    here: "refused",
  },
  {
    id: "server-name-star",
    about: '`ssl_server_name: "*"`',
    original: "no name is checked, and none is sent",
    source: "mg_net.c:930-938",
    here: "refused, unless `insecure: { reason }` stands beside it; the host's name is sent even then",
  },
  {
    id: "tls-by-side-effect",
    about: "`mg_connect_opt` with `ssl_server_name` alone",
    original: "goes out in the clear: only `ssl_cert`, `ssl_ca_cert` and `ssl_psk_identity` turn TLS on",
    source: "mg_net.c:914",
    here: "any `ssl_` field means TLS",
  },
  {
    id: "no-scheme",
    about: "a URL without a scheme",
    original: "plaintext HTTP on port 80",
    source: "mg_http.c:2991-2994",
    here: "null, `cannot parse url`",
  },
  {
    id: "unknown-scheme",
    about: "a URL with another scheme",
    original: "null, and no message",
    source: "mg_http.c:3000",
    here: "null, `cannot parse url`; without `error_string`, a line of LOG",
  },
  {
    id: "truncation",
    about: "a body that ends early",
    original: "MG_EV_HTTP_REPLY, as if it were whole",
    source: "mg_http.c:786-799",
    here: "no reply; MG_EV_CLOSE with `c.error`, which has the bytes expected and received",
  },
  {
    id: "status",
    about: "why TLS failed",
    original: "-3, whatever it was",
    source: "mg_ssl_if.h",
    here: "-3 in `ev_data` all the same, and the reason in `c.error`",
  },
  {
    id: "headers",
    about: "a reply with more than 19 headers",
    original: "the rest is lost, a Content-Length among them too",
    source: "mg_http.c:403",
    here: "all are kept (up to `fieldCount`), empty ones too",
  },
  {
    id: "head-size",
    about: "a reply whose head is past 3,072 bytes",
    original: "closed, with no error",
    source: "mg_http.c:857-860",
    here: "read, up to 64 KiB; past that `head-too-large` in `c.error`",
  },
  {
    id: "prefix",
    about: "a header called `Content-Length-Foo`",
    original: "taken for Content-Length",
    source: "mg_http.c:428",
    here: "a header like others",
  },
  {
    id: "no-body",
    about: "204 and 304 on a connection that stays open",
    original: "waits for a body until the server closes",
    source: "mg_http.c, mg_parse_http: no case for them",
    here: "complete at once",
  },
  {
    id: "chunked",
    about: "chunk extensions and trailers",
    original: "waits, for ever",
    source: "mg_http.c:585-620",
    here: "read, and passed over",
  },
  {
    id: "injection",
    about: "`extra_headers` that are not whole lines",
    original: "sent as they are: the last header is lost, or a second request begins",
    source: "mg_http.c:3059-3063",
    here: "null, `cannot parse headers`",
  },
  {
    id: "deadlines",
    about: "a server that says nothing",
    original: "waits for ever, unless `mg_set_timer` was called",
    source: "mg_net.h:557-581",
    here: "deadlines for DNS, TCP, TLS, the head and the body; `timeouts` changes them, `mg_set_timer` works beside them",
  },
  {
    id: "websocket-accept",
    about: "Sec-WebSocket-Accept",
    original: "not checked",
    source: "mg_http.c:870",
    here: "checked: `websocket-refused`",
  },
  {
    id: "close-in-chunk",
    about: "MG_F_CLOSE_IMMEDIATELY set in MG_EV_HTTP_CHUNK",
    original: "takes effect at the next poll: an MG_EV_HTTP_REPLY may come before",
    source: "mg_http.c:918",
    here: "the next event is MG_EV_CLOSE",
  },
  {
    id: "psk",
    about: "`ssl_psk_identity`, `ssl_psk_key`",
    original: "TLS by a shared key, without certificates",
    source: "mg_net.h:345-406",
    here: "refused, `Invalid PSK settings`: there would be no certificate for either key to accept",
  },
  {
    id: "query",
    about: "`HTTP.query` of mJS",
    original: "HTTP/1.0, Host with the port 443 in it, and `Request failed` for every failure",
    source: "mongoose-os-libs/mjs, fs/api_http.js:52-110",
    here: "HTTP/1.1, Host as the URL has it, and the reason as a sentence",
  },
  {
    id: "forgotten-tls-init",
    about: "Mongoose 7: `mg_tls_init` forgotten",
    original: "the request goes in the clear to port 443",
    source: "7.22, sock.c:399, 452",
    here: "TLS all the same, verified by Mozilla's roots",
  },
  {
    id: "seven-no-ca",
    about: "Mongoose 7: empty `ca`, `skip_verification`",
    original: "nobody is verified",
    source: "7.22, tls.h, tls_mbed.c:146-165",
    here: "Mozilla's roots; `skip_verification` is refused without `insecure: { reason }`",
  },
  {
    id: "seven-truncation",
    about: "Mongoose 7: a body that ends early",
    original: "MG_EV_HTTP_MSG, as if it were whole",
    source: "7.22, http.c",
    here: "MG_EV_ERROR, then MG_EV_CLOSE",
  },
];
