/** `npm run docs` writes the documents that come from the code; with `--check` it fails when one is stale. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, writtenDocuments } from "./docs/index.ts";

const check = process.argv.includes("--check");
mkdirSync(join(root, "docs"), { recursive: true });
for (const [path, text] of await writtenDocuments()) {
  if (text === textAt(path)) continue;
  if (check) {
    process.stderr.write(`error: ${path} is stale\nhint: run "npm run docs" and commit what it writes\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(join(root, path), text);
    process.stdout.write(`wrote ${path}\n`);
  }
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}
