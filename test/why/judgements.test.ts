/** Laws of who is blamed, how surely, and what is advised: a row for each kind of endpoint, over made-up evidence. */
import { describe, expect, test } from "vitest";
import { HttpsError } from "../../src/core/index.ts";
import {
  diagnose,
  wantExperiments,
  type AnswerSeen,
  type AttemptSeen,
  type Evidence,
  type Finding,
  type ExperimentResult,
  type HandshakeChange,
  type RequestChange,
  type RequestGave,
} from "../../src/diagnosis/index.ts";
import { answer, answered, endedBy, evidenceOf, gave, plainly, tls, visit } from "./made-up.ts";

const bytes = { host: "site.example", bytesSent: 400, bytesReceived: 0 } as const;
const closed = endedBy(new HttpsError("handshake-closed", bytes));
const reset = endedBy(new HttpsError("handshake-reset", bytes));
const silent = endedBy(new HttpsError("tls-timeout", { ...bytes, limitMs: 3_500 }));
const html = endedBy(
  new HttpsError("not-tls", { host: "site.example", port: 443, speaks: "HTTP", firstBytes: "<html>" }),
);

/** A handshake that came to nothing. */
const failed = { trust: undefined, exchange: undefined, tls: { ...tls, bytesReceived: 0 } };

function handshake(change: HandshakeChange, completed: boolean, again?: true): ExperimentResult {
  return gave(
    { kind: "handshake", change, ...(again && { again }) },
    {
      completed,
      ended: completed ? undefined : reset,
      version: completed ? "TLS 1.2" : undefined,
      cipher: undefined,
      group: undefined,
      alpn: undefined,
      leaf: undefined,
    },
  );
}

const asked = (
  changes: readonly RequestChange[],
  answers: readonly (number | AttemptSeen["ended"])[],
  again?: true,
): ExperimentResult =>
  gave(
    { kind: "request", changes, ...(again && { again }) },
    answers.map((one): RequestGave =>
      typeof one === "number" ? { status: one, ended: undefined } : { status: undefined, ended: one },
    ),
  );

const withoutAgent: RequestChange = {
  kind: "remove",
  id: "without user-agent",
  name: "User-Agent",
  says: "without a User-Agent field",
};

describe("a site that answered is not called healthy", () => {
  test.each<readonly [law: string, results: readonly ExperimentResult[], says: string]>([
    [
      "where the same request is refused the next time",
      [asked([withoutAgent], [403]), asked([], [403, 403], true)],
      "200 1 of 3 times, 403 2 of 3 times",
    ],
    ["where one changed request was answered in two ways", [asked([withoutAgent], [500, 200])], "500 1 of 2"],
    [
      "where a later connection was reset",
      [asked([withoutAgent], [reset])],
      "a later connection to it failed",
    ],
  ])("%s", (_law, results, says) => {
    const { headline, healthy } = diagnose(answered({}, { results }));
    expect(headline).toMatchObject({ code: "unsteady-answer", certainty: "certain" });
    expect(headline.sentence).toContain(says);
    expect(healthy).toBe(false);
  });

  test.each<readonly [law: string, results: readonly ExperimentResult[]]>([
    ["load", [asked([withoutAgent], [429]), asked([], [503, 429], true)]],
    ["a deadline of this diagnosis's own", [asked([withoutAgent], [silent])]],
    ["a refusal without a field", [asked([withoutAgent], [403]), asked([], [200, 200], true)]],
  ])("but %s says nothing of it", (_law, results) => {
    expect(diagnose(answered({}, { results })).headline.code).toBe("healthy");
  });
});

const proxy = { url: "http://proxy.example:3128", source: "HTTPS_PROXY" };
const proxied = visit.reach === undefined ? undefined : { ...visit.reach, proxy };

