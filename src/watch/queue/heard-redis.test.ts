/** A Redis that stops saying anything is noticed, and its connection is made anew; one that answers is heard. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { workLimits } from "../limits.ts";
import { heardRedis } from "./heard-redis.ts";

let server: Server;
let sockets: Socket[];
let isMute: boolean;
let redis: Redis;
let answers: number;
let unanswered: number;
const errors: string[] = [];

beforeEach(async () => {
  // The rest of time is ioredis' own.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  isMute = false;
  sockets = [];
  [answers, unanswered] = [0, 0];
  errors.length = 0;
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      if (isMute) return void unanswered++;
      // Each command is one array of bulk strings (RESP).
      const commands = data.toString().split(/^\*\d+\r\n/m).length - 1;
      socket.write("$15\r\nredis_version:7\r\n".repeat(commands));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  redis = heardRedis(Redis, { port, host: "127.0.0.1", maxRetriesPerRequest: null }, () => answers++);
  redis.on("error", (error) => errors.push(error.message));
  await once(redis, "ready");
});
afterEach(() => {
  vi.useRealTimers();
  redis.disconnect();
  for (const socket of sockets) socket.destroy();
  server.close();
});

describe("a connection to Redis", () => {
  test("says of each answer that there was one, and so does its duplicate", async () => {
    await redis.ping();
    const before = answers;
    await redis.ping();
    expect(answers).toBe(before + 1);
    const other = redis.duplicate();
    await other.ping();
    expect(answers).toBeGreaterThan(before + 1);
    other.disconnect();
  });

  test("that gives no answer for so long is made anew, and asked again", async () => {
    isMute = true;
    const asked = redis.ping();
    await vi.waitFor(() => expect(unanswered).toBe(1));
    vi.advanceTimersByTime(workLimits.silentMs.value * 1.5);
    expect(errors).toEqual([`It said nothing for ${workLimits.silentMs.value} ms.`]);
    isMute = false;
    expect(await asked).toBe("redis_version:7");
    expect(sockets).toHaveLength(2);
  });

  test("of which nothing is asked stays", async () => {
    await redis.ping();
    vi.advanceTimersByTime(workLimits.silentMs.value * 10);
    expect(await redis.ping()).toBe("redis_version:7");
    expect(sockets).toHaveLength(1);
    expect(errors).toEqual([]);
  });
});
