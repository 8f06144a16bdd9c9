/** Roots that a person gave as a file. Such a setting either works or is an error that says what stands in its way. */
import { readFileSync, statSync } from "node:fs";
import { explainUnreadable, HttpsError, shownWord } from "../../core/index.ts";
import { parseRoots, type RootStore } from "../../trust/index.ts";
import { admissionLimits } from "../limits.ts";
import { readPipe } from "./pipe.ts";

/** @throws HttpsError `ca-file-unreadable` and all that `parseRoots` throws */
export function readRootFile(file: string, store = "file"): RootStore {
  return parseRoots(readCaFile(file), { store, file });
}

/** @throws HttpsError `ca-file-unreadable` */
export function readCaFile(path: string): Uint8Array {
  // It may be a URL: whoever calls with one learns that it is not a file, and not what is secret in it.
  const file = shownWord(path);
  try {
    const found = statSync(path);
    const { size } = found;
    if (size > admissionLimits.caFileBytes.value) {
      const reason = `it has ${size} bytes, more than the ${admissionLimits.caFileBytes.value} a CA file may have`;
      throw new HttpsError("ca-file-unreadable", { file, reason });
    }
    return found.isFile() ? readFileSync(path) : readPipe(path, found.isFIFO());
  } catch (error) {
    if (error instanceof HttpsError) throw error;
    const reason = explainUnreadable(error).replaceAll(path, () => file);
    // The system's own error repeats the path.
    throw new HttpsError("ca-file-unreadable", { file, reason }, file === path ? { cause: error } : {});
  }
}
