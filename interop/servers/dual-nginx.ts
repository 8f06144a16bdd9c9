/** nginx with any number of certificates at one loopback address and port. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Identity } from "../../test/pki/index.ts";
import { nginxArgs } from "./nginx-command.ts";
import { findProgram, startServer, type RunningServer } from "./process.ts";

export interface DualSetting {
  readonly port: number;
  readonly identities: readonly Identity[];
  /** `TLSv1.2 TLSv1.3` */
  readonly protocols: string;
  /** Whether the server's order of suites counts. */
  readonly ownOrder: boolean;
}

export async function startDualNginx({
  port,
  identities,
  protocols,
  ownOrder,
}: DualSetting): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-dual-"));
  const certificates = identities.map(({ cert, key }, i) => {
    writeFileSync(join(folder, `${i}.pem`), cert);
    writeFileSync(join(folder, `${i}.key`), key);
    return `ssl_certificate ${folder}/${i}.pem; ssl_certificate_key ${folder}/${i}.key;`;
  });
  const args = nginxArgs(
    { folder },
    `
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_protocols ${protocols};
    ssl_prefer_server_ciphers ${ownOrder ? "on" : "off"};
    ${certificates.join("\n    ")}
    location / { return 204; }
  }`,
  );
  const server = await startServer(findProgram("nginx") ?? "nginx", args, port);
  return {
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