describe("through a proxy, the server is not blamed for what the proxy may have done", () => {
  test.each([
    ["closed", closed, "proxy", "certain"],
    ["reset", reset, "proxy", "certain"],
    ["silent", silent, "proxy", "likely"],
    ["answered by something else", html, "caller", "certain"],
  ] as const)("a tunnel that was %s", (_law, ended, fault, certainty) => {
    const { headline, findings, stages } = diagnose(evidenceOf({ ...failed, ended, reach: proxied }));
    expect(headline.certainty).toBe(certainty);
    expect(findings[0]?.fault).toBe(fault);
    for (const said of [headline.sentence, stages.find(({ outcome }) => outcome === "failed")?.says]) {
      expect(said).toContain("the proxy http://proxy.example:3128");
      expect(said).not.toMatch(/site\.example (?:closed|port 443 does not speak TLS:)/);
    }
    expect(findings[0]?.remedy.server ?? "").not.toContain("Turn TLS on");
  });
});

describe("an alert has advice of its own", () => {
  const alerted = (number: number, name: string, sni: string | undefined): Evidence =>
    evidenceOf({
      ...failed,
      sni,
      ended: endedBy(new HttpsError("tls-alert", { host: "site.example", alert: name, number })),
      tls: { ...tls, alerts: [{ from: "server", name, number }] },
    });
  test.each([
    [112, "unrecognized_name", "site.example", "Check the host name"],
    [80, "internal_error", "site.example", "Try again later"],
    [49, "access_denied", "site.example", "which clients it lets in"],
    [112, "unrecognized_name", undefined, "Use the host name in the URL"],
    [40, "handshake_failure", undefined, "Use the host name in the URL"],
  ])("%i %s, asked for %s", (number, name, sni, advice) => {
    expect(diagnose(alerted(number, name, sni)).findings[0]?.remedy.client).toContain(advice);
  });
});

describe("an alert for the version", () => {
  const ended = endedBy(
    new HttpsError("tls-version", { host: "site.example", offered: "TLSv1.2 to TLSv1.3" }),
  );
  test("is tried with each version alone", () => {
    const wanted = wantExperiments(evidenceOf({ ...failed, ended }));
    expect(wanted).toContainEqual({ kind: "handshake", change: "tls-1.2" });
  });

  test("is about TLS 1.3 beside 1.2, where 1.2 alone is answered", () => {
    const results = [
      handshake("none", false),
      handshake("tls-1.2", true),
      handshake("none", false, true),
      handshake("tls-1.2", true, true),
      handshake("tls-1.2-long", true),
    ];
    const { headline } = diagnose(evidenceOf({ ...failed, ended }, { results }));
    expect(headline.sentence).toContain("It is the offer of TLS 1.3");
    expect(headline.sentence).not.toContain("speaks none");
  });
});

test("where TLS fails at one address, the others are tried, and the one that differs is named", () => {
  const reach = visit.reach && { ...visit.reach, addresses: ["192.0.2.1", "192.0.2.2"] };
  const other = { kind: "reach", address: "192.0.2.2" } as const;
  for (const [ended, certainty] of [
    [reset, "certain"],
    [silent, "likely"],
  ] as const) {
    const first = evidenceOf({ ...failed, ended, reach });
    expect(wantExperiments(first)).toContainEqual(other);
    const met = { leaf: "00", trusted: true, ended: undefined };
    const result = gave(other, { connected: true, outcome: "connected", met });
    const { headline, findings } = diagnose({ ...first, results: [result] });
    expect(headline).toMatchObject({ code: "servers-differ", certainty });
    expect(findings[0]?.evidence.join("\n")).toContain(`(192.0.2.1): ${ended.code}`);
  }
});

test("a cause that was found keeps its advice, whoever's patience ended", () => {
  const leaf = { fingerprint: "00", names: ["site.example"], namesHost: true };
  const named = gave(
    { kind: "handshake", change: "no-server-name" },
    {
      completed: true,
      ended: undefined,
      version: "TLS 1.3",
      cipher: undefined,
      group: undefined,
      alpn: undefined,
      leaf,
    },
  );
  const { findings } = diagnose(evidenceOf({ ...failed, ended: silent }, { results: [named] }));
  expect(findings[0]?.remedy.client).toContain("Check the host name");
});

