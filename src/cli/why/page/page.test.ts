/** The page of a diagnosis whose every word is hostile. */
import { describe, expect, test } from "vitest";
import type { Diagnosis } from "../../../diagnosis/index.ts";
import { renderPage } from "./page.ts";

describe("the page", () => {
  test("escapes whatever a server could put into it", () => {
    const hostile = `"><script>alert(1)</script>'&\u202e`;
    const diagnosis: Diagnosis = {
      schema: 1,
      url: hostile,
      at: "2026-01-31T12:00:00.000Z",
      healthy: false,
      reached: true,
      headline: { code: "expired", certainty: "certain", sentence: hostile },
      findings: [
        {
          code: "expired",
          certainty: "certain",
          stage: "trust",
          fault: "peer",
          title: hostile,
          sentence: hostile,
          evidence: [hostile],
          remedy: { client: hostile, server: hostile },
        },
      ],
      notes: [hostile],
      ruledOut: [hostile],
      stages: [{ stage: "dns", outcome: "failed", ms: 1, says: hostile, url: hostile }],
      chain: [
        {
          subject: hostile,
          issuer: hostile,
          serial: hostile,
          notBefore: hostile,
          notAfter: hostile,
          sha256: hostile,
        },
      ],
      paths: [
        {
          subjects: [hostile, hostile],
          anchor: hostile,
          verified: false,
          ended: { code: hostile, sentences: [hostile] },
        },
      ],
      experiments: [{ name: hostile, ms: 1, outcome: hostile }],
      answer: null,
    };
    const page = renderPage(diagnosis);
    expect(page).not.toContain("<script>");
    expect(page).not.toContain("\u202e");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;");
  });
});
