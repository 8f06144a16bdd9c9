/** At the end of a whole run that passed, fails it for each code that no test saw. */
import { readFileSync } from "node:fs";
import type { TestModule, TestProject } from "vitest/node";
import { catalogue } from "../../src/core/index.ts";
import { findingEntries } from "../../src/diagnosis/index.ts";
import { judgeCodes, renderJudgement, type FileRun } from "./judgement.ts";

export function setup(project: TestProject): () => Promise<void> {
  return async () => {
    const modules = project.vitest.state.getTestModules();
    if (!(await isWhole(project, modules)) || !modules.every(hasPassed)) return;
    const codes = [...Object.keys(catalogue), ...Object.keys(findingEntries)];
    const judgement = judgeCodes(codes, modules.map(describeRun));
    const text = renderJudgement(judgement);
    if (text !== "") console.error(text);
    if (judgement.unseen.length > 0) process.exitCode = 1;
  };
}

/** Of a part of the tests nothing follows. */
async function isWhole(project: TestProject, modules: readonly TestModule[]): Promise<boolean> {
  if (project.vitest.config.testNamePattern !== undefined) return false;
  const ran = new Set(modules.map(({ moduleId }) => moduleId));
  return (await project.globTestFiles()).testFiles.every((path) => ran.has(path));
}

/** A run that failed says so by itself. */
function hasPassed(module: TestModule): boolean {
  return module.state() === "passed" || module.state() === "skipped";
}

function describeRun(module: TestModule): FileRun {
  const skipped = [...module.children.allTests("skipped")];
  return {
    path: module.relativeModuleId,
    seen: module.meta().seenCodes ?? [],
    skippedText: skipped.length === 0 ? undefined : readFileSync(module.moduleId, "utf8"),
  };
}
