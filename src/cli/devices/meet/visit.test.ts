/** A visit leaves nothing open behind it: a list of hundreds of sites is hundreds of connections. */
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { identityOf, pemOf } from "../../../../test/pki/index.ts";
import { mintLeaf, mintRoot } from "../../../../test/pki/today.ts";
import { visitAll } from "./visit.ts";

it("a connection is closed soon after its visit, and not only once all sites have been visited", async () => {
  const root = mintRoot("Root");
  const leaf = mintLeaf("a.localhost", root, { names: ["dns:a.localhost", "dns:b.localhost"] });
  // The second site does not answer before the first one's connection is gone.
  let isGone: () => void = () => {};
  const gone = new Promise<void>((resolve) => (isGone = resolve));
  const server = createServer(identityOf(leaf), ({ headers: { host = "" }, socket }, response) => {
    if (host.startsWith("a.")) {
      socket.once("close", isGone);
      response.end();
    } else void gone.then(() => response.end());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const urls = [`https://a.localhost:${port}/`, `https://b.localhost:${port}/`];
  const visits = await visitAll(urls, {
    // Less than an idle connection is kept for by default.
    client: { roots: pemOf(root), timeouts: { totalMs: 3_000 }, environment: {} },
    follow: true,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  expect(visits.map(({ failure }) => failure?.error.message)).toEqual([undefined, undefined]);
});
