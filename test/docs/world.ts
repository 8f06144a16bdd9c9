/**
 * Where the programs of the examples and the guide run: in a folder of their own, each in a process of its own, with
 * `meerkat` meaning this tree's source. Their hosts are the lab's and this file's servers: `hosts` says which. The lab's
 * root is believed by NODE_EXTRA_CA_CERTS, and lies there as `ca.pem`.
 */
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { doors } from "../../tools/doors.ts";
import { run as runChild, type Outcome } from "../child.ts";
import { makeKeys, nameOf, pemOf } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../pki/today.ts";
import { openMintingServer, openProxyTo } from "../why/middlebox.ts";
import { mintIdentity, openOrigin, rootPem, type Origin } from "../client/origin.ts";
import { apiAddress, openApi } from "./api.ts";
import { withTime } from "../cli/allowed-time.ts";

/** What `meerkat` and its doors are in this tree. */
const sources: Readonly<Record<string, string>> = Object.fromEntries(
  doors.map(({ name, place }) => [name, `${place}.ts`]),
);

export interface World extends AsyncDisposable {
  readonly lab: Lab;
  readonly folder: string;
  /** Runs a program in TypeScript. */
  run(program: string): Promise<Outcome>;
  /** What the compiler says of programs, by name; empty where they are right. */
  compile(programs: ReadonlyMap<string, string>): Promise<string>;
  /** Runs a command line of the program's own: `meerkat get https://...`. */
  runCommand(line: string): Promise<Outcome>;
  /** A text with the world's addresses in place of the documents' hosts. */
  toWorld(text: string): string;
  /** The reverse. */
  fromWorld(text: string): string;
}

/** What the download is. */
export const firmware: Buffer = Buffer.alloc(3_000_000, "firmware ");

const companyRoot = mintRoot("Company Root");
/** The CA with which the company's proxy makes certificates. */
const inspectingCa = mint({ subject: nameOf("Acme", "Acme TLS Inspection CA"), ca: true }, companyRoot);

export async function openWorld(): Promise<World> {
  const lab = await openLab();
  const inspector = await openMintingServer("whole chain", { root: companyRoot, issuing: inspectingCa });
  const origins = {
    api: await openApi(),
    echo: await openEcho(),
    intranet: await openIntranet(),
    proxy: await openProxy(),
    inspector,
    inspection: await openProxyTo(inspector),
  };
  const folder = mkdtempSync(join(tmpdir(), "meerkat-docs-"));
  const files = {
    "photo.png": Buffer.from("89504e470d0a1a0a", "hex"),
    "ca.pem": lab.caPem + rootPem,
    "client.pem": lab.client.certificatePem,
    "client-key.pem": lab.client.keyPem,
    "company-ca.pem": pemOf(companyRoot),
    "proxy.pac": `function FindProxyForURL(url, host) {
  if (isPlainHostName(host)) return "DIRECT";
  return "PROXY proxy.localhost:${origins.proxy.port}; DIRECT";
}
`,
    // How every PKCS #12 store in BER begins.
    "company.p12": Buffer.from("30800201033080", "hex"),
    ...renewedCa(),
    ...signingKeys(),
    "fleet.json": describeFleet(lab),
    "endpoints.txt": `${lab.url("good")} shop team=web\n${lab.url("weather")} devices\n`,
    "watch.yaml":
      "endpoints: [endpoints.txt]\nbundles:\n  - { file: ca.pem, device: mongoose-os, label: thermostat 1.4 }\nevery: 1h\n",
    // The example's, with its secrets in files: nothing of them is in the environment here.
    "many.yaml": readFileSync(
      fileURLToPath(new URL("../../examples/watch/watch.yaml", import.meta.url)),
      "utf8",
    ).replaceAll(/\{ env: MEERKAT_(\w+) \}/g, "{ file: secret-$1 }"),
    "secret-STORE": "postgres://meerkat:secret@db.example.com/meerkat",
    "secret-QUEUE": "rediss://meerkat:secret@queue.example.com",
    "secret-TOKEN": "a-token-that-nobody-else-has-0123456789",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"));
  const pairs = [...hosts(lab, origins), ["/etc/proxy.pac", join(folder, "proxy.pac")] as const];
  const replaced = (text: string, from: 0 | 1, to: 0 | 1): string =>
    pairs.reduce((done, pair) => done.replaceAll(pair[from], pair[to]), text);
  const source = fileURLToPath(new URL("../../src/", import.meta.url));
  return {
    lab,
    folder,
    run: (program) => runProgram({ folder, source, program: replaced(program, 0, 1) }),
    compile: (programs) => compile({ folder, source, programs }),
    runCommand: (line) =>
      runNode(folder, [`${source}cli/main.ts`, ...withTime(wordsOf(replaced(line, 0, 1)).slice(1))]),
    toWorld: (text) => replaced(text, 0, 1),
    // Where a port is left out, the host alone stands for the host.
    fromWorld: (text) =>
      pairs.reduce(
        (done, [document, here]) => done.replaceAll(here.replace(/:\d+$/, ""), document),
        replaced(text, 1, 0),
      ),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([
        lab.close(),
        ...Object.values(origins).map((origin) => origin.close()),
        rm(folder, { recursive: true }),
      ]);
    },
  };
}

function signingKeys(): Readonly<Record<"sign.pem" | "public.pem", string | Buffer>> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    "sign.pem": privateKey.export({ type: "pkcs8", format: "pem" }),
    "public.pem": publicKey.export({ type: "spki", format: "pem" }),
  };
}

