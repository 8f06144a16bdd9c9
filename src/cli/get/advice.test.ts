/** Hints of `get` in its own words. */
import { expect, test } from "vitest";
import { HttpsError } from "../../core/index.ts";
import { AdvisedError } from "../frame/failure.ts";
import { adviseInFlags } from "./advice.ts";

const silence = new HttpsError("empty-response", { ending: "fin" });

test("silence to plaintext is told to be likely TLS, with the URL to ask", () => {
  const advised = adviseInFlags(silence, {}, "http://a.example:8443/");
  if (!(advised instanceof AdvisedError)) throw new Error("it has no advice");
  expect(advised.hint).toContain("https://a.example:8443/");
  expect(advised.hint).toContain("meerkat why");
});

test("too many redirects are told with the flag that allows more", () => {
  const many = new HttpsError("too-many-redirects", { value: 2, urls: ["https://a.example/"] });
  expect(adviseInFlags(many, {}, "https://a.example/")).toMatchObject({
    hint: "Raise --max-redirs (now 2) if you expect so many.",
  });
});

test("silence to TLS keeps the hint of the catalogue", () => {
  expect(adviseInFlags(silence, {}, "https://a.example/")).toBe(silence);
});
