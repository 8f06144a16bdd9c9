/** What a narrower first message would be: nothing is offered that the wider one did not. */
import { describe, expect, it } from "vitest";
import { keyTypesOf, restrictHello, type Hello } from "./hello.ts";

const both: Hello = {
  versions: ["TLSv1.2", "TLSv1.3"],
  suites: ["TLS_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "AES128-SHA"],
  groups: ["x25519"],
  signatureAlgorithms: ["ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256", "ed25519"],
};
const onlyTls13: Hello = { ...both, versions: ["TLSv1.3"], suites: ["TLS_AES_128_GCM_SHA256"] };

describe("keys that a server may answer with", () => {
  it.each<readonly [law: string, hello: Hello, types: readonly string[]]>([
    ["stand in the order of the suites", both, ["RSA", "ECDSA"]],
    ["of TLS 1.3 follow from the signature algorithms", onlyTls13, ["ECDSA", "RSA"]],
    [
      "of DSA count for nothing, as no server has one",
      { ...both, versions: ["TLSv1.2"], suites: ["DHE-DSS-AES128-SHA"] },
      [],
    ],
    [
      "below TLS 1.3 follow from the suites alone",
      { ...both, versions: ["TLSv1.2"], suites: ["AES128-SHA"] },
      ["RSA"],
    ],
  ])("%s", (_law, hello, types) => {
    expect(keyTypesOf(hello)).toEqual(types);
  });
});

describe("a narrower first message", () => {
  it("of one version has the suites of that version", () => {
    expect(restrictHello(both, { version: "TLSv1.3", keyType: undefined })).toMatchObject({
      versions: ["TLSv1.3"],
      suites: ["TLS_AES_128_GCM_SHA256"],
    });
    expect(restrictHello(both, { version: "TLSv1.2", keyType: undefined })?.suites).not.toContain(
      "TLS_AES_128_GCM_SHA256",
    );
  });

  it("of one kind of key has the suites and the algorithms of that key, and what names none", () => {
    expect(restrictHello(both, { version: undefined, keyType: "RSA" })).toMatchObject({
      suites: ["TLS_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-SHA", "AES128-SHA"],
      signatureAlgorithms: ["rsa_pss_rsae_sha256"],
    });
  });

  it.each([
    ["a version that is not spoken", { version: "TLSv1.1", keyType: undefined }],
    ["keys for which no suite is left", { version: "TLSv1.2", keyType: "ECDSA" }],
  ] as const)("does not exist for %s", (_law, to) => {
    const hello: Hello = { ...both, suites: ["TLS_AES_128_GCM_SHA256", "AES128-SHA"] };
    expect(restrictHello(hello, to)).toBeUndefined();
  });

  it("without signature algorithms still sends none", () => {
    const silent = { ...both, signatureAlgorithms: [] };
    expect(restrictHello(silent, { version: "TLSv1.2", keyType: "RSA" })?.signatureAlgorithms).toEqual([]);
  });
});
