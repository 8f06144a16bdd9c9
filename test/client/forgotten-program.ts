/**
 * Run in a process of its own: fetches large bodies, begins each in one of several ways, and forgets it. Ends by itself when
 * every connection was given up, or has looked often enough, and says how many there were and are: `forgotten-program.ts`.
 */
import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { Client, createFetch } from "../../src/index.ts";

const collect = (globalThis as { readonly gc?: () => void }).gc ?? ((): void => {});
const open = new Set<Socket>();
const server = createServer((socket) => {
  open.add(socket);
  socket.on("error", () => {});
  socket.on("close", () => open.delete(socket));
  socket.once("data", () => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 8000000\r\n\r\n");
    socket.write(Buffer.alloc(8_000_000));
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;

const fetch = createFetch(new Client({ timeouts: { unreadBodyMs: Infinity, bodyIdleMs: Infinity } }));
const ways: readonly ((response: Response) => unknown)[] = [
  () => undefined,
  (response) => response.body,
  (response) => response.clone(),
  (response) => response.body?.getReader().read(),
];
await Promise.all(ways.map(async (way) => void (await way(await fetch(`http://127.0.0.1:${port}/`)))));
const begun = open.size;
// Each look is a turn of the loop after a collection: finalizers run in tasks of their own.
for (let look = 0; open.size > 0 && look < 200; look++) {
  collect();
  await new Promise((resolve) => setImmediate(resolve));
}
process.stdout.write(JSON.stringify({ begun, left: open.size }));
process.exit();
