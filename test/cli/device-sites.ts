/** HTTPS sites on loopback with the chains and redirects that a test wants, by server name, at one port. */
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import { identityOf, type Minted } from "../pki/index.ts";

export interface SiteRecipe {
  /** The leaf first. */
  readonly chain: readonly [Minted, ...Minted[]];
  /** Where `/` leads: another of the sites, or any URL. */
  readonly leadsTo?: string;
}

export interface Sites {
  readonly port: number;
  /** `https://HOST:PORT/`. */
  url(host: string): string;
  /** The site as reports name it. */
  site(host: string): string;
  close(): Promise<void>;
}

/** Opens them. `beforeAnswer` is waited for with every request. */
export async function openSites(
  recipes: Readonly<Record<string, SiteRecipe>>,
  beforeAnswer: () => Promise<void> = () => Promise.resolve(),
): Promise<Sites> {
  const server: Server = createServer(
    {
      SNICallback: (name, done) => {
        const chain = recipes[name]?.chain;
        if (chain === undefined) return done(new Error(`no site ${name}`));
        done(null, createSecureContext(identityOf(...chain)));
      },
    },
    (request, response) => {
      const host = (request.headers.host ?? "").replace(/:\d+$/, "");
      const target = recipes[host]?.leadsTo;
      void beforeAnswer().then(() => {
        if (target !== undefined) {
          response.writeHead(302, { location: target.includes("://") ? target : url(target) });
        }
        response.end();
      });
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = (host: string): string => `https://${host}:${port}/`;
  return {
    port,
    url,
    site: (host) => `${host}:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
