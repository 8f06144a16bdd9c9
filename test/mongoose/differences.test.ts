/**
 * Each row of the table of differences, happening. Where a client with the original's settings can be had from
 * Node's own TLS, it is shown meeting the same server; else the row's source is its word.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { afterAll, describe, expect, it } from "vitest";
import { openLab } from "../../src/lab/index.ts";
import * as mongoose from "../../src/mongoose/index.ts";
import { answering, openOrigin } from "../client/origin.ts";
import { differences } from "./differences.ts";
import { caFile, course, fetched, folder, refused, type Course } from "./stage.ts";

const lab = await openLab();
afterAll(() => lab.close());
const own = { ssl_ca_cert: lab.caFile };

/** What a client that checks no more than these options say gets from a site: all the bytes, as they came. */
function asOriginal(url: string, options: ConnectionOptions): Promise<string> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: "127.0.0.1", port: Number(port), servername: hostname, ...options });
    let text = "";
    socket.on("data", (data: Buffer) => (text += data.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
    socket.end(`GET / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: x\r\nConnection: close\r\n\r\n`);
  });
}
const nobodyVerified: ConnectionOptions = { rejectUnauthorized: false };
const anyName: ConnectionOptions = { ca: lab.caPem, checkServerIdentity: () => undefined };

const codeOf = ({ connection }: Course): string | undefined => connection.error?.code;
const statusOf = ({ told }: Course): unknown => told.find(({ name }) => name === "CONNECT")?.data;
const ok = expect.stringMatching(/^HTTP\/1\.1 200 /) as string;

async function fromBytes(reply: string, opts: mongoose.mg_connect_opts = {}): Promise<Course> {
  await using origin = await openOrigin(answering(() => reply));
  return await fetched(origin.url, { ssl_ca_cert: caFile, ...opts });
}

