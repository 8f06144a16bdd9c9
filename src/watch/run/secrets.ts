/** Secrets by the places that a configuration names. */
import { hasOwn } from "../../core/index.ts";
import type { SecretPlace } from "../config/schema.ts";
import { secretFrom, type Secret } from "../tell/index.ts";
import type { RunPorts } from "./ports.ts";

export function secretsOf({
  pathOf,
  readSecret: read,
  environment,
}: Pick<RunPorts, "pathOf" | "readSecret" | "environment">): (place: SecretPlace) => Secret {
  return (place) =>
    hasOwn(place, "file")
      ? secretFrom({ kind: "file", path: pathOf(place.file), read })
      : secretFrom({ kind: "environment", name: place.env }, environment);
}
