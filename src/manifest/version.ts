/** The version, from the package's own manifest, two folders up. The build puts a constant in the place of this file. */
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};

/** This package's version, as package.json has it: `0.1.0`. */
export const version: string = manifest.version;
