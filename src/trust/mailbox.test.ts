/** Mailboxes: what is one, and which two are the same. */
import { describe, expect, test } from "vitest";
import { equalMailboxes, parseMailbox } from "./mailbox.ts";

describe("a mailbox", () => {
  test.each<[text: string, local: string, host: string]>([
    ["ann@corp.example", "ann", "corp.example"],
    ["Ann.O'Brien+news@Corp.Example", "Ann.O'Brien+news", "corp.example"],
    ["~!#$%@corp.example", "~!#$%", "corp.example"],
  ])("%s", (text, local, host) => {
    expect(parseMailbox(text)).toEqual({ local, host });
  });

  test.each([
    ["without @", "corp.example"],
    ["with nobody before it", "@corp.example"],
    ["with nothing behind it", "ann@"],
    ["with two", "ann@bob@corp.example"],
    ["with a space in it", "ann smith@corp.example"],
    ["with a letter that is not ASCII", "änn@corp.example"],
    ["with a control character", "ann\0@corp.example"],
    ["at what is not a host", "ann@corp..example"],
    ["at an address", "ann@[192.0.2.1]"],
  ])("is not one %s", (_, text) => {
    expect(parseMailbox(text)).toBeUndefined();
  });
});

describe("two mailboxes", () => {
  test.each<[law: string, a: string, b: string, areEqual: boolean]>([
    ["are the same as they stand", "ann@corp.example", "ann@corp.example", true],
    ["are the same whatever the case of the host", "ann@corp.example", "ann@CORP.Example", true],
    ["differ by the case before the host (RFC 5280 §7.5)", "ann@corp.example", "Ann@corp.example", false],
    ["differ by their hosts", "ann@corp.example", "ann@other.example", false],
    ["are not the same for not being mailboxes", "ann", "ann", false],
    ["of which one is none are not the same", "ann@corp.example", "ann", false],
  ])("%s", (_, a, b, areEqual) => {
    expect(equalMailboxes(a, b)).toBe(areEqual);
    expect(equalMailboxes(b, a)).toBe(areEqual);
  });
});
