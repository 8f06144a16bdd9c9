/** What an answer says is quoted, and looked through for signs, in proportion to its length. */
import { expect, test } from "vitest";
import { readerLimits } from "../http1/index.ts";
import { isWithin, measureGrowth } from "../../test/linear/growth.ts";
import { findBrowserCheck } from "./findings/browser-check.ts";
import { bodySentences } from "./findings/said.ts";
import { cookiesOf } from "./request-change.ts";

const lineBytes = readerLimits.lineBytes.value - 100;
/** More than is kept of a body. */
const excerptBytes = 16_384;

const units = ["a", " ", "<", "<script>", "<!--", '"', '{"error":"', '"message": ', "a=b; ", "\u202E"];

const answer = (excerpt: string, fields: readonly (readonly [string, string])[] = []) =>
  ({ status: 403, reason: "", fields, excerpt, url: "https://a.example/" }) as never;
const asked = { fields: [], url: "https://a.example/?a=secretsecret" } as never;

const readers: readonly (readonly [what: string, bound: number, read: (text: string) => unknown])[] = [
  ["a body that is quoted", excerptBytes, (text) => bodySentences(answer(text), asked)],
  ["a page that may be a check", excerptBytes, (text) => findBrowserCheck(answer(text))],
  ["fields that may be a check's", lineBytes, (text) => findBrowserCheck(answer("", [["set-cookie", text]]))],
  ["a cookie to send back", lineBytes, (text) => cookiesOf([["set-cookie", text]])],
];

test.each(readers)(
  "twice as much costs about twice as long: %s",
  { timeout: 120_000 },
  (what, bound, read) => {
    for (const unit of units) {
      const prepare = (size: number) => {
        const text = `x${unit.repeat(size / unit.length)}`;
        return () => read(text);
      };
      expect(measureGrowth({ what: `${what}: ${unit}`, bound, prepare })).toSatisfy(isWithin);
    }
  },
);
