/** Laws of what is made of an answer: whose word it is, what it says itself, and what the caller's own part in it is. */
import { describe, expect, test } from "vitest";
import {
  diagnose,
  wantExperiments,
  type AnswerSeen,
  type OwnCertificate,
} from "../../src/diagnosis/index.ts";
import { HttpsError } from "../../src/core/index.ts";
import { trustPorts } from "../../src/admission/index.ts";
import { judgeIdentity } from "../../src/trust/index.ts";
import {
  daysLater,
  makeKeys,
  mintIntermediate,
  mintLeaf,
  mintRoot,
  noon,
  type Minted,
} from "../pki/index.ts";
import { answered, endedBy, evidenceOf, gave, plainly, tls } from "./made-up.ts";

describe("a check that only a browser passes is recognised", () => {
  const page = (script: string): string =>
    `<!doctype html><title>Just a moment...</title><script src="${script}"></script>`;
  test.each<readonly [string, Partial<AnswerSeen>, string, string]>([
    ["Cloudflare", { status: 403, fields: [["cf-mitigated", "challenge"]] }, "certain", "cf-mitigated"],
    [
      "Vercel",
      { status: 429, fields: [["X-Vercel-Mitigated", "challenge"]] },
      "certain",
      "x-vercel-mitigated",
    ],
    [
      "AWS WAF",
      { status: 202, fields: [["x-amzn-waf-action", "challenge"]] },
      "certain",
      "x-amzn-waf-action",
    ],
    ["AWS WAF", { status: 405, fields: [["x-amzn-waf-action", "captcha"]] }, "certain", "x-amzn-waf-action"],
    [
      "Imperva",
      { status: 200, excerpt: page("/_Incapsula_Resource?SWJIYLWA=1") },
      "likely",
      "_Incapsula_Resource",
    ],
    ["Akamai", { status: 428, fields: [["Set-Cookie", "sec_cpt=1~2; Path=/"]] }, "likely", "cookie"],
    ["DataDome", { status: 403, fields: [["X-DataDome", "protected"]] }, "likely", "x-datadome"],
    [
      "DataDome",
      { status: 403, excerpt: page("https://geo.captcha-delivery.com/c.js") },
      "likely",
      "captcha-delivery",
    ],
    [
      "Cloudflare",
      {
        status: 200,
        fields: [["CF-Ray", "1"]],
        excerpt: page("/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"),
      },
      "likely",
      "challenge",
    ],
  ])("%s, %j: %s", (maker, shown, certainty, by) => {
    const evidence = answered(shown);
    const { headline, findings, healthy } = diagnose(evidence);
    expect(headline).toMatchObject({ code: "browser-check", certainty });
    expect(headline.sentence).toContain(`${maker}'s`);
    expect(findings[0]?.evidence.join(" ")).toContain(by);
    expect(healthy).toBe(false);
    // No field makes up for it, and none is tried.
    expect(wantExperiments(evidence)).toEqual([]);
  });

  test.each<readonly [string, Partial<AnswerSeen>]>([
    [
      "a page with words of its own",
      { excerpt: `${"A long article. ".repeat(30)}<script src="x.captcha-delivery.com"></script>` },
    ],
    [
      "a healthy answer from behind such a guard",
      {
        fields: [
          ["X-DataDome", "protected"],
          ["cf-ray", "1"],
        ],
      },
    ],
    [
      "a page into which a guard put its script",
      {
        excerpt:
          '<title>Shop</title><p>Hello</p><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
      },
    ],
    ["an allowed one", { fields: [["x-vercel-mitigated", "log"]] }],
  ])("and %s is none", (_law, shown) => {
    expect(diagnose(answered(shown)).headline.code).toBe("healthy");
  });
});

