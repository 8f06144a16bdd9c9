/** An option nobody knows is refused by its name, with what it most likely stands for. */
import { describe, expect, test } from "vitest";
import type { HttpsError } from "../../core/index.ts";
import { Client, type ClientOptions } from "../index.ts";

describe("an unknown option", () => {
  test.each<[object, string, string]>([
    [{ ca: "a PEM" }, "ca", "roots, or addRoots"],
    [{ timeout: 1_000 }, "timeout", "timeouts: { totalMs }"],
    [{ rejectUnauthorized: false }, "rejectUnauthorized", "insecure: { reason }"],
    [{ json: {} }, "json", "body"],
    [{ cert: "x" }, "cert", "clientCertificate"],
    [{ key: "x" }, "key", "clientCertificate"],
    [{ servername: "x" }, "servername", "sni"],
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
});
