/** Who answers is there, however late anybody looks; who does not is given up after one question. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Liveness } from "./liveness.ts";

const server = createServer();
let near: Socket;
let far: Socket;

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  near = connect((server.address() as AddressInfo).port, "127.0.0.1");
  [far] = (await once(server, "connection")) as [Socket];
});
afterAll(() => {
  near.destroy();
  server.close();
});

const limitMs = 5;

/** A machine that does something else, for longer than an answer is waited for. */
function beBusy(): void {
  const until = performance.now() + 3 * limitMs;
  while (performance.now() < until);
}

/** How often a peer is asked until it is given up that answers so many times. */
async function askedOf({ answers, busy }: { answers: number; busy: "asking" | "reading" }): Promise<number> {
  let asked = 0;
  let lastReadAt = performance.now();
  near.removeAllListeners("data").on("data", () => {
    lastReadAt = performance.now();
    if (busy === "reading") beBusy();
  });
  return await new Promise((resolve) => {
    const liveness = new Liveness(limitMs, {
      lastReadAt: () => lastReadAt,
      ask: () => {
        if (asked++ < answers) far.write("here");
        if (busy === "asking") beBusy();
      },
      onSilent: () => {
        liveness.stop();
        resolve(asked);
      },
    });
  });
}

test.each([
  ["an answer that is there, and that a busy machine has not read, is read first", "asking"],
  ["an answer that was read counts, however late it is looked for", "reading"],
] as const)("%s", async (_law, busy) => {
  expect(await askedOf({ answers: 5, busy })).toBe(6);
});

test("a peer that never answers is asked once", async () => {
  expect(await askedOf({ answers: 0, busy: "asking" })).toBe(1);
});
