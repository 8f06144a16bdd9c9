/** Whether a connection carries another request: RFC 9112 §9.3, where no reader asks. */
import { expect, test } from "vitest";
import { fieldsFrom } from "./fields.ts";
import { connectionPersists } from "./persistence.ts";
import type { Framing } from "./framing.ts";
import type { Version } from "./head.ts";

test.each<[version: Version, connection: string | undefined, framing: Framing["kind"], expected: string]>([
  ["1.1", undefined, "none", "persists"],
  ["1.1", "keep-alive", "none", "persists"],
  ["1.1", "foo", "none", "persists"],
  ["1.0", undefined, "none", "http-1.0"],
  ["1.0", "foo", "none", "http-1.0"],
  ["1.0", "foo, Keep-Alive", "none", "persists"],
  ["1.0", "keep-alive, close", "none", "response-close"],
  ["1.1", "keep-alive", "tunnel", "tunnel"],
  ["1.1", "keep-alive", "until-close", "until-close"],
])("HTTP/%s with Connection: %s and %s: %s", (version, connection, kind, expected) => {
  const framing = kind === "tunnel" ? { kind, protocol: undefined } : ({ kind } as Framing);
  const fields = fieldsFrom(connection === undefined ? [] : [["Connection", connection]]);
  const head = { version, status: 200, reason: "", fields, ignoredLines: 0 };
  const persistence = connectionPersists(head, { method: "GET" }, framing);
  expect(persistence.persists ? "persists" : persistence.because).toBe(expected);
});
