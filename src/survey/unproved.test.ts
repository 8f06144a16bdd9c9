/** A chain counts only from a server that has shown that the key of it is its own: chains are public, and can be sent by anybody. */
import { once } from "node:events";
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { compilePolicy } from "../admission/index.ts";
import type { Hello } from "../core/index.ts";
import { identityOf, pemOf, rsaKeys } from "../../test/pki/index.ts";
import { mintLeaf, mintRoot } from "../../test/pki/today.ts";
import { onLoopback } from "../../test/survey-request.ts";
import { surveyEndpoint } from "./survey.ts";
import type { Meeting } from "./meeting.ts";

const host = "a.localhost";
const root = mintRoot("Root", { keys: rsaKeys() });
const leaf = mintLeaf(host, root, { keys: rsaKeys(2048, 1) });
const policy = compilePolicy({ roots: pemOf(root) }, {});
const signedExchange: Hello = {
  versions: ["TLSv1.2"],
  suites: ["ECDHE-RSA-AES128-GCM-SHA256"],
  groups: ["x25519", "secp256r1"],
  signatureAlgorithms: ["rsa_pkcs1_sha256"],
};
const unsignedExchange: Hello = { ...signedExchange, suites: ["AES128-GCM-SHA256"] };

/** What of the server's flight is passed on: each message, whole, changed, or not at all and nothing after it. */
type Alter = (message: Buffer, type: number) => Buffer | undefined;

const certificate = 11;
const serverKeyExchange = 12;
const serverHelloDone = 14;

/** Somebody between client and server, who has no key of the server's. */
async function serveThrough(alterOf: () => Alter, options: TlsOptions = {}): Promise<number> {
  const server = createServer({ ...identityOf(leaf), maxVersion: "TLSv1.2", ...options }, (socket) => {
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const between = createTcpServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) socket.on("error", () => {});
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    client.pipe(upstream);
    relay(upstream, client, alterOf());
  });
  await once(between.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void (server.close(), between.close()));
  return (between.address() as AddressInfo).port;
}

function relay(upstream: Socket, client: Socket, alter: Alter): void {
  let held = Buffer.alloc(0);
  upstream.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 5 && held.length >= 5 + held.readUInt16BE(3)) {
      const record = Buffer.from(held.subarray(0, 5 + held.readUInt16BE(3)));
      held = held.subarray(record.length);
      const passed = record[0] === 22 ? alter(record, record[5] ?? 0) : record;
      if (passed === undefined) return void client.end();
      client.write(passed);
    }
  });
}

async function meetThrough(port: number, hello: Hello): Promise<Meeting | undefined> {
  const { meetings } = await surveyEndpoint({ ...onLoopback({ host, port, policy }), hello });
  return meetings[0];
}

const upTo =
  (last: number): Alter =>
  (message, type) =>
    type > last && type < 16 ? undefined : message;

/** Nothing is passed on of what follows the client's answer. */
function firstFlight(alter: Alter): () => Alter {
  return () => {
    let isOver = false;
    return (message, type) => {
      if (isOver) return undefined;
      isOver = type === serverHelloDone;
      return alter(message, type);
    };
  };
}

const spoil: Alter = (message, type) => {
  if (type === serverKeyExchange) message[message.length - 1] = (message.at(-1) ?? 0) ^ 1;
  return message;
};

const ciphers = "AES128-GCM-SHA256";
const requestCert = { requestCert: true, ca: pemOf(mintRoot("Clients")) };

it.each<readonly [law: string, hello: Hello, alter: Alter, options: TlsOptions]>([
  ["ended behind its certificates", signedExchange, upTo(certificate), {}],
  ["signed with another key", signedExchange, spoil, {}],
  ["signed with another key, and wants a certificate", signedExchange, spoil, requestCert],
  // All that is needed can be repeated by who has seen it; only the end of the handshake proves the key.
  [
    "signed nothing, as the exchange by RSA does not",
    unsignedExchange,
    upTo(serverHelloDone),
    { ciphers, ...requestCert },
  ],
])("a chain has no word of OpenSSL's where the server %s", async (_law, hello, alter, options) => {
  const meeting = await meetThrough(await serveThrough(firstFlight(alter), options), hello);
  expect([meeting?.chain.length, meeting?.error?.stage, meeting?.openssl]).toEqual([1, "tls", undefined]);
});

it("a chain has OpenSSL's word where the exchange was signed with its key, and the end did not come", async () => {
  const port = await serveThrough(
    firstFlight((message) => message),
    requestCert,
  );
  const meeting = await meetThrough(port, signedExchange);
  expect([meeting?.chain.length, meeting?.error?.stage, meeting?.openssl]).toEqual([
    1,
    "tls",
    { accepted: true },
  ]);
});
