/**
 * Who prints what the library gives, sees no secret: each public object, by each way of printing, while it is at work with
 * every secret that a client can be given.
 */
import { once } from "node:events";
import { get } from "node:https";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { format, inspect } from "node:util";
import { createPrivateKey } from "node:crypto";
import { expect, test } from "vitest";
import {
  Client,
  createFetch,
  HttpsError,
  installGlobally,
  MeerkatAgent,
  MeerkatDispatcher,
  MeerkatSocket,
} from "../../src/index.ts";
import { answering, identity, openOrigin, rootPem, settle } from "./origin.ts";
import { openProxy } from "./tunnel-proxy.ts";

const passphrase = "SECRET-passphrase";
const key = createPrivateKey(identity.key).export({
  type: "pkcs8",
  format: "pem",
  cipher: "aes-256-cbc",
  passphrase,
});

/** None of these is in what is printed: as text, or as the bytes of a buffer. */
const secrets = ["SECRET", "PRIVATE KEY", Buffer.from("me:SECRET-password").toString("base64")];

const cyclesAside = (): ((key: string, value: unknown) => unknown) => {
  const seen = new Set<unknown>();
  return (_key, value) => {
    if (typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return "[again]";
    seen.add(value);
    return value;
  };
};

const everything = { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity };
const ways: readonly (readonly [string, (value: unknown) => string])[] = [
  ["console.log", (value) => format(value)],
  ["%o", (value) => format("%o", value)],
  ["%O", (value) => format("%O", value)],
  ["%j", (value) => JSON.stringify({ value }, cyclesAside())],
  ["in a template", (value) => String(value)],
  ["inspect to any depth", (value) => inspect(value, everything)],
  ["inspect with hidden members", (value) => inspect(value, { ...everything, showHidden: true })],
  ["inspect with getters", (value) => inspect(value, { ...everything, showHidden: true, getters: true })],
  ["inspect without custom forms", (value) => inspect(value, { ...everything, customInspect: false })],
];

test("no secret is printed of what the library gives", async () => {
  const answer = [
    "HTTP/1.1 200 OK",
    "Set-Cookie: a=SECRET",
    "X-Api-Key: SECRET",
    "Location: https://me:SECRET@a.example/?SECRET",
    "Content-Length: 2",
    "Connection: keep-alive",
    "\r\nok",
  ].join("\r\n");
  await using origin = await openOrigin(answering(() => answer));
  await using proxy = await openProxy({ tls: false });
  await using client = new Client({
    environment: {},
    roots: rootPem,
    proxy: `http://me:SECRET-password@localhost:${proxy.port}`,
    clientCertificate: { cert: identity.cert, key, passphrase },
    headers: { "X-Api-Key": "SECRET-key", Cookie: "c=SECRET" },
    secretHeaders: ["X-Api-Key"],
    authentication: { scheme: "bearer", token: "SECRET-token" },
    cookies: { getCookieString: async () => "c=SECRET", setCookie: async () => {} },
  });
  const url = `${origin.url}/?SECRET`;
  const response = await client.request(url);
  await response.bytes();
  const fetched = await createFetch(client)(url);
  await fetched.text();
  const events: unknown[] = [];
  await (await client.request(origin.url, { onEvent: (event) => void events.push(event) })).bytes();
  const error: unknown = await client
    .request(`https://localhost:1/?SECRET`, { roots: rootPem })
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof HttpsError)) throw new Error("nothing failed");
  const agent = new MeerkatAgent(client, { keepAlive: true });
  const [answered] = await once(get(origin.url, { agent }), "response");
  // Node's own message, which shows its cookies, is its reader's and no longer the agent's.
  await buffer(answered as Readable);
  await settle();
  const link = await client.connect(`tls://localhost:${origin.port}`);
  const socket = new MeerkatSocket(client, `tls://me:SECRET@localhost:${origin.port}/SECRET`).connect();
  await once(socket, "secureConnect");
  const installation = installGlobally(client);

  const given: Readonly<Record<string, unknown>> = {
    client,
    response,
    fields: response.headers,
    trust: response.trust,
    attempts: response.attempts,
    connection: response.connection,
    fetched,
    error,
    why: await error.why(),
    agent,
    dispatcher: new MeerkatDispatcher(client),
    link,
    socket,
    installation,
    // Of a URL without a query: an event's URL, and the request line in it, are whole (docs/tracing.md).
    events,
  };
  const shown: string[] = [];
  for (const [name, value] of Object.entries(given))
    for (const [way, print] of ways) {
      const text = print(value);
      for (const secret of secrets) {
        const at = text.indexOf(secret);
        const bytes = Buffer.from(secret)
          .toString("hex")
          .replace(/..(?!$)/g, "$& ");
        if (at !== -1) shown.push(`${name}, ${way}: ${text.slice(Math.max(0, at - 120), at + 40)}`);
        if (text.includes(bytes)) shown.push(`${name}, ${way}: the bytes of ${secret}`);
      }
    }
  installation.uninstall();
  socket.destroy();
  link.socket.destroy();
  agent.destroy();
  expect(shown).toEqual([]);
});
