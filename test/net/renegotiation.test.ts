/** What was admitted is one handshake: a server of TLS 1.2 that asks for another is not given one. */
import type { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { Client } from "../../src/index.ts";
import { mintIdentity, openOrigin, reply, rootPem } from "../client/origin.ts";

test.each<[string, object]>([
  ["verified", {}],
  ["with OpenSSL's ciphers named", { ciphers: "ECDHE+AESGCM" }],
  ["unverified", { insecure: { reason: "a test" } }],
  ["with a certificate of its own", { clientCertificate: mintIdentity() }],
])("no server makes a client renegotiate: %s", async (_, options) => {
  let settle = (_outcome: string): void => {};
  const outcome = new Promise<string>((resolve) => (settle = resolve));
  await using origin = await openOrigin(
    (socket) =>
      socket.once("data", () => {
        socket.on("close", () => settle("closed"));
        (socket as TLSSocket).renegotiate({}, (error) => {
          if (error === null) settle("renegotiated");
        });
        socket.write(reply("x"));
      }),
    { tls: { maxVersion: "TLSv1.2" } },
  );
  await using client = new Client({ roots: rootPem, proxy: null, environment: {}, ...options });
  const asked = client.request(origin.url).then(
    (response) => response.text(),
    () => "",
  );
  expect(await outcome).toBe("closed");
  await asked;
});
