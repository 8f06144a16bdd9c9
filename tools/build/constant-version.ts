/** What is built knows its version and home page without a file beside it. */
import type { Plugin } from "esbuild";
import { manifest } from "../doors.ts";

/** The version as it is now: a bundle or an executable has no package.json of ours beside it, but maybe another's. */
export function constantVersion(): Plugin {
  return {
    name: "constant-version",
    setup: (build) => {
      build.onLoad({ filter: /[\\/]src[\\/]manifest[\\/]version\.ts$/ }, () => ({
        contents: ["version", "homepage"]
          .map(
            (name) => `export const ${name} = ${JSON.stringify(manifest[name as "version" | "homepage"])};`,
          )
          .join("\n"),
      }));
    },
  };
}
