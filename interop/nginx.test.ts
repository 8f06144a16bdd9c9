/** Against nginx as Debian builds it, with a certificate of a test CA made by openssl: the library and the program. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../src/index.ts";
import { hasNginx, startNginx, type Nginx } from "./servers/nginx.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

describe.skipIf(!hasNginx)("nginx (skipped where nginx or openssl is not installed)", () => {
  let nginx: Nginx;
  let client: Client;
  beforeAll(async () => {
    nginx = await startNginx();
    client = new Client({ roots: nginx.caFile });
  });
  afterAll(async () => {
    await client.close();
    await nginx.stop();
  });

  it("is verified up to the test CA, and the report says from which file and line", async () => {
    const response = await client.request(`${nginx.origin}/`);
    expect(await response.text()).toBe("<p>Hello from nginx.</p>\n");
    expect(response.status).toBe(200);
    expect(response.trust.kind).toBe("verified");
    expect(response.trust.anchor?.subject.display).toBe("Interop Test Root");
    expect(response.trust.anchor?.source).toMatchObject({ file: nginx.caFile, line: 1 });
    expect(response.trust.path.map(({ subject }) => subject.display)).toEqual([
      "localhost",
      "Interop Test Intermediate",
    ]);
  });

  it("is verified by its address as well, which its certificate names", async () => {
    const response = await client.request(`https://127.0.0.1:${nginx.port}/`);
    expect(response.trust.kind).toBe("verified");
    await response.bytes();
  });

  it("keeps the connection, and the next request goes over it", async () => {
    const ids = new Set<number>();
    for (let i = 0; i < 5; i++) {
      const response = await client.request(`${nginx.origin}/`);
      await response.bytes();
      ids.add(response.connection.id);
    }
    expect(ids.size).toBe(1);
  });

  it("sends a body in chunks, which is whole and keeps the connection", async () => {
    const response = await client.request(`${nginx.origin}/chunked/`);
    expect(response.headers.get("transfer-encoding")).toBe("chunked");
    expect(await response.text()).toMatch(/^<html>[^]*large\.bin[^]*<\/html>\r\n$/);
    expect(response.completeness).toBe("complete");
  });

  it("sends a body until it closes, and its close_notify says that this was all", async () => {
    const response = await client.request(`${nginx.origin}/until-close/`);
    expect(response.headers.has("content-length")).toBe(false);
    expect(response.headers.has("transfer-encoding")).toBe(false);
    expect(await response.text()).toMatch(/^<html>[^]*<\/html>\r\n$/);
    // Where Node's counters cannot tell close_notify from a bare FIN, that is what has to be said.
    expect(["complete", "unverifiable"]).toContain(response.completeness);
  });

  it("sends eight megabytes, and every byte arrives", async () => {
    const response = await client.request(`${nginx.origin}/large.bin`);
    expect(Buffer.compare(await response.bytes(), nginx.large)).toBe(0);
  });

  it("answers a range, a condition and HEAD as RFC 9110 has it", async () => {
    const range = await client.request(`${nginx.origin}/large.bin`, { headers: { range: "bytes=10-19" } });
    expect(range.status).toBe(206);
    expect(Buffer.compare(await range.bytes(), nginx.large.subarray(10, 20))).toBe(0);
    const head = await client.request(`${nginx.origin}/`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const etag = head.headers.get("etag") ?? "";
    const same = await client.request(`${nginx.origin}/`, { headers: { "if-none-match": etag } });
    expect([same.status, await same.text()]).toEqual([304, ""]);
  });

  it("goes on with a body whose connection is cut again and again, and every byte arrives once", async () => {
    let connections = 0;
    const relay = createServer((socket) => {
      const onward = connect(nginx.port, "127.0.0.1");
      const isCut = ++connections <= 3;
      let bytes = 0;
      onward.on("data", (chunk) => {
        bytes += chunk.length;
        if (isCut && bytes > 1_500_000) socket.destroy();
        else socket.write(chunk);
      });
      socket.pipe(onward);
      socket.on("error", () => {}).on("close", () => onward.destroy());
      onward.on("error", () => {}).on("close", () => socket.destroy());
    });
    relay.listen(0, "127.0.0.1");
    await once(relay, "listening");
    try {
      const { port } = relay.address() as AddressInfo;
      await using cut = new Client({ roots: nginx.caFile, resume: true, protocol: "http/1.1" });
      const response = await cut.request(`https://localhost:${port}/large.bin`);
      expect(Buffer.compare(await response.bytes(), nginx.large)).toBe(0);
      expect(response.resumptions.map(({ after, trust }) => [after, trust.kind])).toEqual(
        Array.from({ length: 3 }, () => ["body-truncated", "verified"]),
      );
    } finally {
      relay.close();
    }
  });

  it.each([
    ["/empty", 204, ""],
    ["/teapot", 418, "short and stout"],
    ["/nonesuch", 404, expect.stringContaining("404 Not Found") as string],
  ])("answers %s with %d, which is a result", async (path, status, body) => {
    const response = await client.request(`${nginx.origin}${path}`);
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  it("follows a redirect on the same site", async () => {
    const response = await client.request(`${nginx.origin}/moved`);
    expect(await response.text()).toBe("<p>Hello from nginx.</p>\n");
    expect(response.redirects.map(({ status }) => status)).toEqual([301]);
  });

  it("is refused without the test CA, and no request reaches it", async () => {
    await using stranger = new Client();
    await expect(stranger.request(`${nginx.origin}/`)).rejects.toMatchObject({
      code: "missing-intermediate",
      detail: { issuer: "Interop Test Root" },
    });
  });

  it("is refused by another name than its certificate's", async () => {
    const resolve = { [`nginx.example:${nginx.port}`]: "127.0.0.1" };
    await expect(client.request(`https://nginx.example:${nginx.port}/`, { resolve })).rejects.toMatchObject({
      code: "wrong-host",
      detail: { name: "nginx.example", names: ["localhost", "127.0.0.1"] },
    });
  });

  describe("with the program", () => {
    const get = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, ["--import", "tsx", "src/cli/main.ts", "get", ...args], {
        cwd: root,
        encoding: "utf8",
      });

    it("prints the body on stdout, and who vouched on stderr", () => {
      const { status, stdout, stderr } = get("--cacert", nginx.caFile, `${nginx.origin}/`);
      expect({ status, stdout }).toEqual({ status: 0, stdout: "<p>Hello from nginx.</p>\n" });
      expect(stderr).toMatch(/^trust: localhost was verified: Interop Test Root vouches for it/);
    });

    it("sends the User-Agent that was asked for, or none", () => {
      expect(get("-s", "--cacert", nginx.caFile, `${nginx.origin}/agent`).stdout).toMatch(/^meerkat\/\d/);
      expect(get("-s", "--cacert", nginx.caFile, "-A", "x/1", `${nginx.origin}/agent`).stdout).toBe("x/1");
      expect(get("-s", "--cacert", nginx.caFile, "-A", "", `${nginx.origin}/agent`).stdout).toBe("");
    });

    it("ends with curl's 60 where the CA is not given", () => {
      const { status, stdout, stderr } = get(`${nginx.origin}/`);
      expect({ status, stdout }).toEqual({ status: 60, stdout: "" });
      expect(stderr).toMatch(/^error: [^]*\nhint: /);
    });
  });
});
