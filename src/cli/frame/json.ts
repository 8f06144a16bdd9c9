/** JSON for a terminal too: C1 controls and marks of direction, which JSON lets stand, are written as escapes. */
import { showControlsInJson } from "../../core/index.ts";

export function writeJson(value: unknown, indent?: number): string {
  return showControlsInJson(JSON.stringify(value, null, indent));
}
