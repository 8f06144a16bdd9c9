/** Whatever goes into a page stands there as text. */
import { expect, it } from "vitest";
import { html, renderDocument } from "./index.ts";

it.each([
  ["a tag", "<script>", "&lt;script&gt;"],
  ["an end tag", "</style>", "&lt;/style&gt;"],
  ["a double quote", '" onload="x', "&quot; onload=&quot;x"],
  ["a single quote", "' onload='x", "&#39; onload=&#39;x"],
  ["an entity", "&lt;", "&amp;lt;"],
  ["a control character", "a\u0000b\u001b[31m", "a\uFFFDb\uFFFD[31m"],
  ["a mark that turns the text around", "a\u202eb", "a\uFFFDb"],
  ["a line break", "a\nb\tc", "a\nb\tc"],
])("%s is text", (_what, value, text) => {
  expect(html`<p title="${value}">${value}</p>`.text).toBe(`<p title="${text}">${text}</p>`);
});

it("markup stands in markup as it is, alone and in a list", () => {
  const item = html`<b>${"&"}</b>`;
  expect(html`${item}${[item, "<", item]}${3}`.text).toBe("<b>&amp;</b><b>&amp;</b>&lt;<b>&amp;</b>3");
});

it("a page lets nothing run and nothing be fetched", () => {
  const page = renderDocument({ title: "<t>", style: "p > b { color: red; }", body: "<b>" });
  expect(page).toMatch(/^<!doctype html>\s*<html lang="en">/);
  expect(page).toContain("content=\"default-src 'none'; style-src 'unsafe-inline'\"");
  expect(page).toContain("<title>&lt;t&gt;</title>");
  expect(page).toContain("p > b { color: red; }");
  expect(page).toMatch(/<body>\s*&lt;b&gt;\s*<\/body>/);
});
