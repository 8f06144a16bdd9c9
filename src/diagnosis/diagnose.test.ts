/** Laws of the diagnosis over made-up evidence: what is said, how sure it is, and what is wanted next. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  answer as plain,
  at,
  endedBy,
  evidenceOf,
  gave as result,
  tls,
  trust,
  visit,
  plainly,
} from "../../test/why/made-up.ts";
import { HttpsError, libraryNames, renderRemedy } from "../core/index.ts";
import { diagnose } from "./diagnose.ts";
import { nameExperiment, type ExperimentResult, type Gave, type HandshakeChange } from "./experiment.ts";
import { findingEntries, findingEntry } from "./finding-codes.ts";
import { clockCauseMs, clockToleranceMs } from "./limits.ts";
import type { Evidence } from "./evidence.ts";
import type { AnswerSeen, AttemptSeen, Ended, TlsSeen } from "./observation.ts";
import { wantExperiments } from "./plan.ts";
import { findProduct } from "../trust/index.ts";
import { findFront } from "./fronts.ts";
import { stagesOf } from "./stage.ts";

const answer: AnswerSeen = { ...plain, fields: [["Date", new Date(at).toUTCString()]] };
const healthy: AttemptSeen = { ...visit, exchange: { ...plainly, answer } };

function evidence(attempt: Partial<AttemptSeen>, more: Partial<Evidence> = {}): Evidence {
  const fields = [
    ["Host", "site.example"],
    ["User-Agent", "meerkat"],
  ] as const;
  return evidenceOf({ ...healthy, ...attempt }, { fields, ...more });
}

const facts = { subject: "site.example", issuer: "Some CA", fingerprint: "00", role: "leaf" } as const;

const expired = endedBy(new HttpsError("expired", { ...facts, notAfterAt: at - 86_400_000, at }));
const refusedDates = { ended: expired, exchange: undefined };

/** The unverified attempt, answered with this Date. */
function unverified(dateAt: number): ExperimentResult {
  const dated: AnswerSeen = { ...answer, fields: [["Date", new Date(dateAt).toUTCString()]] };
  return result({ kind: "unverified" }, { ...healthy, exchange: { ...plainly, answer: dated } });
}

const byClock = (clockAt: number, trusted: boolean): ExperimentResult =>
  result(
    { kind: "judge", change: { kind: "clock", at: clockAt } },
    { trusted, rejection: undefined, anchor: undefined },
  );

describe("whose clock is wrong", () => {
  const behindAt = at - 2 * 86_400_000;

  test("dates are judged by the server's clock only when that differs by more than an hour", () => {
    const wanted = (dateAt: number): boolean =>
      wantExperiments(evidence(refusedDates, { results: [unverified(dateAt)] })).some(
        (experiment) => experiment.kind === "judge" && experiment.change.kind === "clock",
      );
    expect(wanted(at - clockCauseMs.value + 1000)).toBe(false);
    expect(wanted(at - clockCauseMs.value)).toBe(true);
  });

  test("a certificate that holds by the server's clock makes this machine's the likely cause", () => {
    const results = [unverified(behindAt), byClock(behindAt, true)];
    const { headline, findings } = diagnose(evidence(refusedDates, { results }));
    expect(headline).toMatchObject({ code: "clock-wrong", certainty: "likely" });
    expect(headline.sentence).toContain("2 days ahead of");
    expect(findings.map(({ code }) => code)).toEqual(["clock-wrong", "expired"]);
    expect(findings[0]?.evidence.join(" ")).toContain("not verified");
  });

  test("one that does not hold by either clock is expired, and the clock is only a note", () => {
    const results = [unverified(behindAt), byClock(behindAt, false)];
    const { headline, notes } = diagnose(evidence(refusedDates, { results }));
    expect(headline).toMatchObject({ code: "expired", certainty: "certain" });
    expect(notes.join(" ")).toContain("2 days ahead of the server's Date");
  });

  test("a clock that agrees is ruled out as the cause", () => {
    const { ruledOut, notes } = diagnose(evidence(refusedDates, { results: [unverified(at)] }));
    expect(ruledOut.join(" ")).toContain("Not this machine's clock");
    expect(notes).toEqual([]);
  });

  test("five minutes are within what clocks differ by, and a second more is a note", () => {
    const notes = (differenceMs: number): readonly string[] =>
      diagnose(evidence(refusedDates, { results: [unverified(at - differenceMs)] })).notes;
    expect(notes(clockToleranceMs.value - 1000)).toEqual([]);
    expect(notes(clockToleranceMs.value)).toHaveLength(1);
  });
});