describe("what the answer says itself is quoted", () => {
  test.each<readonly [string, Partial<AnswerSeen>, string]>([
    [
      "a message in JSON",
      { status: 404, excerpt: '{"code":7,"message":"203.0.113.9 is not on the allow list"}' },
      '"203.0.113.9 is not on the allow list"',
    ],
    [
      "an OAuth description",
      { status: 400, excerpt: '{"error":"invalid_grant","error_description":"too old"}' },
      '"too old"',
    ],
    [
      "a page without its marks",
      { status: 410, excerpt: "<title>Gone</title><p>Moved away" },
      '"Gone Moved away"',
    ],
    ["words of a rate limit", { status: 429, excerpt: "Ten an hour." }, '"Ten an hour."'],
    ["the methods that are allowed", { status: 405, fields: [["Allow", "GET, HEAD"]] }, "GET, HEAD"],
  ])("%s", (_law, shown, expected) => {
    const [finding] = diagnose(answered(shown, { mayExperiment: false })).findings;
    expect([...(finding?.evidence ?? []), finding?.remedy.client].join("\n")).toContain(expected);
  });

  test("without what the URL's query held", () => {
    const { question, ...others } = answered({
      status: 404,
      excerpt: "Cannot GET /reset?token=se%2Fcret-1234 (se/cret-1234)",
    });
    const url = "https://site.example/reset?token=se%2Fcret-1234";
    const said = diagnose({ ...others, question: { ...question, url }, mayExperiment: false }).findings;
    expect(JSON.stringify(said)).not.toContain("cret-1234");
  });

  test("bounded, without controls, and without what the request held in confidence", () => {
    const excerpt = `denied \u001b[31m\u202e for token tok-123456789 ${"x".repeat(5_000)}`;
    const shown = answered(
      { status: 404, excerpt },
      {
        fields: [
          ["Host", "site.example"],
          ["Authorization", "Bearer tok-123456789"],
        ],
        mayExperiment: false,
      },
    );
    const said = JSON.stringify(diagnose(shown));
    expect(said).not.toMatch(/tok-123456789|\\u001b|\u202e/);
    expect(diagnose(shown).findings[0]?.evidence[0]?.length).toBeLessThan(300);
  });
});

describe("a caller's own part is told", () => {
  const challenge = 'Bearer realm="api", error="invalid_token", error_description="The access token expired"';
  const asked = (fields: readonly (readonly [string, string])[]) =>
    diagnose(answered({ status: 401, fields: [["WWW-Authenticate", challenge]] }, { fields })).findings[0];

  test("a token that is refused is not one that is missing", () => {
    const sent = asked([["Authorization", "Bearer abcdefghijkl"]]);
    expect(sent).toMatchObject({ code: "credentials-wanted", fault: "caller" });
    expect(sent?.sentence).toContain(
      'refuses the token that the request carries: "The access token expired"',
    );
    expect(sent?.remedy.client).toContain("new token");
    expect(asked([])?.sentence).toContain("wants credentials by the scheme bearer");
  });

  const home = mintRoot({ name: "Home CA" });
  const middle = mintIntermediate(home, { name: "Home Intermediate" });
  const forClients = { name: "device", names: null, purposes: ["clientAuth"] } as const;
  const asks = { authorities: [home.subject], authoritiesLeftOut: 0, certificateTypes: [] };

  /** What the judge says of it at a server that names Home CA and takes ECDSA. */
  function judged(...sent: readonly Minted[]): OwnCertificate {
    const certificates = sent.map(({ certificate }) => certificate);
    const asked = { ...asks, signatureAlgorithms: ["ecdsa_secp256r1_sha256"] };
    const usual = { isWhole: true, keyMatches: true, version: "TLSv1.3", client: undefined } as const;
    const verdict = judgeIdentity({ ...usual, certificates, asked, at: noon }, trustPorts);
    const [own] = certificates;
    if (verdict === undefined || own === undefined) throw new Error("There is no certificate.");
    return { issuer: own.issuer.display, verdict };
  }

  const without = (own: OwnCertificate, sent: number, error: HttpsError) => {
    const clientCertificate = { authorities: ["Home CA"], sent, own };
    const exchange = { ...plainly, answer: undefined };
    return diagnose(evidenceOf({ ended: endedBy(error), exchange, tls: { ...tls, clientCertificate } }));
  };
  const refusals: readonly HttpsError[] = [
    new HttpsError("client-certificate-required", {
      host: "site.example",
      sent: true,
      alert: "bad_certificate",
    }),
    new HttpsError("empty-response", { ending: "bare-fin" }),
  ];

  test.each<readonly [string, OwnCertificate, string]>([
    [
      "expired",
      judged(mintLeaf(home, { ...forClients, notAfterAt: daysLater(-1) })),
      "Renew your own certificate",
    ],
    ["is not valid yet", judged(mintLeaf(home, { ...forClients, notBeforeAt: daysLater(1) })), "valid"],
    ["is for servers", judged(mintLeaf(home, { ...forClients, purposes: ["serverAuth"] })), "clientAuth"],
    [
      "cannot sign",
      judged(mintLeaf(home, { ...forClients, usages: ["keyAgreement"] })),
      "and not digitalSignature",
    ],
    [
      "was issued by somebody whom the server does not name",
      judged(mintLeaf(mintRoot({ name: "Other CA" }), forClients)),
      'what is sent names "CN=Other CA" as issuer',
    ],
    [
      "has an intermediate that expired",
      judged(
        mintLeaf(middle, forClients),
        mintIntermediate(home, { name: "Home Intermediate", keys: middle.keys, notAfterAt: daysLater(-1) }),
      ),
      'its intermediate "Home Intermediate" expired',
    ],
  ])("a client certificate that %s", (_law, own, expected) => {
    for (const error of refusals) {
      const [finding] = without(own, own.verdict.findings.length, error).findings;
      expect(finding?.code).toBe("client-certificate-required");
      expect(JSON.stringify(finding)).toContain(JSON.stringify(expected).slice(1, -1));
    }
  });

  test("an intermediate that was sent along may lead to a CA that the server names", () => {
    const [refused] = refusals.slice(1);
    if (refused === undefined) return;
    const leaf = mintLeaf(middle, forClients);
    const told = (own: OwnCertificate): string => JSON.stringify(without(own, 1, refused).findings[0]);
    expect(told(judged(leaf))).toContain("what is sent names");
    expect(told(judged(leaf, middle))).not.toContain("what is sent names");
  });

  test("a certificate that was given and not sent is not one that is missing", () => {
    const own = judged(mintLeaf(home, { ...forClients, keys: makeKeys("Ed25519") }));
    const alert = { from: "server", name: "certificate_required", number: 116 } as const;
    const ended = new HttpsError("client-certificate-required", {
      host: "site.example",
      sent: false,
      alert: alert.name,
    });
    const [finding] = without(own, 0, ended).findings;
    expect(finding?.sentence).toContain(
      "The certificate that was given was not sent: the server takes no signature that its key (Ed25519) can make",
    );
    expect(finding?.remedy.client).toBe("Get a certificate with a key of a kind that the server asks for.");
  });
});

