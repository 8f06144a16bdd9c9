/**
 * Holds what `ca` and `check` print with `--json` to its schema in `docs/`: every report of every test that asks for one,
 * and the error where a command has no report.
 */
import { expect } from "vitest";
import { findViolations, readSchema, type Schema } from "../why/schema.ts";

const schemas = new Map<string, Schema>();

/** Fails the test where the output of this command line is not what its schema says. */
export function expectDocumented(argv: readonly string[], stdout: string): void {
  const ofReport = schemaFor(argv);
  if (ofReport === undefined || !stdout.startsWith("{")) return;
  const printed = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  const name = "error" in printed ? "error" : ofReport;
  const schema = schemas.get(name) ?? readSchema(name);
  schemas.set(name, schema);
  expect(findViolations(printed, schema), `docs/${name}.schema.json`).toEqual([]);
}

function schemaFor([command, ...argv]: readonly string[]): string | undefined {
  if (!argv.includes("--json")) return undefined;
  if (command === "check") return argv.includes("--fleet") ? "check-fleet" : "check";
  if (command !== "ca") return undefined;
  if (argv.includes("--verify-manifest")) return "ca-manifest";
  return argv.includes("--update") ? "ca-update" : "ca";
}
