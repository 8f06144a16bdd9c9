/** The program where an optional package is not installed. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What a command line comes to while Node looks for the package under a name that nobody has. */
export function withoutPackage(
  name: string,
  argv: readonly string[],
): { readonly status: number | null; readonly stderr: string } {
  const hide = `export const resolve = (name, context, next) => next(name === "${name}" ? "${name}-not-installed" : name, context);`;
  const register = `import { register } from "node:module"; register("data:text/javascript," + ${JSON.stringify(encodeURIComponent(hide))});`;
  return spawnSync(
    process.execPath,
    [
      "--no-deprecation", // Node 26 warns of how the hook below is registered.
      "--import",
      "tsx",
      "--import",
      `data:text/javascript,${encodeURIComponent(register)}`,
      "src/cli/main.ts",
      ...argv,
    ],
    { cwd: fileURLToPath(new URL("../../", import.meta.url)), encoding: "utf8" },
  );
}
