/** What a URL says, and why a text is not one. */
import { expect, it } from "vitest";
import { parseUrl, requireUrl } from "../index.ts";
import type { Target } from "../index.ts";

const asked = (text: string): Target => requireUrl(text);

it.each<[string, string, Partial<Target>]>([
  ["the port of https is 443", "https://host/", { scheme: "https", port: 443, authority: "host" }],
  ["the port of http is 80", "http://host/", { scheme: "http", port: 80, authority: "host" }],
  [
    "the scheme's own port is left out",
    "https://host:443/",
    { href: "https://host/", authority: "host", port: 443 },
  ],
  [
    "another port stands in authority and origin",
    "https://host:80/",
    { port: 80, authority: "host:80", origin: "https://host:80" },
  ],
  ["65535 is the last port", "https://host:65535/", { port: 65_535, authority: "host:65535" }],
  ["an empty port is the scheme's own", "https://host:/", { port: 443, href: "https://host/" }],
  ["leading zeros of a port are dropped", "https://host:0443/", { port: 443, authority: "host" }],
  ["scheme and host are in lower case", "HTTPS://HOST/Path", { href: "https://host/Path", host: "host" }],
  ["the path is / where there is none", "https://host", { path: "/", href: "https://host/" }],
  ["the query belongs to the path", "https://host/a?b=c", { path: "/a?b=c" }],
  ["a query without a path has one", "https://host?b", { path: "/?b", href: "https://host/?b" }],
  ["the fragment is kept apart", "https://host/a#b", { path: "/a", href: "https://host/a", fragment: "#b" }],
  ["an empty fragment is none", "https://host/a#", { path: "/a", href: "https://host/a", fragment: "" }],
  ["dots in the path are resolved", "https://host/a/../b/./c", { path: "/b/c" }],
  ["a backslash is a slash", "https://host\\a", { host: "host", path: "/a" }],
  ["the path beyond ASCII is UTF-8 in percents", "https://host/é", { path: "/%C3%A9" }],
  ["percent signs of a path stay", "https://host/%7e%2F", { path: "/%7e%2F" }],
  ["a name beyond ASCII is in A-labels", "https://bücher.example/", { host: "xn--bcher-kva.example" }],
  ["full-width letters are letters", "https://ｈost/", { host: "host" }],
  ["an ideographic full stop is a dot", "https://a。example/", { host: "a.example" }],
  [
    "an IPv6 address has its brackets in the authority alone",
    "https://[2001:DB8:0:0::1]:8443/",
    { host: "2001:db8::1", authority: "[2001:db8::1]:8443", port: 8443 },
  ],
  ["an IPv4 address in other notations is in four numbers", "https://0x7f.1/", { host: "127.0.0.1" }],
  ["the root's dot is the authority's alone", "https://host./", { host: "host", authority: "host." }],
  ["space around it is not a part of it", " \n https://host/ \t", { href: "https://host/" }],
  ["an @ in a path is not a user", "https://host/@a", { path: "/@a", userinfo: undefined }],
])("%s", (_law, text, expected) => {
  expect(asked(text)).toMatchObject(expected);
});

it("a URL of the platform is read as its text", () => {
  expect(asked(new URL("https://host/a#b").href)).toEqual(requireUrl(new URL("https://host/a#b")));
});

it("a URL of the platform is left as it was", () => {
  const url = new URL("https://host/a#b");
  requireUrl(url);
  expect(url.href).toBe("https://host/a#b");
});

it.each([
  ["a scheme is required", "host/path", "url-no-scheme"],
  ["a host and a port are not a scheme", "host:443", "url-no-scheme"],
  ["two slashes do not make up for a scheme", "//host/", "url-no-scheme"],
  ["a scheme is https or http", "ftp://host/", "url-unknown-scheme"],
  ["wss is another scheme", "wss://host/", "url-unknown-scheme"],
  ["what every object has is not a scheme", "constructor://host/", "url-unknown-scheme"],
  ["a scheme without slashes is told as one", "mailto:a", "url-unknown-scheme"],
  ["https without slashes is not repaired", "https:host", "url-malformed"],
  ["HTTPS in capitals is not repaired either", "HTTPS:host", "url-malformed"],
  ["https with one slash is not repaired", "https:/host", "url-malformed"],
  ["a path is not taken for the host", "https:///host", "url-malformed"],
  ["a host is required", "https://", "url-malformed"],
  ["a host of a port alone is not one", "https://:443/", "url-malformed"],
  ["the root of the DNS is not a host", "https://./", "url-malformed"],
  ["the root of the DNS in another script is not one", "https://。:8443/", "url-malformed"],
  ["a host is not written with percent signs", "https://ex%61mple.com/", "url-malformed"],
  ["a host with a percent sign behind the port is not one", "https://host:4%343/", "url-malformed"],
  ["a zone of an IPv6 address is not a host's", "https://[fe80::1%25eth0]/", "url-malformed"],
  ["an unclosed bracket is not a host", "https://[::1/", "url-malformed"],
  ["a control character is not dropped", "https://ho\nst/", "url-malformed"],
  ["a tab in the path is not dropped", "https://host/a\tb", "url-malformed"],
  ["a space is not encoded", "https://host/a b", "url-malformed"],
  ["port 0 is not a port", "https://host:0/", "url-bad-port"],
  ["port 65536 is not a port", "https://host:65536/", "url-bad-port"],
  ["a word is not a port", "https://host:https/", "url-bad-port"],
  ["a sign is not a part of a port", "https://host:+443/", "url-bad-port"],
  ["a user name is refused", "https://user@host/", "url-credentials"],
  ["an empty user name is refused", "https://@host/", "url-credentials"],
  ["a password is refused", "https://user:SECRET@host/", "url-credentials"],
  ["a password is refused before its characters are", "https://user:SEC\u0000RET@host/", "url-credentials"],
])("%s", (_law, text, code) => {
  const reading = parseUrl(text);
  expect(reading).toMatchObject({ ok: false, error: { code } });
  expect(() => requireUrl(text)).toThrow(expect.objectContaining({ code }));
});