describe("a refusal's cause on the caller's side", () => {
  type Row = readonly [
    law: string,
    shown: Partial<AnswerSeen>,
    fields: Evidence["question"]["fields"],
    expected: { readonly code: string; readonly fault: string; readonly says: RegExp },
  ];
  const host = ["Host", "site.example"] as const;
  test.each<Row>([
    [
      "a token whose scope is too small",
      {
        status: 403,
        fields: [["WWW-Authenticate", 'Bearer error="insufficient_scope", scope="admin"']],
      },
      [host, ["Authorization", "Bearer abcdefghijkl"]],
      { code: "credentials-wanted", fault: "caller", says: /scope "admin"/ },
    ],
    [
      "a Host field of another host, for a page that is not there",
      { status: 404 },
      [["Host", "old.example"]],
      { code: "status-error", fault: "caller", says: /names "old\.example"/ },
    ],
    [
      "a Host field of another host, at a server that is not the one",
      { status: 421 },
      [["Host", "old.example"]],
      { code: "wrong-server", fault: "caller", says: /Leave the Host field out/ },
    ],
    [
      "its own host with a port is none",
      { status: 421 },
      [["Host", "site.example:443"]],
      { code: "wrong-server", fault: "peer", says: /SNI/ },
    ],
    [
      "a length that is missing",
      { status: 411 },
      [host],
      { code: "status-error", fault: "caller", says: /Content-Length/ },
    ],
    ["an Expect field", { status: 417 }, [host], { code: "status-error", fault: "caller", says: /Expect/ }],
    [
      "a proxy taken for a site",
      { status: 407 },
      [host],
      { code: "credentials-wanted", fault: "caller", says: /Proxy-Authorization/ },
    ],
    [
      "maintenance is not the caller's",
      { status: 503, fields: [["Retry-After", "3600"]] },
      [host],
      { code: "status-error", fault: "peer", says: /asks to wait 1 hour/ },
    ],
    [
      "a Retry-After that cannot be read is not advice",
      { status: 429, fields: [["Retry-After", "soon"]] },
      [host],
      { code: "rate-limited", fault: "caller", says: /does not say how long/ },
    ],
    [
      "what Cloudflare did not get from behind it",
      { status: 525, fields: [["cf-ray", "1-FRA"]] },
      [host],
      { code: "status-error", fault: "peer", says: /from the server behind it/ },
    ],
    [
      "Akamai's reference, written in numbers",
      { status: 403, excerpt: "<H1>Access Denied</H1>Reference&#32;&#35;18&#46;2d351ab8&#46;1557333295" },
      [host],
      { code: "status-error", fault: "peer", says: /18\.2d351ab8\.1557333295/ },
    ],
  ])("%s", (_law, shown, fields, { code, fault, says }) => {
    const [finding] = diagnose(answered(shown, { fields, mayExperiment: false })).findings;
    expect(finding).toMatchObject({ code, fault });
    expect(JSON.stringify(finding).replaceAll("\\", "")).toMatch(says);
  });

  /** Refused whatever was tried. */
  function blocked(
    attempt: Partial<AttemptSeen>,
    others: number,
    fields: Evidence["question"]["fields"],
  ): Evidence {
    const exchange = {
      ...plainly,
      answer: { ...answer, status: 403, excerpt: "403 Forbidden" },
    };
    const results: ExperimentResult[] = [];
    for (;;) {
      const evidence = evidenceOf({ exchange, ...attempt }, { fields, results });
      const [wanted] = wantExperiments(evidence);
      if (wanted?.kind !== "request") return evidence;
      results.push(asked(wanted.changes, wanted.changes.length === 0 ? [403, 403] : [others, others]));
    }
  }

  test("credentials that are known and not enough are told from a block", () => {
    const fields = [host, ["X-Api-Key", "abcdefghijkl"]] as const;
    const { headline, findings } = diagnose(blocked({}, 401, fields));
    expect(headline).toMatchObject({ code: "credentials-wanted", certainty: "likely" });
    expect(findings[0]?.fault).toBe("caller");
    expect(diagnose(blocked({}, 403, fields)).headline.sentence).toContain("whatever of the usual fields");
    expect(diagnose(blocked({}, 404, fields)).headline.sentence).not.toContain("whatever");
  });

  test("a client certificate that was asked for and not sent is the likely cause of a refusal without words", () => {
    const clientCertificate = { authorities: ["Home CA"], sent: 0 };
    const { findings } = diagnose(blocked({ tls: { ...tls, clientCertificate } }, 403, [host]));
    expect(findings.map(({ code, certainty }) => [code, certainty])).toEqual([
      ["client-certificate-required", "likely"],
      ["request-blocked", "certain"],
    ]);
  });
});

