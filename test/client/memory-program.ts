/**
 * Run in a process of its own: reads a generated download more slowly than it comes, and prints how far the process grew,
 * and what it held, over its first half, garbage collected before each look, and how far it grew over the second, left to
 * itself: `memory-program.ts URL ROOTS-FILE`.
 */
import { readFileSync } from "node:fs";
import { Client } from "../../src/index.ts";

const [url = "", roots = ""] = process.argv.slice(2);
const collect = (globalThis as { readonly gc?: () => void }).gc ?? ((): void => {});
const client = new Client({ roots: readFileSync(roots, "utf8") });
const response = await client.request(url);
const half = Number(response.headers.get("content-length")) / 2;

const turn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

/**
 * The least that any of some collections leaves, as long as each leaves less than the one before: buffers are freed after a
 * collection, by another thread, and what is held stays however often one collects.
 */
async function heldBytes(): Promise<number> {
  let least = Infinity;
  for (let unchanged = 0; unchanged < 8; unchanged++) {
    collect();
    await turn();
    const now = process.memoryUsage().arrayBuffers;
    if (now < least) unchanged = 0;
    least = Math.min(least, now);
  }
  return least;
}

const grownNow = (): number => process.memoryUsage().rss;
const before = { held: await heldBytes(), minded: grownNow() };
const most = { held: before.held, minded: before.minded, left: before.minded };
let bytes = 0;
let chunks = 0;
for await (const chunk of response) {
  bytes += chunk.length;
  // Slower than the server: a turn of the loop for every few chunks, and what came meanwhile has to wait.
  if (++chunks % 16 === 0) await turn();
  if (chunks % 512 !== 0) continue;
  if (bytes < half) {
    most.held = Math.max(most.held, await heldBytes());
    most.minded = Math.max(most.minded, grownNow());
  } else most.left = Math.max(most.left, grownNow());
}
await client.close();
process.stdout.write(
  JSON.stringify({
    bytes,
    heldBytes: most.held - before.held,
    mindedBytes: most.minded - before.minded,
    leftBytes: most.left - before.minded,
  }),
);
