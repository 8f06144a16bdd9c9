/** Laws of what is said of a refused chain: what is certain, what is open, and which stores are worth asking. */
import { describe, expect, test } from "vitest";
import { HttpsError, type CertificateRole } from "../../core/index.ts";
import { at, endedBy, local, trust as accepted } from "../../../test/why/made-up.ts";
import { diagnose } from "../diagnose.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, TrustSeen } from "../observation.ts";
import { wantExperiments } from "../plan.ts";

function evidence(error: HttpsError, trust: Partial<TrustSeen> = {}, mayExperiment = true): Evidence {
  const attempt: AttemptSeen = {
    url: "https://site.example/",
    scheme: "https",
    host: "site.example",
    port: 443,
    sni: "site.example",
    reach: undefined,
    tls: undefined,
    trust: { ...accepted, ...trust },
    exchange: undefined,
    ended: endedBy(error),
    timings: {},
  };
  return {
    question: { url: attempt.url, fields: [], ownRoots: true, privateRoots: true },
    attempts: [attempt],
    results: [],
    local,
    mayExperiment,
  };
}

/** A verdict of one path that ended with this code, at an anchor of this name or at none. */
function refusedAt(anchor: string | undefined, code: string): TrustSeen["verdict"] {
  const tried = [
    {
      certificates: [],
      anchor: anchor === undefined ? undefined : { subject: { display: anchor }, source: { kind: "given" } },
      rejection: { code, detail: {} },
      others: [],
    },
  ];
  const primary = tried[0]?.rejection;
  return { trusted: false, primary, tried, omitted: 0, needs: [] } as unknown as TrustSeen["verdict"];
}

const facts = { subject: "Issuing CA 1", issuer: "Corporate Root", fingerprint: "00" } as const;

describe("an intermediate was sent, and nothing above it is known", () => {
  const missing = new HttpsError("missing-intermediate", {
    ...facts,
    role: "intermediate",
    urls: ["http://ca.example/up.der"],
  });
  // It names a place for its issuer, which could not be fetched: nothing tells a root from an intermediate.
  const verdict = {
    trusted: false,
    primary: { code: "missing-intermediate", detail: missing.detail },
    tried: [],
    omitted: 0,
    needs: [{ urls: ["http://ca.example/up.der"] }],
  } as unknown as TrustSeen["verdict"];
  const { headline, findings } = diagnose(evidence(missing, { verdict }, false));

  test("the missing one is the topmost sent one's issuer, and likely a root", () => {
    expect(headline).toMatchObject({ code: "missing-intermediate", certainty: "certain" });
    expect(headline.sentence).toMatch(/^Likely the root is not among yours: .*its issuer "Corporate Root"/);
  });

  test("the client is told that issuer's name, and the server nothing for certain", () => {
    expect(findings[0]?.remedy.client).toContain('"Corporate Root"');
    expect(findings[0]?.remedy.client).not.toContain("Issuing CA 1");
    expect(findings[0]?.remedy.server).toMatch(/^Only if "Corporate Root" is an intermediate/);
  });
});

describe("other stores are asked only where another root could help", () => {
  const judged = (role: CertificateRole, anchor: string | undefined, code: "expired" | "bad-signature") => {
    const error =
      code === "expired"
        ? new HttpsError("expired", { ...facts, role, notAfterAt: at - 1, at })
        : new HttpsError("bad-signature", { ...facts, role, algorithm: "RSA", signer: "Issuing CA 1" });
    return wantExperiments(evidence(error, { verdict: refusedAt(anchor, code) })).some(
      ({ kind }) => kind === "judge",
    );
  };

  test.each([
    ["leaf", "Corporate Root", "expired", false],
    ["leaf", undefined, "expired", true],
    ["root", "Corporate Root", "expired", true],
    ["leaf", "Corporate Root", "bad-signature", false],
    ["leaf", "Issuing CA 1", "bad-signature", true],
  ] as const)("%s below %s, %s: %s", (role, anchor, code, wanted) => {
    expect(judged(role, anchor, code)).toBe(wanted);
  });
});

test("what OpenSSL said of the chain is said once", () => {
  const disagreement =
    "OpenSSL accepted the chain; the engine refused it (expired). The engine's word stands.";
  const expired = new HttpsError("expired", { ...facts, role: "leaf", notAfterAt: at - 1, at });
  const said = (trust: Partial<TrustSeen>): string =>
    (diagnose(evidence(expired, trust)).findings[0]?.evidence ?? []).join(" ");
  expect(said({ disagreement }).match(/OpenSSL accepted/g)).toHaveLength(1);
  expect(said({}).match(/OpenSSL accepted/g)).toHaveLength(1);
  const openssl = { accepted: false, code: "CERT_REJECTED", reason: "certificate rejected" } as const;
  const alone = "OpenSSL refused the chain (CERT_REJECTED); the engine found a path. OpenSSL's word stands.";
  expect(said({ openssl, disagreement: alone }).match(/OpenSSL refused/g)).toHaveLength(1);
});

