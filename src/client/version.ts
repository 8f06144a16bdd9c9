/** This package's name and version, as it introduces itself. */
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};

/** This package's version, as package.json has it: `0.1.0`. */
export const version: string = manifest.version;

/** RFC 9110 §10.1.5. */
export const defaultUserAgent: string = `meerkat/${version}`;
