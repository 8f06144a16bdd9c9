/** The process every client is measured against: nginx where it is installed, else Node; and a proxy. */
import { fork } from "node:child_process";
import { once } from "node:events";
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
/** A process of its own: what it does is not to wait for what is done here. */
const relay = fork(join(import.meta.dirname, "relay.js"), [new URL(started.http2).port, "40"], {
  execArgv: [],
});
const [far] = (await once(relay, "message")) as [number];
const server = version === undefined ? `Node ${process.versions.node}` : `nginx ${version}`;
const origins = { ...started, http2Far: `https://localhost:${far}`, proxy: await startProxy(), server };
const ready: Ready = { origins, ca: identity.ca };
process.send?.(ready);
