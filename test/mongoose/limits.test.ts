/** The limits that are times, with the clock in the test's hand, and those of what is sent at once. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import * as mongoose from "../../src/mongoose/index.ts";
import { answering, openOrigin, type Origin } from "../client/origin.ts";
import { caFile, course, type Told } from "./stage.ts";

const { mongooseLimits, mg_connect_http_opt, mg_connect_ws_opt, mgos_get_mgr } = mongoose;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Moves the monotonic clock; timers stay as they are. */
function laterBy(ms: number): void {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + ms);
}

async function openSockets(onSocket: (socket: WebSocket) => void): Promise<Origin> {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const http = createServer();
  http.on("upgrade", (request, socket, head) => server.handleUpgrade(request, socket, head, onSocket));
  return openOrigin((socket: Socket) => void http.emit("connection", socket));
}

/** A WebSocket that is open, on a manager that is polled by the test. */
async function openedWebsocket(
  origin: Origin,
): Promise<{ mgr: mongoose.mg_mgr; told: Told[]; c: mongoose.mg_connection }> {
  const mgr = new mongoose.mg_mgr();
  mongoose.mg_mgr_init(mgr);
  const told: Told[] = [];
  const state = { isOpen: false };
  const handler: mongoose.mg_event_handler<null> = (_c, ev, _data, _user) => {
    told.push({ name: String(ev), data: null });
    if (ev === mongoose.MG_EV_WEBSOCKET_HANDSHAKE_DONE) state.isOpen = true;
  };
  const url = `wss://localhost:${origin.port}/`;
  const c = mg_connect_ws_opt(mgr, handler, null, { ssl_ca_cert: caFile }, url, null, null);
  if (c === null) throw new Error("null was returned");
  while (!state.isOpen) await mongoose.mg_mgr_poll(mgr, 1000);
  return { mgr, told, c };
}

describe("a WebSocket that is idle", () => {
  it.each([
    ["is not pinged before its time", -1_000, 0],
    ["is pinged after it", 1, 1],
  ])("%s", async (_what, more, pings) => {
    let came = 0;
    await using origin = await openSockets((socket) => socket.on("ping", () => came++));
    const { mgr, c } = await openedWebsocket(origin);
    laterBy(mongooseLimits.websocketPingMs.value + more);
    await mongoose.mg_mgr_poll(mgr, 0);
    mongoose.mg_send_websocket_frame(c, mongoose.WEBSOCKET_OP_CLOSE);
    const closed = once(origin.accepted[0] ?? origin.server, "close");
    while (mgr.size > 0) await mongoose.mg_mgr_poll(mgr, 1000);
    await closed;
    expect(came).toBe(pings);
  });

  it.each([
    ["lives while its peer may still answer", -1_000, undefined],
    ["ends when no ping was answered for too long", 1, "websocket-cut"],
  ])("%s", async (_what, more, code) => {
    await using origin = await openSockets(() => {});
    const { mgr, c } = await openedWebsocket(origin);
    laterBy(mongooseLimits.websocketSilenceMs.value + more);
    await mongoose.mg_mgr_poll(mgr, 0);
    expect(c.error?.code).toBe(code);
    mongoose.mg_mgr_free(mgr);
  });
});

describe("a connection after its reply", () => {
  it("is kept for a while where the program does not close it, and then closed without an error", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await using origin = await openOrigin(answering(() => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    let isOver = false;
    const { connection, order } = await course(
      (handler, told) =>
        mg_connect_http_opt(mgos_get_mgr(), handler, told, { ssl_ca_cert: caFile }, origin.url, null, null),
      (_c, ev, _data, _told) => {
        if (ev === mongoose.MG_EV_CLOSE) isOver = true;
        if (ev !== mongoose.MG_EV_HTTP_REPLY) return;
        setImmediate(() => {
          vi.advanceTimersByTime(mongooseLimits.idleMs.value - 1);
          expect(isOver).toBe(false);
          vi.advanceTimersByTime(1);
        });
      },
    );
    expect([connection.error, order.at(-1)]).toEqual([undefined, "CLOSE"]);
  });
});

describe("MG_EV_POLL", () => {
  it("comes to a connection of mgos_get_mgr() once in its time", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    await using silent = await openOrigin(() => {});
    const { told } = await course(
      (handler, list) =>
        mg_connect_http_opt(mgos_get_mgr(), handler, list, { ssl_ca_cert: caFile }, silent.url, null, null),
      (c, ev, _data, list) => {
        if (ev !== mongoose.MG_EV_CONNECT) return;
        setImmediate(() => {
          const polls = (): number => list.filter(({ name }) => name === "POLL").length;
          vi.advanceTimersByTime(mongooseLimits.pollMs.value - 1);
          expect(polls()).toBe(0);
          vi.advanceTimersByTime(1);
          expect(polls()).toBe(1);
          c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
        });
      },
    );
    expect(told.at(-1)?.name).toBe("CLOSE");
  });
});

describe("what is sent", () => {
  it.each([0, 1])("goes out in batches, each with its MG_EV_SEND: %i bytes past one", async (more) => {
    await using sink = await openOrigin((socket) => socket.resume(), { tls: false });
    const sent: number[] = [];
    const value = mongooseLimits.batchBytes.value;
    await course(
      (handler, told) => mongoose.mg_connect(mgos_get_mgr(), `localhost:${sink.port}`, handler, told),
      (c, ev, ev_data, _told) => {
        if (ev === mongoose.MG_EV_SEND) sent.push(ev_data);
        if (ev !== mongoose.MG_EV_CONNECT) return;
        mongoose.mg_send(c, new Uint8Array(value + more));
        c.flags |= mongoose.MG_F_SEND_AND_CLOSE;
      },
    );
    expect(sent).toEqual(more === 0 ? [value] : [value, more]);
  });

  it("is sent to its end where a handler threw on the way", async () => {
    const mgr = new mongoose.mg_mgr();
    mongoose.mg_mgr_init(mgr);
    await using origin = await openOrigin(answering(() => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    const closed: string[] = [];
    for (const name of ["throws", "lives"]) {
      const handler: mongoose.mg_event_handler<string> = (c, ev, _data, who) => {
        if (ev === mongoose.MG_EV_CONNECT && who === "throws") throw new Error("the program's own");
        if (ev === mongoose.MG_EV_HTTP_REPLY) c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
        if (ev === mongoose.MG_EV_CLOSE) closed.push(who);
      };
      mg_connect_http_opt(mgr, handler, name, { ssl_ca_cert: caFile }, origin.url, null, null);
    }
    const thrown: unknown[] = [];
    while (!closed.includes("lives"))
      await mongoose.mg_mgr_poll(mgr, 1000).catch((error: unknown) => thrown.push(error));
    mongoose.mg_mgr_free(mgr);
    expect(thrown).toHaveLength(1);
    expect(closed.toSorted()).toEqual(["lives", "throws"]);
  });
});