describe("a proxy's own words and kind", () => {
  const facts = { proxy: proxy.url, source: proxy.source, target: "site.example:443" } as const;
  const at = (error: HttpsError, causeCode?: "tls-timeout"): Evidence =>
    evidenceOf({ ...failed, tls: undefined, reach: proxied, ended: { ...endedBy(error), causeCode } });
  const refusedBy = (status: number, fields: readonly (readonly [string, string])[]): HttpsError =>
    new HttpsError("proxy-refused", { ...facts, status, reason: "", fields, body: "" });
  test.each<readonly [law: string, evidence: Evidence, expected: Partial<Finding>, says: RegExp]>([
    [
      "leads to a login",
      at(refusedBy(302, [["Location", "http://login.example/"]])),
      { certainty: "certain", fault: "proxy" },
      /leads to "http:\/\/login\.example\/"/,
    ],
    [
      "refused the credentials that were sent",
      at(
        new HttpsError("proxy-authentication-required", {
          ...facts,
          status: 407,
          reason: "",
          fields: [],
          body: "",
          schemes: "Basic",
          sent: true,
        }),
      ),
      { certainty: "certain", fault: "caller" },
      /Correct the proxy's credentials/,
    ],
    [
      "waits behind https:// for a request, as far as this diagnosis waited",
      at(
        new HttpsError("proxy-unreachable", {
          proxy: "https://proxy.example:3128",
          source: proxy.source,
          reason: "no answer",
        }),
        "tls-timeout",
      ),
      { certainty: "likely", fault: "caller" },
      /with http:\/\//,
    ],
    [
      "speaks SOCKS",
      at(
        new HttpsError("proxy-malformed", {
          proxy: proxy.url,
          tolerance: undefined,
          reason: 'The answer is not HTTP/1.1 but something else: it begins with "\\x05\\xff".',
        }),
      ),
      { certainty: "certain", fault: "caller" },
      /SOCKS/,
    ],
  ])("%s", (_law, evidence, expected, says) => {
    const [finding] = diagnose(evidence).findings;
    expect(finding).toMatchObject(expected);
    expect([...(finding?.evidence ?? []), finding?.remedy.client].join("\n")).toMatch(says);
  });
});

describe("where a redirect leads", () => {
  const to = "https://login.example/";
  const hop = { from: visit.url, to, status: 302, cookies: "" };
  const first: AttemptSeen = { ...visit, exchange: { ...plainly, hops: [hop], answer: undefined } };

  test("a name that does not exist is the fault of the site that names it", () => {
    const ended = endedBy(
      new HttpsError("name-not-found", { host: "login.example", resolverCode: "ENOTFOUND" }),
    );
    const second: AttemptSeen = {
      ...visit,
      ...failed,
      tls: undefined,
      reach: undefined,
      url: to,
      host: "login.example",
      ended,
    };
    const [finding] = diagnose({ ...evidenceOf({}), attempts: [first, second] }).findings;
    expect(finding).toMatchObject({ code: "name-not-found", fault: "peer" });
    expect(finding?.evidence[0]).toContain(`${visit.url} answered 302 and names ${to}`);
  });

  test("an answer that names no place is told to name none", () => {
    expect(diagnose(answered({ status: 302 })).notes.join(" ")).toContain("names no place to go on to");
  });
});
