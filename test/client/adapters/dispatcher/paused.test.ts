/** A handler that has paused, and does not go on: it is told of every end that comes meanwhile, within the client's deadlines. */
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { Client, MeerkatDispatcher, type ClientOptions } from "../../../../src/index.ts";
import { cutTcp, openOrigin, rootPem, whenClosed, type Origin } from "../../origin.ts";
import { generations } from "./telling.ts";

const content = "much".repeat(250_000);
let accepted: Socket | undefined;

/** Two answers' worth are announced, and one comes. */
function openEndless(): Promise<Origin> {
  return openOrigin((socket) => {
    accepted = socket;
    socket.once("data", () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${2 * content.length}\r\n\r\n${content}`);
    });
  });
}

const ends: readonly (readonly [
  what: string,
  timeouts: ClientOptions["timeouts"],
  end: (client: Client) => void,
  code: string,
])[] = [
  ["the deadline of a body that is not read on", { unreadBodyMs: 100 }, () => {}, "body-unread"],
  ["the client's end", {}, (client) => client.destroy(), "client-closed"],
];

describe.each(generations)("a handler %s that has paused", (_, dispatch) => {
  for (const at of ["head", "data"]) {
    for (const [what, timeouts, end, code] of ends) {
      test(`at its ${at} is told of ${what}`, async () => {
        await using origin = await openEndless();
        await using client = new Client({ roots: rootPem, environment: {}, timeouts: timeouts ?? {} });
        const dispatcher = new MeerkatDispatcher(client);
        const asked = { origin: origin.url, path: "/", method: "GET" };
        const told = await dispatch(dispatcher, asked, (event, controller) => {
          if (!event.startsWith(at)) return;
          controller.pause();
          // Behind what it is in the middle of.
          setImmediate(() => end(client));
        });
        expect(told.events.at(-1)).toBe(`error ${code}`);
        expect(told.events.filter((event) => event.startsWith("data")).length).toBe(at === "data" ? 1 : 0);
        await dispatcher.close();
      });
    }
  }
});

test("a handler keeps the bytes that it was told, whatever is read meanwhile", async () => {
  await using origin = await openEndless();
  await using client = new Client({ roots: rootPem, environment: {} });
  const kept: Buffer[] = [];
  const whole = new Promise<void>((resolve) => {
    const handler = {
      onRequestStart: () => {},
      onResponseData: (_controller: unknown, chunk: Buffer) => {
        kept.push(chunk);
        if (kept.reduce((sum, { length }) => sum + length, 0) === content.length) resolve();
      },
      onResponseError: () => {},
    };
    new MeerkatDispatcher(client).dispatch({ origin: origin.url, path: "/", method: "GET" }, handler);
  });
  await whole;
  expect(Buffer.concat(kept).toString() === content).toBe(true);
  if (accepted !== undefined) cutTcp(accepted);
  await whenClosed(accepted);
});