/** The guide's fleet: one firmware is well, and one has the root of another site alone. */
function describeFleet(lab: Lab): string {
  const endpoints = [lab.url("good")];
  const common = {
    device: "python",
    endpoints,
    until: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
  };
  const firmwares = [
    { name: "thermostat 1.4", bundle: "ca.pem", count: 1200, ...common },
    { name: "thermostat 1.2", bundle: "company-ca.pem", count: 300, ...common },
  ];
  return JSON.stringify({ schema: 1, firmwares });
}

/** One CA under two roots, of which the old one is not trusted any more: what a server sends that did not renew its file. */
function renewedCa(): Readonly<Record<"sent.pem" | "new-root.pem", string>> {
  const ca = { name: "Issuing CA", ca: true, keys: makeKeys() } as const;
  const root = mintRoot("New Root");
  const [old, renewed] = [mint(ca, mintRoot("Old Root")), mint(ca, root)];
  return {
    "sent.pem": [mintLeaf("shop.example", renewed), old, renewed].map((one) => pemOf(one)).join(""),
    "new-root.pem": pemOf(root),
  };
}

type Origins = Readonly<
  Record<"api" | "echo" | "intranet" | "proxy" | "inspector" | "inspection", Pick<Origin, "port" | "close">>
>;

/** The hosts of the documents, and what they are here. Reserved names (RFC 2606), and the one of the story. */
function hosts(
  lab: Lab,
  { api, echo, intranet, proxy, inspection }: Origins,
): readonly (readonly [document: string, here: string])[] {
  const site = (name: string): string => lab.url(name).replace(/^https:\/\/(.*)\/$/, "$1");
  return [
    ["api.weather.gov", site("weather")],
    ["devices.example", site("client-certificate-required")],
    ["forgetful.example", site("missing-intermediate")],
    ["expired.example", site("expired")],
    ["www.example.com", site("good")],
    ["downloads.example", `downloads.localhost:${echo.port}`],
    ["api.example", `${apiAddress}:${api.port}`],
    ["echo.example", `echo.localhost:${echo.port}`],
    ["intranet.example", `intranet.localhost:${intranet.port}`],
    ["proxy.example:3128", `proxy.localhost:${proxy.port}`],
    ["inspection.example:3128", `inspection.localhost:${inspection.port}`],
  ];
}

/** A site whose certificate comes from a CA of its company's own. */
function openIntranet(): Promise<Origin> {
  const hello = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nHello\n";
  const tls = mintIdentity({ names: ["dns:intranet.localhost"] }, companyRoot);
  return openOrigin((socket) => socket.on("data", () => void socket.write(hello)), { tls });
}

/** A proxy that tunnels to this machine, whatever the name. */
function openProxy(): Promise<Origin> {
  const tunnel = (socket: Socket): void => {
    socket.once("data", (head: Buffer) => {
      const port = /^CONNECT \S+:(\d+) /.exec(head.toString("latin1"))?.[1];
      if (port === undefined) return void socket.end("HTTP/1.1 405 Method Not Allowed\r\n\r\n");
      const onward = connectTcp(Number(port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      onward.on("error", () => socket.destroy());
    });
  };
  return openOrigin(tunnel, { tls: false });
}

/** Echoes what is posted and what is said, and has a file to download. */
async function openEcho(): Promise<Origin> {
  const identity = mintIdentity({ names: ["dns:echo.localhost", "dns:downloads.localhost"] });
  const websockets = new WebSocketServer({ noServer: true });
  const http = createServer((request, response) => answer(request, response));
  http.on("upgrade", (request, socket, head) => {
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      websocket.on("message", (data, isBinary) => websocket.send(data, { binary: isBinary }));
    });
  });
  return openOrigin((socket: Socket) => void http.emit("connection", socket), { tls: identity });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === "/firmware.bin") return void response.end(firmware);
  response.setHeader("content-type", request.headers["content-type"] ?? "text/plain");
  request.pipe(response);
}

/** The words of a command line; quotes hold together what is in them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, one, two, bare]) => one ?? two ?? bare ?? "",
  );
}

let programs = 0;

function runProgram({
  folder,
  source,
  program,
}: {
  readonly folder: string;
  readonly source: string;
  readonly program: string;
}): Promise<Outcome> {
  const path = join(folder, `program-${programs++}.mts`);
  writeFileSync(path, withSource(program, source));
  return runNode(folder, [path]);
}

/** A program whose `meerkat` is this tree's source. */
function withSource(program: string, source: string): string {
  return program.replaceAll(/\bfrom\s+"(meerkat[^"]*)"/g, (whole, name: string) => {
    const door = sources[name];
    return door === undefined ? whole : `from "${source}${door}"`;
  });
}

async function compile({
  folder,
  source,
  programs,
}: {
  readonly folder: string;
  readonly source: string;
  readonly programs: ReadonlyMap<string, string>;
}): Promise<string> {
  const here = join(folder, "compiled");
  mkdirSync(here, { recursive: true });
  for (const [name, text] of programs) {
    writeFileSync(join(here, `${name.replaceAll(/[^\w.-]/g, "-")}.mts`), withSource(text, source));
  }
  const compilerOptions = {
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    noUnusedLocals: false,
    noEmit: true,
  };
  const config = { extends: `${source}../tsconfig.json`, compilerOptions, include: ["*.mts"] };
  writeFileSync(join(here, "tsconfig.json"), JSON.stringify(config));
  const { stdout } = await runNode(folder, [`${source}../node_modules/typescript/bin/tsc`, "-p", here]);
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("compiled/"))
    .join("\n");
}

function runNode(folder: string, args: readonly string[]): Promise<Outcome> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    NODE_NO_WARNINGS: "1",
  };
  return runChild(process.execPath, ["--import", import.meta.resolve("tsx"), ...args], { cwd: folder, env });
}
