/** The version and the home page, from the package's own manifest, two folders up. The build puts constants in the place of this file. */
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
  readonly homepage: string;
};

/** This package's version, as package.json has it: `0.1.0`. */
export const version: string = manifest.version;

/** Where this package is described: what a server's keeper is led to who wonders who asks. */
export const homepage: string = manifest.homepage;
