/**
 * A server that says GOAWAY before it is asked anything. Alone in this file: the first connection waits for what speaks HTTP/2 to
 * be loaded, so that all that the server says is there before the first request can be sent.
 */
import { expect, test } from "vitest";
import { Client } from "../../../src/index.ts";
import { rootPem } from "../origin.ts";
import { openScript } from "./origin.ts";

test("another connection is asked where a server leaves before the first request", async () => {
  await using origin = await openScript({
    onOpen: (talk, index) => {
      if (index > 0) return;
      talk.writer.goaway(0, "NO_ERROR");
      talk.say();
      talk.socket.end();
    },
    onRequest: (talk, stream) => talk.head(stream, 204, true),
  });
  await using client = new Client({ roots: rootPem, environment: {} });
  const { status, attempts } = await client.request(origin.url, { method: "POST", body: "once" });
  expect(status).toBe(204);
  expect(attempts).toMatchObject([
    { outcome: { code: "http2-goaway" }, retried: expect.stringContaining("did nothing") },
    { outcome: { status: 204 } },
  ]);
});
