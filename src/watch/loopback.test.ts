/** What is this machine, and what is not. */
import { expect, it } from "vitest";
import { isLoopback } from "./loopback.ts";

it.each<readonly [host: string, expected: boolean]>([
  ["127.0.0.1", true],
  ["127.255.0.9", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["localhost", true],
  ["a.LOCALHOST", true],
  ["128.0.0.1", false],
  ["0.0.0.0", false],
  ["::", false],
  ["::2", false],
  ["::ffff:10.0.0.1", false],
  ["localhost.example", false],
  ["127.0.0.1.example", false],
  ["", false],
])("%s is this machine: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
