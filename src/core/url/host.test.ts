/** One host has one form. */
import { expect, it } from "vitest";
import { canonicalHost, decodePercents } from "../index.ts";
import { parseWhatwg } from "./host.ts";

it.each([
  ["a name is in lower case", "HOST.example", "host.example"],
  ["the root's dot is left out", "host.example.", "host.example"],
  ["a name beyond ASCII is in A-labels", "bücher.example", "xn--bcher-kva.example"],
  ["an IPv4 address stays", "127.0.0.1", "127.0.0.1"],
  ["an IPv6 address is in its short form", "2001:DB8:0:0::1", "2001:db8::1"],
  ["an IPv6 address may stand in brackets", "[::1]", "::1"],
])("%s", (_law, text, host) => {
  expect(canonicalHost(text)).toBe(host);
});

it.each([
  "",
  ".",
  "host:443",
  "[::1]:443",
  "https://host",
  "host/path",
  "host?query",
  "host#fragment",
  "host\\path",
  "user@host",
  "ho st",
  "h%6fst",
  "1:2:3",
  "fe80::1%eth0",
])("%j is not a host alone", (text) => {
  expect(canonicalHost(text)).toBeUndefined();
});

it.each([
  ["percent signs encode UTF-8", "%C3%A9%40", "é@"],
  ["a lone percent sign encodes nothing", "100%", undefined],
  ["octets that are not UTF-8 encode nothing", "%FF", undefined],
])("%s", (_law, text, decoded) => {
  expect(decodePercents(text)).toBe(decoded);
});

const atBound = "é.".repeat(512);
const pastBound = `${atBound}é`;
const longPath = "é".repeat(2_000);
const base = "https://host/a/b";

it.each([
  ["a host beyond ASCII of 1,024 signs is converted", `https://${atBound}/`, "xn--9ca.".repeat(512)],
  ["a longer one in ASCII needs no converting", `https://${"a".repeat(2_000)}/`, "a".repeat(2_000)],
  ["a path may be longer", `https://bücher.example/${longPath}`, "xn--bcher-kva.example"],
  ["a path in place of a URL may be longer", longPath, "host"],
  ["a path behind a single slash may be longer", `/${longPath}`, "host"],
  ["a query may be longer", `https://bücher.example?${longPath}`, "xn--bcher-kva.example"],
])("%s", (_law, text, hostname) => {
  expect(parseWhatwg(text, base)?.hostname).toBe(hostname);
});

it.each([
  ["with its scheme", `https://${pastBound}/`],
  ["without a scheme", `//${pastBound}/`],
  ["behind backslashes", `\\\\${pastBound}/`],
  ["behind a scheme alone, which the parser would take for a host", `http:${pastBound}/`],
])("a host beyond ASCII of more than 1,024 signs is not converted: %s", (_how, text) => {
  expect(parseWhatwg(text, base)).toBeUndefined();
});
