/** The process every client is measured against: nginx where it is installed, else Node; and a proxy. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProxy } from "./server/connect-proxy.ts";
import { mintIdentity } from "./server/identity.ts";
import { nginxVersion, startNginx } from "./server/nginx.ts";
import { startNode } from "./server/node.ts";
import type { Origins } from "./server/origins.ts";

/** What the server tells the one who started it, once. */
export interface Ready {
  readonly origins: Origins;
  readonly ca: string;
}

const sizes = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "bench-server-"));
const identity = mintIdentity();
const version = nginxVersion();
const { stop, ...started } =
  version === undefined ? await startNode(identity) : await startNginx(folder, identity, sizes);
process.on("disconnect", () => {
  void stop().then(() => {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
});
const server = version === undefined ? `Node ${process.versions.node}` : `nginx ${version}`;
const ready: Ready = { origins: { ...started, proxy: await startProxy(), server }, ca: identity.ca };
process.send?.(ready);
