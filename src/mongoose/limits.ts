/** The limits of the Mongoose API, which has none of its own: each with a value and a reason. */
import type { Limit } from "../core/index.ts";

/** The limits of the Mongoose API, each with its value, its unit and the reason for it. */
export const mongooseLimits: Readonly<
  Record<
    | "receiveBytes"
    | "sendBytes"
    | "batchBytes"
    | "headMs"
    | "bodyIdleMs"
    | "idleMs"
    | "pollMs"
    | "websocketPingMs"
    | "websocketSilenceMs"
    | "printfWidth",
    Limit
  >
> = {
  receiveBytes: {
    value: 16_777_216,
    unit: "bytes",
    option: "recv_mbuf_limit",
    why: "What recv_mbuf holds: thirty times an ESP32's memory. A larger body is taken with MG_F_DELETE_CHUNK, a larger WebSocket message with MG_F_WEBSOCKET_NO_DEFRAG.",
  },
  sendBytes: {
    value: 67_108_864,
    unit: "bytes",
    why: "What send_mbuf holds: a firmware image several times over. More in one go is a loop that does not wait for MG_EV_SEND.",
  },
  batchBytes: {
    value: 262_144,
    unit: "bytes",
    why: "Handed to the network at a time, one MG_EV_SEND each: sixteen TLS records. A slow upload shows that it moves.",
  },
  headMs: {
    value: 60_000,
    unit: "ms",
    option: "timeouts.headMs",
    why: "As the client's: nginx's proxy_read_timeout.",
  },
  bodyIdleMs: {
    value: 60_000,
    unit: "ms",
    option: "timeouts.bodyIdleMs",
    why: "As the client's: nginx's send_timeout, seen from the other side.",
  },
  idleMs: {
    value: 60_000,
    unit: "ms",
    why: "How long a connection is kept after its reply where the program does not close it: as long as nginx keeps one (keepalive_timeout is 75 s).",
  },
  pollMs: {
    value: 1_000,
    unit: "ms",
    why: "How often MG_EV_POLL comes to a connection of mgos_get_mgr() while nothing else happens: a second is what ev_data can tell.",
  },
  websocketPingMs: {
    value: 5_000,
    unit: "ms",
    why: "MG_WEBSOCKET_PING_INTERVAL_SECONDS: an idle WebSocket is pinged as often as the library does.",
  },
  websocketSilenceMs: {
    value: 60_000,
    unit: "ms",
    why: "Twelve pings without a byte in answer: the peer is gone (nginx's proxy_read_timeout, which ends idle WebSockets).",
  },
  printfWidth: {
    value: 4_096,
    unit: "count",
    why: "The widest field that %*d pads to; C fails past 4,095 (C17 §7.21.6.1 (15)).",
  },
};
