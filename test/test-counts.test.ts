/** The last line of a whole run counts every test once, and no failure is left out of it. */
import { expect, it } from "vitest";
import { countTests, failedTests, renderCounts, type TestReport } from "../tools/test-counts.ts";

const report = (...files: (readonly [status: string, ...tests: string[]])[]): TestReport => ({
  testResults: files.map(([status, ...tests], at) => ({
    name: `${at}.test.ts`,
    status,
    assertionResults: tests.map((test, index) => ({ status: test, fullName: `test ${index}` })),
  })),
});

it("what failed is named, and a file that could not be loaded", () => {
  const failed = report(["failed", "passed", "failed"], ["passed", "passed"], ["failed"]);
  expect(failedTests(failed).map(({ name }) => name)).toEqual(["0.test.ts: test 1", "2.test.ts"]);
});

it("the first lines of an error stand beside what failed of it, without colours and blank lines, cut where they are long", () => {
  const message = `\u001B[31mAssertionError\u001B[39m: not 1\n\n${"x".repeat(1_000)}\n${"at a line\n".repeat(100)}`;
  const file = { name: "a.test.ts", status: "failed", assertionResults: [] };
  const [test, unloaded] = failedTests({
    testResults: [
      { ...file, assertionResults: [{ status: "failed", fullName: "b", failureMessages: [message] }] },
      { ...file, message: "Cannot find module" },
    ],
  });
  expect(test?.because.slice(0, 3)).toEqual(["AssertionError: not 1", "x".repeat(300), "at a line"]);
  expect(test?.because.length).toBe(12);
  expect(unloaded).toEqual({ name: "a.test.ts", because: ["Cannot find module"] });
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
