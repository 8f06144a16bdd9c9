/**
 * `count-tests FOLDER [FAILED_STAGE...]`: each test that failed and how its error begins, a line for each `<stage>.json` report in FOLDER, and the last
 * line of a whole run.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { countTests, failedTests, renderCounts, type TestReport } from "./test-counts.ts";

const [folder = ".", ...failedStages] = process.argv.slice(2);
const reports = new Map<string, TestReport>();
for (const name of readdirSync(folder)) {
  if (!name.endsWith(".json")) continue;
  reports.set(
    name.slice(0, -".json".length),
    JSON.parse(readFileSync(join(folder, name), "utf8")) as TestReport,
  );
}
for (const [stage, report] of reports)
  for (const { name, because } of failedTests(report))
    process.stdout.write(
      [`${stage}: FAILED: ${name}`, ...because.map((line) => `    ${line}`), ""].join("\n"),
    );
for (const [stage, report] of reports) {
  const isFailed = failedStages.filter((name) => name === stage);
  process.stdout.write(`${stage}: ${renderCounts(countTests(new Map([[stage, report]]), isFailed))}\n`);
}
const counts = countTests(reports, failedStages);
process.stdout.write(`${renderCounts(counts)}\n`);
if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
