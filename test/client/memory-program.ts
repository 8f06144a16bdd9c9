/**
 * Run in a process of its own: reads a generated download more slowly than it comes, and prints how far the process
 * grew over it: `memory-program.ts URL ROOTS-FILE`.
 */
import { readFileSync } from "node:fs";
import { Client } from "../../src/index.ts";

const [url = "", roots = ""] = process.argv.slice(2);
const client = new Client({ roots: readFileSync(roots, "utf8") });
const response = await client.request(url);
const before = process.memoryUsage().rss;
let most = before;
let bytes = 0;
let chunks = 0;
for await (const chunk of response) {
  bytes += chunk.length;
  // Slower than the server: a turn of the loop for every few chunks, and what came meanwhile has to wait.
  if (++chunks % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  if (chunks % 512 === 0) most = Math.max(most, process.memoryUsage().rss);
}
await client.close();
process.stdout.write(JSON.stringify({ bytes, grownBytes: most - before }));
