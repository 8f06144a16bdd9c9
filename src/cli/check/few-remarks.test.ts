/** A person is told some findings of each kind, and how many there are; a program all of them. */
import { expect, test } from "vitest";
import { pemOf } from "../../../test/pki/index.ts";
import { dayMs, mintRoot, now } from "../../../test/pki/today.ts";
import { readBundle } from "../../bundle/index.ts";
import { fewRemarks } from "./few-remarks.ts";
import { check, type BundleRemark } from "./outcome.ts";
import { renderCheckPage } from "./page.ts";

const remark = (kind: "shadowed" | "damaged", i: number): BundleRemark => ({
  finding: {
    severity: "warning",
    subject: "A Root",
    place: `line ${i}`,
    line: i,
    ...(kind === "shadowed" ? { kind, by: "line 1" } : { kind }),
  },
  says: `${kind} ${i}`,
});

test.each([
  [20, 20, undefined],
  [21, 21, "and 1 more of this kind; --json lists them."],
  [4_095, 21, "and 4,075 more of this kind; --json lists them."],
])("of %i of one kind", (count, lines, last) => {
  const remarks = Array.from({ length: count }, (_, i) => remark("shadowed", i));
  const told = fewRemarks([...remarks, remark("damaged", 0)]);
  expect(told).toHaveLength(lines + 1);
  expect(told[0]).toEqual({ severity: "warning", says: "shadowed 0" });
  expect(told[lines - 1]?.says).toBe(last ?? "shadowed 19");
  expect(told.at(-1)?.says).toBe("damaged 0");
});

test("the page tells as many, and how many more there are", () => {
  const roots = Array.from({ length: 30 }, (_, i) => mintRoot(`Root ${i}`, { notAfterAt: now + 30 * dayMs }));
  const survey = { urls: [], sites: [], turnedDown: [], asking: [], notes: [], failures: [], unanswered: [] };
  const page = renderCheckPage(
    check({
      path: "ca.pem",
      bundle: readBundle(Buffer.from(pemOf(...roots))),
      profile: undefined,
      at: now,
      visitedAt: now,
      horizonMs: 180 * dayMs,
      presets: [],
      survey,
      identity: undefined,
    }),
  );
  expect(page.match(/<li class="\w+"><strong>/g)).toHaveLength(21);
  expect(page).toContain("and 10 more of this kind; --json lists them.");
});
