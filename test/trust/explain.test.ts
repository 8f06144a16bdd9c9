/** What a person reads: who vouched for whom, or what stopped each path. */
import { describe, expect, test } from "vitest";
import { explainVerdict } from "../../src/trust/index.ts";
import { daysLater, mintIntermediate, mintLeaf, mintRoot } from "../pki/index.ts";
import { anchorOf, ask, judge } from "./scenario.ts";

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

  test("says what certificate is needed", () => {
    expect(explainVerdict(judge({ sendIntermediate: false }))).toContain(
      "Needed is the certificate of CN=Test Intermediate.",
    );
  });
});
