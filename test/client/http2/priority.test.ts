/** How much an answer is worth (RFC 9218): said with the request as a field, and later by a frame. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Client } from "../../../src/index.ts";
import { answering, openOrigin, reply, rootPem, settle, until } from "../origin.ts";
import { openHttp2, openScript } from "./origin.ts";

const trusting = { roots: rootPem, environment: {} };

/** RFC 9218 §7.1: type 0x10 of stream 0, with the number of the stream it is about. */
const updateOf = (stream: number, value: string): string => {
  const head = Buffer.from([0, 0, 4 + value.length, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, stream]);
  return head.toString("latin1") + value;
};

test("prioritize() sends PRIORITY_UPDATE for the stream whose body is under way, and nothing behind its end", async () => {
  let heard = "";
  let finish = (): void => {};
  await using origin = await openScript({
    onOpen: ({ socket }) => socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1"))),
    onRequest: (talk, stream) => {
      talk.head(stream, 200);
      talk.data(stream, "part", false);
      finish = () => {
        talk.data(stream, "rest", true);
        talk.say();
      };
    },
  });
  await using client = new Client(trusting);
  const response = await client.request(origin.url);
  response.prioritize({ urgency: 6, incremental: true });
  await until(() => heard.includes(updateOf(1, "u=6, i")));
  response.prioritize({});
  await until(() => heard.includes(updateOf(1, "")));
  finish();
  expect(await response.text()).toBe("partrest");
  response.prioritize({ urgency: 0 });
  await settle();
  expect(heard).not.toContain("u=0");
});

test("Node's server takes it, and the answer is whole", async () => {
  const body = Buffer.alloc(1_000_000, "meerkat");
  await using origin = await openHttp2((stream, headers) => {
    stream.respond({ ":status": 200, "x-priority": headers["priority"] });
    stream.end(body);
  });
  await using client = new Client(trusting);
  const response = await client.request(origin.url, { headers: { priority: "u=1" } });
  response.prioritize({ urgency: 7 });
  const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  expect(digest(await response.bytes())).toBe(digest(body));
  expect(response.headers.get("x-priority")).toBe("u=1");
});

test("over HTTP/1.1 nothing is said", async () => {
  await using origin = await openOrigin(answering(() => reply("x")));
  await using client = new Client(trusting);
  const response = await client.request(origin.url);
  response.prioritize({ urgency: 0 });
  expect(await response.text()).toBe("x");
  expect(await (await client.request(origin.url)).text()).toBe("x");
  expect(origin.accepted.length).toBe(1);
});

test.each([[{ urgency: 8 }], [{ urgency: 1.5 }], [{ incremental: 1 }], [{ weight: 3 }]])(
  "%j is refused",
  async (priority) => {
    await using origin = await openOrigin(answering(() => reply("x")));
    await using client = new Client(trusting);
    const response = await client.request(origin.url);
    expect(() => response.prioritize(priority as object)).toThrow(
      expect.objectContaining({ fault: "caller" }) as Error,
    );
  },
);
