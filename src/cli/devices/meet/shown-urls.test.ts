/** What reports call URLs: by their servers alone, and no two by one name. */
import { expect, it } from "vitest";
import { nameUrls, withShownUrls } from "./shown-urls.ts";

it.each([
  ["https://host/", "https://host/"],
  ["https://host:8443/a", "https://host:8443/***"],
  ["https://host/?q", "https://host/***"],
  ["https://[2001:db8::1]/a/b?c#d", "https://[2001:db8::1]/***"],
  ["mqtts://host", "mqtts://host"],
  ["tls://host:1234", "tls://host:1234"],
])("%s is called %s", (url, name) => {
  expect(nameUrls([url])(url)).toBe(name);
});

it("two URLs of one host have two names, in their order, and one URL has one", () => {
  const urls = ["https://a/x", "https://b/x", "https://a/y", "https://a/x", "https://a/", "https://a/z?"];
  expect(urls.map(nameUrls(urls))).toEqual([
    "https://a/***",
    "https://b/***",
    "https://a/***#2",
    "https://a/***",
    "https://a/",
    "https://a/***#3",
  ]);
});

it.each([
  ["redirect-downgrade", "https://a/x redirects to http://b/y, which is not encrypted."],
  ["redirect-loop", "The redirects go in a circle: https://a/x -> https://a/y."],
])("what a failure says of a redirect names hosts alone: %s", (code, message) => {
  const failure = { url: "https://a/x", exitCode: 47, error: { code, message } };
  const met = {
    urls: ["https://a/x"],
    sites: [],
    failures: [failure],
    unanswered: [],
    turnedDown: [],
    notes: [],
  };
  const said = withShownUrls(met).failures.map(({ error }) => error.message);
  expect(said).toEqual([message.replaceAll(/\/[xy]/g, "/***")]);
});

it("where a certificate is published stays in what a failure says", () => {
  const message = "The issuer was not sent; it is published at http://ca/issuer.crt.";
  const failure = { url: "https://a/x", exitCode: 60, error: { code: "issuer-not-sent", message } };
  const met = {
    urls: ["https://a/x"],
    sites: [],
    failures: [failure],
    unanswered: [],
    turnedDown: [],
    notes: [],
  };
  expect(withShownUrls(met).failures.map(({ error }) => error.message)).toEqual([message]);
});
