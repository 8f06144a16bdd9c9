/** Files of an example's project. */
import type { BundleFile } from "../../bundle/index.ts";

/** One file of a project; `path` is relative, with forward slashes. */
export interface ExampleFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** Written CA files under the paths that the project wants. */
export function placeFiles(
  files: readonly BundleFile[],
  place: (path: string) => string,
): readonly ExampleFile[] {
  return files.map(({ path, bytes }) => ({ path: place(path), content: bytes }));
}
