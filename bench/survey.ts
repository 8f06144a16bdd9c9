/**
 * What `meerkat ca` costs for five hundred sites: CPU time and memory of the built program, beside a server of its own.
 * Once with two addresses that show different chains for one site in ten, and once for every site.
 * `npm run bench:survey [SITES]`
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
const [count = "500", role] = process.argv.slice(2);
const budget = { cpuSeconds: 10, memoryMegabytes: 150 };

/** Told to the parent once it listens. */
interface Served {
  readonly port: number;
  readonly roots: string;
}

/** The servers, in a process of their own, so that their work is not counted. */
async function serve(sites: number): Promise<void> {
  const roots = Array.from({ length: 8 }, (_, i) => mintRoot(`Root ${i}`));
  const issuers = roots.map((root, i) => mint({ name: `Issuing ${i}`, ca: true }, root));
  /** Each name with a certificate of its own, by the issuer that is `shift` further on. */
  const listen = async (address: string, port: number, shift: number): Promise<number> => {
    const contexts = new Map<string, SecureContext>();
    for (let i = 0; i < sites; i++) {
      const issuer = issuers[(i + shift) % issuers.length];
      if (issuer === undefined) continue;
      const leaf = mintLeaf(hostName(i), issuer);
      contexts.set(hostName(i), createSecureContext(identityOf(leaf, issuer)));
    }
    const options = { SNICallback: (name: string, done: Answer) => done(null, contexts.get(name)) };
    const server = createServer(options, (_request, response) => response.end());
    await once(server.listen(port, address), "listening");
    return (server.address() as AddressInfo).port;
  };
  const port = await listen("127.0.0.1", 0, 0);
  await listen("127.0.0.2", port, 1);
  process.send?.({ port, roots: pemOf(...roots) } satisfies Served);
  process.once("disconnect", () => process.exit());
}

type Answer = (error: Error | null, context?: SecureContext) => void;

const hostName = (number: number): string => `site-${number}.example`;

const told =
  "process.on('exit',()=>process.send({cpu:process.cpuUsage(),rss:process.resourceUsage().maxRSS,ms:performance.now()}))";

interface Usage {
  readonly cpu: { readonly user: number; readonly system: number };
  readonly rss: number;
  readonly ms: number;
}

async function measure(
  device: string,
  { port, roots }: Served,
  { sites, doubledEvery }: { readonly sites: number; readonly doubledEvery: number },
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "meerkat-bench-"));
  const list = join(folder, "sites");
  await writeFile(
    list,
    Array.from({ length: sites }, (_, i) => `https://${hostName(i)}:${port}/\n`).join(""),
  );
  await writeFile(join(folder, "roots.pem"), roots);
  const places = Array.from({ length: sites }, (_, i) => [
    "--resolve",
    `${hostName(i)}:${port}:127.0.0.1${i % doubledEvery === 0 ? ",127.0.0.2" : ""}`,
  ]).flat();
  const args = ["ca", "--from", list, "--for", device, "--cacert", join(folder, "roots.pem")];
  const child = spawn(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(told)}`, program, ...args, ...places, "--json"],
    { stdio: ["ignore", "pipe", "inherit", "ipc"] },
  );
  let report = "";
  child.stdout?.on("data", (bytes: Buffer) => (report += bytes.toString()));
  const [[usage]] = (await Promise.all([once(child, "message"), once(child, "close")])) as [[Usage], unknown];
  await rm(folder, { recursive: true });
  const { sites: met } = JSON.parse(report) as { readonly sites: readonly unknown[] };
  const cpuSeconds = (usage.cpu.user + usage.cpu.system) / 1e6;
  const memoryMegabytes = usage.rss / 1024;
  console.log(
    `${device}: ${sites} sites, ${met.length} chains; ${cpuSeconds.toFixed(1)} s of CPU, ${memoryMegabytes.toFixed(0)} MB, ${(usage.ms / 1000).toFixed(1)} s in all`,
  );
  return cpuSeconds <= budget.cpuSeconds && memoryMegabytes <= budget.memoryMegabytes;
}

if (role === "server") {
  await serve(Number(count));
} else {
  const server = fork(fileURLToPath(import.meta.url), [count, "server"]);
  const [served] = (await once(server, "message")) as [Served];
  let isWithin = true;
  for (const doubledEvery of [10, 1])
    for (const device of ["esp-idf", "node"])
      isWithin = (await measure(device, served, { sites: Number(count), doubledEvery })) && isWithin;
  server.disconnect();
  if (!isWithin) console.log(`More than ${budget.cpuSeconds} s of CPU or ${budget.memoryMegabytes} MB.`);
  process.exitCode = isWithin ? 0 : 1;
}