test("a certificate that is wanted after the handshake is not a blocked request", () => {
  const shown = { status: 403, excerpt: "<p>Reason: Cannot perform Post-Handshake Authentication.<br />" };
  const evidence = answered(shown, { hasClientCertificate: true });
  expect(wantExperiments(evidence)).toEqual([{ kind: "handshake", change: "tls-1.2" }]);
  const { headline, ruledOut } = diagnose(evidence);
  expect(headline).toMatchObject({ code: "client-certificate-required", certainty: "certain" });
  expect(ruledOut.join(" ")).not.toContain("Not a client certificate");
});

test("a body that was cut behind a refusal is beside the refusal", () => {
  const ended = endedBy(
    new HttpsError("body-truncated", { framing: "until-close", receivedBytes: 0, ending: "bare-fin" }),
  );
  const shown = answered({ status: 431, reason: "Request Header Fields Too Large", excerpt: "" });
  const [attempt] = shown.attempts;
  const { findings } = diagnose({ ...shown, attempts: attempt === undefined ? [] : [{ ...attempt, ended }] });
  expect(findings.map(({ code }) => code)).toEqual(["status-error", "body-truncated"]);
  expect(findings[0]?.remedy.client).toContain("header fields");
});

test("a server that is busy is asked once more as it was, and called unsteady where it answers then", () => {
  const busy = { status: 503, reason: "", fields: [] };
  const first = gave({ kind: "request", changes: [] }, [{ status: 503, ended: undefined }]);
  const last = (status: number) =>
    gave({ kind: "request", changes: [], again: true }, [{ status, ended: undefined }]);
  expect(wantExperiments(answered(busy))).toEqual([{ kind: "request", changes: [] }]);
  expect(wantExperiments(answered(busy, { results: [first] }))).toEqual([
    { kind: "request", changes: [], again: true },
  ]);
  expect(diagnose(answered(busy, { results: [first, last(200)] })).headline.code).toBe("unsteady-answer");
  const { headline, ruledOut } = diagnose(answered(busy, { results: [first, last(503)] }));
  expect(headline.code).toBe("status-error");
  expect(ruledOut.join(" ")).not.toContain("Not chance");
});

describe("a refusal without a User-Agent", () => {
  const without = (status: number) =>
    gave(
      {
        kind: "request",
        changes: [{ kind: "remove", id: "without user-agent", name: "User-Agent", says: "without" }],
      },
      [{ status, ended: undefined }],
    );
  const last = (status: number) =>
    gave({ kind: "request", changes: [], again: true }, [{ status, ended: undefined }]);
  const notes = (...results: readonly ReturnType<typeof last>[]) =>
    diagnose(answered({}, { fields: [["User-Agent", "x"]], results })).notes.join(" ");

  test("is asked for again with it, and told only where that is answered", () => {
    const evidence = answered({}, { fields: [["User-Agent", "x"]], results: [without(403)] });
    expect(wantExperiments(evidence)).toContainEqual({ kind: "request", changes: [], again: true });
    expect(notes(without(403), last(200))).toContain("without a User-Agent field is refused");
    expect(notes(without(403), last(403))).not.toContain("User-Agent");
    expect(notes(without(403))).not.toContain("User-Agent");
  });

  test.each([429, 503])("is none where the answer speaks of load (%i)", (status) => {
    expect(notes(without(status), last(200))).not.toContain("User-Agent");
  });
});
