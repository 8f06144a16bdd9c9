/** What is read from JSON is of its type and within its bounds, and what is said of the rest shows nothing of it. */
import { expect, it } from "vitest";
import { parseShape, type Shape, Unshaped } from "./shape.ts";

function refusalOf(text: string, read: (shape: Shape) => unknown = () => undefined): string {
  try {
    read(parseShape(text));
    return "";
  } catch (error) {
    if (error instanceof Unshaped) return error.message;
    throw error;
  }
}

it.each([
  "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n",
  "SECRET",
  '"SECRET',
  '{"key": SECRET}',
  '{"schema": 1,\n"a": "b" SECRET}',
  "",
])("what is not JSON is not quoted: %j", (text) => {
  const refusal = refusalOf(text);
  expect(refusal).toMatch(/^it is not JSON(?:, from line \d+ on)?$/);
  expect(refusal).not.toContain("SECRET");
});

it("the line is told where it is known", () => {
  expect(refusalOf('{"schema": 1,\n"a": "b" "c"}')).toBe("it is not JSON, from line 2 on");
});

it.each<readonly [law: string, json: string, read: (one: Shape) => unknown, says: string]>([
  [
    "a text is one that can be written again",
    '"\\ud800.pem"',
    (one) => one.text(),
    "has half a surrogate pair",
  ],
  ["a count is a number", "1e999", (one) => one.count(), "is not a whole number"],
  ["a count is not negative", "-1", (one) => one.count(), "is not a whole number"],
  ["nothing that failed ended with 0", "0", (one) => one.exitCode(), "is not an exit code"],
  ["no program ends with more than a byte", "256", (one) => one.exitCode(), "is not an exit code"],
  [
    "an instant has four digits of a year",
    '"+275760-09-13T00:00:00.000Z"',
    (one) => one.instant(),
    "is not a date",
  ],
  ["an instant is not a guess", '"1"', (one) => one.instant(), "is not a date"],
  [
    "an instant is on a day that there is",
    '"2026-13-01T00:00:00.000Z"',
    (one) => one.instant(),
    "is not a date",
  ],
])("%s", (_law, json, read, says) => {
  expect(refusalOf(`{"a": ${json}}`, (all) => read(all.at("a")))).toBe(`a ${says}`);
});

it("what programs write is taken, and members of a prototype are none", () => {
  const all = parseShape('{"at": "2026-11-29T12:00:00.000Z", "code": 60, "__proto__": {"version": "1"}}');
  expect([all.at("at").instant(), all.at("code").exitCode()]).toEqual([Date.UTC(2026, 10, 29, 12), 60]);
  expect(all.findText("version")).toBeUndefined();
  expect(all.findText("toString")).toBeUndefined();
});
