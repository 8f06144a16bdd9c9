/** What is said of a Redis by its INFO, and what BullMQ does not get to see of it. */
import { expect, test } from "vitest";
import { readRedisServer, withoutPolicy } from "./redis-server.ts";

const info = (version: string, policy: string): string =>
  `# Server\r\nredis_version:${version}\r\n\r\n# Memory\r\nmaxmemory_policy:${policy}\r\nmem_fragmentation_ratio:1\r\n`;

test("one that keeps what it is told is as it should be", () => {
  for (const version of ["6.2.0", "7.0.15", "10.0.0"])
    expect(readRedisServer(info(version, "noeviction"), "redis://q")).toEqual({ warnings: [], isOld: false });
  expect(readRedisServer("# Server\r\n", "redis://q")).toEqual({ warnings: [], isOld: false });
});

test("one that forgets, one that is old and one that is too old are told apart", () => {
  expect(readRedisServer(info("7.0.15", "allkeys-lru"), "redis://q").warnings).toEqual([
    expect.stringContaining("its maxmemory-policy is allkeys-lru. Set it to noeviction"),
  ]);
  expect(readRedisServer(info("6.0.16", "noeviction"), "redis://q")).toEqual({
    isOld: true,
    warnings: [expect.stringContaining("is Redis 6.0, which is old: 6.2 or newer")],
  });
  expect(() => readRedisServer(info("4.0.9", "noeviction"), "redis://q")).toThrow(
    "is Redis 4.0, which is too old",
  );
});

test("BullMQ is told all but the policy", () => {
  expect(withoutPolicy(info("7.0.15", "allkeys-lru"))).toBe(
    "# Server\r\nredis_version:7.0.15\r\n\r\n# Memory\r\nmem_fragmentation_ratio:1\r\n",
  );
});
