/** The Mongoose 7 face: its order of events, and where it does otherwise than the library. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, describe, expect, expectTypeOf, it } from "vitest";
import { openLab } from "../../lab/index.ts";
import * as mg from "./index.ts";

const lab = await openLab();
afterAll(() => lab.close());

const names = new Map(
  Object.entries(mg).flatMap(([name, value]) =>
    name.startsWith("MG_EV_") ? [[value, name.slice(6)] as const] : [],
  ),
);

interface Course {
  readonly order: readonly string[];
  readonly error: string | undefined;
  readonly connection: mg.mg_connection;
  readonly body: string;
  readonly status: number;
}

/** The client of the library's tutorial; `init` is what it does about TLS in MG_EV_CONNECT. */
async function fetched(url: string, init: (c: mg.mg_connection) => void): Promise<Course> {
  const mgr = new mg.mg_mgr();
  mg.mg_mgr_init(mgr);
  const order: string[] = [];
  let error: string | undefined;
  let body = "";
  let status = 0;
  const state = { isOver: false };
  const c = mg.mg_http_connect(mgr, url, (c, ev, ev_data) => {
    if (ev !== mg.MG_EV_POLL) order.push(names.get(ev) ?? "?");
    if (ev === mg.MG_EV_CONNECT) {
      if (c.is_tls) init(c);
      const host = mg.mg_url_host(url);
      mg.mg_printf(
        c,
        "GET %s HTTP/1.1\r\nHost: %.*s:%d\r\nUser-Agent: test\r\n\r\n",
        mg.mg_url_uri(url),
        host.len,
        host.p,
        mg.mg_url_port(url),
      );
    }
    if (ev === mg.MG_EV_ERROR) error = ev_data;
    if (ev === mg.MG_EV_HTTP_MSG) {
      body = String(ev_data.body);
      status = mg.mg_http_status(ev_data);
      c.is_draining = 1;
    }
    if (ev === mg.MG_EV_CLOSE) state.isOver = true;
  });
  while (!state.isOver) await mg.mg_mgr_poll(mgr, 1000);
  mg.mg_mgr_free(mgr);
  if (c === null) throw new Error("null was returned");
  return { order, error, connection: c, body, status };
}

const withCa = (c: mg.mg_connection): void => mg.mg_tls_init(c, { ca: lab.caPem });

describe("the order of events", () => {
  it("is OPEN, RESOLVE, CONNECT, TLS_HS, WRITE, READ, HTTP_HDRS, HTTP_MSG, CLOSE", async () => {
    const { order, status, body, connection } = await fetched(lab.url("good"), withCa);
    expect(order).toEqual([
      "OPEN",
      "RESOLVE",
      "CONNECT",
      "TLS_HS",
      "WRITE",
      "READ",
      "HTTP_HDRS",
      "HTTP_MSG",
      "CLOSE",
    ]);
    expect([status, body.startsWith("Hello from good")]).toEqual([200, true]);
    expect(connection.trust).toMatchObject({ kind: "verified" });
  });

  it.each([
    ["expired", "expired", ["OPEN", "RESOLVE", "CONNECT", "ERROR", "CLOSE"]],
    ["wrong-host", "wrong-host", ["OPEN", "RESOLVE", "CONNECT", "ERROR", "CLOSE"]],
    ["not-tls", "not-tls", ["OPEN", "RESOLVE", "CONNECT", "ERROR", "CLOSE"]],
    ["smtp-banner", "not-tls", ["OPEN", "RESOLVE", "CONNECT", "ERROR", "CLOSE"]],
    ["connection-refused", "connection-refused", ["OPEN", "RESOLVE", "ERROR", "CLOSE"]],
  ])("ends with ERROR and CLOSE at %s", async (site, code, order) => {
    const course = await fetched(lab.url(site), withCa);
    expect(course.order).toEqual(order);
    expect(course.connection.error?.code).toBe(code);
    expect(course.error).toBe(course.connection.error?.message);
  });

  it("knows each payload by its event", () => {
    const handler: mg.mg_event_handler = (_c, ev, ev_data) => {
      if (ev === mg.MG_EV_ERROR) expectTypeOf(ev_data).toEqualTypeOf<string>();
      if (ev === mg.MG_EV_HTTP_MSG) expectTypeOf(ev_data).toEqualTypeOf<mg.mg_http_message>();
      // @ts-expect-error -- CONNECT has no payload
      if (ev === mg.MG_EV_CONNECT) ev_data.len satisfies unknown;
    };
    expect(handler).toBeTypeOf("function");
  });
});

