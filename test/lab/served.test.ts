/**
 * What the lab serves is what its manifest says: read off the wire by OpenSSL's command line, which nobody here
 * wrote, and by Node's own certificate reader.
 */
import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { run, type Outcome } from "../child.ts";
import { hasOpenssl } from "./outside.ts";

const dayMs = 86_400_000;

describe.skipIf(!hasOpenssl)("the lab, seen by the openssl command", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  const client = (name: string, ...more: readonly string[]): Promise<Outcome> => {
    const { hostname, port } = new URL(lab.url(name));
    const names = /^[\d.]+$/.test(hostname) ? ["-noservername"] : ["-servername", hostname];
    const args = ["s_client", "-connect", `127.0.0.1:${port}`, "-CAfile", lab.caFile, ...names, ...more];
    return run("openssl", args);
  };
  /** The certificates as sent, in order. */
  const chainOf = async (name: string, ...more: readonly string[]): Promise<readonly X509Certificate[]> => {
    const { stdout } = await client(name, "-showcerts", ...more);
    const pems = stdout.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return pems.map((pem) => new X509Certificate(pem));
  };
  const subjectsOf = async (name: string): Promise<readonly string[]> =>
    (await chainOf(name)).map(({ subject }) => /CN=([^\n]*)/.exec(subject)?.[1] ?? subject);

  test("the healthy site verifies, and strictly", async () => {
    const { stdout } = await client("good", "-x509_strict", "-verify_hostname", "good.lab.localhost");
    expect(stdout).toContain("Verify return code: 0 (ok)");
  });

  describe("dates", () => {
    test("the expired certificate ended about a day ago", async () => {
      const [leaf, issuer] = await chainOf("expired");
      expect(Date.now() - Date.parse(leaf?.validTo ?? "")).toBeGreaterThan(dayMs - 60_000);
      expect(Date.parse(issuer?.validTo ?? "")).toBeGreaterThan(Date.now());
    });

    test("the early certificate begins about a day from now", async () => {
      const [leaf] = await chainOf("not-yet-valid");
      expect(Date.parse(leaf?.validFrom ?? "") - Date.now()).toBeGreaterThan(dayMs - 60_000);
    });

    test("where the intermediate has expired, the leaf is current", async () => {
      const [leaf, issuer] = await chainOf("expired-intermediate");
      expect(Date.parse(leaf?.validTo ?? "")).toBeGreaterThan(Date.now());
      expect(Date.parse(issuer?.validTo ?? "")).toBeLessThan(Date.now());
    });
  });

  describe("chains are sent as they are said to be", () => {
    test.each([
      ["good", ["good.lab.localhost", "Meerkat Lab Intermediate"]],
      ["missing-intermediate", ["missing-intermediate.lab.localhost"]],
      ["reversed", ["Meerkat Lab Intermediate", "reversed.lab.localhost"]],
      [
        "misordered",
        ["misordered.lab.localhost", "Meerkat Lab Upper Intermediate", "Meerkat Lab Lower Intermediate"],
      ],
      [
        "duplicated",
        [
          "duplicated.lab.localhost",
          "duplicated.lab.localhost",
          "Meerkat Lab Intermediate",
          "Meerkat Lab Intermediate",
        ],
      ],
      [
        "unrelated-extras",
        [
          "unrelated-extras.lab.localhost",
          "bystander.lab.localhost",
          "Meerkat Lab Intermediate",
          "Meerkat Lab Bystander",
        ],
      ],
      ["root-sent", ["root-sent.lab.localhost", "Meerkat Lab Intermediate", "Meerkat Lab Root"]],
      [
        "expired-cross-sign",
        ["expired-cross-sign.lab.localhost", "Meerkat Lab Intermediate", "Meerkat Lab Root"],
      ],
      [
        "renewed-intermediate",
        [
          "renewed-intermediate.lab.localhost",
          "Meerkat Lab Renewed Intermediate",
          "Meerkat Lab Renewed Intermediate",
        ],
      ],
    ])("%s", async (name, subjects) => {
      expect(await subjectsOf(name)).toEqual(subjects);
    });

    test("a namesake of the intermediate has another key", async () => {
      const [leaf, namesake] = await chainOf("wrong-intermediate");
      expect(namesake?.subject).toBe(leaf?.issuer);
      expect(namesake && leaf?.verify(namesake.publicKey)).toBe(false);
    });

    test("the cross-signed root has the key of the trusted one and another issuer", async () => {
      const [, , crossed] = await chainOf("cross-signed");
      const trusted = new X509Certificate(lab.caPem);
      expect(crossed && crossed.checkIssued(trusted)).toBe(false);
      expect(crossed?.publicKey.equals(trusted.publicKey)).toBe(true);
    });

    test("the expired edition of the root has the key of the trusted one and is past its end", async () => {
      const [, , former] = await chainOf("expired-root-sent");
      expect(former?.publicKey.equals(new X509Certificate(lab.caPem).publicKey)).toBe(true);
      expect(Date.parse(former?.validTo ?? "")).toBeLessThan(Date.now());
    });

    test("the long chain is longer than a TLS record", async () => {
      const chain = await chainOf("chain-over-16-kib");
      expect(chain.reduce((sum, { raw }) => sum + raw.length, 0)).toBeGreaterThan(16_384);
    });

    test("the missing intermediate can be fetched where the certificate says", async () => {
      const [leaf] = await chainOf("missing-intermediate");
      const url = /CA Issuers - URI:(\S+)/.exec(leaf?.infoAccess ?? "")?.[1] ?? "";
      const response = await fetch(url);
      expect(response.headers.get("content-type")).toBe("application/pkix-cert");
      const issuer = new X509Certificate(Buffer.from(await response.arrayBuffer()));
      expect(leaf?.verify(issuer.publicKey)).toBe(true);
    });
  });

  describe("names", () => {
    test.each([
      ["wrong-host", "DNS:another.lab.localhost"],
      ["common-name-only", undefined],
      ["ip-san", "IP Address:127.0.0.1"],
      ["ip-as-dns", "DNS:127.0.0.1"],
      ["wildcard-depth", "DNS:*.lab.localhost"],
      ["idn", "DNS:xn--bcher-kva.idn.lab.localhost"],
      ["upper-case", "DNS:UPPER-CASE.LAB.LOCALHOST"],
    ])("%s", async (name, names) => {
      const [leaf] = await chainOf(name);
      expect(leaf?.subjectAltName).toBe(names);
    });

    test("a thousand names are a thousand", async () => {
      const [leaf] = await chainOf("thousand-names");
      expect(leaf?.subjectAltName?.split(", ").length).toBe(1_000);
    });
  });

  describe("keys and signatures", () => {
    const weak = ["-cipher", "DEFAULT@SECLEVEL=0"];
    test.each([
      ["weak-signature", 0, "ecdsa-with-SHA1"],
      ["weak-signature-intermediate", 1, "ecdsa-with-SHA1"],
      ["sha384", 0, "ecdsa-with-SHA384"],
      ["sha512", 0, "ecdsa-with-SHA512"],
    ])("%s", async (name, position, algorithm) => {
      const pem = (await chainOf(name, ...weak))[position]?.toString() ?? "";
      const { stdout } = await run("openssl", ["x509", "-noout", "-text"], { stdin: pem });
      expect(stdout).toContain(`Signature Algorithm: ${algorithm}`);
    });

    test.each([
      ["weak-key", 1024],
      ["rsa-2048", 2048],
      ["rsa-4096", 4096],
      ["rsa-8192", 8192],
    ])("%s", async (name, bits) => {
      const [leaf] = await chainOf(name, ...weak);
      expect(leaf?.publicKey.asymmetricKeyDetails?.modulusLength).toBe(bits);
    });

    test("the flipped bit is in the signature, and nothing else is wrong", async () => {
      const [leaf, issuer] = await chainOf("bad-signature");
      expect(issuer && leaf?.checkIssued(issuer)).toBe(true);
      expect(issuer && leaf?.verify(issuer.publicKey)).toBe(false);
    });
  });

  describe("revocation", () => {
    test.each([
      ["stapled", "Cert Status: good"],
      ["must-staple", "Cert Status: good"],
      ["revoked", "Cert Status: revoked"],
      ["must-staple-missing", "OCSP response: no response sent"],
    ])("the staple of %s says: %s", async (name, words) => {
      const { stdout } = await client(name, "-status");
      expect(stdout).toContain(words);
    });

    test("the certificate of must-staple-missing demands a staple", async () => {
      const [leaf] = await chainOf("must-staple-missing");
      const { stdout } = await run("openssl", ["x509", "-noout", "-text"], { stdin: leaf?.toString() ?? "" });
      expect(stdout).toMatch(/TLS Feature:\s+status_request/);
    });

    test("the stale staple's next update is past", async () => {
      const { stdout } = await client("stale-staple", "-status");
      expect(Date.parse(/Next Update: (.*)/.exec(stdout)?.[1] ?? "")).toBeLessThan(Date.now());
    });

    const askResponder = async (name: string): Promise<Outcome> => {
      const [leaf, issuer] = await chainOf(name);
      const directory = dirname(lab.caFile);
      const [leafFile, issuerFile] = [join(directory, `${name}.pem`), join(directory, `${name}-issuer.pem`)];
      await writeFile(leafFile, leaf?.toString() ?? "");
      await writeFile(issuerFile, issuer?.toString() ?? "");
      const url = /OCSP - URI:(\S+)/.exec(leaf?.infoAccess ?? "")?.[1] ?? "";
      const args = [
        "-issuer",
        issuerFile,
        "-cert",
        leafFile,
        "-url",
        url,
        "-CAfile",
        lab.caFile,
        "-no_nonce",
      ];
      return run("openssl", ["ocsp", ...args]);
    };

    test("the responder calls a revoked certificate revoked, in a response that verifies", async () => {
      const { stdout, stderr } = await askResponder("revoked-by-ocsp");
      expect(stderr).toContain("Response verify OK");
      expect(stdout).toContain(": revoked");
    });

    test("the responder calls a good certificate good", async () => {
      const { stdout, stderr } = await askResponder("not-revoked");
      expect(stderr).toContain("Response verify OK");
      expect(stdout).toContain(": good");
    });

    test("the responder takes a request in the URL", async () => {
      const [leaf, issuer] = await chainOf("not-revoked");
      const directory = dirname(lab.caFile);
      await writeFile(join(directory, "get.pem"), leaf?.toString() ?? "");
      await writeFile(join(directory, "get-issuer.pem"), issuer?.toString() ?? "");
      const request = join(directory, "request.der");
      const files = ["-issuer", join(directory, "get-issuer.pem"), "-cert", join(directory, "get.pem")];
      await run("openssl", ["ocsp", ...files, "-no_nonce", "-reqout", request]);
      const base64 = (await run("openssl", ["base64", "-A", "-in", request])).stdout;
      const url = /OCSP - URI:(\S+)/.exec(leaf?.infoAccess ?? "")?.[1] ?? "";
      const response = await fetch(`${url}/${encodeURIComponent(base64)}`);
      const answer = join(directory, "response.der");
      await writeFile(answer, Buffer.from(await response.arrayBuffer()));
      const args = ["-respin", answer, "-CAfile", lab.caFile, ...files, "-no_nonce"];
      expect((await run("openssl", ["ocsp", ...args])).stdout).toContain(": good");
    });

    test("the list has the revoked certificate on it, and is signed by its issuer", async () => {
      const [leaf, issuer] = await chainOf("revoked-by-crl");
      const pem = leaf?.toString() ?? "";
      const { stdout } = await run("openssl", ["x509", "-noout", "-ext", "crlDistributionPoints"], {
        stdin: pem,
      });
      const response = await fetch(/URI:(\S+)/.exec(stdout)?.[1] ?? "");
      const directory = dirname(lab.caFile);
      const crl = join(directory, "list.crl");
      await writeFile(crl, Buffer.from(await response.arrayBuffer()));
      const chain = join(directory, "crl-chain.pem");
      await writeFile(chain, `${issuer?.toString() ?? ""}${lab.caPem}`);
      const shown = await run("openssl", [
        "crl",
        "-inform",
        "DER",
        "-in",
        crl,
        "-noout",
        "-text",
        "-CAfile",
        chain,
      ]);
      expect(shown.stderr).toContain("verify OK");
      expect(shown.stdout).toContain(leaf?.serialNumber);
    });
  });

  describe("protocol", () => {
    const old = ["-cipher", "DEFAULT@SECLEVEL=0"];
    test.each([
      ["tls-version", "-tls1", "TLSv1"],
      ["tls-1-1", "-tls1_1", "TLSv1.1"],
      ["tls-1-2", "-tls1_2", "TLSv1.2"],
      ["tls-1-3", "-tls1_3", "TLSv1.3"],
    ])("%s speaks its version", async (name, flag, version) => {
      const { stdout } = await client(name, flag, ...old);
      expect(stdout).toMatch(
        new RegExp(`New, ${version.replace(/1$/, "1.0")}|Protocol *: ${version}\\n|New, ${version},`),
      );
    });

    test("the server of NULL ciphers speaks to a client that wants one", async () => {
      const { stdout } = await client("null-cipher", "-tls1_2", "-cipher", "eNULL@SECLEVEL=0");
      expect(stdout).toMatch(/Cipher is \S*NULL/);
    });

    test("the server of anonymous ciphers speaks to a client that wants one", async () => {
      const { stdout } = await client("anonymous-cipher", "-tls1_2", "-cipher", "aNULL@SECLEVEL=0");
      expect(stdout).toMatch(/Cipher is A(EC)?DH/);
    });

    test("the server of one Brainpool curve speaks to a client that has it", async () => {
      const { stdout } = await client("no-shared-group", "-tls1_2", "-curves", "brainpoolP384r1:P-256");
      expect(stdout).toContain("Server Temp Key: ECDH, brainpoolP384r1");
    });

    test("the intolerant server speaks to a client that offers TLS 1.2 alone", async () => {
      const { stdout } = await client("version-intolerant", "-tls1_2");
      expect(stdout).toContain("Verify return code: 0 (ok)");
    });

    test("the server that cannot bear ALPN speaks to a client without it", async () => {
      expect((await client("alpn-intolerant")).stdout).toContain("Verify return code: 0 (ok)");
      expect((await client("alpn-intolerant", "-alpn", "http/1.1")).stdout).toContain("no peer certificate");
    });

    test("the server of an old protocol selects it", async () => {
      expect((await client("alpn-mismatch", "-alpn", "h2,spdy/3.1")).stdout).toContain(
        "ALPN protocol: spdy/3.1",
      );
    });

    test("the server of HTTP/2 selects it", async () => {
      expect((await client("http2-only", "-alpn", "h2,http/1.1")).stdout).toContain("ALPN protocol: h2");
    });

    test.each([
      "client-certificate-required",
      "client-certificate-required-tls-1-2",
      "client-certificate-optional",
    ])("%s names the lab's client root and takes the lab's client certificate", async (name) => {
      const { certificateFile, keyFile } = lab.client;
      const { stdout, stderr } = await client(name, "-cert", certificateFile, "-key", keyFile);
      expect(stdout).toContain("Meerkat Lab Client Root");
      expect(stdout).toContain("Verify return code: 0 (ok)");
      expect(stderr).not.toContain("alert");
    });
  });

  describe("server names", () => {
    const nameless = (name: string): Promise<Outcome> => {
      const { port } = new URL(lab.url(name));
      return run("openssl", [
        "s_client",
        "-connect",
        `127.0.0.1:${port}`,
        "-noservername",
        "-CAfile",
        lab.caFile,
      ]);
    };

    test("the server that wants a name answers an alert when none is sent", async () => {
      expect((await nameless("server-name-required")).stderr).toContain("unrecognized name");
    });

    test("the server with another default presents it when no name is sent", async () => {
      expect((await nameless("other-default")).stdout).toContain("subject=CN = default.lab.localhost");
    });

    test("the blocked name gets through when it is not sent", async () => {
      expect((await nameless("server-name-blocked")).stdout).toContain("Verify return code: 0 (ok)");
    });

    test("the shared port answers a client without a name as the index", async () => {
      expect((await nameless("good")).stdout).toContain("subject=CN = lab.localhost");
    });
  });
});
