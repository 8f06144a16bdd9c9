/** nginx on one loopback port, over TLS, with a location for each way a response can be framed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintAuthority, type AuthorityFiles } from "./authority.ts";
import { nginxArgs } from "./nginx-command.ts";
import { findProgram, freePort, startServer } from "./process.ts";

/** Whether what this needs is installed. */
export const hasNginx: boolean = findProgram("nginx") !== undefined && findProgram("openssl") !== undefined;

export interface Nginx extends AuthorityFiles {
  readonly origin: string;
  readonly port: number;
  /** What `/large.bin` holds. */
  readonly large: Uint8Array;
  stop(): Promise<void>;
}

const largeBytes = 8 * 1024 * 1024;

/** Starts nginx with a certificate of a fresh test CA. */
export async function startNginx(): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-nginx-"));
  const files = mintAuthority(folder);
  const port = await freePort();
  const large = Uint8Array.from({ length: largeBytes }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
  mkdirSync(join(folder, "site"));
  writeFileSync(join(folder, "site", "index.html"), "<p>Hello from nginx.</p>\n");
  writeFileSync(join(folder, "site", "large.bin"), large);
  const args = nginxArgs({ folder }, configure(folder, files, port));
  const server = await startServer(findProgram("nginx") ?? "nginx", args, port);
  return {
    ...files,
    origin: `https://localhost:${port}`,
    port,
    large,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function configure(folder: string, { chainFile, keyFile }: AuthorityFiles, port: number): string {
  return `
  default_type application/octet-stream;
  types { text/html html; application/json json; }
  server {
    listen 127.0.0.1:${port} ssl;
    server_name localhost;
    ssl_certificate ${chainFile};
    ssl_certificate_key ${keyFile};
    root ${folder}/site;
    location /chunked/ { alias ${folder}/site/; autoindex on; index nothing; }
    location /until-close/ { alias ${folder}/site/; autoindex on; index nothing; chunked_transfer_encoding off; keepalive_timeout 0; }
    location /agent { default_type text/plain; return 200 "$http_user_agent"; }
    location /moved { return 301 /index.html; }
    location /empty { return 204; }
    location /teapot { return 418 "short and stout"; }
  }`;
}
