/** A URL that was refused is shown without its user name and its password, however it is written. */
import { expect, it } from "vitest";
import { shownUrl } from "../index.ts";

it.each([
  ["ftp://user:SECRET@host/", "ftp://***@host/"],
  ["user:SECRET@host/", "***@host/"],
  ["SECRET:x-oauth-basic@host/", "***@host/"],
  ["SECRET@host", "***@host"],
  ["//user:SECRET@host/", "//***@host/"],
  ["\\\\user:SECRET@host/", "\\\\***@host/"],
  ["https:/user:SECRET@host", "https:/***@host"],
  ["https:user:SECRET@host", "https:***@host"],
  ["HTTPS:user:SECRET@host", "HTTPS:***@host"],
  ["https:\\\\user:SECRET@host/", "https:\\\\***@host/"],
  ["https://user:SEC/SECRET@host/", "https://***@host/"],
  ["https://user:SEC#SECRET@host/", "https://***@host/"],
  ["https://user:SEC?SECRET@host/", "https://***@host/"],
  ["https://user:SEC\\SECRET@host/", "https://***@host/"],
  ["https://user:SEC@SECRET@host/", "https://***@host/"],
  ["https://user:SEC\nSECRET@host/", "https://***@host/"],
  [" https://user:SECRET@host/", "***@host/"],
  ["https//user:SECRET@host/", "***@host/"],
])("%j is shown as %j", (text, shown) => {
  expect(shownUrl(text)).toBe(shown);
});

it.each(["", "localhost:8443/x", "https:///path", "https://host:0/a?b#c"])(
  "%j has none, and stays",
  (text) => {
    expect(shownUrl(text)).toBe(text);
  },
);
