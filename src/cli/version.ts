/** The version, from the package's own manifest: the same two folders up in the source and in the build. */
import { readFileSync } from "node:fs";

/** The version of this package, as `1.2.3`. */
export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}
