/**
 * Our sources as the build reads them, in two things not as they are written, for the sake of whoever imports the package:
 *
 * They ask the process for Node's own modules. To import one as an ES module has every name of it asked for its value, and
 * some are getters that load more of Node: `import "node:fs"` loads all of fs/promises, `import "node:util"` what parses
 * arguments and media types. That was 9 to 11 ms of the CPU time of `import "meerkat"`.
 *
 * And a door reaches all of its room, so that a room is one file of what is built, and not one for each set of doors: every
 * file that is opened takes half a millisecond.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Plugin } from "esbuild";

/** Stays an import: by it a bundler for browsers sees, and says, that what it is given is not for them. */
const imported: ReadonlySet<string> = new Set(["node:crypto"]);

/** A file's comments and imports, with which it begins; a text that looks like an import stands further down. */
const opening = /^(?:\s*(?:\/\/[^\n]*|\/\*[^]*?\*\/|import [^;]*;))*/;
const builtinImport = /^import (?!type )(\{[^}]*\}|\w+) from "(node:[^"]+)";$/gm;

export function ownSources(): Plugin {
  return {
    name: "own-sources",
    setup: (build) => {
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        // A package may have a folder of that name too.
        if (/[\\/]node_modules[\\/]/.test(path)) return undefined;
        const text = readFileSync(path, "utf8").replace(opening, askInstead);
        return { contents: isDoorOfRoom(path) ? `${text}\nimport "./index.ts";` : text, loader: "ts" };
      });
    },
  };
}

function isDoorOfRoom(path: string): boolean {
  return basename(path) === "public.ts" && existsSync(join(dirname(path), "index.ts"));
}

function askInstead(imports: string): string {
  return imports.replace(builtinImport, (statement, names: string, module: string) => {
    if (imported.has(module)) return statement;
    const values = names.replace(/\btype \w+(?: as \w+)?,?/g, "").replaceAll(" as ", ": ");
    return `const ${values} = process.getBuiltinModule("${module}");`;
  });
}
