/** The events of a connection: their order, their payloads, what the flags do, and when a manager delivers them. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterAll, describe, expect, expectTypeOf, it } from "vitest";
import { openLab } from "../../src/lab/index.ts";
import * as mongoose from "../../src/mongoose/index.ts";
import { answering, mintIdentity, openHttp, openOrigin } from "../client/origin.ts";
import { caFile, course, fetched } from "./stage.ts";

const { mg_connect, mg_connect_http, mg_connect_http_opt, mg_connect_opt, mgos_get_mgr } = mongoose;
const { MG_EV_CLOSE, MG_EV_CONNECT, MG_EV_HTTP_CHUNK, MG_EV_HTTP_REPLY, MG_EV_RECV, MG_EV_TIMER } = mongoose;

const lab = await openLab();
afterAll(() => lab.close());

const hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const answeringWith = (text: string): ReturnType<typeof answering> => answering(() => text);
const site = await openOrigin(answering(() => hello));
afterAll(() => site.close());

describe("the order of events", () => {
  it("is CONNECT, SEND, RECV, HTTP_CHUNK, HTTP_REPLY, CLOSE, and nothing after it", async () => {
    const { order, told } = await fetched(site.url);
    expect(order).toEqual(["CONNECT", "SEND", "RECV", "HTTP_CHUNK", "HTTP_REPLY", "CLOSE"]);
    const reply = { status: 200, body: "hello" };
    expect(told.filter(({ name }) => name !== "POLL").map(({ data }) => data)).toEqual([
      0,
      expect.any(Number),
      hello.length,
      reply,
      reply,
      null,
    ]);
  });

  it("has a CHUNK before the REPLY even where there is no body", async () => {
    const { order, told } = await fetched(lab.url("redirect"), { ssl_ca_cert: lab.caFile });
    expect(order.slice(-3)).toEqual(["HTTP_CHUNK", "HTTP_REPLY", "CLOSE"]);
    expect(told.at(-2)?.data).toEqual({ status: 302, body: "" });
  });

  it("has CHUNK and REPLY at the end of the connection where that ends the body", async () => {
    const { order } = await fetched(lab.url("until-close"), { ssl_ca_cert: lab.caFile });
    expect(order).toEqual(["CONNECT", "SEND", "RECV", "HTTP_CHUNK", "HTTP_CHUNK", "HTTP_REPLY", "CLOSE"]);
  });

  it.each([
    ["the name cannot be looked up", "https://nowhere.invalid/", -1, "name-not-found"],
    ["nothing listens", lab.url("connection-refused"), 111, "connection-refused"],
    ["TLS fails", lab.url("handshake-closed"), -3, "handshake-closed"],
    ["the certificate expired", lab.url("expired"), -3, "expired"],
  ])("is CONNECT with a status and CLOSE where %s", async (_what, url, status, code) => {
    const { told, connection } = await fetched(url, { ssl_ca_cert: lab.caFile });
    expect(told.filter(({ name }) => name !== "POLL")).toEqual([
      { name: "CONNECT", data: status },
      { name: "CLOSE", data: null },
    ]);
    expect(connection.error?.code).toBe(code);
  });

  it("has a TIMER before CONNECT where the DNS server does not answer", async () => {
    const silent = createSocket("udp4");
    silent.bind(0, "127.0.0.1");
    await once(silent, "listening");
    const { order, connection } = await fetched("https://name.example/", {
      nameserver: `127.0.0.1:${silent.address().port}`,
      timeouts: { dnsMs: 300 },
    });
    silent.close();
    expect(order).toEqual(["TIMER", "CONNECT", "CLOSE"]);
    expect(connection.error?.code).toBe("dns-timeout");
  });

  it.each([
    ["has no such name", 0x8183, "name-not-found"],
    ["fails itself", 0x8182, "dns-failed"],
  ])("is CONNECT with -1 where the DNS server that was named %s", async (_, flags, code) => {
    const refusing = createSocket("udp4", (query, { port, address }) => {
      const answer = Buffer.from(query);
      answer.writeUInt16BE(flags, 2); // A response: NXDOMAIN, SERVFAIL (RFC 1035 §4.1.1).
      refusing.send(answer, port, address);
    });
    refusing.bind(0, "127.0.0.1");
    await once(refusing, "listening");
    const nameserver = `127.0.0.1:${refusing.address().port}`;
    const { told, connection } = await fetched("https://name.example/", { nameserver });
    refusing.close();
    expect(told.find(({ name }) => name === "CONNECT")?.data).toBe(-1);
    expect(connection.error?.code).toBe(code);
  });

  it("goes to the address that the named DNS server gives", async () => {
    const answering = createSocket("udp4", (query, { port, address }) => {
      const isA = query.readUInt16BE(query.length - 4 - (query.readUInt16BE(10) > 0 ? 11 : 0)) === 1;
      const header = Buffer.from(
        query.subarray(0, query.readUInt16BE(10) > 0 ? query.length - 11 : query.length),
      );
      header.writeUInt16BE(0x8180, 2);
      header.writeUInt16BE(isA ? 1 : 0, 6);
      header.writeUInt16BE(0, 10);
      // The name by a pointer, type A, class IN, a minute, 127.0.0.1 (RFC 1035 §4.1.3, §4.1.4).
      const record = Buffer.from("c00c000100010000003c00047f000001", "hex");
      answering.send(isA ? Buffer.concat([header, record]) : header, port, address);
    });
    answering.bind(0, "127.0.0.1");
    await once(answering, "listening");
    await using origin = await openOrigin(answeringWith(hello), {
      tls: mintIdentity({ names: ["dns:name.example"] }),
    });
    const nameserver = `127.0.0.1:${answering.address().port}`;
    const url = `https://name.example:${origin.port}/`;
    const { told, connection } = await fetched(url, { ssl_ca_cert: caFile, nameserver });
    answering.close();
    expect(connection.error).toBeUndefined();
    expect(told.at(-2)?.data).toEqual({ status: 200, body: "hello" });
  });
});

describe("the body", () => {
  const pieces = ["one,", "two,", "three"];
  const inPieces = (): ReturnType<typeof openHttp> =>
    openHttp((_request, response) => {
      const next = (at: number): void => {
        const piece = pieces[at];
        if (piece === undefined) return void response.end();
        response.write(piece, () => setImmediate(() => next(at + 1)));
      };
      next(0);
    });

  it("grows from CHUNK to CHUNK, and is whole in the REPLY", async () => {
    await using origin = await inPieces();
    const { told } = await fetched(origin.url);
    const bodies = told.flatMap(({ name, data }) =>
      name.startsWith("HTTP_") ? [(data as { body: string }).body] : [],
    );
    expect(bodies.at(-1)).toBe("one,two,three");
    for (const [i, body] of bodies.entries())
      if (i > 0) expect(body.startsWith(bodies[i - 1] ?? "")).toBe(true);
  });

  it("comes in increments under MG_F_DELETE_CHUNK, and the REPLY has none of it", async () => {
    await using origin = await inPieces();
    const chunks: string[] = [];
    const { told } = await fetched(origin.url, undefined, {
      watch: (c, ev, ev_data, _user) => {
        if (ev !== MG_EV_HTTP_CHUNK) return;
        chunks.push(String(ev_data.body));
        c.flags |= mongoose.MG_F_DELETE_CHUNK;
      },
    });
    expect(chunks.join("")).toBe("one,two,three");
    expect(told.at(-2)).toEqual({ name: "HTTP_REPLY", data: { status: 200, body: "" } });
  });

  it("may be far larger than what is held, under MG_F_DELETE_CHUNK", async () => {
    const bytes = mongoose.mongooseLimits.receiveBytes.value + 1;
    await using origin = await openHttp((_request, response) => void response.end(Buffer.alloc(bytes)));
    let got = 0;
    const { told } = await fetched(origin.url, undefined, {
      watch: (c, ev, ev_data, _user) => {
        if (ev !== MG_EV_HTTP_CHUNK) return;
        got += ev_data.body.len;
        c.flags |= mongoose.MG_F_DELETE_CHUNK;
      },
    });
    expect(got).toBe(bytes);
    expect(told.at(-2)?.name).toBe("HTTP_REPLY");
  });

  it.each([
    ["just under the limit is held", 0, undefined],
    ["past it is an error that names it", 1, "body-too-large"],
    ["past a limit that is not a number too", NaN, "body-too-large"],
  ])("%s", async (_what, more, code) => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    await using origin = await openOrigin(answering(() => head + "x".repeat(1000)));
    const { connection } = await fetched(origin.url, undefined, {
      watch: (c, _ev, _data, _user) => void (c.recv_mbuf_limit = head.length + 1000 - more),
    });
    expect(connection.error?.code).toBe(code);
  });

  it("is kept by who keeps a slice of it", async () => {
    await using origin = await inPieces();
    const slices: mongoose.mg_str[] = [];
    await fetched(origin.url, undefined, {
      watch: (c, ev, ev_data, _user) => {
        if (ev !== MG_EV_HTTP_CHUNK) return;
        slices.push(ev_data.body);
        c.flags |= mongoose.MG_F_DELETE_CHUNK;
      },
    });
    expect(slices.join("")).toBe("one,two,three");
  });
});

describe("flags and calls", () => {
  it("CLOSE_IMMEDIATELY in an event leaves CLOSE as the only one after it", async () => {
    const { order } = await fetched(site.url, undefined, {
      watch: (c, ev, _data, _user) => {
        if (ev === MG_EV_HTTP_CHUNK) c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
      },
    });
    expect(order).toEqual(["CONNECT", "SEND", "RECV", "HTTP_CHUNK", "CLOSE"]);
  });

  it("CLOSE_IMMEDIATELY outside of an event ends a connection that is being opened", async () => {
    const { order } = await course((handler, told) => {
      const c = mg_connect_http_opt(mgos_get_mgr(), handler, told, {}, lab.url("tls-timeout"), null, null);
      if (c !== null) c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
      return c;
    });
    expect(order).toEqual(["CLOSE"]);
  });

  it("SEND_AND_CLOSE sends all that waits first", async () => {
    const received: Buffer[] = [];
    await using sink = await openOrigin(
      (socket) => socket.on("data", (data: Buffer) => received.push(data)),
      { tls: false },
    );
    await course(
      (handler, told) => mg_connect(mgos_get_mgr(), `localhost:${sink.port}`, handler, told),
      (c, ev, _data, _user) => {
        if (ev !== MG_EV_CONNECT) return;
        mongoose.mg_send(c, "x".repeat(300_000));
        c.flags |= mongoose.MG_F_SEND_AND_CLOSE;
      },
    );
    await once(sink.accepted[0] ?? sink.server, "close");
    expect(Buffer.concat(received).length).toBe(300_000);
  });

  it("the timer comes once, with the instant it was set to, and may end the connection", async () => {
    let at = 0;
    const { told, order } = await course(
      (handler, list) => {
        const c = mg_connect_http_opt(
          mgos_get_mgr(),
          handler,
          list,
          { ssl_ca_cert: lab.caFile },
          lab.url("body-timeout"),
          null,
          null,
        );
        at = mongoose.mg_time() + 0.3;
        if (c !== null) expect(mongoose.mg_set_timer(c, at)).toBe(0);
        return c;
      },
      (c, ev, _data, _user) => {
        if (ev === MG_EV_TIMER) c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
      },
    );
    expect(order.filter((name) => name === "TIMER")).toHaveLength(1);
    expect(order.at(-1)).toBe("CLOSE");
    expect(told.find(({ name }) => name === "TIMER")?.data).toBe(at);
  });

  it("a timer that is set to 0 does not come", async () => {
    const { order } = await fetched(site.url, undefined, {
      watch: (c, ev, _data, _user) => {
        if (ev !== MG_EV_CONNECT) return;
        mongoose.mg_set_timer(c, mongoose.mg_time() - 1);
        expect(mongoose.mg_set_timer(c, 0)).toBeGreaterThan(0);
      },
    });
    expect(order).not.toContain("TIMER");
  });

  it("of the caller's flags only those that are the caller's are taken", async () => {
    const seen: number[] = [];
    const flags = mongoose.MG_F_USER_2 | mongoose.MG_F_SEND_AND_CLOSE | mongoose.MG_F_SSL_HANDSHAKE_DONE;
    await fetched(
      site.url,
      { ssl_ca_cert: caFile, flags },
      { watch: (c, _ev, _data, _user) => void seen.push(c.flags) },
    );
    expect(seen[0]).toBe(mongoose.MG_F_USER_2 | mongoose.MG_F_SSL | mongoose.MG_F_SSL_HANDSHAKE_DONE);
  });

  it("a raw connection keeps what came until it is removed, and reads no more than the limit meanwhile", async () => {
    await using talker = await openOrigin((socket) => socket.end("x".repeat(1_000_000)), { tls: false });
    let most = 0;
    let total = 0;
    const { connection } = await course(
      (handler, told) => {
        const c = mg_connect(mgos_get_mgr(), `localhost:${talker.port}`, handler, told);
        if (c !== null) c.recv_mbuf_limit = 100_000;
        return c;
      },
      (c, ev, _data, _user) => {
        if (ev !== MG_EV_RECV) return;
        most = Math.max(most, c.recv_mbuf.len);
        if (c.recv_mbuf.len < 100_000 && total + c.recv_mbuf.len < 1_000_000) return;
        total += c.recv_mbuf.len;
        mongoose.mbuf_remove(c.recv_mbuf, c.recv_mbuf.len);
      },
    );
    expect(connection.error).toBeUndefined();
    expect(total).toBe(1_000_000);
    expect(most).toBeLessThan(200_000);
  });

  it("what waits to be sent is bounded", async () => {
    const { connection } = await course(
      (handler, told) => mg_connect(mgos_get_mgr(), `localhost:${site.port}`, handler, told),
      (c, ev, _data, _user) => {
        if (ev !== MG_EV_CONNECT) return;
        const megabyte = new Uint8Array(1_048_576);
        for (let i = 0; i <= 64; i++) mongoose.mg_send(c, megabyte);
      },
    );
    expect(connection.error?.code).toBe("send-buffer-full");
  });

  it("chunks are written one by one, and a chunk of nothing ends the body", async () => {
    await using origin = await openHttp((request, response) => {
      request.setEncoding("utf8");
      let body = "";
      request.on("data", (data: string) => (body += data));
      request.on("end", () => void response.end(`${request.method} ${body}`));
    });
    const { told } = await course(
      (handler, list) =>
        mg_connect_opt(mgos_get_mgr(), `localhost:${origin.port}`, handler, list, { ssl_ca_cert: caFile }),
      (c, ev, _data, _user) => {
        if (ev === MG_EV_CONNECT) {
          mongoose.mg_set_protocol_http_websocket(c);
          mongoose.mg_printf(
            c,
            "PUT %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
            "/x",
          );
          mongoose.mg_send_http_chunk(c, "one", 2);
          mongoose.mg_printf_http_chunk(c, "%d", 42);
          mongoose.mg_send_http_chunk(c, "", 0);
        }
        if (ev === MG_EV_HTTP_REPLY) c.flags |= mongoose.MG_F_SEND_AND_CLOSE;
      },
    );
    expect(told.at(-2)?.data).toEqual({ status: 200, body: "PUT on42" });
  });

  it("a second request goes out on the same connection", async () => {
    const replies: number[] = [];
    const { order } = await course(
      (handler, told) =>
        mg_connect_http_opt(mgos_get_mgr(), handler, told, { ssl_ca_cert: caFile }, site.url, null, null),
      (c, ev, ev_data, _user) => {
        if (ev !== MG_EV_HTTP_REPLY) return;
        replies.push(ev_data.resp_code);
        if (replies.length === 2) c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
        else mongoose.mg_printf(c, "GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n");
      },
    );
    expect(replies).toEqual([200, 200]);
    expect(order.filter((name) => name === "CONNECT")).toHaveLength(1);
  });
});

describe("managers", () => {
  it("one made with mg_mgr_init delivers inside mg_mgr_poll and at no other time", async () => {
    const mgr = new mongoose.mg_mgr();
    mongoose.mg_mgr_init(mgr, "mine");
    let polling = false;
    const state = { isOver: false };
    const outside: number[] = [];
    mg_connect_http_opt(
      mgr,
      (c, ev, _data, _user) => {
        if (!polling) outside.push(ev);
        if (ev === MG_EV_HTTP_REPLY) c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
        if (ev === MG_EV_CLOSE) state.isOver = true;
      },
      null,
      { ssl_ca_cert: caFile },
      site.url,
      null,
      null,
    );
    await once(site.server, "secureConnection"); // The handshake is done, and nobody was told.
    while (!state.isOver) {
      polling = true;
      const now = await mongoose.mg_mgr_poll(mgr, 1000);
      polling = false;
      expect(Math.abs(now - mongoose.mg_time())).toBeLessThan(2);
    }
    expect(outside).toEqual([]);
    expect(mgr.user_data).toBe("mine");
    expect(mgr.size).toBe(0);
  });

  it("polls come before CONNECT, with the time in whole seconds", async () => {
    const mgr = new mongoose.mg_mgr();
    mongoose.mg_mgr_init(mgr);
    const told: [number, unknown][] = [];
    mg_connect_http(
      mgr,
      (_c, ev, ev_data, _user) => void told.push([ev, ev_data]),
      null,
      site.url,
      null,
      null,
    );
    await mongoose.mg_mgr_poll(mgr, 0);
    mongoose.mg_mgr_free(mgr);
    expect(told[0]?.[0]).toBe(mongoose.MG_EV_POLL);
    expect(Number.isInteger(told[0]?.[1])).toBe(true);
    expect(told.at(-1)).toEqual([MG_EV_CLOSE, null]);
  });

  it("one that is freed closes all it has", async () => {
    const mgr = new mongoose.mg_mgr();
    mongoose.mg_mgr_init(mgr);
    const closed: number[] = [];
    for (let i = 0; i < 3; i++) {
      mg_connect_http(
        mgr,
        (_c, ev, _data, _user) => void (ev === MG_EV_CLOSE && closed.push(i)),
        null,
        lab.url("tls-timeout"),
        null,
        null,
      );
    }
    mongoose.mg_mgr_free(mgr);
    expect(closed).toEqual([0, 1, 2]);
  });
});

describe("a reply", () => {
  it("shows its parts as slices, and its headers as often and in the case they came", async () => {
    const head = "HTTP/1.1 206 Just a Part\r\nX-One: 1\r\nx-one: 2\r\nEmpty:\r\nContent-Length: 2\r\n\r\n";
    await using origin = await openOrigin(answering(() => `${head}ab`));
    let seen: mongoose.http_message | undefined;
    await fetched(origin.url, undefined, {
      watch: (_c, ev, ev_data, _user) => {
        if (ev === MG_EV_HTTP_REPLY) seen = ev_data;
      },
    });
    const hm = seen as mongoose.http_message;
    expect([hm.proto, hm.resp_status_msg, hm.message, hm.body].map(String)).toEqual([
      "HTTP/1.1",
      "Just a Part",
      `${head}ab`,
      "ab",
    ]);
    expect([hm.resp_code, hm.content_length, hm.method.len, hm.uri.len, hm.query_string.len]).toEqual([
      206, 2, 0, 0, 0,
    ]);
    expect(hm.header_names.map(String)).toEqual(["X-One", "x-one", "Empty", "Content-Length", ""]);
    expect(hm.header_values.map(String)).toEqual(["1", "2", "", "2", ""]);
    expect(String(mongoose.mg_get_http_header(hm, "X-ONE"))).toBe("1");
    expect(mongoose.mg_get_http_header(hm, "absent")).toBeNull();
    expect(mongoose.mg_vcmp(hm.body, "ab")).toBe(0);
    expect(mongoose.mg_vcasecmp(hm.resp_status_msg, "just A part")).toBe(0);
  });

  it("is read past interim replies", async () => {
    await using origin = await openOrigin(
      answering(() => `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${hello}`),
    );
    const { told } = await fetched(origin.url);
    expect(told.at(-2)?.data).toEqual({ status: 200, body: "hello" });
  });

  it.each([["HTTP over plaintext", { tls: false as const }, (port: number) => `http://localhost:${port}/`]])(
    "comes over %s too",
    async (_what, options, url) => {
      await using origin = await openOrigin(
        answering(() => hello),
        options,
      );
      const { told, connection } = await fetched(url(origin.port), {});
      expect(told.at(-2)?.data).toEqual({ status: 200, body: "hello" });
      expect(connection.trust).toMatchObject({ kind: "plaintext" });
    },
  );
});

describe("the request", () => {
  const asked = async (
    url: (port: number) => string,
    extra: string | null,
    data: string | null,
  ): Promise<string> => {
    let head = "";
    await using origin = await openOrigin(
      answering((request) => {
        head = [...request.head, "", request.body].join("\n");
        return hello;
      }),
    );
    await fetched(url(origin.port), undefined, { extra, data });
    return head.replaceAll(String(origin.port), "PORT");
  };

  it.each([
    [
      "GET, with nothing that was not asked for",
      (port: number) => `https://localhost:${port}`,
      null,
      null,
      "GET / HTTP/1.1\nHost: localhost:PORT\nContent-Length: 0\n\n",
    ],
    [
      "POST where there is data, its length in bytes",
      (port: number) => `https://localhost:${port}/p?q=1#f`,
      "A: b\r\nC: d\r\n",
      "é",
      "POST /p?q=1 HTTP/1.1\nHost: localhost:PORT\nContent-Length: 2\nA: b\nC: d\n\nÃ©",
    ],
    [
      "credentials of the URL before the caller's lines",
      (port: number) => `https://me:s%3Acret@localhost:${port}/`,
      "A: b\r\n",
      null,
      "GET / HTTP/1.1\nHost: localhost:PORT\nContent-Length: 0\nAuthorization: Basic bWU6czpjcmV0\nA: b\n\n",
    ],
    [
      "a query that follows the host at once",
      (port: number) => `https://localhost:${port}?x=1`,
      null,
      null,
      "GET /?x=1 HTTP/1.1\nHost: localhost:PORT\nContent-Length: 0\n\n",
    ],
  ])("is %s", async (...[, url, extra, data, sent]) => {
    expect(await asked(url, extra, data)).toBe(sent);
  });
});

describe("types", () => {
  it("know each payload by its event", () => {
    const handler: mongoose.mg_event_handler<{ status: number }> = (c, ev, ev_data, user_data) => {
      expectTypeOf(c).toEqualTypeOf<mongoose.mg_connection>();
      expectTypeOf(user_data).toEqualTypeOf<{ status: number }>();
      switch (ev) {
        case mongoose.MG_EV_POLL:
        case mongoose.MG_EV_CONNECT:
        case mongoose.MG_EV_RECV:
        case mongoose.MG_EV_SEND:
        case mongoose.MG_EV_TIMER:
          expectTypeOf(ev_data).toEqualTypeOf<number>();
          break;
        case mongoose.MG_EV_CLOSE:
          expectTypeOf(ev_data).toEqualTypeOf<null>();
          break;
        case mongoose.MG_EV_HTTP_CHUNK:
        case mongoose.MG_EV_HTTP_REPLY:
        case mongoose.MG_EV_WEBSOCKET_HANDSHAKE_DONE:
          expectTypeOf(ev_data).toEqualTypeOf<mongoose.http_message>();
          break;
        case mongoose.MG_EV_WEBSOCKET_FRAME:
        case mongoose.MG_EV_WEBSOCKET_CONTROL_FRAME:
          expectTypeOf(ev_data).toEqualTypeOf<mongoose.websocket_message>();
          break;
      }
    };
    expect(handler).toBeTypeOf("function");
  });

  it("do not compile with the wrong payload", () => {
    const handler: mongoose.mg_event_handler = (_c, ev, ev_data, _user) => {
      // @ts-expect-error -- the status is a number
      if (ev === MG_EV_CONNECT) ev_data.body satisfies unknown;
      // @ts-expect-error -- a reply is not a number
      if (ev === MG_EV_HTTP_REPLY) ev_data satisfies number;
      // @ts-expect-error -- there is nothing with CLOSE
      if (ev === MG_EV_CLOSE) ev_data.len satisfies unknown;
      // @ts-expect-error -- before the event is known, it may be any of them
      ev_data satisfies number;
    };
    expect(handler).toBeTypeOf("function");
    const wantsText = (_c: unknown, _ev: unknown, _data: unknown, text: string): void => void text;
    const wrong = (): unknown => {
      // @ts-expect-error -- the handler's user data and the one given have to be of one type
      return mg_connect_http(mgos_get_mgr(), wantsText, 5, "", null, null);
    };
    expect(wrong).toBeTypeOf("function");
  });
});

it("the numbers are the library's", () => {
  expect([
    mongoose.MG_EV_POLL,
    MG_EV_CONNECT,
    MG_EV_RECV,
    mongoose.MG_EV_SEND,
    MG_EV_CLOSE,
    MG_EV_TIMER,
  ]).toEqual([0, 2, 3, 4, 5, 6]);
  expect([MG_EV_HTTP_REPLY, MG_EV_HTTP_CHUNK]).toEqual([101, 102]);
  expect([
    mongoose.MG_EV_WEBSOCKET_HANDSHAKE_DONE,
    mongoose.MG_EV_WEBSOCKET_FRAME,
    mongoose.MG_EV_WEBSOCKET_CONTROL_FRAME,
  ]).toEqual([112, 113, 114]);
  const bits = [
    mongoose.MG_F_RESOLVING,
    mongoose.MG_F_CONNECTING,
    mongoose.MG_F_SSL,
    mongoose.MG_F_SSL_HANDSHAKE_DONE,
    mongoose.MG_F_IS_WEBSOCKET,
    mongoose.MG_F_SEND_AND_CLOSE,
    mongoose.MG_F_CLOSE_IMMEDIATELY,
    mongoose.MG_F_WEBSOCKET_NO_DEFRAG,
    mongoose.MG_F_DELETE_CHUNK,
    mongoose.MG_F_ENABLE_BROADCAST,
    mongoose.MG_F_USER_1,
    mongoose.MG_F_USER_6,
  ];
  expect(bits.map(Math.log2)).toEqual([2, 3, 4, 5, 8, 10, 11, 12, 13, 14, 20, 25]);
});
