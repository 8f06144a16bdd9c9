/**
 * What `meerkat survey` costs an endpoint: CPU time of the built program, cold, beside that of bare `tls.connect` with
 * verification, in the same run and over the same servers. Two thousand endpoints over two hundred names; each name has a
 * network of its own, so that politeness takes time and no CPU. A visit of an `https:` endpoint sends a request, too: it
 * stands beside the bare connection and beside one over which a GET is written by hand. Medians of the rounds.
 * `npm run bench:fleet [NAMES] [ROUNDS]`
 */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { fileURLToPath } from "node:url";
import { identityOf, pemOf } from "../test/pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../test/pki/today.ts";

const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const [count = "200", role = "5"] = process.argv.slice(2);
const portsOfEach = 10;
/** Of the CPU time of a bare connection, for endpoints that are a host and a port. */
const mostTimes = 1.5;
/** As many handshakes at once as a survey makes. */
const atOnce = 32;

/** Told to the parent once it listens. */
interface Served {
  readonly ports: readonly number[];
  readonly roots: string;
}

type Answer = (error: Error | null, context?: SecureContext) => void;

const hostName = (number: number): string => `site-${number}.example`;
const addressOf = (number: number): string => `127.0.${number}.1`;

/** The servers, in a process of their own, so that their work is not counted. */
async function serve(names: number): Promise<void> {
  const root = mintRoot("Fleet Root");
  const issuers = Array.from({ length: 4 }, (_, i) => mint({ name: `Issuing ${i}`, ca: true }, root));
  const contexts = new Map<string, SecureContext>();
  for (let i = 0; i < names; i++) {
    const issuer = issuers[i % issuers.length];
    if (issuer === undefined) continue;
    contexts.set(hostName(i), createSecureContext(identityOf(mintLeaf(hostName(i), issuer), issuer)));
  }
  const options = { SNICallback: (name: string, done: Answer) => done(null, contexts.get(name)) };
  const ports: number[] = [];
  for (let i = 0; i < portsOfEach; i++) {
    const server = createServer(options, (_request, response) => response.end());
    server.on("tlsClientError", () => {});
    await once(server.listen(0, "0.0.0.0"), "listening");
    ports.push((server.address() as AddressInfo).port);
  }
  process.send?.({ ports, roots: pemOf(root) } satisfies Served);
  process.once("disconnect", () => process.exit());
}

interface Place {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

function placesOf({ ports }: Served): readonly Place[] {
  return Array.from({ length: Number(count) }, (_, i) => i).flatMap((i) =>
    ports.map((port) => ({ host: hostName(i), address: addressOf(i), port })),
  );
}

/** What everybody would write who wants to know whether it verifies: a program that has nothing else to load. */
const bareProgram = `
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createSecureContext } from "node:tls";
const { places, roots } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const asks = process.argv[3] === "get";
const secureContext = createSecureContext({ ca: roots });
async function take() {
  for (let next = places.pop(); next !== undefined; next = places.pop()) {
    const { host, address, port } = next;
    const socket = connect({ host: address, port, servername: host, secureContext });
    await once(socket, "secureConnect");
    if (!socket.authorized) throw new Error(host + " did not verify");
    if (asks) {
      socket.write("GET / HTTP/1.1\\r\\nHost: " + host + "\\r\\nUser-Agent: bare\\r\\nAccept: */*\\r\\n\\r\\n");
      for (let head = ""; !head.includes("\\r\\n\\r\\n"); ) head += String((await once(socket, "data"))[0]);
      socket.end();
    }
    socket.destroy();
  }
}
await Promise.all(Array.from({ length: ${atOnce} }, take));
`;

const told = "process.on('exit',()=>process.send?.({cpu:process.cpuUsage()}))";

/** CPU time of a whole program, in milliseconds, and what it printed. */
async function measure(args: readonly string[]): Promise<{ readonly ms: number; readonly text: string }> {
  const imports = ["--import", `data:text/javascript,${encodeURIComponent(told)}`];
  const child = spawn(process.execPath, [...imports, ...args], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  let text = "";
  child.stdout?.on("data", (bytes: Buffer) => (text += bytes.toString()));
  const [[usage], [exitCode]] = (await Promise.all([once(child, "message"), once(child, "close")])) as [
    [{ readonly cpu: NodeJS.CpuUsage }],
    [number | null],
  ];
  if (exitCode !== 0) throw new Error(`${args[0]} ended with ${exitCode}`);
  return { ms: (usage.cpu.user + usage.cpu.system) / 1_000, text };
}

async function survey(places: readonly Place[], scheme: string, folder: string): Promise<number> {
  const list = join(folder, "list");
  await writeFile(list, places.map(({ host, port }) => `${scheme}${host}:${port}\n`).join(""));
  const resolve = places.flatMap(({ host, port, address }) => ["--resolve", `${host}:${port}:${address}`]);
  const flags = ["--cacert", join(folder, "roots.pem"), "--proxy", "", "--json", "-"];
  const { ms, text } = await measure([program, "survey", list, ...flags, ...resolve]);
  const well = text.split("\n").filter((line) => /"answer":\{"kind":"(?:verified|answered)"/.test(line));
  if (well.length !== places.length) throw new Error(`${well.length} of ${places.length} verified`);
  return ms;
}

async function bare(folder: string, does: "connect" | "get"): Promise<number> {
  const file = join(folder, "bare.mjs");
  await writeFile(file, bareProgram);
  return (await measure([file, join(folder, "places.json"), does])).ms;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

async function compare(served: Served): Promise<boolean> {
  const places = placesOf(served);
  const folder = await mkdtemp(join(tmpdir(), "meerkat-bench-"));
  await writeFile(join(folder, "roots.pem"), served.roots);
  await writeFile(join(folder, "places.json"), JSON.stringify({ places, roots: served.roots }));
  const took = { connect: [] as number[], get: [] as number[], tls: [] as number[], https: [] as number[] };
  const each = (ms: number | undefined): string => `${((ms ?? NaN) / places.length).toFixed(2)} ms`;
  try {
    for (let round = 0; round < Number(role); round++) {
      took.connect.push(await bare(folder, "connect"));
      took.tls.push(await survey(places, "", folder));
      took.get.push(await bare(folder, "get"));
      took.https.push(await survey(places, "https://", folder));
      const [connect, tls, get, https] = [took.connect, took.tls, took.get, took.https].map((all) =>
        each(all.at(-1)),
      );
      console.log(
        `CPU an endpoint: tls.connect ${connect}, host:port ${tls}; with a GET ${get}, https ${https}`,
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const times = (some: readonly number[], others: readonly number[]): number =>
    median(some.map((ms, i) => ms / (others[i] ?? NaN)));
  const tls = times(took.tls, took.connect);
  console.log(`${places.length} endpoints, by medians of ${role} rounds:`);
  console.log(`host:port ${tls.toFixed(2)} times bare tls.connect`);
  console.log(
    `https     ${times(took.https, took.get).toFixed(2)} times the same with a GET, ${times(took.https, took.connect).toFixed(2)} times bare tls.connect`,
  );
  return tls <= mostTimes;
}

if (role === "server") {
  await serve(Number(count));
} else {
  const server = fork(fileURLToPath(import.meta.url), [count, "server"]);
  const [served] = (await once(server, "message")) as [Served];
  const isWithin = await compare(served);
  server.disconnect();
  if (!isWithin) console.log(`More than ${mostTimes} times a bare connection.`);
  process.exitCode = isWithin ? 0 : 1;
}
