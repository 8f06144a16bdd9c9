/** A body in tiny chunks, read chunk by chunk: what waits for its reader is not copied again for each of them. */
import { expect, test } from "vitest";
import { Client } from "../../src/index.ts";
import { openOrigin } from "../client/origin.ts";
import { largestFactor, measureSlowGrowth } from "./growth.ts";

test("twice as many chunks in one read cost about twice as long", { timeout: 120_000 }, async () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  await using origin = await openOrigin(
    (socket) =>
      socket.on("data", (request: Buffer) => {
        const count = Number(/^GET \/(\d+)/.exec(request.toString())?.[1]);
        socket.write(`${head}${"1\r\nx\r\n".repeat(count)}0\r\n\r\n`);
      }),
    { tls: false },
  );
  await using client = new Client({ proxy: null });
  const growth = await measureSlowGrowth({
    what: "chunks of one octet, read one by one",
    bound: 10_800,
    prepare: (count) => async () => {
      let length = 0;
      for await (const chunk of await client.request(`${origin.url}/${count}`)) length += chunk.length;
      expect(length).toBe(count);
    },
  });
  expect(growth.factor).toBeLessThanOrEqual(largestFactor);
});
