/**
 * A small program over every door that has names, and what it has to say wherever it runs: it opens a lab of its own, makes verified requests
 * one of them over HTTP/2, and one that is refused, and asks why, so that each part that is loaded late is loaded.
 */
import { once } from "node:events";
import { createSecureServer } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import { brotliCompressSync } from "node:zlib";
import { doors, manifest } from "../../tools/doors.ts";
import { identity, openOrigin, rootPem } from "../client/origin.ts";

// `meerkat/register` is imported for what it does, which is to change the program that imports it.
const names = doors.map(({ name }) => name).filter((name) => name !== "meerkat/register");
const variable = (name: string): string => name.replaceAll(/\W/g, "_");

const body = `
async function main() {
  const { Client, HttpsError, request, version } = meerkat;
  const { ECHO, ECHO_CA, ECHO_EITHER, NOT_TLS } = process.env;
  const lab = await meerkat_lab.openLab({ sites: ["good", "expired"] });
  const client = new Client({ roots: Buffer.from(lab.caPem) });
  const good = await client.request(lab.url("good"));
  await good.bytes();
  const failure = await client.request(lab.url("expired")).catch((error) => error);
  const explanation = await failure.why();
  await client.close();
  await lab.close();
  const echo = await request(ECHO, { roots: Buffer.from(ECHO_CA) });
  const h2 = await request(ECHO_EITHER, { roots: Buffer.from(ECHO_CA), method: "POST", body: "over HTTP/2" });
  const notTls = await request(NOT_TLS).catch((error) => error);
  console.log(JSON.stringify({
    version,
    doors: Object.fromEntries(Object.entries(doors).map(([name, door]) => [name, Object.keys(door).length > 0])),
    good: [good.status, good.trust.kind],
    failure: [failure instanceof HttpsError, failure.code],
    findings: explanation.diagnosis.findings.map(({ code }) => code),
    echo: await echo.json(),
    h2: [h2.httpVersion, h2.connection.alpn, h2.trust.kind, await h2.text()],
    notTls: [notTls.code, notTls.detail?.speaks],
  }));
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
`;

const table = `const doors = { ${names.map((name) => `"${name}": ${variable(name)}`).join(", ")} };\n`;

/** The program with \`import\`. */
export const importing: string = [
  ...names.map((name) => `import * as ${variable(name)} from "${name}";\n`),
  table,
  body,
].join("");

/** The program with \`require\`. */
export const requiring: string = [
  ...names.map((name) => `const ${variable(name)} = require("${name}");\n`),
  table,
  body,
].join("");

/** A program that knows nothing of Meerkat: it asks the first server by `fetch`, and prints what that says. */
export const getting = `
fetch(process.env.ECHO)
  .then((response) => response.text())
  .then((text) => console.log(text));
`;

/** What the program prints. */
export const printed = {
  version: manifest.version,
  doors: Object.fromEntries(names.map((name) => [name, true])),
  good: [200, "verified"],
  failure: [true, "expired"],
  findings: ["expired"],
  echo: { userAgent: `meerkat/${manifest.version}` },
  h2: ["2", "h2", "verified", "over HTTP/2"],
  notTls: ["not-tls", "HTTP"],
};

/** The servers that the program asks, and the environment that names them. */
export interface Servers extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/** Opens a server that answers with the User-Agent it was sent, compressed, one of both versions that sends back what it got, and one without TLS. */
export async function openServers(): Promise<Servers> {
  const echo = createServer(identity, ({ headers }, response) => {
    response.setHeader("content-encoding", "br");
    response.end(brotliCompressSync(JSON.stringify({ userAgent: headers["user-agent"] })));
  });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const h2 = createSecureServer(
    { ...identity, allowHTTP1: true },
    (request, response) => void request.pipe(response),
  );
  h2.listen(0, "127.0.0.1");
  await once(h2, "listening");
  const plain = await openOrigin((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), { tls: false });
  const portOf = (server: NetServer): number => (server.address() as AddressInfo).port;
  return {
    env: {
      ECHO: `https://localhost:${portOf(echo)}/`,
      ECHO_CA: rootPem,
      ECHO_EITHER: `https://localhost:${portOf(h2)}/`,
      NOT_TLS: `https://localhost:${plain.port}/`,
    },
    [Symbol.asyncDispose]: async () => {
      echo.close();
      h2.close();
      await plain.close();
    },
  };
}