test("what a store passed over is a note; what the environment says in vain is this machine's to tell", () => {
  const notes = [
    { about: "store", sentence: "A root was passed over." },
    { about: "environment", sentence: "A variable has no effect." },
  ] as const;
  expect(diagnose(evidence({ trust: { ...trust, notes } })).notes).toEqual(["A root was passed over."]);
});

describe("what a root in another store means", () => {
  const missing = endedBy(new HttpsError("missing-intermediate", { ...facts, urls: [] }));
  const system = result(
    { kind: "judge", change: { kind: "store", store: "system" } },
    { trusted: true, rejection: undefined, anchor: { subject: "Corporate Root", source: "/etc/ssl/ca.crt" } },
  );

  test("a chain that verifies by the system's roots lacks no intermediate but a root", () => {
    const { headline, findings } = diagnose(
      evidence({ ended: missing, exchange: undefined }, { results: [system] }),
    );
    expect(headline.code).toBe("untrusted-root");
    expect(headline.sentence).toContain("Corporate Root");
    expect(findings[0]?.remedy.client).toContain("/etc/ssl/ca.crt");
    expect(findings[0]?.remedy.client).not.toMatch(/insecure|turn.*off/i);
  });

  test("without experiments it is told that the link may be a root, and no more", () => {
    const given = evidence({ ended: missing, exchange: undefined }, { mayExperiment: false });
    const diagnosis = diagnose({ ...given, question: { ...given.question, ownRoots: true } });
    expect(diagnosis.headline.code).toBe("missing-intermediate");
    expect(diagnosis.findings[0]?.evidence.join(" ")).toContain("Possible all the same");
  });
});

describe("what is wanted", () => {
  test("nothing, where experiments are not allowed", () => {
    for (const attempt of [{}, refusedDates])
      expect(wantExperiments(evidence(attempt, { mayExperiment: false }))).toEqual([]);
  });

  test("nothing for a name that does not exist, and nothing for a refused connection", () => {
    const detail = { host: "site.example", port: 443, attempts: [] };
    for (const error of [
      new HttpsError("name-not-found", { host: "site.example", resolverCode: "ENOTFOUND" }),
      new HttpsError("connection-refused", detail),
    ])
      expect(wantExperiments(evidence({ ended: endedBy(error) }))).toEqual([]);
  });

  test("no second request of a site that says it is asked too often", () => {
    const limited = { ...answer, status: 429 };
    const later = { ...answer, status: 503, fields: [["Retry-After", "5"]] as const };
    for (const shown of [limited, later])
      expect(wantExperiments(evidence({ exchange: { ...plainly, answer: shown } }))).toEqual([]);
  });

  test("an experiment that was done is not wanted again", () => {
    const first = wantExperiments(evidence(refusedDates));
    expect(first).toContainEqual({ kind: "unverified" });
    const again = wantExperiments(evidence(refusedDates, { results: [unverified(at)] }));
    expect(again).not.toContainEqual({ kind: "unverified" });
  });
});

