/** Counts tests over vitest's JSON reports. What failed without a test that says so counts as one failure. */
import { stripVTControlCharacters } from "node:util";

/** The part of vitest's JSON report that is counted. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** Why the file could not be loaded. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Adds up the reports of the stages that ran, by stage name; `failedStages` are those that ended badly.
 * A file that could not be loaded, and a failed stage without a failed test, count as one failure each.
 */
export function countTests(
  reports: ReadonlyMap<string, TestReport>,
  failedStages: readonly string[],
): TestCounts {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const told = new Set<string>();
  for (const [stage, { testResults }] of reports) {
    const before = total.failed;
    for (const file of testResults) {
      const statuses = file.assertionResults.map(({ status }) => status);
      const failed = statuses.filter((status) => status === "failed").length;
      total.passed += statuses.filter((status) => status === "passed").length;
      total.failed += failed === 0 && file.status === "failed" ? 1 : failed;
      total.skipped += statuses.filter((status) => status !== "passed" && status !== "failed").length;
    }
    if (total.failed > before) told.add(stage);
  }
  total.failed += failedStages.filter((stage) => !told.has(stage)).length;
  return total;
}

/** A test that failed, or a file that could not be loaded, and how its error begins. */
export interface FailedTest {
  readonly name: string;
  readonly because: readonly string[];
}

/** What failed: what is asked for first, and stands far above the end. */
export function failedTests({ testResults }: TestReport): readonly FailedTest[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && status === "failed") return [{ name, because: beginningOf(message ?? "") }];
    return failed.map(({ fullName, failureMessages }) => ({
      name: `${name}: ${fullName}`,
      because: beginningOf(failureMessages?.join("\n") ?? ""),
    }));
  });
}

const linesShown = 12;
const columnsShown = 300;

/** The first lines that say something: a stack's frames within packages do not. */
function beginningOf(text: string): readonly string[] {
  const lines = stripVTControlCharacters(text)
    .split("\n")
    .filter(
      (line) => line.trim() !== "" && !/^\s+at .*(?:\/node_modules\/|node:internal|<anonymous>)/.test(line),
    );
  return lines.slice(0, linesShown).map((line) => line.slice(0, columnsShown));
}

/** The summary's one line. */
export function renderCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}