const shown: Readonly<Record<string, () => Promise<void>>> = {
  async "no-ca"() {
    expect(await asOriginal(lab.url("good"), nobodyVerified)).toEqual(ok);
    const ours = await fetched(lab.url("good"), {});
    expect([statusOf(ours), ours.connection.error?.stage]).toEqual([-3, "trust"]);
  },
  async star() {
    expect(await asOriginal(lab.url("expired"), nobodyVerified)).toEqual(ok);
    expect(refused(lab.url("expired"), { ssl_ca_cert: "*" })).toMatchObject({
      value: "Invalid SSL CA cert",
      error: { code: "option-invalid" },
    });
    const { connection, order } = await fetched(lab.url("expired"), {
      ssl_ca_cert: "*",
      insecure: { reason: "a test" },
    });
    expect(order).toContain("HTTP_REPLY");
    expect(String(connection.trust?.explain())).toMatch(/unverified|not verified|a test/i);
    expect(connection.trust?.explain()).toContain("expired");
  },
  async "ip-names"() {
    const url = lab.url("ip-as-dns");
    expect(await asOriginal(url, { ...anyName, servername: "" })).toEqual(ok);
    const ours = await fetched(url, own);
    expect([statusOf(ours), codeOf(ours)]).toEqual([-3, "wrong-host"]);
    expect(codeOf(await fetched(lab.url("ip-san"), own))).toBeUndefined();
  },
  async "host-names"() {
    expect(await asOriginal(lab.url("wrong-host"), anyName)).toEqual(ok);
    expect(codeOf(await fetched(lab.url("wrong-host"), own))).toBe("wrong-host");
  },
  async dates() {
    expect(codeOf(await fetched(lab.url("expired"), own))).toBe("expired");
  },
  async "server-name-star"() {
    expect(await asOriginal(lab.url("wrong-host"), anyName)).toEqual(ok);
    expect(refused(lab.url("wrong-host"), { ...own, ssl_server_name: "*" }).value).toBe(
      "Invalid SSL server name",
    );
    const opts = { ...own, ssl_server_name: "*", insecure: { reason: "a test" } };
    const { connection } = await fetched(lab.url("wrong-host"), opts);
    expect(connection.facts?.sni).toBe("wrong-host.lab.localhost");
  },
  async "tls-by-side-effect"() {
    let first = -1;
    await using origin = await openOrigin(
      (socket) => {
        socket.once("data", (data: Buffer) => {
          first = data[0] ?? -1;
          socket.destroy();
        });
      },
      { tls: false },
    );
    const { connection } = await course((handler, told) =>
      mongoose.mg_connect_opt(mongoose.mgos_get_mgr(), `localhost:${origin.port}`, handler, told, {
        ssl_server_name: "localhost",
      }),
    );
    expect(first).toBe(22); // A TLS handshake record: RFC 8446 §5.1.
    expect(connection.error?.stage).toBe("tls");
  },
  async "no-scheme"() {
    expect(refused("api.weather.gov/")).toMatchObject({
      value: "cannot parse url",
      error: { code: "url-no-scheme" },
    });
  },
  async "unknown-scheme"() {
    expect(refused("ftp://localhost/")).toMatchObject({
      value: "cannot parse url",
      error: { code: "url-unknown-scheme" },
    });
    const lines: string[] = [];
    mongoose.cs_log_set_sink((line) => lines.push(line));
    expect(
      mongoose.mg_connect_http(mongoose.mgos_get_mgr(), () => {}, null, "ftp://localhost/", null, null),
    ).toBeNull();
    mongoose.cs_log_set_sink(null);
    expect(lines).toEqual([
      expect.stringContaining('cannot parse url: The URL "ftp://localhost/" has the scheme "ftp"'),
    ]);
  },
  async truncation() {
    const cut = await asOriginal(lab.url("body-truncated"), { ca: lab.caPem });
    expect(cut).toMatch(/Content-Length: 1000\r\n\r\nHello\n$/);
    const ours = await fetched(lab.url("body-truncated"), own);
    expect(ours.order).toEqual(["CONNECT", "SEND", "RECV", "HTTP_CHUNK", "CLOSE"]);
    expect(ours.connection.error).toMatchObject({
      code: "body-truncated",
      detail: { expectedBytes: 1000, receivedBytes: 6 },
    });
  },
  async status() {
    for (const site of ["expired", "wrong-host", "handshake-closed", "not-tls"]) {
      const ours = await fetched(lab.url(site), own);
      expect([statusOf(ours), codeOf(ours)]).toEqual([-3, site]);
    }
  },
  async headers() {
    const many = Array.from({ length: 40 }, (_, i) => `X-${i}: ${i}\r\n`).join("");
    let last: mongoose.mg_str | null = null;
    await using origin = await openOrigin(
      answering(() => `HTTP/1.1 200 OK\r\n${many}Content-Length: 2\r\n\r\nok`),
    );
    const { told } = await fetched(
      origin.url,
      { ssl_ca_cert: caFile },
      {
        watch: (_c, ev, ev_data, _user) => {
          if (ev === mongoose.MG_EV_HTTP_REPLY) last = mongoose.mg_get_http_header(ev_data, "x-39");
        },
      },
    );
    expect(String(last)).toBe("39");
    expect(told.at(-2)?.data).toEqual({ status: 200, body: "ok" });
  },
  async "head-size"() {
    const reply = (bytes: number): string =>
      `HTTP/1.1 200 OK\r\nX: ${"x".repeat(bytes)}\r\nContent-Length: 0\r\n\r\n`;
    expect(codeOf(await fromBytes(reply(10_000)))).toBeUndefined();
    const lines = Array.from({ length: 9 }, () => `X: ${"x".repeat(8_000)}\r\n`).join("");
    expect(codeOf(await fromBytes(`HTTP/1.1 200 OK\r\n${lines}\r\n`))).toBe("head-too-large");
  },
  async prefix() {
    const { told } = await fromBytes(
      "HTTP/1.1 200 OK\r\nContent-Length-Foo: 1\r\nContent-Length: 5\r\n\r\nhello",
    );
    expect(told.at(-2)?.data).toEqual({ status: 200, body: "hello" });
  },
  async "no-body"() {
    const { told } = await fromBytes("HTTP/1.1 204 No Content\r\n\r\n");
    expect(told.at(-2)).toEqual({ name: "HTTP_REPLY", data: { status: 204, body: "" } });
  },
  async chunked() {
    const body = "5;name=value\r\nhello\r\n0;last\r\nX-Trailer: 1\r\n\r\n";
    const { told } = await fromBytes(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
    expect(told.at(-2)?.data).toEqual({ status: 200, body: "hello" });
  },
  async injection() {
    for (const extra of [
      "User-Agent: x",
      "A: b\n",
      "A: b\r\n\r\nGET /evil HTTP/1.1\r\n",
      "no colon\r\n",
      "Host: other\r\n",
      "Content-Length: 5\r\n",
      "Transfer-Encoding: chunked\r\n",
      "A: \u0000\r\n",
    ]) {
      expect(refused("https://localhost/", {}, extra)).toMatchObject({
        value: "cannot parse headers",
        error: { code: "request-field-invalid" },
      });
    }
  },
  async deadlines() {
    const head = await fetched(lab.url("tls-timeout"), { ...own, timeouts: { tlsMs: 100 } });
    expect([statusOf(head), codeOf(head)]).toEqual([-3, "tls-timeout"]);
    const body = await fetched(lab.url("body-timeout"), { ...own, timeouts: { bodyIdleMs: 100 } });
    expect([body.order.at(-1), codeOf(body)]).toEqual(["CLOSE", "body-timeout"]);
    await using silent = await openOrigin(() => {});
    expect(codeOf(await fetched(silent.url, { ssl_ca_cert: caFile, timeouts: { headMs: 100 } }))).toBe(
      "head-timeout",
    );
  },
  async "websocket-accept"() {
    const reply =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";
    await using origin = await openOrigin(answering(() => reply));
    const ours = await course((handler, told) =>
      mongoose.mg_connect_ws_opt(
        mongoose.mgos_get_mgr(),
        handler,
        told,
        { ssl_ca_cert: caFile },
        `wss://localhost:${origin.port}/`,
        null,
        null,
      ),
    );
    expect(codeOf(ours)).toBe("websocket-refused");
  },
  async "close-in-chunk"() {
    const { order } = await fetched(lab.url("good"), own, {
      watch: (c, ev, _data, _user) => {
        if (ev === mongoose.MG_EV_HTTP_CHUNK) c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
      },
    });
    expect(order.slice(-2)).toEqual(["HTTP_CHUNK", "CLOSE"]);
  },
  async psk() {
    const why = refused(lab.url("good"), {
      ssl_psk_identity: "me",
      ssl_psk_key: "00112233445566778899aabbccddeeff",
    });
    expect(why.value).toBe("Invalid PSK settings");
    expect(why.error?.message).toContain("shows no certificate");
  },
  async query() {
    const heads: string[] = [];
    await using origin = await openOrigin(
      answering(({ head, body }) => {
        heads.push([...head, body].join("\n"));
        return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
      }),
    );
    const opts = { ssl_ca_cert: caFile };
    const answer = await new Promise((resolve, reject) => {
      mongoose.HTTP.query({
        url: `${origin.url}/q`,
        headers: { "User-Agent": "test" },
        data: { foo: 1 },
        success: (body, full) => resolve([body, full.split("\r\n")[0]]),
        error: reject,
        opts,
      });
    });
    expect(answer).toEqual(["ok", "HTTP/1.1 200 OK"]);
    expect(heads).toEqual([
      `POST /q HTTP/1.1\nHost: localhost:${origin.port}\nContent-Length: 9\nUser-Agent: test\n{"foo":1}`,
    ]);
    for (const [url, code] of [
      [lab.url("expired"), "expired"],
      ["nonsense", "url-no-scheme"],
    ]) {
      const failure = await new Promise((resolve) => {
        mongoose.HTTP.query({
          url: url ?? "",
          error: (nothing, message, _query, error) =>
            resolve([nothing, message === error?.message, error?.code]),
          opts: own,
        });
      });
      expect(failure).toEqual(["", true, code]);
    }
  },
};

describe("where Meerkat does otherwise", () => {
  const ofSix = differences.filter(({ id }) => !id.startsWith("seven-") && id !== "forgotten-tls-init");

  it.each(ofSix.map(({ id, about, here }) => [id, about, here] as const))("%s (%s): %s", async (id) => {
    const show = shown[id];
    if (show === undefined) throw new Error(`no test shows ${id}`);
    await show();
  });

  it("has a row for every test", () => {
    expect(Object.keys(shown).filter((id) => !differences.some((row) => row.id === id))).toEqual([]);
  });

  it("is the table of docs/mongoose.md, row by row", () => {
    const page = readFileSync(new URL("../../docs/mongoose.md", import.meta.url), "utf8");
    const rows = differences.map(
      ({ about, original, source, here }) => `| ${about} | ${original} | ${source} | ${here} |`,
    );
    const [, table = ""] = /\| About \|[^\n]*\n\|[^\n]*\n((?:\|[^\n]*\n)+)/.exec(page) ?? [];
    expect(table.trimEnd().split("\n")).toEqual(rows);
  });
});

describe("options", () => {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it.each([
    [
      "a CA file that is not there",
      { ssl_ca_cert: "/nowhere/ca.pem" },
      "Invalid SSL CA cert",
      "ca-file-unreadable",
    ],
    [
      "a CA file that is a leaf",
      { ssl_ca_cert: () => lab.client.certificateFile },
      "Invalid SSL CA cert",
      "ca-file-only-leaf",
    ],
    [
      "a CA file that is empty",
      { ssl_ca_cert: () => file("empty.pem", "") },
      "Invalid SSL CA cert",
      "ca-file-empty",
    ],
    [
      "the text of a CA instead of its file",
      { ssl_ca_cert: lab.caPem },
      "Invalid SSL CA cert",
      "option-invalid",
    ],
    [
      "a certificate that is not there",
      { ssl_cert: "/nowhere/c.pem" },
      "Invalid SSL cert",
      "client-certificate-unusable",
    ],
    [
      "a key that is not there",
      { ssl_cert: () => lab.client.certificateFile, ssl_key: "/nowhere/k.pem" },
      "Invalid SSL key",
      "client-certificate-unusable",
    ],
    [
      "a key without a certificate",
      { ssl_key: () => lab.client.keyFile },
      "Invalid SSL cert",
      "option-invalid",
    ],
    [
      "a certificate as its own key, and it has none",
      { ssl_cert: () => lab.client.certificateFile },
      "Invalid SSL key or cert",
      "client-certificate-unusable",
    ],
    [
      "cipher suites that do not exist",
      { ssl_cipher_suites: "TLS-NONSENSE" },
      "Invalid cipher suite list",
      "option-invalid",
    ],
    ["a deadline that is none", { timeouts: { tlsMs: 0 } }, "failed to init connection", "option-invalid"],
  ])("%s: null, and why", (_what, opts, words, code) => {
    const made = Object.fromEntries(
      Object.entries(opts).map(([name, value]) => [name, typeof value === "function" ? value() : value]),
    );
    expect(refused("https://localhost/", made)).toMatchObject({ value: words, error: { code } });
  });

  it.each([
    ["https://localhost:99999/", "url-bad-port"],
    ["https://", "url-no-scheme"],
    ["https://a b/", "url-malformed"],
  ])("the URL %s: null, and why", (url, code) => {
    expect(refused(url).error?.code).toMatch(code === "url-no-scheme" ? /^url-/ : code);
  });

  it("a password in a URL is in no error", () => {
    const why = refused("ftp://me:secret@localhost/");
    expect(JSON.stringify([why.value, why.error?.message, why.error?.detail])).not.toContain("secret");
    expect(refused("https://me:secret@local host/").error?.message).not.toContain("secret");
    expect(refused("me:secret@localhost/").error?.message).not.toContain("secret");
    expect(refused("https:/me:secret@localhost/").error?.message).not.toContain("secret");
  });

  it.each(["udp://localhost:53", "localhost", "localhost:0", "local host:1"])(
    "the address %s: null",
    (address) => {
      const error_string: mongoose.mg_error_string = { value: null };
      const c = mongoose.mg_connect_opt(mongoose.mgos_get_mgr(), address, () => {}, null, { error_string });
      expect([c, error_string.value]).toEqual([null, "cannot parse address"]);
    },
  );

  it("a client certificate is sent where the server wants one, its key from a file of its own or from the same", async () => {
    const url = lab.url("client-certificate-required");
    expect(codeOf(await fetched(url, own))).toBe("client-certificate-required");
    const { certificateFile, keyFile, certificatePem, keyPem } = lab.client;
    for (const files of [
      { ssl_cert: certificateFile, ssl_key: keyFile },
      { ssl_cert: file("both.pem", certificatePem + keyPem) },
    ]) {
      const { told } = await fetched(url, { ...own, ...files });
      expect(told.at(-2)?.data).toMatchObject({ status: 200 });
    }
  });

  it("cipher suites are taken by mbedTLS's names", async () => {
    const suite = "TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256";
    const { connection } = await fetched(lab.url("tls-1-2"), { ...own, ssl_cipher_suites: suite });
    expect(connection.facts?.cipher).toBe("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  });

  it("the certificate's name may be another than the host, and is sent as SNI", async () => {
    const { connection } = await fetched(lab.url("good"), {
      ...own,
      ssl_server_name: "wildcard.lab.localhost",
    });
    expect(connection.facts?.sni).toBe("wildcard.lab.localhost");
    expect(connection.error).toBeUndefined();
  });
});
