/** A URL that was refused is shown without what may be a secret, however it is written. */
import { expect, it } from "vitest";
import { shownUrl, spokenSite } from "../index.ts";

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
  ["data:text/plain,SECRET", "data:***"],
  ["DATA:;base64,SEC@SECRET", "data:***"],
])("%j is shown as %j", (text, shown) => {
  expect(shownUrl(text)).toBe(shown);
});

it.each([
  ["https://host:SECRET/", "https://host:***/"],
  ["https:user:SECRET", "https:user:***"],
  ["https://[::1]:SECRET/x", "https://[::1]:***/x"],
  ["user:SECRET", "user:***"],
  ["https://user%3ASECRET%40host/", "https://***%40host/"],
  ["host/x?token=SECRET", "host/x?***"],
  ["https://host:0/x#SECRET", "https://host:0/x#***"],
  ["https://host:0/x?\nSECRET", "https://host:0/x?***"],
])("%j, which may hold a secret elsewhere, is shown as %j", (text, shown) => {
  expect(shownUrl(text)).toBe(shown);
});

it.each(["", "localhost:8443/x", "https:///path", "https://host:99999/a", "https://[::1]:0/", "host?"])(
  "%j has none, and stays",
  (text) => {
    expect(shownUrl(text)).toBe(text);
  },
);

it.each([
  ["tls://host:8883", "host:8883"],
  ["tls://[::1]:8883", "[::1]:8883"],
  ["mqtts://host", "mqtts://host"],
  ["https://host/***", "https://host/***"],
])("%j is called %j in a sentence", (site, spoken) => {
  expect(spokenSite(site)).toBe(spoken);
});
