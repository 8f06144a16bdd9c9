/** What counts from the next start on is said as long as it is another than at the start. */
import { expect, test } from "vitest";
import type { LogLine } from "../log-line.ts";
import { FixedParts } from "./fixed-parts.ts";

test("a part that changed is said at each reload, until it is as it was", () => {
  const lines: LogLine[] = [];
  const started = { endpoints: ["a"], roots: ["ca.pem"] };
  const fixed = new FixedParts(started, ["store", "roots"]);
  const other = { endpoints: ["b"], roots: ["other.pem"] };
  const counts = [other, other, { ...started, endpoints: ["b"] }].map((config) => {
    fixed.sayChanged(config, (line) => lines.push(line));
    return lines.length;
  });
  expect(counts).toEqual([1, 2, 2]);
  const sentence = "What changed in roots counts from the next start on.";
  expect(lines[0]).toEqual({ level: "warning", event: "reload-needs-restart", sentence });
});
