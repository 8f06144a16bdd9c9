/**
 * Every site of the lab as Node's own client sees it: `node:https` with the lab's root, OpenSSL's verdict and
 * llhttp's parser. Where Node is kinder than the manifest (it reads common names, asks for no staple, lets HTTP/2.0
 * pass), that stands here, and another test shows that the site is what it says.
 */
import { get } from "node:https";
import { checkServerIdentity } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runtime } from "../runtime.ts";
import { openLab, siteNames, type Lab } from "../../src/lab/index.ts";

const ok = "200";
const pathTo = "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
const closed = "ECONNRESET Client network socket disconnected";
const reset = "ECONNRESET read ECONNRESET";
const notTls = /wrong version number/;
const handshakeFailure = /alert handshake failure/;
const silent = "silence";
const cutShort = "200 aborted";

/**
 * What Node's client makes of a site, from its beginning. A site that is not here does as its manifest says: it answers
 * with its status, or it does not answer.
 */
const outcomes: Readonly<Record<string, string | RegExp>> = {
  // Dates.
  good: ok,
  expired: "CERT_HAS_EXPIRED",
  "not-yet-valid": "CERT_NOT_YET_VALID",
  "expired-intermediate": "CERT_HAS_EXPIRED",
  "not-yet-valid-intermediate": "CERT_NOT_YET_VALID",
  "expires-tomorrow": ok,
  "long-lived": ok,
  // Names.
  "wrong-host": "ERR_TLS_CERT_ALTNAME_INVALID",
  "common-name-only": ok, // Node falls back on the common name.
  "no-names": "ERR_TLS_CERT_ALTNAME_INVALID",
  "no-common-name": ok,
  "no-subject": ok,
  wildcard: ok,
  "wildcard-depth": "ERR_TLS_CERT_ALTNAME_INVALID",
  "partial-wildcard": ok, // Node takes a wildcard inside a label.
  idn: ok,
  "upper-case": ok,
  "ip-san": ok,
  "ip-as-dns": "ERR_TLS_CERT_ALTNAME_INVALID",
  "thousand-names": ok,
  "ten-thousand-names": /excessive message size/,
  // Chains.
  "self-signed": "DEPTH_ZERO_SELF_SIGNED_CERT",
  "untrusted-root": "SELF_SIGNED_CERT_IN_CHAIN",
  "missing-intermediate": pathTo,
  "missing-intermediate-unpublished": pathTo,
  "wrong-intermediate": pathTo,
  reversed: "INVALID_PURPOSE",
  misordered: ok,
  duplicated: ok,
  "unrelated-extras": ok,
  "root-sent": ok,
  "expired-root-sent": ok,
  "cross-signed": ok,
  "expired-cross-sign": ok,
  "renewed-intermediate": ok,
  "long-chain": ok,
  "chain-over-16-kib": ok,
  // Constraints.
  "not-a-ca": "INVALID_CA",
  "path-too-long": "PATH_LENGTH_EXCEEDED",
  "key-usage": /key usage does not include certificate signing/,
  "name-constraint-kept": ok,
  "name-constraint-kept-not-critical": ok,
  "irregular-certificate": ok,
  "name-constraint": /permitted subtree violation/,
  "name-constraint-not-critical": /permitted subtree violation/,
  "name-constraint-excluded": /excluded subtree violation/,
  "wrong-usage": "INVALID_PURPOSE",
  "wrong-usage-intermediate": "INVALID_PURPOSE",
  "both-usages": ok,
  "unknown-critical-extension": /unhandled critical extension/,
  "unknown-extension": ok,
  "policy-not-met": ok, // OpenSSL looks at policies only when told to.
  "ca-as-leaf": ok,
  "malformed-certificate": ok, // OpenSSL reads BER.
  "bad-signature": "CERT_SIGNATURE_FAILURE",
  // Strength.
  "weak-signature": /signature digest algorithm too weak/,
  "weak-signature-intermediate": /signature digest algorithm too weak/,
  sha384: ok,
  sha512: ok,
  // OpenSSL's level 1 takes 1,024 bits.
  "weak-key": runtime.securityLevel < 2 ? ok : "UNSPECIFIED EE certificate key too weak",
  "rsa-2048": ok,
  "rsa-4096": ok,
  "rsa-8192": ok,
  "p-384": ok,
  "p-521": ok,
  // Revocation: Node does not look.
  stapled: ok,
  revoked: ok,
  "revoked-by-ocsp": ok,
  "revoked-by-crl": ok,
  "not-revoked": ok,
  "must-staple": ok,
  "must-staple-missing": ok,
  "stale-staple": ok,
  "strangers-staple": ok,
  // Interception.
  interception: "SELF_SIGNED_CERT_IN_CHAIN",
  "interception-fortinet": pathTo,
  "interception-mitmproxy": "SELF_SIGNED_CERT_IN_CHAIN",
  "interception-superfish": pathTo,
  "interception-kaspersky": "SELF_SIGNED_CERT_IN_CHAIN",
  "interception-mkcert": pathTo,
  "pin-mismatch": ok, // Nobody told Node of a pin.
  // Versions, ciphers, groups, ALPN, client certificates.
  "tls-version": /alert protocol version/,
  "tls-1-1": /alert protocol version/,
  "tls-1-2": ok,
  "tls-1-3": ok,
  "version-intolerant": reset,
  "null-cipher": handshakeFailure,
  "anonymous-cipher": handshakeFailure,
  "no-shared-group": handshakeFailure,
  "hello-retry": ok,
  cbc: ok,
  "static-rsa": ok,
  "dh-2048": ok,
  "alpn-mismatch": /alert no application protocol/,
  "no-alpn": ok,
  "alpn-intolerant": closed,
  "client-certificate-required": "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
  "client-certificate-required-tls-1-2": handshakeFailure,
  "client-certificate-optional": ok,
  // Server names.
  "server-name-required": ok,
  "other-default": ok,
  "server-name-unknown": /unrecognized name/,
  "server-name-blocked": reset,
  misdirected: "421",
  // The handshake.
  "not-tls": notTls,
  "ssh-banner": notTls,
  "smtp-banner": notTls,
  "connection-refused": "ECONNREFUSED",
  "closed-on-accept": closed,
  "handshake-closed": closed,
  "handshake-reset": reset,
  "closed-after-server-hello": closed,
  "closed-after-server-flight": closed,
  "reset-after-server-hello": reset,
  "reset-after-server-flight": reset,
  "tls-timeout": silent,
  "silent-after-server-hello": silent,
  "byte-by-byte": ok,
  "ipv4-only": ok,
  // First flights by hand.
  sslv3: /unsupported protocol/,
  rc4: /unknown cipher returned/,
  "legacy-renegotiation": /unsafe legacy renegotiation disabled/,
  "weak-parameters": new RegExp(runtime.tooSmallToMeasure),
  "unreadable-certificate": /asn1 encoding routines/,
  // Refusals. The request says User-Agent: test/0 and then Accept: */*.
  weather: ok,
  "user-agent-misspelt": ok,
  "user-agent-contact": "403",
  "user-agent-browser": "403",
  "header-order": "403",
  "header-conjunction": ok,
  "accept-wildcard": "403",
  "accept-language-missing": "403",
  "accept-encoding-missing": "403",
  "host-with-port": "400",
  "refused-every-second-time": "503",
  "blocked-like-akamai": "403",
  "blocked-like-cloudflare": "403",
  "blocked-like-cloudfront": "403",
  "blocked-like-imperva": "403",
  // Statuses.
  "basic-authentication": "401",
  "digest-authentication": "401",
  "proxy-authentication": "407",
  "upgrade-required": "426",
  "too-many-requests": "429",
  "captive-portal": "511",
  hsts: ok,
  redirect: "302",
  "redirect-loop": "302",
  "too-many-redirects": "302",
  "redirect-downgrade": "301",
  "redirect-invalid": "302",
  "mixed-content": ok,
  // Heads.
  "empty-response": "ECONNRESET socket hang up",
  "not-http": "HPE_INVALID_CONSTANT",
  "head-truncated": "ECONNRESET socket hang up",
  "http-version-unsupported": ok, // llhttp reads on.
  "status-line-malformed": "HPE_INVALID_STATUS",
  "field-malformed": "HPE_INVALID_HEADER_TOKEN",
  "head-too-large": "HPE_HEADER_OVERFLOW",
  "too-many-informational": ok,
  "content-length-malformed": "HPE_INVALID_CONTENT_LENGTH",
  "conflicting-lengths": "HPE_UNEXPECTED_CONTENT_LENGTH",
  "transfer-coding-refused": ok, // Node hands out the coded bytes as they are.
  "unasked-upgrade": "upgrade",
  "head-timeout": silent,
  "folded-field": "HPE_INVALID_HEADER_TOKEN",
  "equal-lengths": "HPE_UNEXPECTED_CONTENT_LENGTH",
  "early-hints": ok,
  // Bodies.
  "body-truncated": cutShort,
  "body-truncated-chunked": cutShort,
  "body-reset": "ECONNRESET",
  "until-close": ok,
  "no-close-notify": ok,
  "second-response": ok,
  "length-and-transfer-coding": "HPE_INVALID_TRANSFER_ENCODING",
  "chunk-malformed": "HPE_INVALID_CHUNK_SIZE",
  "chunk-extensions-too-large": "HPE_CHUNK_EXTENSIONS_OVERFLOW",
  "trailers-too-large": "HPE_HEADER_OVERFLOW",
  "too-many-codings": ok, // Node's client decodes nothing.
  "content-coding-unknown": ok,
  "content-coding-malformed": ok,
  "decompression-bomb": ok,
  gzip: ok,
  "body-timeout": silent,
  "slow-drip": "200 still coming",
};

