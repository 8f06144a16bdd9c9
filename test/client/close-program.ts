/**
 * Run in a process of its own: a client is closed while a body is left unread, and nothing else keeps the process alive.
 * Prints what came of it.
 */
import { Client, HttpsError } from "../../src/index.ts";

const [url = "", protocol = ""] = process.argv.slice(2);
const client = new Client({
  environment: {},
  protocol: protocol === "h2" ? "h2" : "auto",
  timeouts: { unreadBodyMs: 200 },
});
const response = await client.request(url);
await client.close();
const end = await response.bytes().catch((error: unknown) => error);
process.stdout.write(JSON.stringify({ code: end instanceof HttpsError ? end.code : "read" }));
