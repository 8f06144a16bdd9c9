/** What is asked of a connection of HTTP/2 from inside what it tells: one outcome for each stream, one last word. */
import { expect, test } from "vitest";
import { ClientConnection, type ClientStream } from "../../src/http2/index.ts";
import { decodeLatin1 } from "../../src/net/index.ts";
import {
  block,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  readSent,
  reset,
  settings,
  types,
  type SentFrame,
} from "./frames.ts";
import { Recorder } from "./harness.ts";

const ok = block([":status", "200"]);

/** A connection whose owner gives up every stream as soon as it is told anything. */
class Eager {
  readonly streams: ClientStream[] = [];
  readonly sinks: Recorder[] = [];
  readonly connection: ClientConnection;

  constructor(requests: number) {
    let isArmed = false;
    const giveUp = (): void => {
      if (!isArmed) return;
      for (const [at, stream] of this.streams.entries()) {
        this.sinks[at]?.events.push("given up");
        this.connection.cancel(stream, 0);
      }
      this.connection.ping();
    };
    const sink = { onCapacity: giveUp, onRetired: giveUp, onBroken: giveUp };
    this.connection = new ClientConnection({ decodeLatin1 }, sink);
    this.receive(settings());
    for (let request = 0; request < requests; request++) {
      const recorder = new Recorder();
      const lines = [[":method", "GET"]] as const;
      this.sinks.push(recorder);
      this.streams.push(this.connection.open(lines, { method: "GET", hasBody: false }, recorder));
    }
    this.connection.takeOutput();
    isArmed = true;
  }

  receive(bytes: Uint8Array): void {
    this.connection.receive(bytes, 0, bytes.length, 0);
  }

  sent(): SentFrame[] {
    const all: number[] = [];
    for (let piece = this.connection.takeOutput(); piece !== undefined; piece = this.connection.takeOutput())
      all.push(...piece);
    return readSent(Uint8Array.from(all));
  }
}

test.each([
  ["is answered", headers(1, ok, END_HEADERS | END_STREAM), "complete"],
  ["is reset by the server", reset(1, 8), "failure http2-stream-reset"],
  ["is refused", data(1, "no head"), "failure http2-message-malformed"],
])("a stream that %s has its outcome before anybody is told of the room that it leaves", (_, bytes, last) => {
  const eager = new Eager(2);
  eager.receive(bytes);
  const [first, second] = eager.sinks.map(({ events }) => events.filter((one) => !one.startsWith("head")));
  expect([first?.[0], new Set(first?.slice(1))]).toEqual([last, new Set(["given up"])]);
  expect(new Set(second)).toEqual(new Set(["given up"]));
});

test("GOAWAY is the last that is said of a connection that is broken", () => {
  const eager = new Eager(3);
  eager.receive(frame(types.PUSH_PROMISE, END_HEADERS, 1, [0, 0, 0, 2]));
  eager.connection.ping();
  eager.connection.close();
  expect(eager.sent().map(({ type }) => type)).toEqual(["GOAWAY"]);
  expect(eager.sinks.filter(({ failure }) => failure !== undefined).length).toBeLessThan(3);
});
