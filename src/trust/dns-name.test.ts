/** Which texts are host names, which dNSNames keep the preferred syntax, and what a presented name covers. */
import { describe, expect, test } from "vitest";
import { coversHost, isPreferredName, normalDnsName, parsePresentedDnsName } from "./dns-name.ts";

const label63 = "a".repeat(63);
/** A name of so many characters, in labels that are short enough. */
const nameOf = (length: number): string => `${"a.".repeat(100)}${"b".repeat(length - 200)}`;

describe("a host name (RFC 1034 §3.5, RFC 1123 §2.1)", () => {
  const rows: readonly (readonly [law: string, text: string, isHostName: boolean])[] = [
    ["is labels with dots between", "host.example.com", true],
    ["may be one label", "localhost", true],
    ["is not empty", "", false],
    ["is not a dot", ".", false],
    ["does not begin with a dot", ".example.com", false],
    ["does not end with a dot", "example.com.", false],
    ["has no empty label", "host..example.com", false],
    ["may be all digits", "0.9", true],
    ["may have underscores, which real names have", "_a_.example.com", true],
    ["may have hyphens within a label", "a-b--c.d-e", true],
    ["does not begin with a hyphen", "-a.example", false],
    ["has no label that begins with a hyphen", "a.-b.example", false],
    ["has no label that ends with a hyphen", "a-.example", false],
    ["does not end with a hyphen", "a.example-", false],
    ["is not a hyphen", "-", false],
    ["has a first label of at most 63 characters", `${label63}.example`, true],
    ["has no longer first label", `a${label63}.example`, false],
    ["has a middle label of at most 63 characters", `www.${label63}.example`, true],
    ["has no longer middle label", `www.a${label63}.example`, false],
    ["has a last label of at most 63 characters", `example.${label63}`, true],
    ["has no longer last label", `example.a${label63}`, false],
    ["is at most 253 characters long", nameOf(253), true],
    ["is not longer", nameOf(254), false],
    ["has no wildcard", "*.example.com", false],
    ["has no letters above ASCII", "bücher.example", false],
  ];
  test.each(rows)("%s", (_, text, isHostName) => {
    expect(normalDnsName(text)).toBe(isHostName ? text : undefined);
  });

  test("is compared in lower case", () => {
    expect(normalDnsName("HOST.Example.com")).toBe("host.example.com");
  });

  test("has letters, digits, hyphens, underscores and dots of ASCII, and nothing else", () => {
    const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
    expect(all.filter((character) => normalDnsName(`a${character}a`) !== undefined).join("")).toBe(
      "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
    );
  });
});

describe("the preferred name syntax of a dNSName (RFC 5280 §4.2.1.6)", () => {
  const rows: readonly (readonly [law: string, text: string, isPreferred: boolean])[] = [
    ["is that of a host name", "host.example.com", true],
    ["allows a wildcard as the first label", "*.example.com", true],
    ["allows no wildcard alone", "*", false],
    ["allows nothing empty behind a wildcard", "*.", false],
    ["allows no wildcard inside a label", "h*.example.com", false],
    ["allows no wildcard further on", "host.*.com", false],
    ["has no label behind a wildcard that begins with a hyphen", "*.-a.example", false],
    ["has a label behind a wildcard of at most 63 characters", `*.${label63}.example`, true],
    ["has no longer label behind a wildcard", `*.a${label63}.example`, false],
    ["is at most 253 characters long with its wildcard", `*.${nameOf(251)}`, true],
    ["is not longer with its wildcard", `*.${nameOf(252)}`, false],
    ["has no underscore", "_dmarc.example.com", false],
    ["is not an address", "192.0.2.1", false],
    ["is not a number", "0", false],
    ["does not end in a label of digits", "host.9", false],
    ["does not end in a label of digits behind a wildcard", "*.example.10", false],
    ["may end in a label with a digit at its end", "host.a9", true],
    ["may end in a label with a letter at its end", "host.9a", true],
    ["may have labels of digits before the last", "192.0.2.example", true],
  ];
  test.each(rows)("%s", (_, text, isPreferred) => {
    expect(isPreferredName(text)).toBe(isPreferred);
  });
});

describe("a presented name covers (RFC 9525 §6.3)", () => {
  const rows: readonly (readonly [law: string, presented: string, host: string, covers: boolean])[] = [
    ["itself", "host.example.com", "host.example.com", true],
    ["itself in any case", "HOST.example.com", "host.example.com", true],
    ["nothing below itself", "example.com", "host.example.com", false],
    ["nothing above itself", "host.example.com", "example.com", false],
    ["one label in the place of a wildcard", "*.example.com", "host.example.com", true],
    ["one label before a domain in any case", "*.EXAMPLE.com", "host.example.com", true],
    ["no two labels in the place of a wildcard", "*.example.com", "a.host.example.com", false],
    ["no label in the place of a wildcard", "*.example.com", "example.com", false],
    ["no other domain behind a wildcard", "*.example.com", "host.example.org", false],
    ["no host of one label by a wildcard", "*.example.com", "localhost", false],
  ];
  test.each(rows)("%s", (_, presented, host, covers) => {
    const parsed = parsePresentedDnsName(presented);
    expect(parsed !== undefined && coversHost(parsed, host)).toBe(covers);
  });

  test.each(["*", "*.", "*.com", "*.*.example.com", "h*.example.com", "host.*.com", "*.exa_mple-"])(
    "nothing where it is %s",
    (presented) => {
      expect(parsePresentedDnsName(presented)).toBeUndefined();
    },
  );
});
