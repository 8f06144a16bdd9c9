/** An option nobody knows is refused by its name, with what it most likely stands for. */
import { describe, expect, test } from "vitest";
import type { HttpsError } from "../../core/index.ts";
import { Client, type ClientOptions } from "../index.ts";

describe("an unknown option", () => {
  test.each<[object, string, string]>([
    [{ ca: "a PEM" }, "ca", "roots, or addRoots"],
    [{ searchParams: {} }, "searchParams", "query"],
    [{ baseURL: "x" }, "baseURL", "baseUrl"],
    [{ throwHttpErrors: true }, "throwHttpErrors", "throwOnStatus"],
    [{ validateStatus: null }, "validateStatus", "throwOnStatus"],
    [{ cookieJar: {} }, "cookieJar", "cookies"],
    [{ strictSSL: false }, "strictSSL", "insecure: { reason }"],
    [{ responseType: "json" }, "responseType", "json()"],
    [{ rejectUnauthorized: false }, "rejectUnauthorized", "insecure: { reason }"],
    [{ data: {} }, "data", "json"],
    [{ cert: "x" }, "cert", "clientCertificate"],
    [{ key: "x" }, "key", "clientCertificate"],
    [{ servername: "x" }, "servername", "sni"],
    [{ agent: {} }, "agent", "Client"],
    [{ keepAlive: true }, "keepAlive", "idleMs"],
    [{ ALPNProtocols: ["x"] }, "ALPNProtocols", "protocol, or alpn of connect()"],
    [{ allowH2: false }, "allowH2", 'protocol: "auto" (the default), "h2" or "http/1.1"'],
    [{ http2: true }, "http2", "protocol"],
    [{ httpVersion: 2 }, "httpVersion", "protocol"],
    [{ redirect: 3 }, "redirect", "redirects"],
    [{ identiyt: "x" }, "identiyt", "identity"],
    [{ USERAGENT: "x" }, "USERAGENT", "userAgent"],
    [{ wholly: "x" }, "wholly", "docs/api/meerkat.md"],
    [{ timeouts: { idleMs: 1 } }, "timeouts.idleMs", "docs/api/meerkat.md"],
    [{ timeouts: { total: 1 } }, "timeouts.total", "totalMs"],
  ])("%j is refused by its name", async (options, name, hint) => {
    await using client = new Client({ proxy: null });
    const asked = client.request("https://localhost:1/", options);
    const error: unknown = await asked.catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "option-unknown", message: `There is no option "${name}".` });
    expect((error as HttpsError).hint).toContain(hint);
  });

  test("makes no client either", () => {
    expect(() => new Client({ conections: 1 } as ClientOptions)).toThrow('There is no option "conections".');
  });

  test.each<[object, string, string]>([
    [{ limits: { headByte: 1 } }, "limits.headByte", "headBytes"],
    [{ retry: { attempts: 1, delay: 1 } }, "retry.delay", "delayMs"],
    [{ retry: { limit: 2 } }, "retry.limit", "attempts"],
    [{ retry: { attempts: 1, statusCodes: [] } }, "retry.statusCodes", "statuses"],
    [{ insecure: { reason: "r", reasn: "s" } }, "insecure.reasn", "reason"],
    [{ proxyTrust: { root: "x" } }, "proxyTrust.root", "roots"],
    [
      { clientCertificate: { cert: "x", key: "y", passprase: "z" } },
      "clientCertificate.passprase",
      "passphrase",
    ],
  ])("is refused within another too: %j", (options, name, meant) => {
    expect(() => new Client(options as ClientOptions)).toThrow(
      expect.objectContaining({ code: "option-unknown", detail: { option: name, meant } }) as Error,
    );
  });

  test("is a tolerance that nobody knows, too", () => {
    expect(() => new Client({ allow: ["bare-lf" as never] })).toThrow(
      'The option "allow" was given "bare-lf"; it takes "bare-lf-head", perhaps.',
    );
  });
});

describe("a value of another type than the option's", () => {
  test.each<[object, string]>([
    [{ identity: 7 }, "identity"],
    [{ sni: false }, "sni"],
    [{ proxy: new URL("http://localhost/") }, "proxy"],
    [{ allowDowngrade: "no" }, "allowDowngrade"],
    [{ secretHeaders: "x-key" }, "secretHeaders"],
    [{ resolve: { "localhost:1": 7 } }, "resolve[localhost:1]"],
    [{ onEvent: {} }, "onEvent"],
    [{ profile: "public" }, "profile"],
    [{ timeouts: { totalMs: "1" } }, "timeouts.totalMs"],
    [{ limits: { headBytes: Number.NaN } }, "limits.headBytes"],
    [{ retry: {} }, "retry.attempts"],
    [{ retry: 99 }, "retry"],
    [{ authentication: { scheme: "Basic", username: "u", password: "p" } }, "authentication.scheme"],
    [{ authentication: { scheme: "basic", username: "u" } }, "authentication.password"],
    [{ authentication: { scheme: "bearer", token: 7 } }, "authentication.token"],
  ])("%j is refused by the option's name", (options, option) => {
    expect(() => new Client(options as ClientOptions)).toThrow(
      expect.objectContaining({
        code: "option-invalid",
        detail: expect.objectContaining({ option }) as object,
      }) as Error,
    );
  });
});