describe("mg_tls_init", () => {
  it("forgotten: TLS all the same, by Mozilla's roots", async () => {
    const { order, connection } = await fetched(lab.url("good"), () => {});
    expect(order).toEqual(["OPEN", "RESOLVE", "CONNECT", "ERROR", "CLOSE"]);
    expect(connection.error?.stage).toBe("trust");
  });

  it("forgotten: what goes out first is a TLS record, and no request for all to read", async () => {
    const firsts: number[] = [];
    const server = createServer((socket) => {
      socket.once("data", (data) => {
        firsts.push(data[0] ?? -1);
        socket.destroy();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await fetched(`https://localhost:${port}/`, () => {});
    server.close();
    expect(firsts).toEqual([22]); // handshake: RFC 8446 §5.1. The original's would be 71, a "G".
  });

  it.each([
    ["`*` as CA", { ca: "*" }],
    ["skip_verification", { skip_verification: true }],
    ["a file's name for its contents", { ca: "ca.pem" }],
    ["a certificate without its key", { cert: lab.client.certificatePem }],
  ])("refuses %s", async (_what, opts) => {
    const { order, connection } = await fetched(lab.url("good"), (c) => mg.mg_tls_init(c, opts));
    expect(order.slice(-2)).toEqual(["ERROR", "CLOSE"]);
    expect(connection.error?.code).toBe("option-invalid");
  });

  it("takes them beside insecure, and says so in the report", async () => {
    const insecure = { reason: "a test" };
    const { status, connection } = await fetched(lab.url("expired"), (c) =>
      mg.mg_tls_init(c, { ca: "*", skip_verification: 1, insecure }),
    );
    expect(status).toBe(200);
    expect(connection.trust).toMatchObject({ kind: "unverified" });
  });

  it("empty name: the URL's host is checked", async () => {
    const { connection } = await fetched(lab.url("wrong-host"), (c) =>
      mg.mg_tls_init(c, { ca: lab.caPem, name: "" }),
    );
    expect(connection.error?.code).toBe("wrong-host");
  });

  it("sends a client certificate", async () => {
    const { certificatePem: cert, keyPem: key } = lab.client;
    const { status } = await fetched(lab.url("client-certificate-required"), (c) =>
      mg.mg_tls_init(c, { ca: lab.caPem, cert, key }),
    );
    expect(status).toBe(200);
  });
});

describe("the rest", () => {
  it("a body that ends early is ERROR, and no HTTP_MSG", async () => {
    const { order, connection } = await fetched(lab.url("body-truncated"), withCa);
    expect(order.slice(-3)).toEqual(["HTTP_HDRS", "ERROR", "CLOSE"]);
    expect(connection.error?.code).toBe("body-truncated");
  });

  it("mg_error ends a connection with the program's words", async () => {
    const { order, error } = await fetched(lab.url("good"), (c) => mg.mg_error(c, "no %s", "more"));
    expect(order).toEqual(["OPEN", "RESOLVE", "CONNECT", "ERROR", "CLOSE"]);
    expect(error).toBe("no more");
  });

  it("plaintext has no TLS_HS", async () => {
    const { order } = await fetched(`http://localhost:${new URL(lab.url("not-tls")).port}/`, withCa);
    expect(order).not.toContain("TLS_HS");
  });

  it("reads URLs", () => {
    const url = "https://example.com:8443/a?b=c";
    expect([
      String(mg.mg_url_host(url)),
      mg.mg_url_port(url),
      mg.mg_url_uri(url),
      mg.mg_url_is_ssl(url),
    ]).toEqual(["example.com", 8443, "/a?b=c", true]);
    expect(mg.mg_url_is_ssl("http://a/")).toBe(false);
  });

  it.each<[url: string, parts: readonly unknown[]]>([
    ["https://[::1]:8443/a", ["[::1]", 8443, "/a", true]],
    ["http://[2001:db8::1]", ["[2001:db8::1]", 80, "/", false]],
    ["http://user:p:w@host:81/x@y:9", ["host", 81, "/x@y:9", false]],
    ["mqtts://broker", ["broker", 8883, "/", true]],
    ["wss://a.example//b", ["a.example", 443, "//b", true]],
    ["tcp://a:1", ["a", 1, "/", false]],
    ["a.example:8080", ["a.example", 8080, "/", false]],
    ["https://a:x/", ["a", 0, "/", true]],
    ["https://a:70000/", ["a", 4464, "/", true]],
    ["http://", ["", 80, "/", false]],
    ["", ["", 0, "/", false]],
    ["constructor:", ["constructor", 0, "/", false]],
  ])("reads what is in %j and judges nothing", (url, parts) => {
    expect([
      String(mg.mg_url_host(url)),
      mg.mg_url_port(url),
      mg.mg_url_uri(url),
      mg.mg_url_is_ssl(url),
    ]).toEqual(parts);
  });
});
