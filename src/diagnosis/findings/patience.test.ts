/** Laws of what is said of a wait that this diagnosis itself broke off. */
import { expect, test } from "vitest";
import { HttpsError } from "../../core/index.ts";
import { findingOf } from "../finding.ts";
import type { Ended } from "../observation.ts";
import { tellPatience } from "./patience.ts";

const host = "site.example";

function endedBy(error: HttpsError): Ended {
  const { code, stage, fault, message: sentence, hint, detail } = error;
  return { code, stage, fault, sentence, hint, detail };
}

test.each([
  [3_500, "why waited 3.5 s; -m 30 waits longer"],
  // A head's share of 30 s: the same 30 would wait no longer.
  [13_125, "why waited 13.1 s; -m 60 waits longer"],
  [400_000, "why waited 400 s; a longer -m waits longer"],
])("a head that did not come in %d ms is likely, and the limit why's own", (limitMs, words) => {
  const ended = endedBy(new HttpsError("head-timeout", { host, limitMs, bytesReceived: 0 }));
  const [finding] = tellPatience([findingOf(ended)], ended);
  expect(finding?.certainty).toBe("likely");
  expect(finding?.sentence).toContain(words);
  expect(finding?.remedy.client).toMatch(/^Wait longer: /);
});

test("what the server itself ended stays certain", () => {
  const ended = endedBy(new HttpsError("empty-response", { ending: "fin" }));
  const findings = [findingOf(ended)];
  expect(tellPatience(findings, ended)).toEqual(findings);
});
