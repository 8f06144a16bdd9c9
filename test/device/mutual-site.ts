/** A site that wants a client certificate, and says to whom it answers; for examples that show one. */
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { identityOf, type Minted, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";

export interface MutualSite {
  readonly url: string;
  readonly root: Minted;
  /** What the device shows: a certificate of the CA that the site trusts, and its key. */
  readonly client: Minted;
  /** The CA. */
  readonly clientRoot: Minted;
  /** Common names of the clients that were answered. */
  readonly met: readonly string[];
  close(): void;
}

export async function openMutualSite(): Promise<MutualSite> {
  const root = mintRoot("Site Root");
  const clientRoot = mintRoot("Client Root");
  const client = mintLeaf("device-7", clientRoot, { purposes: ["clientAuth"] });
  const met: string[] = [];
  const server: Server = createServer(
    {
      ...identityOf(mintLeaf("localhost", root, { names: ["dns:localhost", "ip:127.0.0.1"] })),
      ca: pemOf(clientRoot),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (incoming, response) => {
      met.push(String((incoming.socket as TLSSocket).getPeerCertificate().subject.CN));
      response.end("hello, device");
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/`,
    root,
    client,
    clientRoot,
    met,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The key as the README of an example says to bring it: PEM, DER, or a header of C++. */
export function keyInForm({ keys: { privateKey } }: Minted, path: string): string | Uint8Array {
  if (path.endsWith(".der")) return privateKey.export({ type: "pkcs8", format: "der" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return path.endsWith(".h") ? `static const char client_key[] = R"KEY(\n${pem})KEY";\n` : pem;
}
