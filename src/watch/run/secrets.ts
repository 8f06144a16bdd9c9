/** Secrets by the places that a configuration names. */
import type { SecretPlace } from "../config/schema.ts";
import { secretFrom, type Secret } from "../tell/index.ts";
import type { RunPorts } from "./ports.ts";

export function secretsOf({
  pathOf,
  environment,
}: Pick<RunPorts, "pathOf" | "environment">): (place: SecretPlace) => Secret {
  return (place) =>
    "file" in place
      ? secretFrom({ kind: "file", path: pathOf(place.file) })
      : secretFrom({ kind: "environment", name: place.env }, environment);
}