describe("the server sent nothing but its own certificate, and its issuer is unknown", () => {
  const missing = new HttpsError("missing-intermediate", {
    ...facts,
    issuer: "Corporate CA",
    role: "leaf",
    urls: [],
  });
  const verdict = {
    ...refusedAt(undefined, "missing-intermediate"),
    needs: [{ issuer: "Corporate CA", keyId: undefined, urls: [] }],
  } as unknown as TrustSeen["verdict"];

  test("with roots of the caller's own, both causes are open, and neither is called certain", () => {
    const { headline } = diagnose(evidence(missing, { verdict }));
    expect(headline).toMatchObject({ code: "missing-intermediate", certainty: "likely" });
    expect(headline.sentence).toMatch(/left an intermediate out, or "Corporate CA" is a root/);
  });

  test("with public roots alone, it is likely a private CA's, whose root this client was not given", () => {
    const given = evidence(missing, { verdict });
    const { headline } = diagnose({ ...given, question: { ...given.question, ownRoots: false } });
    expect(headline).toMatchObject({ code: "untrusted-root", certainty: "likely" });
    expect(headline.sentence).toContain("a private CA");
  });

  test("an issuer that calls itself a root is likely one", () => {
    const root = new HttpsError("missing-intermediate", { ...facts, role: "leaf", urls: [] });
    const { headline, findings } = diagnose(evidence(root, { verdict }));
    expect(headline).toMatchObject({ code: "untrusted-root", certainty: "likely" });
    expect(findings[0]?.evidence.join(" ")).toContain("calls itself a root");
  });

  test("where an identifier says that the issuer issued itself, it is a root", () => {
    const name = { kind: "directory", value: "", name: { key: "corporate root" } };
    const certificate = {
      subject: { display: "Issuing CA 1", text: "CN=Issuing CA 1" },
      issuer: { display: "Corporate Root", text: "CN=Corporate Root", key: "corporate root" },
      serial: "01",
      notBeforeAt: at,
      notAfterAt: at,
      extensions: {
        value: (id: string) =>
          id === "authorityKeyIdentifier" ? { keyId: undefined, issuer: [name], serial: "01" } : undefined,
      },
    };
    const chain = [{ certificate, fingerprint: "00" }] as unknown as TrustSeen["chain"];
    const { headline } = diagnose(evidence(missing, { verdict, chain }));
    expect(headline).toMatchObject({ code: "untrusted-root", certainty: "likely" });
  });
});

describe("a root of this client's that expired", () => {
  const expiredFrom = (place: string, isCallers: boolean): HttpsError =>
    new HttpsError("expired", {
      ...facts,
      subject: "Old Root",
      role: "root",
      ownRoot: { place, isCallers },
      notAfterAt: at - 1,
      at,
    });
  const expired = expiredFrom("ca.pem", true);
  const refused = (store: string, links: readonly string[]): TrustSeen["verdict"] => {
    const certificates = links.map((display) => ({ subject: { display } }));
    const anchor = { subject: { display: "Old Root" }, source: { store, file: "ca.pem" } };
    const tried = [
      { certificates, anchor, rejection: { code: "expired", detail: expired.detail }, others: [] },
    ];
    const primary = tried[0]?.rejection;
    return { trusted: false, primary, tried, omitted: 0, needs: [] } as unknown as TrustSeen["verdict"];
  };

  test("is the caller's to replace, and asks nothing of the server", () => {
    const [finding] = diagnose(
      evidence(expired, { verdict: refused("file", ["leaf", "Issuing CA"]) }),
    ).findings;
    expect(finding).toMatchObject({ code: "expired", fault: "caller" });
    expect(finding?.remedy.client).toContain('Replace the root "Old Root" in your CA file');
    expect(finding?.remedy.server).toBeUndefined();
    expect(finding?.evidence.join(" ")).toContain("a root from ca.pem");
  });

  test("with a chain signed across, the newer root is named", () => {
    const links = ["leaf", "Issuing CA", "New Root"];
    const [finding] = diagnose(evidence(expired, { verdict: refused("file", links) })).findings;
    expect(finding?.remedy.client).toContain('likely "New Root"');
  });

  test("in the system's store is this machine's", () => {
    const ofSystem = expiredFrom("this system's root store", false);
    const [finding] = diagnose(evidence(ofSystem, { verdict: refused("system", ["leaf"]) })).findings;
    expect(finding?.fault).toBe("local");
  });
});
