/** Sessions of servers as Debian builds them are resumed as often as by node:https, in a burst too. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Client } from "../../src/index.ts";
import { burst, meerkat, nodeHttps } from "../../test/net/burst.ts";
import { mintAuthority, type AuthorityFiles } from "../servers/authority.ts";
import { findProgram, freePort, startServer, type RunningServer } from "../servers/process.ts";

const openssl = findProgram("openssl");
const nginx = findProgram("nginx");

interface Place extends AuthorityFiles {
  readonly folder: string;
  readonly port: number;
  readonly version: "TLSv1.2" | "TLSv1.3";
}

/** Each closes every connection after its answer. */
const servers: Readonly<Record<string, (place: Place) => Promise<RunningServer>>> = {
  nginx: ({ folder, port, version, chainFile, keyFile }) => {
    writeFileSync(
      join(folder, "nginx.conf"),
      `daemon off; master_process off; error_log stderr warn; pid ${folder}/pid; events {}
       http {
         access_log off;
         ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
         server {
           listen 127.0.0.1:${port} ssl; ssl_protocols ${version};
           ssl_certificate ${chainFile}; ssl_certificate_key ${keyFile};
           keepalive_timeout 0; location / { return 200 "x"; }
         }
       }`,
    );
    return startServer(
      nginx ?? "nginx",
      ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"],
      port,
    );
  },
  openssl: ({ port, version, chainFile, keyFile }) => {
    const files = ["-cert", chainFile, "-cert_chain", chainFile, "-key", keyFile];
    const only = version === "TLSv1.2" ? "-tls1_2" : "-tls1_3";
    return startServer(
      openssl ?? "openssl",
      ["s_server", "-accept", `127.0.0.1:${port}`, ...files, only, "-www"],
      port,
    );
  },
};

describe.skipIf(openssl === undefined || nginx === undefined)(
  "resumption (skipped where nginx or openssl is not installed)",
  () => {
    it.each([
      ["nginx", "TLSv1.2"],
      ["nginx", "TLSv1.3"],
      ["openssl", "TLSv1.2"],
      ["openssl", "TLSv1.3"],
    ] as const)("of a burst of twenty to %s over %s, all resume", async (name, version) => {
      const folder = mkdtempSync(join(tmpdir(), "meerkat-resumption-"));
      const place = { ...mintAuthority(folder), folder, port: await freePort(), version };
      const server = await servers[name]?.(place);
      try {
        const url = `https://localhost:${place.port}/`;
        // Where HTTP/2 may be chosen, the others wait for the first handshake, and have its session.
        await using client = new Client({ roots: place.caFile, environment: {}, protocol: "http/1.1" });
        const node = nodeHttps(url, readFileSync(place.caFile, "utf8"));
        const ours = meerkat(client, url);
        const counts: number[][] = [];
        for (const count of [20, 1, 20, 20])
          counts.push([await burst(node, count), await burst(ours, count)]);
        expect(counts).toEqual([
          [0, 0],
          [1, 1],
          [20, 20],
          [20, 20],
        ]);
      } finally {
        await server?.stop();
        rmSync(folder, { recursive: true });
      }
    });
  },
);