it.each([
  ["example.com/a", 'Write "https://example.com/a".'],
  ["//host/", 'Write "https://host/".'],
  ["/users/1", "A path names no host: write the whole URL. In a program, a Client with baseUrl takes paths."],
  ["http//host", 'Write "https://host".'],
  ["plain.test:99999", "Write https:// in front of the host; a port is a number from 1 to 65535."],
  ["foo bar", "A URL looks like https://host/path?query."],
  ["h\0t", "A URL looks like https://host/path?query."],
  ["<html>", "A URL looks like https://host/path?query."],
])("%j has no scheme, and is only told to have one where that makes a URL of it", (text, hint) => {
  expect(parseUrl(text)).toMatchObject({ ok: false, error: { code: "url-no-scheme", hint } });
});

it.each([
  [undefined, "undefined"],
  [null, "null"],
  [42, "42"],
  [Symbol("url"), "Symbol(url)"],
  [{}, "[object]"],
  [Object.create(null), "[object]"],
  [{ href: 1 }, "[object]"],
  [[], "[object]"],
])("%o is not a URL, and is not asked for its text", (value: unknown, url) => {
  expect(parseUrl(value as string)).toMatchObject({
    ok: false,
    error: { code: "url-malformed", detail: { url } },
  });
});

it("a function is not a URL", () => {
  const given = (() => "https://host/") as unknown as string;
  expect(parseUrl(given)).toMatchObject({ ok: false, error: { code: "url-malformed" } });
});

it.each<[law: string, text: string, code: string, detail: object]>([
  ["the scheme that is not known", "MAILTO:a", "url-unknown-scheme", { url: "MAILTO:***", scheme: "MAILTO" }],
  [
    "no scheme that may be a user name",
    "user:SECRET@host",
    "url-unknown-scheme",
    { url: "***@host", scheme: "***" },
  ],
  ["the host behind credentials", "https://user:SECRET@host:1/a", "url-credentials", { host: "host:1" }],
  ["no host that may be in a password", "https://user:SEC@RET/x@host/", "url-credentials", { host: "***" }],
  [
    "no host that may be in a password, for an @ in a query",
    "https://user:SEC@RET?@host/",
    "url-credentials",
    { host: "***" },
  ],
  ["the port", "https://host:99999/", "url-bad-port", { url: "https://host:99999/", port: "99999" }],
  [
    "no port that is a word",
    "https://host:SECRET/",
    "url-bad-port",
    { url: "https://host:***/", port: "***" },
  ],
  [
    "no port that may be a password",
    "https://user:99999/SECRET@host/",
    "url-bad-port",
    { url: "https://***@host/", port: "***" },
  ],
])("a refusal names %s", (_what, text, code, detail) => {
  const reading = parseUrl(text);
  expect(reading).toMatchObject({ ok: false, error: { code } });
  expect(reading).toHaveProperty("error.detail", detail);
});

const others = { schemes: ["wss", "ws"], takesCredentials: true } as const;

it.each([
  ["the port of wss is 443", "wss://host/a", { scheme: "wss", port: 443, path: "/a" }],
  ["the port of ws is 80", "ws://host/", { scheme: "ws", port: 80, authority: "host" }],
  [
    "credentials are taken, as they were written",
    "ws://us%65r:p%40ss@host:81/",
    { userinfo: { username: "us%65r", password: "p%40ss" }, authority: "host:81", host: "host" },
  ],
  [
    "credentials stand in no other part",
    "ws://user:SECRET@host/a",
    { href: "ws://host/a", origin: "ws://host", path: "/a" },
  ],
  [
    "a user name may stand alone",
    "ws://user@host/",
    { userinfo: { username: "user", password: "" }, href: "ws://host/" },
  ],
  [
    "a password may stand alone",
    "ws://:pass@host/",
    { userinfo: { username: "", password: "pass" }, href: "ws://host/" },
  ],
  ["empty credentials are none", "ws://:@host/", { userinfo: undefined, href: "ws://host/" }],
  ["a password that looks like a port is none", "ws://user:99999@host/", { port: 80 }],
])("by other rules, %s", (_law, text, expected) => {
  expect(requireUrl(text, others)).toMatchObject(expected);
});

it.each([
  ["https is an unknown scheme", "https://host/", "url-unknown-scheme"],
  ["a host behind credentials has no percent signs either", "ws://user@h%6fst/", "url-malformed"],
  ["a port behind credentials is checked", "ws://user:pass@host:0/", "url-bad-port"],
])("by other rules, %s", (_law, text, code) => {
  expect(parseUrl(text, others)).toMatchObject({ ok: false, error: { code } });
});
