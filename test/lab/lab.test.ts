/** The lab as a whole: opening, closing, choosing sites, the manifest, the index page. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { get } from "node:https";
import { connect, createServer } from "node:net";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue, isCode, type Code } from "../../src/core/index.ts";
import { openLab, renderManifest, type Lab } from "../../src/lab/index.ts";

describe("opening and closing", () => {
  test("two labs are open at once, with a CA each", async () => {
    await using first = await openLab();
    await using second = await openLab();
    expect(first.port).not.toBe(second.port);
    expect(first.caPem).not.toBe(second.caPem);
  });

  test("the CA file holds the CA, and is gone when the lab is closed", async () => {
    const lab = await openLab();
    expect(await readFile(lab.caFile, "utf8")).toBe(lab.caPem);
    await lab.close();
    expect(existsSync(dirname(lab.caFile))).toBe(false);
  });

  test("a lab that is closed twice is closed", async () => {
    const lab = await openLab();
    await Promise.all([lab.close(), lab.close()]);
    await lab.close();
    await expect(connecting(lab.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("closing ends connections that the lab leaves hanging", async () => {
    const lab = await openLab({ sites: ["head-timeout"] });
    const request = get(requestTo(lab, "head-timeout"));
    const ended = new Promise((resolve) => request.once("error", resolve));
    await new Promise((resolve) => request.once("socket", (socket) => socket.once("secureConnect", resolve)));
    await lab.close();
    await expect(ended).resolves.toBeInstanceOf(Error);
  });

  test("a taken port is refused with Node's error", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(openLab({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    taken.close();
  });

  test("a process that opened the lab, asked every site and closed it ends by itself", async () => {
    const program = `
      import { openLab } from "./src/lab/index.ts";
      import { connect } from "node:tls";
      const lab = await openLab();
      await Promise.all(lab.sites.map(({ url }) => new Promise((resolve) => {
        const { hostname, port } = new URL(url);
        const servername = /^[\\d.]+$/.test(hostname) ? "" : hostname;
        const socket = connect({ host: "127.0.0.1", port, servername, rejectUnauthorized: false }, () => {
          socket.write("GET / HTTP/1.1\\r\\nHost: lab\\r\\n\\r\\n");
        });
        socket.once("data", resolve).once("error", resolve).once("close", resolve);
        setTimeout(resolve, 1_000).unref();
      })));
      await lab.close();
      console.log("closed");
    `;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program]);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const status = await new Promise((resolve) => child.once("exit", resolve));
    expect({ output, status }).toEqual({ output: "closed\n", status: 0 });
  });
});

describe("choosing sites", () => {
  test("only the sites that were asked for are served", async () => {
    await using lab = await openLab({ sites: ["expired", "weather"] });
    expect(lab.sites.map(({ name }) => name)).toEqual(["expired", "weather"]);
    expect(() => lab.url("good")).toThrow(RangeError);
  });

  test("a site that does not exist is refused by name", async () => {
    await expect(openLab({ sites: ["exipred"] })).rejects.toThrow('The lab has no site named "exipred".');
  });

  test("a URL has the site's host, the port and the path", async () => {
    await using lab = await openLab({ sites: ["good"] });
    expect(lab.url("good", "/a?b")).toBe(`https://good.lab.localhost:${lab.port}/a?b`);
  });
});

describe("the manifest", () => {
  test("names are unique, in kebab-case, and begin the host", async () => {
    await using lab = await openLab();
    const names = lab.sites.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, host } of lab.sites) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(
        host === "127.0.0.1" || host === `${name}.lab.localhost` || host.endsWith(`.${name}.lab.localhost`),
      ).toBe(true);
    }
  });

  test("a site that has a code's name expects that code", async () => {
    await using lab = await openLab();
    for (const { name, expected } of lab.sites)
      if (isCode(name)) expect([name, expected.code]).toEqual([name, name]);
  });

  test("a site is healthy exactly when nothing catches it", async () => {
    await using lab = await openLab();
    for (const { name, expected, caughtBy } of lab.sites) {
      if (caughtBy === null) expect([name, expected]).toEqual([name, { code: null, status: 200 }]);
    }
  });

  test("every code that a site can provoke has a site, and every other says why not", async () => {
    await using lab = await openLab();
    const provoked = new Set(lab.sites.map(({ expected }) => expected.code));
    const codes = Object.keys(catalogue) as Code[];
    expect(codes.filter((code) => !provoked.has(code)).toSorted()).toEqual(
      Object.keys(withoutSite).toSorted(),
    );
  });

  test("as JSON it is the same list, with its version", async () => {
    await using lab = await openLab();
    const manifest: unknown = JSON.parse(renderManifest(lab));
    expect(manifest).toMatchObject({ schema: 1, port: lab.port, caFile: lab.caFile, sites: lab.sites });
  });
});

describe("the index page", () => {
  test("lists every site with a link, at lab.localhost and for names that no site has", async () => {
    await using lab = await openLab();
    for (const servername of ["lab.localhost", "no-such.lab.localhost", ""]) {
      const page = await fetchText({
        ...requestTo(lab, "good"),
        servername,
        checkServerIdentity: () => undefined,
      });
      for (const { url } of lab.sites) expect(page).toContain(`<a href="${url}">`);
    }
  });

  test("a client that speaks HTTP to the TLS port is told so", async () => {
    await using lab = await openLab({ sites: [] });
    const response = await fetch(`http://127.0.0.1:${lab.port}/`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("https://");
  });
});

/** Codes that no site can provoke, and why. */
const withoutSite: Partial<Readonly<Record<Code, string>>> = {
  "signature-unchecked":
    "about the cryptography that is asked; test/trust/unchecked.test.ts and test/webcrypto have what it lacks",
  "runtime-unfit": "about Bun and Deno; interop/runtimes runs both",
  "network-denied":
    "about a program without permissions; interop/runtimes runs one on Deno, and Node from 26 on",
  "chain-not-shown": "about Bun and Deno; interop/runtimes runs both",
  "verdict-not-shown": "about Bun and Deno; interop/runtimes runs both",
  "url-no-scheme": "about what the caller wrote",
  "url-unknown-scheme": "about what the caller wrote",
  "url-bad-port": "about what the caller wrote",
  "url-credentials": "about what the caller wrote",
  "url-malformed": "about what the caller wrote",
  "url-outside-base": "about what the caller wrote",
  "endpoint-unknown-scheme": "about what the caller wrote",
  "endpoint-plaintext": "about what the caller wrote",
  "endpoint-no-port": "about what the caller wrote",
  "option-unknown": "about what the caller wrote",
  "option-invalid": "about what the caller wrote",
  "ca-file-unreadable": "about what the caller gave",
  "ca-file-empty": "about what the caller gave",
  "ca-file-other-form": "about what the caller gave",
  "ca-file-private-key": "about what the caller gave",
  "ca-file-only-leaf": "about what the caller gave",
  "ca-file-malformed": "about what the caller gave",
  "client-certificate-unusable": "about what the caller gave",
  "request-method-invalid": "about what the caller wrote",
  "request-target-invalid": "about what the caller wrote",
  "request-field-invalid": "about what the caller wrote",
  "request-framing-invalid": "about what the caller wrote",
  "request-body-mismatch": "about what the caller wrote",
  "request-body-failed": "about what the caller wrote",
  "cookie-jar-failed": "about a jar of the caller's",
  "cookie-jar-timeout": "about the caller's own jar",
  "prompt-unwanted": "about what the caller asked of a fetch",
  "redirect-unwanted": "about what the caller asked of a fetch",
  "integrity-mismatch": "about what the caller asked of a fetch",
  "local-url-failed": "about what the caller wrote",
  "redirect-needs-body": "wants a request with a body that cannot be sent twice",
  status: "about what the caller takes for an error",
  "body-not-valid": "about what the caller asked of a body",
  "schema-failed": "about a schema of the caller's",
  "made-body-failed": "about a middleware of the caller's",
  "middleware-failed": "about a middleware of the caller's",
  "middleware-invalid": "about a middleware of the caller's",
  "recording-malformed": "about a file of the caller's",
  "replay-unmatched": "about a recording of the caller's",
  "replay-incomplete": "about a recording of the caller's",
  "body-not-json": "about what the caller asked of a body",
  "resume-refused": "wants a request with the option resume; its own tests serve it",
  "body-already-read": "about what the caller asked of a body",
  "body-unread": "about what the caller left undone",
  "send-buffer-full": "about what the caller left undone",
  "event-stream-refused": "about what the caller took for an event stream",
  "event-too-large": "wants a reader of event streams; its own tests serve it",
  "package-missing": "about what the caller has installed",
  "page-elsewhere": "wants a reader of pages; its own tests serve it",
  "page-invalid": "wants a reader of pages; its own tests serve it",
  "page-loop": "wants a reader of pages; its own tests serve it",
  "too-many-pages": "wants a reader of pages; its own tests serve it",
  "websocket-cut": "wants a WebSocket client; the tests of meerkat/mongoose serve it",
  "websocket-malformed": "wants a WebSocket client; the tests of meerkat/mongoose serve it",
  "websocket-refused": "wants a WebSocket client; the tests of meerkat/mongoose serve it",
  "websocket-too-large": "wants a WebSocket client; the tests of meerkat/mongoose serve it",
  "body-cancelled": "about what the caller did",
  "body-too-large": "about a limit that the caller set",
  "client-closed": "about what the caller did",
  "too-many-waiting": "about how much the caller asked at once",
  "pool-timeout": "about how much the caller asked at once",
  aborted: "about what the caller did",
  "system-store-missing": "about this machine",
  "name-not-found": "about names, and names under localhost are always found",
  "dns-failed": "about names, and names under localhost are always found",
  "dns-timeout": "about names, and names under localhost are always found",
  unreachable: "loopback is always reached",
  "connect-failed": "loopback answers on every address in the same way",
  "connect-timeout": "loopback answers at once",
  "proxy-url-invalid": "the lab has no proxy",
  "proxy-unreachable": "the lab has no proxy",
  "proxy-authentication-required": "the lab has no proxy",
  "proxy-refused": "the lab has no proxy",
  "socks-refused": "the lab has no proxy",
  "proxy-malformed": "the lab has no proxy",
  "proxy-timeout": "the lab has no proxy",
  "starttls-not-offered": "the lab's sites begin with TLS",
  "starttls-refused": "the lab's sites begin with TLS",
  "starttls-malformed": "the lab's sites begin with TLS",
  "starttls-injection": "the lab's sites begin with TLS",
  "starttls-timeout": "the lab's sites begin with TLS",
  "distrusted-after": "about roots of public stores",
  "budget-exhausted": "wants a mesh of CAs on which OpenSSL gives up first",
  "keys-disagree": "wants a moment of validation that is not now, or a chain that OpenSSL's one path misses",
  "no-certificate": "wants a client that offers cipher suites without authentication",
  "unsolicited-bytes": "hits the next request on the connection: second-response sends them",
};

interface Target {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly servername: string;
  readonly agent: false;
}

function requestTo(lab: Lab, site: string): Target {
  return {
    host: "127.0.0.1",
    port: lab.port,
    ca: lab.caPem,
    servername: `${site}.lab.localhost`,
    agent: false,
  };
}

function fetchText(options: Target & { readonly checkServerIdentity: () => undefined }): Promise<string> {
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        resolve(text);
      });
    }).on("error", reject);
  });
}

function connecting(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", reject);
  });
}
