/** What a policy and a verdict make of a runtime that shows less than Node: as it is told, and never as a reason to admit. */
import { describe, expect, test } from "vitest";
import { extension, mintChain, noon } from "../../test/pki/index.ts";
import { writeInteger, writeSequence } from "../der/index.ts";
import { HttpsError } from "../core/index.ts";
import { bun, deno, node, type Runtime } from "../runtime/index.ts";
import { unseenWord } from "../trust/index.ts";
import { extensionOid } from "../x509/index.ts";
import { compilePolicy, type TrustPolicy } from "./policy.ts";
import type { TrustOptions } from "./trust-options.ts";
import { admit, type Evidence } from "./two-keys.ts";

const host = "host.example.com";
const chain = mintChain();
const { root, leaf } = chain;
const intermediate = chain.intermediate ?? root;
/** RFC 7633: status_request (5) is demanded. */
const mustStaple = extension(extensionOid.tlsFeature, false, writeSequence(writeInteger(5)));

const normal: Evidence = {
  host,
  name: host,
  sent: [leaf.der, intermediate.der],
  staple: undefined,
  openssl: { accepted: true },
  resumed: false,
};

function policyOn(runtime: Runtime, options: TrustOptions = {}): TrustPolicy {
  return compilePolicy({ roots: root.der, at: noon, ...options }, {}, runtime);
}

function refusal(work: () => unknown): HttpsError {
  try {
    work();
  } catch (error) {
    if (error instanceof HttpsError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("an option whose promise a runtime cannot keep is refused", () => {
  test.each<[Runtime, TrustOptions, option: string, words: RegExp]>([
    [bun, { revocation: "stapled" }, "revocation", /^"off" on Bun, which does not show/],
    [deno, { revocation: "stapled" }, "revocation", /^"off" on Deno, which does not show/],
    [bun, { ciphers: "TLS_AES_128_GCM_SHA256" }, "ciphers", /^no suites of TLS 1\.3 on Bun/],
    [deno, { ciphers: "ECDHE+AESGCM" }, "ciphers", /^nothing on Deno/],
  ])("on $name: %o", (runtime, options, option, words) => {
    const error = refusal(() => policyOn(runtime, options));
    expect(error).toMatchObject({ code: "option-invalid", detail: { option } });
    expect((error.detail as { readonly expected: string }).expected).toMatch(words);
    expect(() => policyOn(node, options)).not.toThrow();
  });

  test("one that it can keep is taken", () => {
    expect(() => policyOn(bun, { revocation: "off", ciphers: "ECDHE+AESGCM" })).not.toThrow();
    expect(() => policyOn(deno, { revocation: "off" })).not.toThrow();
  });

  test.each([bun, deno])("$name is not made to offer what another client would", (runtime) => {
    const error = refusal(() => policyOn(runtime).contextOffering({}));
    expect(error).toMatchObject({ code: "runtime-unfit", detail: { runtime: runtime.name } });
    expect(() => policyOn(node).contextOffering({})).not.toThrow();
  });
});

describe("a report", () => {
  test.each([bun, deno])(
    "on $name says what cannot be seen, and does not say that nothing was stapled",
    (runtime) => {
      const { report } = admit(normal, policyOn(runtime));
      expect(report.notChecked[0]).toBe(
        "revocation: whether the server stapled an OCSP response cannot be seen here",
      );
      expect(report.explain()).toMatch(
        /^Cannot be seen here: whether the server stapled an OCSP response; which certificates the server itself sent .*; whether close_notify .*; whether the server asked for a client certificate\.$/m,
      );
      expect(report.toJSON().unseen).toHaveLength(4);
    },
  );

  test("on Node has nothing unseen", () => {
    const { report } = admit(normal, policyOn(node));
    expect(report.unseen).toEqual([]);
    expect(report.explain()).not.toContain("Cannot be seen");
    expect(report.notChecked[0]).toBe("revocation: the server stapled no OCSP response");
  });

  test("names the TLS whose word it is", () => {
    const openssl = { accepted: false, code: "CERT_REJECTED", reason: "certificate rejected" } as const;
    const error = refusal(() => admit({ ...normal, openssl }, policyOn(bun)));
    expect(error).toMatchObject({ code: "keys-disagree", detail: { library: "BoringSSL" } });
    expect(error.message).toMatch(/^BoringSSL refused the certificate/);
    expect(error.trust?.disagreement).toMatch(/^BoringSSL refused the chain .* BoringSSL's word stands\.$/);
  });
});

describe("what is not shown admits nobody", () => {
  test("a verdict that is not shown, whatever the engine says", () => {
    const error = refusal(() => admit({ ...normal, openssl: unseenWord }, policyOn(deno)));
    expect(error).toMatchObject({
      code: "verdict-not-shown",
      detail: { host, runtime: "Deno", library: "rustls" },
    });
    expect(error.trust?.disagreement).toBeUndefined();
  });

  test("a chain that was refused and is not shown", () => {
    const openssl = { accepted: false, code: "CERT_REJECTED", reason: "certificate rejected" } as const;
    const unseen = { ...normal, sent: [], openssl };
    expect(refusal(() => admit(unseen, policyOn(bun)))).toMatchObject({
      code: "chain-not-shown",
      detail: { libraryCode: "CERT_REJECTED", runtime: "Bun", library: "BoringSSL" },
    });
    expect(refusal(() => admit(unseen, policyOn(node)))).toMatchObject({ code: "no-certificate" });
  });

  test("a staple that the certificate demands", () => {
    const demands = mintChain({ leaf: { extra: [mustStaple] } });
    const sent = [demands.leaf.der, (demands.intermediate ?? demands.root).der];
    const policy = compilePolicy({ roots: demands.root.der, at: noon }, {}, bun);
    const error = refusal(() => admit({ ...normal, sent }, policy));
    expect(error).toMatchObject({ code: "revocation-unknown" });
    expect(error.message).toContain("whether one came cannot be seen here");
    const onNode = compilePolicy({ roots: demands.root.der, at: noon }, {}, node);
    expect(refusal(() => admit({ ...normal, sent }, onNode)).message).toContain("none came");
  });
});
