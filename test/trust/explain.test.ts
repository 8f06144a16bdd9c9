/** What a person reads: who vouched for whom, or what stopped each path. */
import { describe, expect, test } from "vitest";
import { writeOid, writeSequence } from "../../src/der/index.ts";
import { explainVerdict, type VerifyRequest } from "../../src/trust/index.ts";
import { extensionOid, parseCrl, parseOcspResponse } from "../../src/x509/index.ts";
import {
  daysLater,
  distinguishedName,
  extension,
  generalName,
  mintChain,
  mintCrl,
  mintIntermediate,
  mintLeaf,
  mintOcsp,
  mintRoot,
  type Shape,
} from "../pki/index.ts";
import { anchorOf, ask, judge, judgeChain, type Scenario } from "./scenario.ts";

describe("a trusted chain", () => {
  test("names everyone up to the root, and where the root came from", () => {
    const lines = explainVerdict(judge({ source: { store: "file", file: "roots.pem", line: 12 } })).split(
      "\n",
    );
    expect(lines).toEqual([
      "host.example.com was vouched for by Test Intermediate.",
      "Test Intermediate was vouched for by Test Root.",
      "Test Root is trusted: it stands in roots.pem, line 12.",
      "The certificate is for host.example.com.",
      "All of it holds at 2026-01-15 12:00:00 UTC, under profile rfc5280, and until 2026-03-16 12:00:00 UTC.",
      "Revocation was not checked for 2 of 2 certificates.",
    ]);
  });

  test("needs nobody to vouch for a certificate that is trusted itself", () => {
    const itself = mintLeaf(mintRoot());
    expect(
      explainVerdict(ask(itself, { anchors: [anchorOf(itself)] }))
        .split("\n")
        .slice(0, 2),
    ).toEqual([
      "host.example.com is trusted: it stands in file.",
      "The certificate is for host.example.com.",
    ]);
  });

  test.each<[law: string, scenario: Scenario, until: string]>([
    ["the leaf's", {}, "2026-03-16"],
    ["a CA's", { intermediate: { notAfterAt: daysLater(20) } }, "2026-02-04"],
    ["the root's", { root: { notAfterAt: daysLater(10) } }, "2026-01-25"],
  ])("holds until the first of its ends: %s", (_, scenario, until) => {
    expect(explainVerdict(judge(scenario))).toContain(`and until ${until} 12:00:00 UTC.`);
  });

  test("calls a CA without a name that", () => {
    expect(explainVerdict(judge({ intermediate: { name: "" }, profile: "private" }))).toContain(
      "host.example.com was vouched for by (a certificate without a name).",
    );
  });

  test("says for how many certificates revocation was not checked", () => {
    const { intermediate, ...ends } = mintChain();
    if (intermediate === undefined) throw new Error("no intermediate");
    const chain = { ...ends, intermediate };
    const stapled = parseOcspResponse(mintOcsp(chain.leaf, intermediate));
    if (!stapled.ok) throw new Error("a malformed response");
    const crls = [mintCrl(chain.root), mintCrl(intermediate)].flatMap((der) => {
      const parsed = parseCrl(der);
      return parsed.ok ? [parsed.crl] : [];
    });
    const last = (request: Partial<VerifyRequest>): string | undefined =>
      explainVerdict(judgeChain(chain, { ask: request }))
        .split("\n")
        .at(-1);
    expect(last({})).toBe("Revocation was not checked for 2 of 2 certificates.");
    expect(last({ ocsp: stapled.response })).toBe("Revocation was not checked for 1 of 2 certificates.");
    expect(last({ crls })).toMatch(/^All of it holds/);
  });

  test("says that no name was compared when none was", () => {
    expect(explainVerdict(judge({ ask: { names: [] } }))).toContain("No name was compared.");
  });
});

