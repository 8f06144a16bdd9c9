/** Run in a process of its own: looks at the status of an answer, whose body it forgets, and has nothing else to do. */
import { Client } from "../../src/index.ts";

const [url = "", protocol = ""] = process.argv.slice(2);
const client = new Client({ environment: {}, protocol: protocol === "h2" ? "h2" : "auto" });
const { status, httpVersion } = await client.request(url);
process.stdout.write(JSON.stringify({ status, httpVersion }));
