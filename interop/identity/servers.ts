/** Servers as Debian builds them, each asking its clients for certificates in a way of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintAuthority, type AuthorityFiles } from "../servers/authority.ts";
import { mosquittoArgs } from "../servers/mosquitto-command.ts";
import { nginxArgs } from "../servers/nginx-command.ts";
import { findProgram, freePort, startServer } from "../servers/process.ts";

export type Version = "TLSv1.2" | "TLSv1.3";

export interface Place extends AuthorityFiles {
  readonly folder: string;
  readonly port: number;
  /** The CAs by which it judges clients. */
  readonly clientCas: string;
  readonly version: Version;
}

/** A way to ask. */
export interface Asker {
  readonly name: string;
  readonly program: "nginx" | "openssl" | "mosquitto";
  readonly scheme: "https" | "mqtts";
  /** Whether it names the CAs by which it judges. */
  readonly names: boolean;
  readonly argsOf: (place: Place) => readonly string[];
}

/** What the server asks for, with the names of its CAs. */
const nginx = (name: string, mode: "on" | "optional"): Asker => ({
  name,
  program: "nginx",
  names: true,
  scheme: "https",
  argsOf: ({ folder, port, chainFile, keyFile, clientCas, version }) =>
    nginxArgs(
      { folder },
      `
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_protocols ${version};
    ssl_certificate ${chainFile}; ssl_certificate_key ${keyFile};
    ssl_verify_client ${mode}; ssl_client_certificate ${clientCas}; ssl_verify_depth 3;
    location / { return 200 "hello\\n"; }
  }`,
    ),
});

const openssl = (name: string, ...flags: readonly string[]): Asker => ({
  name,
  program: "openssl",
  names: true,
  scheme: "https",
  argsOf: ({ folder, port, keyFile, chainFile, clientCas, version }) => {
    const asks = ["-CAfile", clientCas, "-Verify", "3", ...flags];
    // -CAfile alone would complete the server's own chain with the clients' CAs.
    const own = ["-cert", join(folder, "server.pem"), "-cert_chain", chainFile, "-key", keyFile];
    const speaks = version === "TLSv1.3" ? "-tls1_3" : "-tls1_2";
    return ["s_server", "-accept", `127.0.0.1:${port}`, speaks, ...own, ...asks];
  },
});

const mosquitto: Asker = {
  name: "mosquitto, require_certificate",
  program: "mosquitto",
  names: false,
  scheme: "mqtts",
  argsOf: (place) => mosquittoArgs({ ...place, isMutual: true }),
};

/** Servers that refuse whatever a rule is against. */
export const strict: readonly Asker[] = [
  nginx("nginx, ssl_verify_client on", "on"),
  nginx("nginx, ssl_verify_client optional", "optional"),
  openssl("openssl s_server -Verify -verify_return_error -www", "-verify_return_error", "-www"),
  mosquitto,
];

/** It asks, and goes on whatever it found. */
export const lax: Asker = openssl("openssl s_server -Verify -www", "-www");

/** What it sends comes from its input, at whose end it ends. */
const fromInput: Asker = openssl("openssl s_server -Verify");

export function isInstalled({ program }: Asker): boolean {
  return findProgram(program) !== undefined && findProgram("openssl") !== undefined;
}

export interface RunningAsker extends AsyncDisposable {
  readonly port: number;
  /** The CA of the server itself. */
  readonly caFile: string;
  readonly url: string;
}

interface Setting {
  readonly version: Version;
  /** For its clients, as PEM. */
  readonly clientCas: string;
}

export async function startAsker(asker: Asker, setting: Setting): Promise<RunningAsker> {
  const { command, args, port, ...rest } = await prepare(asker, setting);
  const server = await startServer(command, args, port);
  return { port, ...rest, [Symbol.asyncDispose]: () => server.stop().then(rest.remove) };
}

/** `openssl s_server`, whose input ends before anybody came, or when the first handshake is complete. */
export async function startFromInput(
  ends: "at once" | "after the handshake",
  setting: Setting,
): Promise<RunningAsker> {
  const { command, args, ...rest } = await prepare(fromInput, setting);
  const child = spawn(command, args, { stdio: "pipe" });
  const closed = once(child, "close");
  let said = "";
  // Nobody may connect to see whether it listens: it would take that for its client.
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString("latin1");
      if (said.includes("ACCEPT")) resolve();
      if (said.includes("CIPHER is ")) child.stdin.end();
    });
  });
  if (ends === "at once") child.stdin.end();
  return {
    ...rest,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await closed;
      rest.remove();
    },
  };
}

async function prepare(
  { program, scheme, argsOf }: Asker,
  { version, clientCas }: Setting,
): Promise<
  Omit<RunningAsker, typeof Symbol.asyncDispose> & {
    readonly command: string;
    readonly args: readonly string[];
    readonly remove: () => void;
  }
> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-asker-"));
  const files = mintAuthority(folder);
  const casFile = join(folder, "clients.pem");
  writeFileSync(casFile, clientCas);
  const port = await freePort();
  return {
    command: findProgram(program) ?? program,
    args: argsOf({ ...files, folder, port, clientCas: casFile, version }),
    port,
    caFile: files.caFile,
    url: `${scheme}://localhost:${port}`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
