/** Connections that are not there yet: nothing of them stays when nobody wants them any more. */
import { once } from "node:events";
import { expect, test } from "vitest";
import { Client } from "../../src/index.ts";
import { holdClock } from "../clock.ts";
import { openOrigin, settle, whenEmpty, type Origin } from "./origin.ts";

/** The handshake has no end of its own within a test. */
const patient = { environment: {}, timeouts: { tlsMs: 600_000 } };

/** Accepts, and never says a word of TLS. */
const openSilent = (): Promise<Origin> => openOrigin((socket) => socket.resume(), { tls: false });
const urlOf = ({ port }: Origin): string => `https://localhost:${port}/`;
const codeOf = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => "answered",
    (error: { code?: unknown }) => error.code,
  );

test.each<[string, (client: Client) => unknown]>([
  ["destroy()", (client) => client.destroy()],
  ["close()", (client) => client.close()],
])("%s ends a handshake that is under way, and its call", async (_, end) => {
  await using origin = await openSilent();
  const client = new Client({ ...patient });
  const code = codeOf(client.request(urlOf(origin)));
  await once(origin.server, "connection");
  await end(client);
  expect(await code).toBe("client-closed");
  await whenEmpty(origin);
});

test("a call that gives up takes the connection along that was being opened for it", async () => {
  await using origin = await openSilent();
  await using client = new Client({ ...patient });
  using clock = holdClock();
  const code = codeOf(client.request(urlOf(origin), { timeouts: { totalMs: 100, tlsMs: 600_000 } }));
  await once(origin.server, "connection");
  clock.pass(100);
  expect(await code).toBe("total-timeout");
  await whenEmpty(origin);
});

test("unless another waits for it", async () => {
  await using origin = await openSilent();
  await using client = new Client({ ...patient, connections: 1 });
  const [first, second] = [new AbortController(), new AbortController()];
  const codes = [first, second].map(({ signal }) => codeOf(client.request(urlOf(origin), { signal })));
  await once(origin.server, "connection");
  first.abort();
  expect(await codes[0]).toBe("aborted");
  await settle();
  expect([origin.open(), origin.accepted.length]).toEqual([1, 1]);
  second.abort();
  expect(await codes[1]).toBe("aborted");
  await whenEmpty(origin);
  expect(origin.accepted).toHaveLength(1);
});
