/**
 * Run in a process of its own: many requests, aborted, cancelled and forgotten at random points; then what is left.
 * Prints one JSON object. The seed makes a run repeatable: `leak-program.ts COUNT SEED`.
 */
import { Client, HttpsError, type RequestOptions } from "../../src/index.ts";
import { openHttp, rootPem } from "./origin.ts";

const [count = 1_000, seed = 1] = process.argv.slice(2).map(Number);
const collect = (globalThis as { readonly gc?: () => void }).gc ?? ((): void => {});

let state = seed;
/** A number below `below` (Numerical Recipes' generator: good enough to choose by, and the same everywhere). */
function pick(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const large = Buffer.alloc(400_000);
await using origin = await openHttp((request, response) => {
  request.resume();
  switch (request.url) {
    case "/large":
      return void response.end(large);
    case "/late":
      return void setImmediate(() => response.end("late"));
    case "/cut":
      response.writeHead(200, { "content-length": "10" });
      return void response.write("half", () => request.socket.destroy());
    case undefined:
    default:
      return void response.end("small");
  }
});
const paths = ["/small", "/small", "/late", "/large", "/cut"];
const client = new Client({ roots: rootPem, connections: 8 });
const codes = new Map<string, number>();

function note(code: string): void {
  codes.set(code, (codes.get(code) ?? 0) + 1);
}

/** One request, ended in one of the ways there are. */
async function once(): Promise<void> {
  const controller = new AbortController();
  const path = paths[pick(paths.length)] ?? "/small";
  const options: RequestOptions = {
    signal: controller.signal,
    ...(pick(4) === 0 && { method: "PUT", body: new Blob(["x"]) }),
  };
  const way = pick(10);
  const turns = pick(6);
  try {
    const pending = client.request(`${origin.url}${path}`, options);
    if (way < 3) void afterTurns(turns, () => controller.abort());
    const response = await pending;
    if (way < 5) return response.cancel();
    if (way === 5 && turns === 0) return note("forgotten");
    await response.bytes();
    note("read");
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    note(error.code);
  }
}

async function afterTurns(turns: number, then: () => void): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
  then();
}

async function rounds(requests: number): Promise<void> {
  let left = requests;
  const work = async (): Promise<void> => {
    while (left-- > 0) await once();
  };
  // What is forgotten is let go of when it is collected; a program at work allocates, and so collects, by itself.
  const collecting = setInterval(() => {
    (origin.accepted as unknown[]).length = 0; // The server's own record is not the client's to answer for.
    collect();
  }, 100);
  await Promise.all(Array.from({ length: 16 }, work));
  clearInterval(collecting);
}

async function heapAtRest(): Promise<number> {
  (origin.accepted as unknown[]).length = 0;
  for (let i = 0; i < 5; i++) await afterTurns(3, collect);
  return process.memoryUsage().heapUsed;
}

await rounds(Math.ceil(count / 5)); // Caches and compiled code are not a leak.
const before = await heapAtRest();
await rounds(count);
const after = await heapAtRest();
await client.close();
await origin.close();
await afterTurns(20, collect);
const resources = process
  .getActiveResourcesInfo()
  .filter((name) => name !== "PipeWrap" && name !== "TTYWrap");
process.stdout.write(
  JSON.stringify({ grownBytes: after - before, resources, codes: Object.fromEntries(codes) }),
);
process.exitCode = 0;
