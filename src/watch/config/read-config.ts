/** Reads a configuration: YAML or JSON, checked whole before anything starts; every fault is named with its place. */
import type * as z from "zod";
import { renderCount } from "../../core/index.ts";
import { WatchError } from "../watch-error.ts";
import { type Config, configSchema } from "./schema.ts";

/** @throws WatchError that names every fault */
export async function parseConfig(text: string, file: string): Promise<Config> {
  // Who has no file of a configuration need not load what reads it.
  const { readYaml } = await import("./read-yaml.ts");
  return checkConfig(readYaml(text, file), file);
}

/** The same for what was put together by a program. `where` is named in the error. */
export function checkConfig(value: unknown, where: string): Config {
  const checked = configSchema.safeParse(value, { reportInput: false });
  if (checked.success) return checked.data;
  const faults = checked.error.issues.flatMap(explainIssue);
  throw new WatchError(
    `${where} has ${renderCount(faults.length, "fault")}: ${faults.map((fault) => fault.replace(/\.$/, "")).join("; ")}.`,
    { hint: "What may stand there: meerkat watch --print-schema, or docs/guide/9-watch.md." },
  );
}

function explainIssue(issue: z.core.$ZodIssue): readonly string[] {
  const place = renderPlace(issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => `${renderPlace([...issue.path, key])} is not known`);
    case "invalid_type":
      return [
        `${place} ${issue.message.includes("undefined") ? "is missing" : `is not ${articled(issue.expected)}`}`,
      ];
    case "invalid_value":
      return [`${place} is not one of ${issue.values.map(String).join(", ")}`];
    case "invalid_union":
      return [explainUnion(place, issue)];
    case "too_small":
      return [`${place} ${issue.origin === "array" ? "is empty" : `is less than ${issue.minimum}`}`];
    case "too_big":
      return [`${place} is more than ${issue.maximum}`];
    case "custom":
    case "invalid_element":
    case "invalid_format":
    case "invalid_key":
    case "not_multiple_of":
      return [`${place} ${issue.message}`];
  }
}

/** Of several forms, the fault of the one that it comes closest to. */
function explainUnion(place: string, { errors, path }: z.core.$ZodIssueInvalidUnion): string {
  const [nearest = []] = errors
    .filter((issues) => !issues.some(({ code, path: own }) => code === "invalid_type" && own.length === 0))
    .toSorted((a, b) => a.length - b.length);
  const [first] = nearest;
  if (first === undefined) return `${place} is not of a form that is known`;
  return explainIssue({ ...first, path: [...path, ...first.path] }).join("; ");
}

function renderPlace(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "The whole";
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`))
    .join("");
}

function articled(type: string): string {
  const names: Readonly<Record<string, string>> = {
    object: "an object",
    array: "a list",
    int: "a whole number",
    string: "text",
    record: "an object",
  };
  return names[type] ?? `a ${type}`;
}
