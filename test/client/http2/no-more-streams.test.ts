/** Connections that take no more requests while others wait: nobody waits for them, nobody is forgotten, and they are closed. */
import { expect, test } from "vitest";
import { Client } from "../../../src/index.ts";
import { rootPem, until, whenEmpty } from "../origin.ts";
import { openScript, type Talk } from "./origin.ts";

const trusting = { roots: rootPem, environment: {} };
/** SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 §6.5.2). */
const streamsAtOnce = 3;

test("whoever waits for a connection that takes none any more gets another", async () => {
  await using origin = await openScript({
    settings: [[streamsAtOnce, 1]],
    onRequest: (talk, stream, index) => {
      if (index === 0) talk.writer.settings([[streamsAtOnce, 0]]);
      talk.head(stream, 204, true);
    },
  });
  await using client = new Client({ ...trusting, connections: 1 });
  const first = client.request(origin.url);
  const second = client.request(origin.url);
  expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([204, 204]);
  expect(origin.accepted.length).toBe(2);
});

test("a connection that takes none any more is closed when it has been idle for long enough", async () => {
  await using origin = await openScript({
    onRequest: (talk, stream) => {
      talk.writer.settings([[streamsAtOnce, 0]]);
      talk.head(stream, 204, true);
    },
  });
  await using client = new Client({ ...trusting, idleMs: 50 });
  await client.request(origin.url);
  await whenEmpty(origin);
});

test("who gives a request up on hearing that a connection is retired takes no other out of the queue", async () => {
  const asked: { talk: Talk; stream: number }[] = [];
  await using origin = await openScript({
    settings: [[streamsAtOnce, 1]],
    onRequest: (talk, stream) => void asked.push({ talk, stream }),
  });
  const answer = (at: number): void => {
    const { talk, stream } = asked[at] as (typeof asked)[number];
    talk.head(stream, 204, true);
    talk.say();
  };
  const stop = new AbortController();
  const lifetimeMs = 500;
  await using client = new Client({
    ...trusting,
    connections: 2,
    lifetimeMs,
    onEvent: ({ kind }) => {
      if (kind === "retired") stop.abort();
    },
  });
  const oldest = client.request(origin.url);
  await until(() => asked.length === 1);
  const openedAt = performance.now();
  // The other is younger, so that the first alone is too old below, as a rule: whichever is, each request has an outcome.
  await until(() => performance.now() - openedAt > lifetimeMs / 2);
  const busy = client.request(origin.url);
  await until(() => asked.length === 2);
  const givenUp = client.request(origin.url, { signal: stop.signal }).then(
    () => "answered",
    ({ code }: { code: string }) => code,
  );
  const waiting = client.request(origin.url);
  await until(() => performance.now() - openedAt > lifetimeMs);
  answer(1);
  await busy;
  await until(() => asked.length === 3);
  answer(2);
  expect((await waiting).status).toBe(204);
  expect(await givenUp).toBe("aborted");
  answer(0);
  await oldest;
});
