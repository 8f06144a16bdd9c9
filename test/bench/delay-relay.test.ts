/** The relay that makes a server far away in the bench: what it carries comes whole, in order, late, and without a limit of its own. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startDelayRelay, type RelaySettings } from "../../bench/server/delay-relay.ts";

/** A connection through a relay to a server that does this with each of its own. */
async function connectThrough(
  settings: Omit<RelaySettings, "port">,
  serve: (socket: Socket) => void,
): Promise<Socket> {
  const server = createServer({ allowHalfOpen: true }, serve);
  await once(server.listen(0, "localhost"), "listening");
  const relay = await startDelayRelay({ ...settings, port: (server.address() as AddressInfo).port });
  const client = connect({ port: relay.port, host: "localhost", allowHalfOpen: true });
  onTestFinished(() => {
    client.destroy();
    relay.stop();
    server.close();
  });
  await once(client, "connect");
  return client;
}

/** Numbers, four octets each: what is lost, doubled or out of order shows. */
function numbered(bytes: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: bytes / 4 }, (_, number) => number).buffer);
}

async function readAll(socket: Socket): Promise<Buffer> {
  return Buffer.concat(await socket.toArray());
}

test("what goes there and back is under way for twice the delay", async () => {
  const client = await connectThrough({ delayMs: 40 }, (socket) => socket.pipe(socket));
  for (let round = 0; round < 3; round++) {
    const startedAt = performance.now();
    client.write("ping");
    expect(String((await once(client, "data"))[0])).toBe("ping");
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(80);
  }
});

test("all of it comes, in order, held side by side and not one after the other", async () => {
  const content = numbered(33_554_432);
  const client = await connectThrough({ delayMs: 40 }, (socket) => socket.end(content));
  const startedAt = performance.now();
  const received = await readAll(client);
  expect(content.equals(received)).toBe(true);
  // A read of a socket gives 64 KiB at most: one by one they would be held for 20 seconds.
  expect(performance.now() - startedAt).toBeLessThan(20_000);
});

test("it reads on where it stopped because it held too much", async () => {
  const content = numbered(4_194_304);
  const client = await connectThrough({ delayMs: 1, mostBytes: 100_000 }, (socket) => socket.pipe(socket));
  client.end(content);
  expect(content.equals(await readAll(client))).toBe(true);
});

test("a side that has said all of its own still hears the other", async () => {
  const client = await connectThrough({ delayMs: 5 }, (socket) => {
    socket.resume().on("end", () => socket.end("an answer to the end"));
  });
  client.end("a request");
  expect(String(await readAll(client))).toBe("an answer to the end");
});

test("a connection that one side resets is reset for the other", async () => {
  const client = await connectThrough({ delayMs: 5 }, (socket) => {
    socket.once("data", () => socket.resetAndDestroy());
  });
  client.write("a request");
  await expect(once(client, "close")).rejects.toMatchObject({ code: "ECONNRESET" });
});
