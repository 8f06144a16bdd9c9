/** nginx, one process, on ports of its own, with files of zeros. */
import { spawn, spawnSync } from "node:child_process";
import { mkdir, truncate, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { sizedPath, smallPath, uploadPath, type Started } from "./origins.ts";
import { findPorts, loopbackAddresses } from "./ports.ts";
import type { ServerIdentity } from "./identity.ts";

/** What it says of its version, or `undefined` where it is not installed. */
export function nginxVersion(): string | undefined {
  const { stderr } = spawnSync("nginx", ["-v"], { encoding: "utf8" });
  return /nginx\/([\d.]+)/.exec(stderr ?? "")?.[1];
}

export async function startNginx(
  folder: string,
  identity: ServerIdentity,
  sizes: readonly number[],
): Promise<Started> {
  const ports = await findPorts(4);
  const [kept = 0, cold = 0, resumable = 0, http2 = 0] = ports;
  await mkdir(join(folder, "root"));
  for (const bytes of sizes) {
    const file = join(folder, "root", sizedPath(bytes));
    await writeFile(file, "");
    await truncate(file, bytes);
  }
  await writeFile(join(folder, "chain.pem"), identity.chain);
  await writeFile(join(folder, "key.pem"), identity.key, { mode: 0o600 });
  await writeFile(join(folder, "nginx.conf"), configuration({ kept, cold, resumable, http2 }));
  // It makes its Unix socket where it runs, not where it has its files.
  const child = spawn("nginx", ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], {
    stdio: "inherit",
    cwd: folder,
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  // Another process may have taken a port meanwhile: what answers there is not this nginx.
  const isUp = await Promise.race([answering(kept).then(() => true), ended.then(() => false)]);
  if (!isUp) throw new Error("nginx ended as it began");
  const at = (port: number): string => `https://localhost:${port}`;
  return {
    kept: at(kept),
    cold: at(cold),
    resumable: at(resumable),
    http2: at(http2),
    smallBytes: small("1", ".").length,
    stop: () => {
      child.kill();
      return ended;
    },
  };
}

function small(connection: string, resumed: string): string {
  return `{"message":"hello, world!","connection":"${connection}","resumed":"${resumed}"}`;
}

function configuration(ports: {
  readonly kept: number;
  readonly cold: number;
  readonly resumable: number;
  readonly http2: number;
}): string {
  return `
daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  types { }
  default_type application/octet-stream;
  ssl_certificate chain.pem;
  ssl_certificate_key key.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  keepalive_requests 1000000000;
  ${server(ports.kept, "keepalive_timeout 600s; ssl_session_tickets on;")}
  ${server(ports.cold, "keepalive_timeout 0; ssl_session_tickets off; ssl_session_cache off;")}
  ${server(ports.resumable, "keepalive_timeout 0; ssl_session_tickets on;")}
  ${server(ports.http2, http2Settings, "http2")}
  server {
    listen unix:inner.sock;
    return 200 "read";
  }
}
`;
}

/** Frames of the size that every client takes, and an error for whoever did not choose HTTP/2. */
const http2Settings = `keepalive_timeout 600s;
    http2_chunk_size 16k;
    if ($server_protocol != "HTTP/2.0") { return 505; }`;

// The upload is read into memory, whole, and forgotten: nginx passes on an empty body of its own.
function server(port: number, settings: string, protocol: "" | "http2" = ""): string {
  const listen = loopbackAddresses().map(
    (address) => `listen ${address}:${port} ssl ${protocol} backlog=2048;`,
  );
  return `server {
    ${listen.join(" ")}
    ${settings}
    root root;
    location = ${smallPath} {
      default_type application/json;
      return 200 '${small("$connection", "$ssl_session_reused")}';
    }
    location = ${uploadPath} {
      client_max_body_size 0;
      client_body_buffer_size 257m;
      proxy_set_body "";
      proxy_pass http://unix:inner.sock:/;
    }
  }`;
}

/** Waits until a port takes connections. */
async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: "127.0.0.1" }, () => resolve(true));
      socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("nginx did not come up");
}
