/** Counts tests over vitest's JSON reports. What failed without a test that says so counts as one failure. */

/** The part of vitest's JSON report that is counted. */
export interface TestReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
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

/** The summary's one line. */
export function renderCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}
