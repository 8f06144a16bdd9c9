/** How nginx is run in the foreground by whoever is there, root or not, with everything that it writes in one folder. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

export interface NginxPlace {
  readonly folder: string;
  /** Of its configuration: another one for each nginx of the folder. */
  readonly name?: string;
}

/** Writes a configuration with these lines in its `http` block; nginx's arguments for it. */
export function nginxArgs({ folder, name = "nginx" }: NginxPlace, http: string): readonly string[] {
  const file = join(folder, `${name}.conf`);
  const paths = temporary.map((one) => `${one}_temp_path ${folder}/${one};`);
  writeFileSync(
    file,
    `daemon off; master_process off; error_log stderr warn; pid ${folder}/${name}.pid;
events { worker_connections 256; }
http {
  access_log off; ${paths.join(" ")}
  ${http.trim()}
}
`,
  );
  return ["-p", folder, "-c", file, "-e", "stderr"];
}
