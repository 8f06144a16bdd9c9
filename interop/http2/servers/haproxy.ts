/** haproxy: everything from the application, which speaks HTTP/1.1. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Recipe } from "./place.ts";

export const haproxy: Recipe = {
  program: "haproxy",
  reloadSignal: "SIGUSR2",
  argsOf: ({ folder, port, chainFile, keyFile, backendPort, streams, lines, generation, isReloadable }) => {
    const pem = join(folder, "server-and-key.pem");
    writeFileSync(pem, readFileSync(chainFile, "utf8") + readFileSync(keyFile, "utf8"));
    const file = join(folder, "haproxy.cfg");
    writeFileSync(
      file,
      `global
  maxconn 500
  tune.h2.max-concurrent-streams ${streams}
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend f
  bind 127.0.0.1:${port} ssl crt ${pem} alpn h2,http/1.1
  http-after-response set-header x-client-port %[src_port]
  http-after-response set-header x-generation ${generation}
  ${lines}
  default_backend app
backend app
  server app 127.0.0.1:${backendPort}
`,
    );
    return [...(isReloadable ? ["-W"] : []), "-db", "-q", "-f", file];
  },
};
