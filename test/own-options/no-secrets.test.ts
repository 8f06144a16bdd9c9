/** What is refused may be a secret in the wrong place: the error names the option or the field, and does not repeat it. */
import { get } from "node:https";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Client, createFetch, HttpsError, MeerkatAgent, request } from "../../src/index.ts";

const url = "https://localhost:1/"; // Never connected to: what is refused here is refused before.
const secret = "S3CRET/of+mine=";

/** All that a log would have of it. */
function printed(error: unknown): string {
  expect(error).toBeInstanceOf(HttpsError);
  const { message, hint } = error as HttpsError;
  return [message, hint, JSON.stringify(error), inspect(error, { depth: 9 })].join("\n");
}

describe("a field whose value cannot be sent is refused without it:", () => {
  test.each([
    "Authorization",
    "cookie",
    "proxy-authorization",
    "X-Api-Key",
    "x-auth",
    "X-Amz-Security-Token",
    "client-secret",
    "X-CSRF",
    "x-password",
    "Session-Id",
    "X-Signature",
    "x-credential",
  ])("%s", async (name) => {
    const error: unknown = await request(url, { headers: { [name]: `${secret}\n` } }).catch(
      (e: unknown) => e,
    );
    expect(printed(error)).toContain(name);
    expect(printed(error)).not.toContain("S3CRET");
  });

  test("and one that is called secret", async () => {
    const options = { headers: { "x-plain": `${secret}\n` }, secretHeaders: ["X-Plain"] };
    const error: unknown = await request(url, options).catch((e: unknown) => e);
    expect(printed(error)).not.toContain("S3CRET");
  });

  test("while another one is shown", async () => {
    const options = { headers: { "x-plain": "shown\n" } };
    expect(printed(await request(url, options).catch((e: unknown) => e))).toContain("shown");
  });
});

test("a store that the environment names by a URL is missed without what may be secret in it", async () => {
  for (const name of ["SSL_CERT_FILE", "SSL_CERT_DIR"]) {
    const environment = { [name]: `https://user:${secret}@host/` };
    await using client = new Client({ roots: "system", environment });
    const error: unknown = await client.request(url).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "system-store-missing" });
    expect(printed(error)).not.toContain("S3CRET");
  }
});

test("the system's own word for what is not a file does not repeat it either", async () => {
  const roots = `https://user:${secret}@host/${"x".repeat(5_000)}`;
  const error: unknown = await request(url, { roots }).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: "ca-file-unreadable" });
  expect(printed(error).includes("S3CRET")).toBe(false);
});

test("a file's name with an @ in it is shown, and why the system does not have it", async () => {
  const error: unknown = await request(url, { roots: "no/such/ca@2x.pem" }).catch((e: unknown) => e);
  expect(error).toMatchObject({
    code: "ca-file-unreadable",
    detail: { file: "no/such/ca@2x.pem" },
    cause: { code: "ENOENT" },
  });
});

describe("an option that cannot be what it is, is refused without it:", () => {
  test.each<[string, object]>([
    ["identity", { identity: `https://user:${secret}@host/` }],
    ["identity", { identity: `user:${secret}@host` }],
    ["profile", { profile: secret }],
    ["allow", { allow: [secret] }],
    ["family", { family: secret }],
    ["redirects", { redirects: secret }],
    ["decompress", { decompress: secret }],
    ["authentication", { authentication: secret }],
    ["authentication.scheme", { authentication: { scheme: secret, username: "u", password: "p" } }],
    ["cookies", { cookies: secret }],
    ["retry", { retry: secret }],
    ["resume", { resume: secret }],
    ["timeouts", { timeouts: secret }],
    ["timeouts.headMs", { timeouts: { headMs: secret } }],
    ["pins", { pins: secret }],
    ["headers", { headers: secret }],
    ["proxy", { proxy: `user:${secret}@host:1` }],
    ["proxy", { proxy: `ftp://user:${secret}@host:1` }],
    ["proxy", { proxy: `http://user:${secret}@host:99999` }],
    ["proxy", { proxy: `http://user:${secret}@ho st` }],
    ["resolve", { resolve: { "localhost:1": `user:${secret}@host` } }],
    ["method", { method: `https://user:${secret}@host/` }],
    ["roots", { roots: `https://user:${secret}@host/ca.pem` }],
    ["roots in a list", { roots: ["mozilla", `https://host/ca.pem?token=${secret}`] }],
    ["addRoots", { addRoots: "user:S3CRET@host" }],
    ["proxyTrust.roots", { proxyTrust: { roots: `https://user:${secret}@host/` }, proxy: "https://p:1" }],
    ["ciphers", { ciphers: `https://user:${secret}@host/` }],
    ["pins", { pins: { host: [`https://user:${secret}@host/`] } }],
    ["socketPath", { socketPath: `http://user:${secret}@host/` }],
    ["userAgent", { userAgent: `https://user:${secret}@host/\n` }],
    ["a field's name", { headers: { [`https://user:${secret}@host/`]: "x" } }],
    ["an option's name", { [`https://user:${secret}@host/`]: "x" }],
  ])("%s: %o", async (_option, options) => {
    const asked = async (): Promise<unknown> => {
      await using client = new Client({ environment: {}, ...(options as { identity?: string }) });
      return client.request(url);
    };
    for (const ask of [asked, () => request(url, options)])
      expect(printed(await ask().catch((e: unknown) => e))).not.toContain("S3CRET");
  });

  test.each([`user:${secret}@localhost`, `https://user:${secret}@localhost/`, `localhost/${secret}`])(
    "an agent's host %j",
    async (host) => {
      await using client = new Client({ environment: {} });
      const agent = new MeerkatAgent(client);
      const error = await new Promise((resolve) => {
        get({ agent, host, servername: "localhost", headers: { host: "localhost" } }).on("error", resolve);
      });
      expect(printed(error)).toContain("host");
      expect(printed(error)).not.toContain("S3CRET");
    },
  );

  test.each(["scheduling", "keepAlive", "maxSockets", "timeout"])("an agent's %s", (option) => {
    let error: unknown;
    try {
      void new MeerkatAgent(new Client(), { [option]: secret });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "option-invalid" });
    expect(printed(error)).not.toContain("S3CRET");
  });
});

describe("a URL that cannot be asked is refused without its secrets:", () => {
  test.each([
    `https://user:${secret}@localhost/`,
    `htps://user:${secret}@localhost/`,
    `user:${secret}@localhost`,
    `https://user:${secret}@localhost:99999/`,
    `https://localhost:${secret}`,
    `https:user:${secret}`,
    `https://user%3A${secret}%40localhost/`,
    `localhost/?token=${secret}`,
    `https://localhost:0/#${secret}`,
  ])("%s", async (given) => {
    expect(printed(await request(given).catch((e: unknown) => e))).not.toContain("S3CRET");
  });

  test.each([
    "https://user:S3CRET@localhost/",
    `/relative?token=${secret}`,
    `//user:${secret}@localhost/`,
    new URL("https://user:S3CRET@localhost/?token=S3CRET"),
  ])("%s, by fetch", async (given) => {
    await using client = new Client({ environment: {} });
    const error: unknown = await createFetch(client)(given).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error, { depth: 9 })).toContain("***");
    expect(inspect(error, { depth: 9 })).not.toContain("S3CRET");
  });
});
