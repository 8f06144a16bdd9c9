/** httpbin behind haproxy, which ends TLS; and two proxies to reach it through: squid and tinyproxy. Debian's, all four. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintAuthority } from "../servers/authority.ts";
import { findProgram, freePort, startServer, type RunningServer } from "../servers/process.ts";

const python = "/usr/bin/python3"; // Debian's own, which sees Debian's packages.

function canImport(module: string): boolean {
  return spawnSync(python, ["-c", `import ${module}`]).status === 0;
}

/** What is not installed, for a test's title; empty when everything is. */
export const missing: readonly string[] = [
  ...["haproxy", "squid", "tinyproxy", "openssl"].filter((name) => findProgram(name) === undefined),
  ...(canImport("httpbin") ? [] : ["python3-httpbin"]),
];

export interface Stack {
  readonly caFile: string;
  /** haproxy, over TLS. */
  readonly origin: string;
  /** Proxies by name, `http://127.0.0.1:port`. */
  readonly proxies: { readonly squid: string; readonly tinyproxy: string };
  stop(): Promise<void>;
}

export async function startStack(): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-stack-"));
  const { caFile, chainFile, keyFile } = mintAuthority(folder);
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o644 });
    return join(folder, name);
  };
  const identity = write("identity.pem", readFileSync(chainFile, "utf8") + readFileSync(keyFile, "utf8"));
  const ports = {
    httpbin: await freePort(),
    haproxy: await freePort(),
    squid: await freePort(),
    tinyproxy: await freePort(),
  };
  const servers: RunningServer[] = [];
  const start = async (program: string, args: readonly string[], port: number): Promise<void> => {
    servers.push(await startServer(findProgram(program) ?? program, args, port));
  };
  const serve = `from httpbin import app; app.run(host="127.0.0.1", port=${ports.httpbin}, threaded=True)`;
  servers.push(await startServer(python, ["-c", serve], ports.httpbin));
  await start("haproxy", ["-db", "-f", write("haproxy.cfg", haproxy(identity, ports))], ports.haproxy);
  await start(
    "squid",
    ["-N", "-n", `meerkat${ports.squid}`, "-f", write("squid.conf", squid(ports))],
    ports.squid,
  );
  await start("tinyproxy", ["-d", "-c", write("tinyproxy.conf", tinyproxy(ports))], ports.tinyproxy);
  return {
    caFile,
    origin: `https://localhost:${ports.haproxy}`,
    proxies: { squid: `http://127.0.0.1:${ports.squid}`, tinyproxy: `http://127.0.0.1:${ports.tinyproxy}` },
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Ports = Readonly<Record<"httpbin" | "haproxy" | "squid" | "tinyproxy", number>>;

function haproxy(identity: string, { httpbin, haproxy: own }: Ports): string {
  return `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend tls
  bind 127.0.0.1:${own} ssl crt ${identity} alpn http/1.1
  default_backend app
backend app
  server httpbin 127.0.0.1:${httpbin}
`;
}

function squid({ haproxy: target, squid: own }: Ports): string {
  return `http_port 127.0.0.1:${own}
acl target port ${target}
http_access allow CONNECT target
http_access deny all
pid_filename none
cache deny all
access_log none
cache_log /dev/null
shutdown_lifetime 0 seconds
`;
}

function tinyproxy({ haproxy: target, tinyproxy: own }: Ports): string {
  return `Port ${own}
Listen 127.0.0.1
Allow 127.0.0.1
ConnectPort ${target}
LogLevel Critical
MaxClients 20
Timeout 30
`;
}
