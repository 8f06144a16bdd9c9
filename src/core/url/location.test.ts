/** Where a Location leads: RFC 9110 §10.2.2, RFC 3986 §5. */
import { describe, expect, it } from "vitest";
import { requireUrl, resolveLocation, shownLocation } from "../index.ts";
import { locationText } from "./location.ts";

const base = requireUrl("https://host:8443/a/b?c#base");
const latin1 = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

describe("a Location that is followed", () => {
  it.each([
    ["an absolute one replaces everything", "http://other/x", "http://other/x"],
    ["one without a scheme keeps the scheme alone", "//other/x", "https://other/x"],
    ["a path keeps the origin", "/x", "https://host:8443/x"],
    ["a relative path starts at the last slash", "x", "https://host:8443/a/x"],
    ["dots lead upwards, not beyond the root", "../../../x", "https://host:8443/x"],
    ["a query keeps the path", "?x", "https://host:8443/a/b?x"],
    ["an empty one leads to the same again", "", "https://host:8443/a/b?c"],
    ["a path may hold percent signs", "/%2e%2F%41", "https://host:8443/%2e%2F%41"],
    ["a relative path may hold percent signs", "x%41", "https://host:8443/a/x%41"],
    ["a path behind the own scheme is relative", "https:x%41", "https://host:8443/a/x%41"],
    ["a scheme in capitals is the same", "HTTPS:x%41", "https://host:8443/a/x%41"],
    ["UTF-8 octets are read as UTF-8", latin1("/é"), "https://host:8443/%C3%A9"],
    ["octets that are not UTF-8 are kept", "/caf\u00E9", "https://host:8443/caf%E9"],
    ["a name in UTF-8 is in A-labels", latin1("//bücher.example/"), "https://xn--bcher-kva.example/"],
  ])("%s", (_law, field, href) => {
    expect(resolveLocation(field, base)).toMatchObject({ ok: true, target: { href } });
  });

  it.each([
    ["is inherited", "/x", "#base"],
    ["of its own counts", "/x#own", "#own"],
    ["that is empty counts too", "/x#", ""],
  ])("a fragment %s", (_law, field, fragment) => {
    expect(resolveLocation(field, base)).toMatchObject({ ok: true, target: { fragment } });
  });
});

describe("a Location that is refused", () => {
  it.each([
    ["another scheme", "ftp://host/", "url-unknown-scheme"],
    ["a scheme that runs code", "javascript:alert(1)", "url-unknown-scheme"],
    ["a user name", "https://user:SECRET@other/", "url-credentials"],
    ["a user name without a scheme", "//user:SECRET@other/", "url-credentials"],
    ["a user name in percent signs", "https://us%65r:SECRET@other/", "url-credentials"],
    ["no host", "https://", "url-malformed"],
    ["an impossible port", "//host:99999/", "url-malformed"],
    ["port 0", "//host:0/", "url-bad-port"],
    ["a host in percent signs", "https://ex%61mple.com/", "url-malformed"],
    ["a host in octets that are not UTF-8", "//caf\u00E9.example/", "url-malformed"],
    ["a host in percent signs without a scheme", "//ex%61mple.com/", "url-malformed"],
    ["a host in percent signs behind backslashes", "\\\\ex%61mple.com/", "url-malformed"],
    ["a host in percent signs behind tabs", "\t/\t/ex%61mple.com/", "url-malformed"],
    ["a host in percent signs behind a control", "\u0001//ex%61mple.com/", "url-malformed"],
    ["a host in percent signs behind another scheme alone", "http:ex%61mple.com/", "url-malformed"],
  ])("has %s", (_what, field, code) => {
    expect(resolveLocation(field, base)).toMatchObject({ ok: false, error: { code } });
  });
});

it.each([
  ["in full", "/x", "https://host:8443/x"],
  ["without credentials", "https://user:SECRET@other/", "https://***@other/"],
  ["as it came where it cannot be resolved", "https://[", "https://["],
  ["without credentials where it cannot be resolved", "https://user:SECRET@[", "https://***@["],
  ["with its own scheme, whichever it is", "ftp://other/", "ftp://other/"],
  ["without its query", "/x?sig=SECRET#SECRET", "https://host:8443/x?***"],
  ["without its query where it cannot be resolved", "https://[?sig=SECRET", "https://[?***"],
])("a Location is shown %s", (_law, field, shown) => {
  expect(shownLocation(field, base.href)).toBe(shown);
});

it.each([
  ["ASCII, as it stands", "/a%20b?c", "/a%20b?c"],
  ["UTF-8", latin1("/é€"), "/é€"],
  ["a byte order mark, which is a sign like others", latin1("\uFEFF/x"), "\uFEFF/x"],
  ["octets that are not UTF-8, each percent-encoded", "/caf\u00E9\u0080", "/caf%E9%80"],
  ["text that was decoded before, as it stands", "/é€", "/é€"],
])("a Location says %s", (_what, field, text) => {
  expect(locationText(field)).toBe(text);
});
