/** What must not leave its origin, go on for ever or be believed by accident. */
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { Client, type RequestOptions } from "../../src/index.ts";
import { openLab } from "../../src/lab/index.ts";
import { identityOf, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { answering, openOrigin, reply, rootPem } from "./origin.ts";

const wrongPin = `sha256/${Buffer.alloc(32).toString("base64")}`;

test.each([
  ["with a final dot", "localhost."],
  ["in capitals", "LOCALHOST"],
  ["in full-width letters", "ｌocalhost"],
])("a pin for a host %s is one for the host", async (_, host) => {
  await using origin = await openOrigin(answering(() => reply("x")));
  await using client = new Client({ roots: rootPem, environment: {}, pins: { [host]: [wrongPin] } });
  await expect(client.request(origin.url)).rejects.toMatchObject({ code: "pin-mismatch" });
});

test.each(["localhost:443", "https://localhost", "localhost/path", "user@localhost", "[::1]:443", ""])(
  "a pin for %j, which is not a host alone, is refused",
  async (host) => {
    await using client = new Client({ environment: {}, pins: { [host]: [wrongPin] } });
    await expect(client.request("https://localhost/")).rejects.toMatchObject({ code: "option-invalid" });
  },
);

test("a pin for the URL's host counts when another name is checked", async () => {
  await using origin = await openOrigin(answering(() => reply("x")));
  const pins = { localhost: [wrongPin] };
  await using client = new Client({ roots: rootPem, environment: {}, pins });
  await expect(client.request(origin.url, { identity: "any.localhost" })).rejects.toMatchObject({
    stage: "trust",
  });
});

test("a pin added to options that were used before counts", async () => {
  await using origin = await openOrigin(answering(() => reply("x")));
  await using client = new Client({ roots: rootPem, environment: {} });
  const pins: Record<string, readonly string[]> = {};
  const options: RequestOptions = { pins };
  await (await client.request(origin.url, options)).bytes();
  pins["localhost"] = [wrongPin];
  await expect(client.request(origin.url, options)).rejects.toMatchObject({ code: "pin-mismatch" });
});

test.each(["constructor", "__proto__", "toString"])("a host named %s is a host", async (host) => {
  await using origin = await openOrigin(answering(() => reply("x")));
  const resolve = { [`${host}:${origin.port}`]: "127.0.0.1" };
  await using client = new Client({ roots: rootPem, environment: {}, resolve });
  // The name is not in the certificate, or no URL at all; either is said, and nothing else happens.
  await expect(client.request(`https://${host}:${origin.port}/`)).rejects.toMatchObject({
    name: "HttpsError",
  });
});

test("an exception that a request makes for one origin does not follow a redirect to another", async () => {
  await using lab = await openLab();
  await using elsewhere = await openOrigin(
    answering(() => `HTTP/1.1 302 Found\r\nLocation: ${lab.url("good")}\r\nContent-Length: 0\r\n\r\n`),
  );
  await using client = new Client({ roots: rootPem, environment: {} });
  const insecure = { reason: "the first origin is a device of ours" };
  // The lab's root is a stranger to this client.
  await expect(client.request(elsewhere.url, { insecure })).rejects.toMatchObject({ stage: "trust" });
});

test("the name to check is the first origin's alone", async () => {
  await using lab = await openLab();
  await using home = await openOrigin(
    answering(() => `HTTP/1.1 302 Found\r\nLocation: ${lab.url("wrong-host")}\r\nContent-Length: 0\r\n\r\n`),
  );
  await using client = new Client({ roots: [rootPem, lab.caPem], environment: {} });
  await expect(client.request(home.url, { identity: "localhost" })).rejects.toMatchObject({
    code: "wrong-host",
  });
});

test("a server that calls every nonce stale is answered twice, and no more", async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response
      .writeHead(401, { "WWW-Authenticate": `Digest realm="r", nonce="${asked}", qop="auth", stale=true` })
      .end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await using client = new Client({ environment: {} });
  const authentication = { scheme: "digest", username: "u", password: "p" } as const;
  const response = await client.request(url, { authentication });
  await response.bytes();
  expect([response.status, asked]).toEqual([401, 3]);
  server.close();
});

test.each(["client", "request"] as const)(
  "a client certificate of the %s is shown to the first origin, and to no other that a redirect leads to",
  async (whose) => {
    const clients = mintRoot("Clients");
    const clientCertificate = identityOf(mintLeaf("device-17", clients, { purposes: ["clientAuth"] }));
    // Either would take it.
    const tls = { requestCert: true, rejectUnauthorized: false, ca: pemOf(clients) };
    const shown: (string | undefined)[] = [];
    const note = (socket: Socket): void => {
      shown.push((socket as TLSSocket).getPeerX509Certificate()?.subject);
    };
    await using other = await openOrigin(
      (socket) => {
        note(socket);
        answering(() => reply("other"))(socket, 0);
      },
      { tls },
    );
    const found = `HTTP/1.1 302 Found\r\nlocation: ${other.url}/\r\ncontent-length: 0\r\n\r\n`;
    await using first = await openOrigin(
      (socket) => {
        note(socket);
        answering(() => found)(socket, 0);
      },
      { tls },
    );
    await using client = new Client({
      roots: rootPem,
      environment: {},
      ...(whose === "client" ? { clientCertificate } : {}),
    });
    const response = await client.request(first.url, whose === "request" ? { clientCertificate } : {});
    expect([response.status, await response.text()]).toEqual([200, "other"]);
    expect(shown).toEqual(["CN=device-17", undefined]);
  },
);
