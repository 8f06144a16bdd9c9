/** How nginx is run in the foreground by whoever is there, root or not, with everything that it writes in one folder. */
import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

export interface NginxPlace {
  readonly folder: string;
  /** Of its configuration: another one for each nginx of the folder. */
  readonly name?: string;
  /** Whether workers serve and a master minds them, as where it is to be reloaded; default: one process does everything. */
  readonly hasWorkers?: boolean;
}

/** Writes a configuration with these lines in its `http` block; nginx's arguments for it. */
export function nginxArgs(
  { folder, name = "nginx", hasWorkers = false }: NginxPlace,
  http: string,
): readonly string[] {
  const file = join(folder, `${name}.conf`);
  const paths = temporary.map((one) => `${one}_temp_path ${folder}/${one};`);
  writeFileSync(
    file,
    `daemon off; ${hasWorkers ? workers() : "master_process off;"} error_log stderr warn; pid ${folder}/${name}.pid;
events { worker_connections 256; }
http {
  access_log off; ${paths.join(" ")}
  ${http.trim()}
}
`,
  );
  return ["-p", folder, "-c", file, "-e", "stderr"];
}

/** Workers of whoever is there: root's would else become a user who may not read the folder. */
function workers(): string {
  return `worker_processes 1; ${process.getuid?.() === 0 ? `user ${userInfo().username};` : ""}`;
}
