/** Trust settings, compiled: what tells two policies apart, what is refused, and what the environment can change. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { identityOf, rsaKeys, mintCrl, mintLeaf, mintRoot, pemOf } from "../../test/pki/index.ts";
import { readOptions } from "../core/index.ts";
import { spkiPin, writePem } from "../x509/index.ts";
import { sha256 } from "./crypto-ports.ts";
import { compilePolicy, type TrustPolicy } from "./policy.ts";
import { anchorsOf, openRoots } from "./roots/index.ts";
import { trustChecks, type TrustOptions } from "./trust-options.ts";

const root = mintRoot();
const other = mintRoot({ name: "Other Root" });
const leaf = mintLeaf(root);
const pin = spkiPin(root.certificate, sha256);
const otherPin = spkiPin(other.certificate, sha256);
const credentials = identityOf(leaf);
type Identity = typeof credentials;
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const usual: TrustOptions = { roots: root.der };

function compile(options: TrustOptions = {}, environment = {}): TrustPolicy {
  return compilePolicy({ ...usual, ...options }, environment);
}

/** The code, and the option that was wrong. */
function refusal(options: object, environment = {}): unknown {
  try {
    return compilePolicy({ ...usual, ...options }, environment);
  } catch (error) {
    return error;
  }
}

describe("two policies are told apart", () => {
  test.each<[string, TrustOptions]>([
    ["roots", { roots: other.der }],
    ["further roots", { addRoots: other.der }],
    ["profile", { profile: "rfc5280" }],
    ["pins", { pins: { "a.example": [pin] } }],
    ["revocation", { revocation: "off" }],
    ["CRLs", { crls: [mintCrl(root)] }],
    ["an exception", { insecure: { reason: "a test" } }],
    ["a client certificate", { clientCertificate: credentials }],
    ["the lowest version", { minVersion: "TLSv1.3" }],
    ["the highest version", { maxVersion: "TLSv1.2" }],
    ["ciphers", { ciphers: "ECDHE+AESGCM" }],
  ])("by %s", (_, options) => {
    expect(compile(options).fingerprint).not.toBe(compile().fingerprint);
    expect(compile({ ...options }).fingerprint).toBe(compile(options).fingerprint);
  });

  test.each<[string, TrustOptions, TrustOptions]>([
    ["the pinned host", { pins: { "a.example": [pin] } }, { pins: { "b.example": [pin] } }],
    ["the pin", { pins: { "a.example": [pin] } }, { pins: { "a.example": [otherPin] } }],
    [
      "the client's key",
      { clientCertificate: credentials },
      { clientCertificate: identityOf(mintLeaf(root)) },
    ],
    [
      "the client's certificate alone",
      { clientCertificate: { cert: credentials.cert, key: credentials.key } },
      { clientCertificate: { cert: `${credentials.cert}\n`, key: credentials.key } },
    ],
    ["the CRL", { crls: [mintCrl(root)] }, { crls: [mintCrl(root, { revoked: [leaf] })] }],
    // Two lists of the same bytes, cut elsewhere, are not the same.
    ["the order of roots", { roots: [root.der, other.der] }, { roots: [other.der, root.der] }],
  ])("by %s", (_, one, another) => {
    expect(compile(one).fingerprint).not.toBe(compile(another).fingerprint);
  });

  test("not by the order in which pins were written, nor by the reason of an exception", () => {
    const pins = { "a.example": [pin], "b.example": [otherPin] };
    const turned = { "b.example": [otherPin], "a.example": [pin] };
    expect(compile({ pins }).fingerprint).toBe(compile({ pins: turned }).fingerprint);
    expect(compile({ insecure: { reason: "one" } }).fingerprint).toBe(
      compile({ insecure: { reason: "two" } }).fingerprint,
    );
  });

  test("without a secret in the fingerprint", () => {
    expect(compile({ clientCertificate: credentials }).fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("a policy", () => {
  test("is strict where nothing is said", () => {
    expect(compile()).toMatchObject({
      profile: undefined,
      revocation: "stapled",
      at: undefined,
      insecure: undefined,
      hasClientCertificate: false,
      offered: "TLSv1.2 to TLSv1.3",
      notes: [],
    });
    expect(compile().pins.size).toBe(0);
    expect(compile().crls).toEqual([]);
  });

  test("names the versions it offers", () => {
    expect(compile({ minVersion: "TLSv1.3" }).offered).toBe("TLSv1.3");
    expect(compile({ maxVersion: "TLSv1.2" }).offered).toBe("TLSv1.2");
  });

  test("has the anchors it was given, in their order, each with the rules that are its own", () => {
    const names = (options: TrustOptions): unknown =>
      compile(options).anchors.map(({ subject, profile, source }) => [
        subject.display,
        profile,
        source.store,
      ]);
    expect(names({ roots: [other.der, root.der] })).toEqual([
      ["Other Root", "private", "bytes"],
      ["Test Root", "private", "bytes"],
    ]);
    expect(names({ addRoots: other.der })).toEqual([
      ["Test Root", "private", "bytes"],
      ["Other Root", "private", "bytes"],
    ]);
    const [mozilla] = compilePolicy({}, {}).anchors;
    expect([mozilla?.profile, mozilla?.source.store]).toEqual(["webpki", "mozilla"]);
  });

  test("and a root that was read from a file by that file's name", () => {
    const content = Buffer.from(pemOf(root));
    const [anchor] = compilePolicy({ roots: { file: "ca.pem", content } }, {}).anchors;
    expect(anchor?.source).toEqual({ store: "file", file: "ca.pem", line: 1 });
    const empty = { file: "ca.pem", content: new Uint8Array() };
    expect(refusal({ roots: [empty] })).toMatchObject({ code: "ca-file-empty", detail: { file: "ca.pem" } });
    for (const wrong of [{ file: "ca.pem" }, { file: 7, content }, { file: "ca.pem", content: "text" }])
      expect(refusal({ roots: wrong })).toMatchObject({ code: "option-invalid" });
  });

  test("a root's file is as it was when it was given", () => {
    const content = Buffer.from(pemOf(root));
    const options = readOptions({ roots: { file: "ca.pem", content } }, trustChecks);
    content.fill(0);
    expect(openRoots(options.roots ?? [], {}).roots).toHaveLength(1);
  });

  test("and a root by what it is, not by the store it lies in", () => {
    const [mozilla] = openRoots("mozilla", {}).roots;
    if (mozilla === undefined) throw new Error("Node carries roots.");
    const roots = [
      { certificate: root.certificate, origin: { store: "system" } },
      { certificate: mozilla.certificate, origin: { store: "file" } },
    ];
    expect(anchorsOf({ roots, notes: [] }).map(({ profile }) => profile)).toEqual(["private", "webpki"]);
  });

  test("says what of a CA file was passed over, and what another program would not read", () => {
    const text =
      pemOf(root).trimEnd() +
      pemOf(leaf) +
      pemOf(root).replace("-----END", "-----BEGIN X-----\nAAAA\n-----END");
    expect(() => openRoots(text, {})).toThrow(
      /damaged at line \d+: a block of CERTIFICATE without its END line/,
    );
    const { roots, notes } = openRoots(pemOf(root).trimEnd() + pemOf(leaf), {});
    const both = {
      roots: pemOf(root).trimEnd() + pemOf(leaf),
      addRoots: pemOf(other).trimEnd() + pemOf(leaf),
    };
    expect(compile(both).notes).toEqual([...notes, ...notes]);
    expect(roots).toHaveLength(1);
    expect(notes.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/line \d+: END and BEGIN on one line, .* put a line end between them/) as string,
      expect.stringMatching(/certificate of ".*", which is not a CA's, was passed over\.$/) as string,
    ]);
  });

  test("has its pins by the canonical form of their hosts", () => {
    const pins = { "A.Example.": [pin], "[::1]": [otherPin], "b\u00fccher.example": [pin] };
    expect([...compile({ pins }).pins]).toEqual([
      ["a.example", [pin]],
      ["::1", [otherPin]],
      ["xn--bcher-kva.example", [pin]],
    ]);
  });

  test("shows its certificate to nobody who is not vouched for", () => {
    const policy = compile({ clientCertificate: credentials });
    expect(policy.hasClientCertificate).toBe(true);
    const certificateOf = (context: unknown): unknown =>
      (context as { readonly context: { readonly getCertificate: () => unknown } }).context.getCertificate();
    expect(certificateOf(policy.secureContext)).toBeInstanceOf(Uint8Array);
    expect(certificateOf(policy.anonymousContext())).toBeNull();
  });

  test("is not changed by NODE_TLS_REJECT_UNAUTHORIZED, and says that it has no effect", () => {
    const policy = compile({}, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect(policy.insecure).toBeUndefined();
    expect(policy.fingerprint).toBe(compile().fingerprint);
    const sentence = expect.stringContaining("NODE_TLS_REJECT_UNAUTHORIZED=0") as string;
    expect(policy.notes).toEqual([{ about: "environment", sentence }]);
    expect(compile({}, { NODE_TLS_REJECT_UNAUTHORIZED: "1" }).notes).toEqual([]);
  });
});

describe("settings that could not have the effect they ask for are refused", () => {
  test.each<[law: string, options: object, option: string]>([
    ["a pin that is not one", { pins: { "a.example": ["sha256/short"] } }, "pins"],
    ["a good pin beside one that is not", { pins: { "a.example": [pin, "md5/x"] } }, "pins"],
    ["a host without a pin", { pins: { "a.example": [] } }, "pins"],
    ["a host with a port", { pins: { "a.example:443": [pin] } }, "pins"],
    ["a URL for a host", { pins: { "https://a.example": [pin] } }, "pins"],
    ["pins that are not a plain object", { pins: [] }, "pins"],
    ["a map of pins", { pins: new Map([["a.example", [pin]]]) }, "pins"],
    ["an exception without a reason", { insecure: {} }, "insecure"],
    ["an exception with an empty reason", { insecure: { reason: "  " } }, "insecure"],
    ["an exception that is a boolean", { insecure: true }, "insecure"],
    ["a moment that is not a number", { at: NaN }, "at"],
    ["a moment that never comes", { at: Infinity }, "at"],
    ["another kind of revocation", { revocation: "ocsp" }, "revocation"],
    ["a version that is not safe", { minVersion: "TLSv1" }, "minVersion"],
    ["a highest version that is not one", { maxVersion: "TLSv1.4" }, "maxVersion"],
    ["a lowest version above the highest", { minVersion: "TLSv1.3", maxVersion: "TLSv1.2" }, "minVersion"],
    ["ciphers that match nothing", { ciphers: "NOTHING-OF-THE-KIND" }, "ciphers"],
    ["ciphers that are not a text", { ciphers: 5 }, "ciphers"],
    [
      "ciphers of no version that is spoken",
      { ciphers: "TLS_AES_128_GCM_SHA256", maxVersion: "TLSv1.2" },
      "ciphers",
    ],
    ["ciphers that need what is never given", { ciphers: "PSK", maxVersion: "TLSv1.2" }, "ciphers"],
    ["a CRL that is not bytes", { crls: ["crl.pem"] }, "crls"],
    ["further roots that are nothing", { addRoots: null }, "addRoots"],
    ["bytes that are not a CRL", { crls: [Uint8Array.of(1, 2, 3)] }, "crls"],
    ["a client certificate that is a path", { clientCertificate: "cert.pem" }, "clientCertificate"],
    ["a client certificate that is nothing", { clientCertificate: null }, "clientCertificate"],
    [
      "a client certificate without a key",
      { clientCertificate: { cert: credentials.cert } },
      "clientCertificate.key",
    ],
    [
      "a client's key without a certificate",
      { clientCertificate: { key: credentials.key } },
      "clientCertificate.cert",
    ],
    [
      "a client's certificate that is a number",
      { clientCertificate: { ...credentials, cert: 7 } },
      "clientCertificate.cert",
    ],
    [
      "a client's key that is a path",
      { clientCertificate: { ...credentials, key: "key.pem" } },
      "clientCertificate.key",
    ],
    ["a PKCS#12 file that is a path", { clientCertificate: { pfx: "me.p12" } }, "clientCertificate.pfx"],
  ])("%s", (_, options, option) => {
    expect(refusal(options)).toMatchObject({ code: "option-invalid", detail: { option } });
  });

  test("a part of a client certificate that is missing is called nothing", () => {
    const { cert } = credentials;
    expect(refusal({ clientCertificate: { cert } })).toMatchObject({ detail: { value: "nothing" } });
  });

  test("a null prototype is that of a plain object too", () => {
    const pins = Object.assign(Object.create(null) as Record<string, readonly string[]>, {
      "a.example": [pin],
    });
    expect(compile({ pins }).pins.get("a.example")).toEqual([pin]);
  });
});

describe("a client certificate that OpenSSL could not use is refused, and why is said", () => {
  const encrypted = leaf.keys.privateKey
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "right" })
    .toString();
  const { cert, key } = credentials;
  const pemLabelled = (label: string): string => writePem(label, Uint8Array.of(1, 2, 3));
  const crl = writePem("X509 CRL", mintCrl(root));

  test.each<[law: string, credentials: object, reason: string]>([
    [
      "a certificate in the key's place",
      { cert: crl, key: cert },
      "the key given holds a certificate and no private key",
    ],
    ["one text for both", { cert: crl, key: crl }, "it holds no private key"],
    ["another text for the key", { cert, key: crl }, "the key given holds no private key"],
    [
      "a passphrase that is missing",
      { cert, key: encrypted },
      "its key is encrypted, and no passphrase is given",
    ],
  ])("the reason is %s", (_, clientCertificate, reason) => {
    expect(refusal({ clientCertificate })).toMatchObject({ detail: { reason } });
  });

  test("a wrong passphrase that by chance leaves valid padding is a wrong passphrase", () => {
    const reasons = new Set<string | undefined>();
    for (let at = 0; at < 20_000 && reasons.size < 2; at++) {
      const error = refusal({ clientCertificate: { cert, key: encrypted, passphrase: `wrong ${at}` } });
      expect(error).toMatchObject({ code: "client-certificate-unusable", detail: { problem: "passphrase" } });
      reasons.add((error as { readonly detail: { readonly reason: string } }).detail.reason);
    }
    expect(reasons.size).toBe(2);
  });

  test.each<[law: string, credentials: object, problem: string | undefined]>([
    ["certificate and key swapped", { cert: key, key: cert }, "swapped"],
    ["no key in the key", { cert, key: cert }, "no-key"],
    ["no key in the key, but one beside the certificate", { cert: cert + key, key: cert }, "no-key"],
    ["no certificate in the certificate", { cert: key, key }, "no-certificate"],
    ["an encrypted key without a passphrase", { cert, key: encrypted }, "passphrase"],
    [
      "an encrypted key with the wrong passphrase",
      { cert, key: encrypted, passphrase: "wrong" },
      "passphrase",
    ],
    ["the key of another certificate", { cert, key: identityOf(mintLeaf(root)).key }, "mismatch"],
    [
      "a key of another kind",
      { cert, key: rsaKeys().privateKey.export({ type: "pkcs8", format: "pem" }) },
      "mismatch",
    ],
    ["bytes that are not PKCS#12", { pfx: Uint8Array.of(1, 2, 3) }, undefined],
    ["a key that is not one", { cert, key: pemLabelled("PRIVATE KEY") }, undefined],
    [
      "a certificate that is not one, with an encrypted key",
      { cert: pemLabelled("CERTIFICATE"), key: encrypted, passphrase: "right" },
      undefined,
    ],
    ["a certificate that is not one", { cert: pemLabelled("CERTIFICATE"), key }, undefined],
    ["neither a key nor a certificate, in both", { cert: crl, key: crl }, "no-key"],
  ])("%s", (_, clientCertificate, problem) => {
    const error = refusal({ clientCertificate });
    expect(error).toMatchObject({ code: "client-certificate-unusable" });
    expect((error as { readonly detail: { readonly problem?: string } }).detail.problem).toBe(problem);
  });

  test
    .skipIf(!hasOpenssl)
    .each<[law: string, pfx: () => Uint8Array, passphrase: string | undefined, detail: object]>([
      [
        "the wrong passphrase",
        () => pkcs12Of(credentials),
        "wrong",
        { problem: "passphrase", reason: "the passphrase of the PKCS#12 file is wrong" },
      ],
      [
        "no passphrase",
        () => pkcs12Of(credentials),
        undefined,
        { problem: "passphrase", reason: "the passphrase of the PKCS#12 file is missing" },
      ],
      ["ciphers of old", () => pkcs12Of(credentials, "-legacy"), "right", { problem: "retired" }],
    ])("a PKCS#12 file with %s", (_, pfx, passphrase, detail) => {
    expect(refusal({ clientCertificate: { pfx: pfx(), passphrase } })).toMatchObject({ detail });
  });

  test.skipIf(!hasOpenssl)("a PKCS#12 file with its passphrase is taken", () => {
    const clientCertificate = { pfx: pkcs12Of(credentials), passphrase: "right" };
    expect(refusal({ clientCertificate })).toMatchObject({ hasClientCertificate: true });
  });

  test.each<[law: string, credentials: object]>([
    ["text", credentials],
    ["bytes", { cert: Buffer.from(cert), key: new TextEncoder().encode(key) }],
    ["an encrypted key with its passphrase", { cert, key: encrypted, passphrase: "right" }],
    ["one text that holds both", { cert: cert + key, key: cert + key }],
  ])("%s is taken", (_, clientCertificate) => {
    expect(refusal({ clientCertificate })).toMatchObject({ hasClientCertificate: true });
  });
});

/** A PKCS#12 file with the passphrase "right". */
function pkcs12Of({ cert, key }: Identity, ...more: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-policy-"));
  try {
    const file = join(folder, "both.pem");
    writeFileSync(file, cert + key);
    return execFileSync("openssl", ["pkcs12", "-export", "-in", file, "-passout", "pass:right", ...more]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
