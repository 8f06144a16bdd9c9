/**
 * `meerkat why --json` against every site of the lab: the manifest's code as headline, nothing certain that the
 * manifest contradicts, within ten seconds whatever the site does, and in the form that the schema has.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodes } from "../../src/cli/index.ts";
import { isCode } from "../../src/core/index.ts";
import type { Diagnosis, FindingOnlyCode } from "../../src/diagnosis/index.ts";
import { openLab, siteNames, type Lab, type Site } from "../../src/lab/index.ts";
import { meerkat } from "../cli/transcript.ts";
import { findViolations } from "./schema.ts";
import { slowness } from "../cli/allowed-time.ts";
import { waitedMsDuring } from "../cost.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

/** What `why` calls an answer whose status says no: the manifest has no code for those, since nothing failed. */
const byStatus: Readonly<Record<string, FindingOnlyCode>> = {
  "user-agent-contact": "fields-refused",
  "user-agent-browser": "fields-refused",
  "header-order": "fields-refused",
  "accept-wildcard": "fields-refused",
  "accept-language-missing": "fields-refused",
  "host-with-port": "fields-refused",
  "refused-every-second-time": "unsteady-answer",
  "blocked-like-akamai": "request-blocked",
  "blocked-like-cloudflare": "request-blocked",
  "blocked-like-cloudfront": "request-blocked",
  "blocked-like-imperva": "request-blocked",
  "basic-authentication": "credentials-wanted",
  "digest-authentication": "credentials-wanted",
  "proxy-authentication": "credentials-wanted",
  "upgrade-required": "protocol-wanted",
  "too-many-requests": "rate-limited",
  "captive-portal": "network-login",
  misdirected: "wrong-server",
  "http2-unwelcome": "protocol-refused",
  "http2-misdirected": "wrong-server",
  // The first request of a connection is answered, and no other one: `why` asks twice.
  "http2-flood-of-resets": "unsteady-answer",
};

/** Codes of `docs/why.md` that may stand beside the manifest's: they say why, and are no more than likely. */
const causes: readonly string[] = ["intercepted", "default-certificate", "client-certificate-required"];

/** Ends by a deadline of `why` itself: that nothing would have come later is no more than likely. */
const ownDeadlines: readonly string[] = ["tls-timeout", "head-timeout", "body-timeout", "total-timeout"];

/** Only the server's own certificate comes, and no place for its issuer: what is missing may be a root, so it is likely. */
const unprovenCode = "missing-intermediate";
function isUnproven(code: string, { name }: Site): boolean {
  return code === unprovenCode && /^(?:missing-intermediate-unpublished|interception-.*)$/.test(name);
}

const withinMs = 10_000;

describe("why, site by site", () => {
  test.concurrent.each(siteNames)("%s", async (name) => {
    const site = siteOf(name);
    let asked: Awaited<ReturnType<typeof askWhy>> | undefined;
    const waitedMs = await waitedMsDuring(async () => (asked = await askWhy(site)));
    if (asked === undefined) throw new Error("nothing was found out");
    const { diagnosis, exitCode } = asked;
    expect(waitedMs).toBeLessThan(withinMs * slowness());
    expect(findViolations(diagnosis)).toEqual([]);
    expect(diagnosis.headline).toMatchObject({ code: expectedCode(site) });
    expect(exitCode).toBe(expectedExit(site));
    checkCertainty(diagnosis, site);
    checkWords(diagnosis);
  });
});

describe("what cannot be checked site by site", () => {
  test("a healthy site is called healthy, with no finding, within a second", async () => {
    const site = siteOf("good");
    await askWhy(site); // Loads the program: what is measured is the diagnosis.
    const waitedMs = await waitedMsDuring(async () => {
      const { diagnosis } = await askWhy(site);
      expect(diagnosis).toMatchObject({ healthy: true, reached: true, findings: [], ruledOut: [] });
    });
    expect(waitedMs).toBeLessThan(1_000);
  });

  test("a chain made by a product that opens connections on the way is likely that", async () => {
    const { diagnosis } = await askWhy(siteOf("interception-fortinet"));
    expect(diagnosis.findings).toContainEqual(
      expect.objectContaining({ code: "intercepted", certainty: "likely" }),
    );
  });

  test("every code that only a diagnosis gives is told apart from the healthy sites", () => {
    for (const { name, expected } of siteNames.map(siteOf))
      if (expected.code === null && expected.status !== 200) expect(byStatus).toHaveProperty([name]);
  });
});

async function askWhy({
  url,
  needs,
}: Site): Promise<{ readonly diagnosis: Diagnosis; readonly exitCode: number }> {
  const { pins = [], profile, protocol } = needs ?? {};
  const argv = ["why", "--json", "--cacert", lab.caFile];
  if (pins.length > 0) argv.push("--pinnedpubkey", pins.map((pin) => pin.replace("/", "//")).join(";"));
  if (profile !== undefined) argv.push("--profile", profile);
  if (protocol !== undefined) argv.push("--http2-only");
  const { exitCode, stdout, stderr } = await meerkat([...argv, url]);
  expect(stderr).toBe("");
  return { diagnosis: JSON.parse(stdout) as Diagnosis, exitCode };
}

function siteOf(name: string): Site {
  const site = lab.sites.find((site) => site.name === name);
  if (site === undefined) throw new Error(`The lab does not serve ${name}.`);
  // What a site does to the body of a request is not met by who sends none.
  return site.needs?.uploadBytes === undefined ? site : { ...site, expected: { code: null, status: 200 } };
}

function expectedCode({ name, expected }: Site): string {
  // Nobody is asked by PING whether it is there in the time that `why` has.
  if (expected.code === "http2-ping-unanswered") return "head-timeout";
  if (expected.code !== null) return expected.code;
  return byStatus[name] ?? (expected.status === 200 ? "healthy" : "(no code is written down here)");
}

function expectedExit(site: Site): number {
  const code = expectedCode(site);
  if (code === "healthy") return 0;
  return isCode(code) ? exitCodes[code] : 1; // What no request ends with has no number of its own.
}

/** Nothing is certain but what the manifest says; nothing at all is found on a healthy site. */
function checkCertainty({ findings, headline, healthy, answer }: Diagnosis, site: Site): void {
  const code = expectedCode(site);
  if (healthy) expect(findings).toEqual([]);
  for (const finding of findings) {
    if (finding.certainty === "certain") expect(finding.code).toBe(code);
    else if (ownDeadlines.includes(finding.code) || isUnproven(finding.code, site))
      expect(finding.code).toBe(code);
    else expect(causes).toContain(finding.code);
  }
  if (headline.code !== "healthy")
    expect(headline.certainty).toBe(
      ownDeadlines.includes(headline.code) || isUnproven(headline.code, site) ? "likely" : "certain",
    );
  if (site.expected.code === null && answer !== null) expect(answer.status).toBe(site.expected.status);
}

/** Sentences are sentences, with values in them. */
function checkWords({ findings, notes, ruledOut, headline }: Diagnosis): void {
  const sentences = [
    headline.sentence,
    ...notes,
    ...ruledOut,
    ...findings.flatMap(({ sentence, evidence, remedy }) => [
      sentence,
      ...evidence,
      remedy.client,
      remedy.server ?? "None.",
    ]),
  ];
  for (const sentence of sentences) {
    // A sentence begins with a capital, or with a host's or a setting's own name.
    expect(sentence).toMatch(/^(?:[\p{Lu}\d"]|[\w.-]+\.localhost|https?:).*[.!?]$/su);
    expect(sentence).not.toMatch(/undefined|NaN|\[object|\.\.$|\s\./);
  }
}
