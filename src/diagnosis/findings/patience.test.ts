/** Laws of what is said of a wait that this diagnosis itself broke off. */
import { expect, test } from "vitest";
import { endedBy } from "../../../test/why/made-up.ts";
import { HttpsError, libraryNames } from "../../core/index.ts";
import { findingOf, renderFinding } from "../finding.ts";
import { tellPatience } from "./patience.ts";

const host = "site.example";

test.each([
  [3_500, "3.5 s", "-m 30."],
  // A head's share of 30 s: the same 30 would wait no longer.
  [13_125, "13.1 s", "-m 60."],
  [400_000, "400 s", "-m with more seconds."],
])("a head that did not come in %d ms is likely, and the limit why's own", (limitMs, waited, longer) => {
  const ended = endedBy(new HttpsError("head-timeout", { host, limitMs, bytesReceived: 0 }));
  const [draft] = tellPatience([findingOf(ended)], ended);
  const finding = draft && renderFinding(draft, { ...libraryNames, whyMs: "-m" });
  expect(finding?.certainty).toBe("likely");
  expect(finding?.sentence).toContain(`this diagnosis's own, which waited ${waited}.`);
  expect(finding?.remedy.client).toBe(`Wait longer: ${longer}`);
});

test("what the server itself ended stays certain", () => {
  const ended = endedBy(new HttpsError("empty-response", { ending: "fin" }));
  const findings = [findingOf(ended)];
  expect(tellPatience(findings, ended)).toEqual(findings);
});
