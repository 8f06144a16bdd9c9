/** nghttpd of nghttp2: files, and bodies that come back. It speaks HTTP/2 and nothing else. */
import { join } from "node:path";
import type { Recipe } from "./place.ts";

export const nghttpd: Recipe = {
  program: "nghttpd",
  reloadSignal: "SIGHUP",
  argsOf: ({ folder, port, chainFile, keyFile, streams }) => [
    "--address=127.0.0.1",
    `--htdocs=${join(folder, "site")}`,
    `--max-concurrent-streams=${streams}`,
    "--echo-upload",
    "--trailer=x-sum: 42",
    "--mime-types-file=/dev/null",
    String(port),
    keyFile,
    chainFile,
  ],
};
