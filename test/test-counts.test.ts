/** The last line of a whole run counts every test once, and no failure is left out of it. */
import { expect, it } from "vitest";
import { countTests, renderCounts, type TestReport } from "../tools/test-counts.ts";

const report = (...files: (readonly [status: string, ...tests: string[]])[]): TestReport => ({
  testResults: files.map(([status, ...tests]) => ({
    status,
    assertionResults: tests.map((test) => ({ status: test })),
  })),
});

it.each([
  [
    "tests of several files and stages are added up",
    [
      ["a", report(["passed", "passed"], ["passed", "passed"])],
      ["b", report(["passed", "passed"])],
    ],
    [],
    "3 passed, 0 failed",
  ],
  [
    "skipped ones are told apart, whatever they are called",
    [["a", report(["passed", "passed", "pending", "skipped", "todo"])]],
    [],
    "1 passed, 0 failed, 3 skipped",
  ],
  [
    "a failed stage whose tests tell of it is not counted again",
    [["a", report(["failed", "passed", "failed", "failed"])]],
    ["a"],
    "1 passed, 2 failed",
  ],
  [
    "a file that could not be loaded is one failure",
    [["a", report(["failed"], ["passed", "passed"])]],
    ["a"],
    "1 passed, 1 failed",
  ],
  [
    "a failed stage with a clean report is one failure",
    [["a", report(["passed", "passed"])]],
    ["a"],
    "1 passed, 1 failed",
  ],
  [
    "a failed stage without a report is one failure",
    [["a", report(["passed", "passed"])]],
    ["checks"],
    "1 passed, 1 failed",
  ],
] as const)("%s", (_law, reports, failedStages, line) => {
  expect(renderCounts(countTests(new Map(reports), failedStages))).toBe(line);
});