describe("a refused chain", () => {
  test("begins with the headline and the next step", () => {
    const [headline, step] = explainVerdict(judge({ leaf: { notAfterAt: daysLater(-3) } })).split("\n");
    expect(headline).toBe(
      "The certificate of host.example.com expired on 2026-01-12 12:00:00 UTC, 3 days before 2026-01-15 12:00:00 UTC.",
    );
    expect(step).toMatch(/renew/);
  });

  test("is told in two sentences where one path has one fault", () => {
    const lines = explainVerdict(judge({ leaf: { notAfterAt: daysLater(-3) } })).split("\n");
    expect(lines).toHaveLength(2);
  });

  test("gives the step that the reader knows better", () => {
    const verdict = judge({ leaf: { notAfterAt: daysLater(-3) } });
    expect(explainVerdict(verdict, { hint: "Set --at." }).split("\n").slice(1)).toEqual(["Set --at."]);
  });

  test.each<[omitted: number, said: readonly string[]]>([
    [0, []],
    [1, ["1 more path was tried and failed."]],
    [2, ["2 more paths were tried and failed."]],
  ])("with %i paths more than are kept", (omitted, said) => {
    const refused = judge({ leaf: { notAfterAt: daysLater(-3) } });
    expect(
      explainVerdict({ ...refused, omitted })
        .split("\n")
        .slice(2),
    ).toEqual(said);
  });

  test("calls a certificate without a name that, in its own words and on its path", () => {
    const subject = distinguishedName("");
    const verdict = judge({ leaf: { subject, notAfterAt: daysLater(-3), names: ["dns:a.example"] } });
    expect(explainVerdict(verdict)).toContain("The certificate of (empty name) expired");
    expect(explainVerdict(verdict)).toContain("Path (a certificate without a name) <- Test Intermediate <-");
  });

  test("tells an address from a DNS name that looks like one", () => {
    const text = explainVerdict(
      judge({ leaf: { names: ["dns:192.0.2.1"] }, ask: { names: [{ kind: "ip", value: "192.0.2.1" }] } }),
    );
    expect(text).toContain('not for "192.0.2.1": it names DNS:192.0.2.1.');
    expect(text).toContain("with IP:192.0.2.1 (in OpenSSL's words) among its alternative names");
  });

  test("gives every path with what stopped it", () => {
    const [one, two] = [mintRoot({ name: "One", notAfterAt: daysLater(-1) }), mintRoot({ name: "Two" })];
    const left = mintIntermediate(one, { name: "CA" });
    const right = mintIntermediate(two, { name: "CA", keys: left.keys, permit: ["dns:example.net"] });
    const verdict = ask(mintLeaf(left), {
      intermediates: [left.certificate, right.certificate],
      anchors: [anchorOf(one), anchorOf(two)],
    });
    const text = explainVerdict(verdict);
    expect(text).toContain("Path host.example.com <- CA <- One (trusted): The certificate of One expired");
    expect(text).toContain(
      "Path host.example.com <- CA <- Two (trusted): The name DNS:host.example.com is not allowed under CA",
    );
  });

  test("says all that is wrong with one path", () => {
    const text = explainVerdict(
      judge({
        leaf: { notAfterAt: daysLater(-1) },
        ask: { names: [{ kind: "dns", value: "b.example.com" }] },
      }),
    );
    expect(text).toContain('not for "b.example.com"');
    expect(text).toContain("expired on");
  });

  test("says what certificate is needed, and where it is published", () => {
    const needed = (leaf: Shape): string | undefined =>
      explainVerdict(judge({ leaf, sendIntermediate: false }))
        .split("\n")
        .at(-1);
    const published = writeSequence(
      ...["http://one.example/ca", "http://two.example/ca"].map((url) =>
        writeSequence(writeOid("1.3.6.1.5.5.7.48.2"), generalName(`uri:${url}`)),
      ),
    );
    const access = extension(extensionOid.authorityInfoAccess, false, published);
    expect(needed({})).toBe("Needed is the certificate of CN=Test Intermediate.");
    expect(needed({ extra: [access] })).toBe(
      "Needed is the certificate of CN=Test Intermediate; it is published at http://one.example/ca, http://two.example/ca.",
    );
  });
});
