/** Which version of HTTP is spoken with servers from other hands, over which connections, and what is said where that fails. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Client, type Response } from "../../src/index.ts";
import { identityOf, pemOf } from "../../test/pki/index.ts";
import { mintLeaf, mintRoot } from "../../test/pki/today.ts";
import { mintAuthority } from "../servers/authority.ts";
import { startNginx } from "../servers/nginx.ts";
import { freePort, startServer } from "../servers/process.ts";
import { get } from "./checks.ts";
import { apache } from "./servers/apache.ts";
import { haproxy } from "./servers/haproxy.ts";
import { nghttpd } from "./servers/nghttpd.ts";
import { nginx } from "./servers/nginx.ts";
import { startNode } from "./servers/node.ts";
import { isThere, startFront, type Http2Server, type Recipe } from "./servers/place.ts";
import { greeting, large } from "./site.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-h2-choice-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

type Started = Omit<Http2Server, "reload" | "signal">;

const speakers: readonly {
  readonly name: string;
  readonly program: string;
  readonly start: () => Promise<Started>;
}[] = [
  { name: "nginx", program: "nginx", start: () => startFront(nginx) },
  { name: "Apache", program: "apache2", start: () => startFront(apache) },
  { name: "haproxy", program: "haproxy", start: () => startFront(haproxy) },
  { name: "node:http2", program: "openssl", start: () => startNode() },
];

describe.each(speakers)("$name (skipped where it or openssl is not installed)", ({ program, start }) => {
  it.skipIf(!isThere(program))(
    "speaks the version that is asked for, each over connections of its own; sessions of one are not for the other",
    async () => {
      await using server = await start();
      // Each connection is too old for a second request.
      await using client = new Client({ roots: server.caFile, environment: {}, lifetimeMs: 0 });
      const ask = async (protocol: "auto" | "h2" | "http/1.1"): Promise<Response> => {
        const response = await client.request(`${server.origin}/`, { protocol });
        expect(await response.text()).toBe(greeting);
        expect(response.trust.kind).toBe("verified");
        return response;
      };
      const shown = ({ httpVersion, connection: { alpn, resumed } }: Response): unknown => [
        httpVersion,
        alpn,
        resumed,
      ];
      expect(shown(await ask("auto"))).toEqual(["2", "h2", false]);
      expect(shown(await ask("auto"))).toEqual(["2", "h2", true]);
      expect(shown(await ask("http/1.1"))).toEqual(["1.1", "http/1.1", false]);
      expect(shown(await ask("http/1.1"))).toEqual(["1.1", "http/1.1", true]);
      expect(shown(await ask("h2"))).toEqual(["2", "h2", false]);
    },
  );
});

describe.skipIf(!isThere("nginx"))("nginx (skipped where it or openssl is not installed)", () => {
  it("without HTTP/2 is spoken to by HTTP/1.1, or not at all where HTTP/2 alone is asked for", async () => {
    const server = await startNginx();
    try {
      await using client = new Client({ roots: server.caFile, environment: {} });
      const response = await client.request(`${server.origin}/`);
      expect([response.httpVersion, (await response.text()).length > 0]).toEqual(["1.1", true]);
      // nginx breaks the handshake off where nothing that is offered is spoken (RFC 7301 §3.2).
      await expect(client.request(`${server.origin}/`, { protocol: "h2" })).rejects.toMatchObject({
        code: "alpn-mismatch",
        detail: { offered: ["h2"] },
      });
    } finally {
      await server.stop();
    }
  });

  it.each(["TLSv1.2", "TLSv1.3"])("resumes sessions over %s", async (version) => {
    await using server = await startFront(nginx, { lines: `ssl_protocols ${version};` });
    await using client = new Client({ roots: server.caFile, environment: {}, lifetimeMs: 0 });
    const resumed: boolean[] = [];
    for (let i = 0; i < 4; i++) {
      const { response } = await get({ client, origin: server.origin }, "/");
      expect(response.connection.protocol).toBe(version);
      resumed.push(response.connection.resumed);
    }
    expect(resumed).toEqual([false, true, true, true]);
  });

  it("judges clients by their certificates, and no connection serves two of them", async () => {
    const root = mintRoot("Client Root");
    const named = (name: string): ReturnType<typeof identityOf> =>
      identityOf(mintLeaf(name, root, { purposes: ["clientAuth"], names: null }));
    const lines = `ssl_verify_client on; ssl_client_certificate ${file("clients.pem", pemOf(root))};
    add_header x-client $ssl_client_s_dn always;`;
    await using server = await startFront(nginx, { lines });
    await using client = new Client({ roots: server.caFile, environment: {} });
    const asked = { client, origin: server.origin };
    const [first, second] = [{ clientCertificate: named("one") }, { clientCertificate: named("two") }];
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, at) => get(asked, "/", at % 2 === 0 ? first : second)),
    );
    expect(all.map(({ response }) => response.headers.get("x-client"))).toEqual(
      all.map((_, at) => (at % 2 === 0 ? "CN=one" : "CN=two")),
    );
    expect(new Set(all.map(({ response }) => response.connection.id)).size).toBe(2);
    // Without one it answers with an explanation, over HTTP/2.
    const { response, body } = await get(asked, "/");
    expect([response.status, Buffer.from(body).toString()]).toEqual([
      400,
      expect.stringContaining("No required SSL certificate was sent"),
    ]);
  });

  it("answers before an upload is whole, and the connection is as it was", async () => {
    await using server = await startFront(nginx, { lines: "location = /small { client_max_body_size 1k; }" });
    await using client = new Client({ roots: server.caFile, environment: {} });
    const asked = { client, origin: server.origin };
    const { response: before } = await get(asked, "/");
    const { response } = await get(asked, "/small", { method: "POST", body: large });
    const { response: after } = await get(asked, "/");
    expect([response.status, after.status]).toEqual([413, 200]);
    expect(new Set([before, response, after].map(({ connection }) => connection.id)).size).toBe(1);
  });
});

describe.skipIf(!isThere("apache2"))("Apache (skipped where it or openssl is not installed)", () => {
  it("says 421 to who asks for another site than in the handshake; a new connection is tried once", async () => {
    const sites = `<VirtualHost *>
  ServerName localhost
  SSLEngine on
</VirtualHost>
<VirtualHost *>
  ServerName other.localhost
  SSLEngine on
  SSLProtocol TLSv1.2
</VirtualHost>`;
    await using server = await startFront(apache, { lines: sites });
    const { port } = server;
    await using client = new Client({
      roots: server.caFile,
      environment: {},
      resolve: { [`other.localhost:${port}`]: "127.0.0.1" },
    });
    await get({ client, origin: server.origin }, "/");
    const response = await client.request(`https://other.localhost:${port}/`, {
      sni: "localhost",
      identity: "localhost",
    });
    expect(await response.text()).toContain("Misdirected Request");
    expect([response.httpVersion, response.status, response.attempts.length]).toEqual(["2", 421, 2]);
    expect(new Set(response.attempts.map(({ connection }) => connection)).size).toBe(2);
  });
});

describe.skipIf(!isThere("nghttpd"))("nghttpd (skipped where it or openssl is not installed)", () => {
  it("speaks HTTP/2 alone: by HTTP/1.1 nothing is answered", async () => {
    await using server = await startFront(nghttpd);
    await using client = new Client({ roots: server.caFile, environment: {} });
    await get({ client, origin: server.origin }, "/");
    await expect(client.request(`${server.origin}/`, { protocol: "http/1.1" })).rejects.toMatchObject({
      code: "empty-response",
    });
  });
});

const limits: readonly { readonly recipe: Recipe; readonly outcome: object }[] = [
  {
    recipe: nginx,
    outcome: {
      code: "http2-goaway",
      detail: { errorCode: "ENHANCE_YOUR_CALM" },
      hint: expect.stringContaining("shorter fields") as string,
    },
  },
  { recipe: apache, outcome: { status: 431 } },
  { recipe: haproxy, outcome: { code: "http2-goaway", detail: { errorCode: "INTERNAL_ERROR" } } },
  // It takes 64 KiB.
  { recipe: nghttpd, outcome: { status: 200 } },
];

describe.each(limits)(
  "$recipe.program (skipped where it or openssl is not installed)",
  ({ recipe, outcome }) => {
    it.skipIf(!isThere(recipe.program))(
      "says in its own way that a head of 60,000 octets is too large, and the next request is answered",
      async () => {
        await using server = await startFront(recipe);
        await using client = new Client({ roots: server.caFile, environment: {} });
        const asked = { client, origin: server.origin };
        const came: unknown = await get(asked, "/", { headers: { "x-large": "x".repeat(60_000) } }).then(
          ({ response }) => response,
          (error: unknown) => error,
        );
        expect(came).toMatchObject(outcome);
        expect((await get(asked, "/")).response.status).toBe(200);
      },
    );
  },
);

/** Debian's. */
const python = "/usr/bin/python3";

describe.skipIf(!isThere("openssl") || !existsSync(python))(
  "Python's http.server, with h2 among the protocols of its TLS (skipped where it or openssl is not installed)",
  () => {
    it("speaks HTTP/1.1 all the same, and that is said", async () => {
      const place = mkdtempSync(join(folder, "python-"));
      const { chainFile, keyFile, caFile } = mintAuthority(place);
      const port = await freePort();
      const program = `import http.server, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(${JSON.stringify(chainFile)}, ${JSON.stringify(keyFile)})
context.set_alpn_protocols(["h2", "http/1.1"])
server = http.server.ThreadingHTTPServer(("127.0.0.1", ${port}), http.server.SimpleHTTPRequestHandler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()`;
      const server = await startServer(python, ["-c", program], port);
      try {
        await using client = new Client({ roots: caFile, environment: {} });
        const url = `https://localhost:${port}/`;
        await expect(client.request(url)).rejects.toMatchObject({ code: "http2-not-spoken" });
        const response = await client.request(url, { protocol: "http/1.1" });
        expect(response.status).toBe(200);
        await response.bytes();
      } finally {
        await server.stop();
      }
    });
  },
);