describe("the lab, seen by Node's own client", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test("this table has no site that does not exist", () => {
    expect(siteNames).toEqual(expect.arrayContaining(Object.keys(outcomes)));
  });

  test.concurrent.each(siteNames)("%s", async (name) => {
    const expected = outcomes[name] ?? byManifest(lab, name);
    const outcome = await fetchOnce(lab, name, expected === silent ? patienceMs : 0);
    if (typeof expected === "string") expect(outcome.slice(0, expected.length)).toBe(expected);
    else expect(outcome).toMatch(expected);
  });
});

/** What the manifest says that a client of HTTP/1.1 sees: the status, or no status at all. */
function byManifest({ sites }: Lab, name: string): string | RegExp {
  const site = sites.find((site) => site.name === name);
  const { status = null } = site?.overHttp11 ?? site?.expected ?? {};
  return status === null ? /^(?!\d{3} )/ : String(status);
}

/** A site that is to be silent is left after this long. Every other is waited for. */
const patienceMs = 2_000;

/** One GET, in one line: the error's code and words, or the status and how the body ended. No patience is endless. */
function fetchOnce(lab: Lab, name: string, patienceMs: number): Promise<string> {
  const { hostname, port, host } = new URL(lab.url(name));
  const isAddress = /^[\d.]+$/.test(hostname);
  return new Promise((resolve) => {
    const options = {
      host: "127.0.0.1",
      port,
      path: "/",
      agent: false,
      ca: lab.caPem,
      servername: isAddress ? "" : hostname,
      checkServerIdentity: (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
        checkServerIdentity(hostname, certificate),
      headers: { host, "user-agent": "test/0", accept: "*/*" },
      ALPNProtocols: ["http/1.1"],
    };
    const request = get(options, (response) => {
      let isComing = false;
      const status = String(response.statusCode);
      response.on("data", () => {
        if (isComing) resolve(`${status} still coming`);
        if (name === "slow-drip") isComing = true;
      });
      response.on("end", () => {
        resolve(`${status} ended`);
      });
      response.on("aborted", () => {
        resolve(`${status} aborted`);
      });
      response.on("error", () => undefined);
    });
    request.setTimeout(patienceMs, () => {
      resolve("silence");
      request.destroy();
    });
    request.on("upgrade", (_response, socket) => {
      resolve("upgrade");
      socket.destroy();
    });
    request.on("error", (error) => {
      resolve(`${"code" in error ? String(error.code) : ""} ${error.message}`);
    });
  });
}
