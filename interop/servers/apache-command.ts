/** How Apache is run as Debian builds it, by whoever is there, root or not, with everything that it writes in one folder. */
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./process.ts";

const folderOfModules = "/usr/lib/apache2/modules";

/** Whether it is installed. */
export const hasApache: boolean = findProgram("apache2") !== undefined && existsSync(folderOfModules);

export interface ApachePlace {
  readonly folder: string;
  readonly port: number;
  readonly modules: readonly string[];
  /** Whether children serve and a parent minds them, as where it is to be reloaded; default: one process does everything. */
  readonly hasChildren?: boolean;
}

/** Writes a configuration with these lines; Apache's arguments for it. */
export function apacheArgs(
  { folder, port, modules, hasChildren = false }: ApachePlace,
  lines: string,
): readonly string[] {
  const file = join(folder, "apache.conf");
  // Children of root's become a user of their own.
  if (hasChildren) chmodSync(folder, 0o755);
  writeFileSync(
    file,
    `ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
Mutex posixsem
ErrorLog ${folder}/errors.log
${["mpm_event", ...modules].map((name) => `LoadModule ${name}_module ${folderOfModules}/mod_${name}.so`).join("\n")}
${hasChildren && process.getuid?.() === 0 ? "User nobody\nGroup nogroup" : ""}
TypesConfig /dev/null
${lines.trim()}
`,
  );
  return [hasChildren ? "-DFOREGROUND" : "-X", "-d", folder, "-f", file];
}
