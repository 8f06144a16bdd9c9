/**
 * Holds what `ca`, `check` and `survey` print with `--json` to its schema in `docs/`: every report of every test that asks for
 * one, each line of a survey's, and the error where a command has no report.
 */
import { expect } from "vitest";
import { findViolations, readSchema, type Schema } from "../why/schema.ts";

const schemas = new Map<string, Schema>();

/** Fails the test where the output of this command line is not what its schema says. */
export function expectDocumented(argv: readonly string[], stdout: string): void {
  const ofReport = schemaFor(argv);
  if (ofReport === undefined || !stdout.startsWith("{")) return;
  for (const report of ofReport === "survey" && !stdout.startsWith("{\n") ? linesOf(stdout) : [stdout]) {
    const printed = JSON.parse(report) as Readonly<Record<string, unknown>>;
    const name = "error" in printed ? "error" : ofReport;
    const schema = schemas.get(name) ?? readSchema(name);
    schemas.set(name, schema);
    expect(findViolations(printed, schema), `docs/${name}.schema.json`).toEqual([]);
  }
}

function linesOf(text: string): readonly string[] {
  return text.trimEnd().split("\n");
}

function schemaFor([command, ...argv]: readonly string[]): string | undefined {
  if (!argv.includes("--json")) return undefined;
  if (command === "check") return argv.includes("--fleet") ? "check-fleet" : "check";
  if (command === "survey") return "survey";
  if (command !== "ca") return undefined;
  if (argv.includes("--verify-manifest")) return "ca-manifest";
  return argv.includes("--update") ? "ca-update" : "ca";
}
