/**
 * Run in a process of its own: reads a generated download more slowly than it comes, and prints how far the process grew
 * over its first half, left to itself, and what it held over the second, garbage collected before each look:
 * `memory-program.ts URL ROOTS-FILE`.
 */
import { readFileSync } from "node:fs";
import { Client } from "../../src/index.ts";

const [url = "", roots = ""] = process.argv.slice(2);
const collect = (globalThis as { readonly gc?: () => void }).gc ?? ((): void => {});
const client = new Client({ roots: readFileSync(roots, "utf8") });
const response = await client.request(url);
const half = Number(response.headers.get("content-length")) / 2;

const turn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

async function heldBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await turn(); // Buffers are freed after the collection, by another thread.
  }
  return process.memoryUsage().arrayBuffers;
}

const before = { grown: process.memoryUsage().rss, held: await heldBytes() };
const most = { ...before };
let bytes = 0;
let chunks = 0;
for await (const chunk of response) {
  bytes += chunk.length;
  // Slower than the server: a turn of the loop for every few chunks, and what came meanwhile has to wait.
  if (++chunks % 16 === 0) await turn();
  if (chunks % 512 !== 0) continue;
  if (bytes < half) most.grown = Math.max(most.grown, process.memoryUsage().rss);
  else most.held = Math.max(most.held, await heldBytes());
}
await client.close();
process.stdout.write(
  JSON.stringify({ bytes, grownBytes: most.grown - before.grown, heldBytes: most.held - before.held }),
);