describe("what TLS's end means", () => {
  const closed = endedBy(
    new HttpsError("handshake-closed", { host: "site.example", bytesSent: 400, bytesReceived: 0 }),
  );
  const unanswered: Partial<AttemptSeen> = {
    ended: closed,
    trust: undefined,
    exchange: undefined,
    tls: { ...tls, bytesReceived: 0 },
  };
  const gave = (completed: boolean, namesHost = true): Gave["handshake"] => ({
    completed,
    ended: completed ? undefined : closed,
    version: completed ? "TLS 1.2" : undefined,
    cipher: undefined,
    group: undefined,
    alpn: undefined,
    leaf: completed ? { fingerprint: "00", names: ["other.example"], namesHost } : undefined,
  });
  type Tried = readonly [HandshakeChange, Gave["handshake"], again?: true];
  const sentenceWith = (...tried: readonly Tried[]): string => {
    const results = tried.map(([change, outcome, again]) =>
      result({ kind: "handshake", change, ...(again && { again }) }, outcome),
    );
    return diagnose(evidence(unanswered, { results })).headline.sentence;
  };

  test("the one change that lets it complete is named", () => {
    expect(sentenceWith(["tls-1.2", gave(true)])).toContain("Likely it is the offer of TLS 1.3");
    expect(sentenceWith(["none", gave(true)])).toContain("now and then");
    const confirmed: readonly Tried[] = [
      ["none", gave(false)],
      ["tls-1.2", gave(true)],
      ["none", gave(false), true],
      ["tls-1.2", gave(true), true],
    ];
    // TLS 1.2 alone makes the ClientHello shorter as well: which of the two it is, one change does not tell.
    expect(sentenceWith(...confirmed)).toContain(
      "Likely it is the offer of TLS 1.3, or the size of the ClientHello",
    );
    expect(sentenceWith(...confirmed, ["tls-1.2-long", gave(true)])).toContain(
      " It is the offer of TLS 1.3:",
    );
    const size = sentenceWith(...confirmed, ["tls-1.2-long", gave(false)]);
    expect(size).toContain("Likely it is the size of the ClientHello");
    expect(size).not.toContain("offer of TLS 1.3");
  });

  test("where http/1.1 alone helps, it is the offer of h2: without ALPN there is none either", () => {
    const tried: readonly Tried[] = [
      ["none", gave(false)],
      ["no-alpn", gave(true)],
      ["http1", gave(true)],
      ["none", gave(false), true],
      ["http1", gave(true), true],
    ];
    expect(sentenceWith(...tried)).toContain(" It is the offer of h2:");
    const changesOf = (attempt: Partial<AttemptSeen>): readonly unknown[] =>
      wantExperiments(evidence(attempt)).flatMap((one) => (one.kind === "handshake" ? [one.change] : []));
    expect(changesOf(unanswered)).toContain("http1");
    expect(changesOf(unanswered)).not.toContain("http2");
    const old = { ...unanswered, tls: { ...tls, offered: { ...tls.offered, alpn: ["http/1.1"] } } };
    expect(changesOf(old)).toContain("http2");
    expect(changesOf(old)).not.toContain("http1");
  });

  test("another site that answers without a name says only where to look", () => {
    expect(sentenceWith(["no-server-name", gave(true)])).toContain("it is the server name");
    expect(sentenceWith(["no-server-name", gave(true, false)])).toContain(
      "Likely it is this name's own setting",
    );
  });

  test("where nothing helps and nothing came back, it is likely not TLS", () => {
    expect(sentenceWith(["tls-1.2", gave(false)])).toContain("Likely not TLS at all");
  });

  test("several changes that each help say no more than what they have in common", () => {
    const sentence = sentenceWith(["tls-1.2", gave(true)], ["no-alpn", gave(true)]);
    expect(sentence).toContain("Likely it is the size of the ClientHello");
  });

  test("a change that helped once and not again was chance", () => {
    const sentence = sentenceWith(["tls-1.2", gave(true)], ["tls-1.2", gave(false), true]);
    expect(sentence).toContain("now and then");
  });

  test("the one change that helped is tried again, and the handshake without it", () => {
    const results = [
      result({ kind: "handshake", change: "none" }, gave(false)),
      result({ kind: "handshake", change: "tls-1.2" }, gave(true)),
    ];
    const wanted = wantExperiments(evidence(unanswered, { results }));
    expect(wanted).toContainEqual({ kind: "handshake", change: "tls-1.2", again: true });
    expect(wanted).toContainEqual({ kind: "handshake", change: "none", again: true });
    expect(wanted).toContainEqual({ kind: "handshake", change: "tls-1.2-long" });
  });

  test("a client certificate that was asked for and not sent is the likely cause, and no more than that", () => {
    const { findings } = diagnose(
      evidence({ ...unanswered, tls: { ...tls, clientCertificate: { authorities: ["A"], sent: 0 } } }),
    );
    expect(findings.map(({ code, certainty }) => [code, certainty])).toEqual([
      ["handshake-closed", "certain"],
      ["client-certificate-required", "likely"],
    ]);
  });
});

