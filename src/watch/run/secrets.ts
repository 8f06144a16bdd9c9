/** Secrets by the places that a configuration names. */
import type { SecretPlace } from "../config/schema.ts";
import { secretFrom, type Secret } from "../tell/index.ts";
import type { RunPorts } from "./ports.ts";

export function secretsOf({
  pathOf,
  readSecret: read,
  environment,
}: Pick<RunPorts, "pathOf" | "readSecret" | "environment">): (place: SecretPlace) => Secret {
  return (place) =>
    "file" in place
      ? secretFrom({ kind: "file", path: pathOf(place.file), read })
      : secretFrom({ kind: "environment", name: place.env }, environment);
}