describe("a client certificate was sent, and no answer came", () => {
  const ended = endedBy(new HttpsError("empty-response", { ending: "bare-fin" }));
  const alerts = [{ from: "server", name: "unknown_ca", number: 48 }] as const;
  const verdict = { outlook: "nothing-against", findings: [], untilAt: 0 } as const;
  const asked = { authorities: ["Fleet CA"], sent: 1, own: { issuer: "Home CA", verdict } };
  const said = (more: Partial<TlsSeen>, how: Ended): readonly (readonly string[])[] =>
    diagnose(
      evidence({
        ended: how,
        exchange: { ...plainly, answer: undefined },
        tls: { ...tls, clientCertificate: asked, ...more },
      }),
    ).findings.map(({ code, certainty, sentence }) => [code, certainty, sentence]);
  const likely = [
    "client-certificate-required",
    "likely",
    'Likely site.example does not accept the client certificate: it asked for one issued by "Fleet CA", and was sent one issued by "Home CA".',
  ];

  test("a plain close likely means that it is not accepted, and whose was wanted is said", () => {
    expect(said({}, ended)[0]).toEqual(likely);
  });

  test("an alert after the handshake means the same", () => {
    const alert = new HttpsError("tls-alert", { host: "site.example", alert: "unknown_ca", number: 48 });
    expect(said({ alerts }, endedBy(alert))[0]).toEqual(likely);
  });

  test("where none was asked for, nothing is said of it", () => {
    expect(said({ clientCertificate: undefined }, ended)).toHaveLength(1);
  });
});

test("experiments for which there was no time are one line, and others keep their own", () => {
  const late = (["no-alpn", "tls-1.2", "x25519"] as const).map(
    (change) =>
      ({
        kind: "handshake",
        experiment: { kind: "handshake", change },
        ms: 0,
        undone: { kind: "no-time-left" },
        gave: undefined,
      }) as unknown as ExperimentResult,
  );
  const { experiments } = diagnose(evidence(refusedDates, { results: [unverified(at), ...late] }));
  expect(experiments).toHaveLength(2);
  expect(experiments[1]?.outcome).toBe("not done: there was no time left");
  for (const result of late) expect(experiments[1]?.name).toContain(nameExperiment(result.experiment));
});

describe("the words", () => {
  test("every code that only a diagnosis gives says what it means and what to do", () => {
    for (const [code, entry] of Object.entries(findingEntries)) {
      expect(findingEntry(code as keyof typeof findingEntries)).toBe(entry);
      expect(entry.means).toMatch(/^[A-Z].*\.$/);
      expect(renderRemedy(entry.remedy, libraryNames).client).toMatch(/^[A-Z].*\.$/);
      expect(entry.authority).not.toBe("");
      expect(entry.title).not.toMatch(/\.$/);
    }
  });

  test("stages after the one that failed were not reached", () => {
    const stages = stagesOf({ ...healthy, ...refusedDates });
    expect(stages.map(({ outcome }) => outcome)).toEqual([
      "passed",
      "passed",
      "passed",
      "failed",
      "not-reached",
    ]);
  });
});

describe("recognising by name", () => {
  test.each([
    ["CN=Zscaler Root CA, O=Zscaler Inc.", "Zscaler", "interceptor"],
    ["CN=mitmproxy, O=mitmproxy", "mitmproxy", "debugger"],
    ["O=mkcert development CA", "mkcert", "development"],
    [
      "CN=Kubernetes Ingress Controller Fake Certificate",
      "the Kubernetes ingress controller",
      "default-certificate",
    ],
    ["CN=DO_NOT_TRUST_FiddlerRoot", "Fiddler", "debugger"],
  ])("%s", (name, product, kind) => {
    expect(findProduct(["CN=site.example", name])).toEqual({ name: product, kind });
  });

  test("a public CA is not a product, and neither is a name that only contains one", () => {
    expect(findProduct(["CN=ISRG Root X1, O=Internet Security Research Group"])).toBeUndefined();
    expect(findProduct(["CN=www.charles-and-sons.example", "O=Fortitude Ltd"])).toBeUndefined();
  });

  test("a front is recognised by its own fields and words, and gives its reference", () => {
    expect(findFront([["cf-ray", "abc"]], "")).toMatchObject({ name: "Cloudflare", reference: "abc" });
    expect(findFront([], "<H1>Access Denied</H1> Reference #18.5c3e1502.17.1a")).toMatchObject({
      name: "Akamai",
      reference: "18.5c3e1502.17.1a",
    });
    expect(findFront([["Server", "nginx"]], "403 Forbidden")).toBeUndefined();
  });
});

test("docs/why.md says of every such code what its entry says", () => {
  const page = readFileSync(new URL("../../docs/why.md", import.meta.url), "utf8").replace(/\s+/g, " ");
  for (const [code, { title, means, authority }] of Object.entries(findingEntries)) {
    expect(page).toContain(`| \`${code}\``);
    expect(page).toContain(`${title}. ${means}`);
    expect(page).toContain(authority);
  }
});
