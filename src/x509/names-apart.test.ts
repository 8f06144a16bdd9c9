/** What certificates of one name are called. */
import { describe, expect, it } from "vitest";
import { writeOid, writeSequence, writeSet, writeUtf8String } from "../der/index.ts";
import { mintRoot, nameOf } from "../../test/pki/index.ts";
import { namesApart } from "./names-apart.ts";

const withUnit = (unit: string, commonName: string): Uint8Array =>
  writeSequence(
    ...[
      ["2.5.4.11", unit],
      ["2.5.4.3", commonName],
    ].map(([oid = "", value = ""]) => writeSet(writeSequence(writeOid(oid), writeUtf8String(value)))),
  );

function namesOf(...all: readonly (readonly [subject: Uint8Array, keyId: string])[]): readonly string[] {
  return namesApart(
    all.map(([subject, keyId]) => ({ subject: mintRoot({ subject }).certificate.subject, keyId })),
  );
}

describe("names that tell roots apart", () => {
  const [one, two] = [nameOf("", "Root"), nameOf("", "Other")];

  it("are the names alone where these differ", () => {
    expect(namesOf([one, "aa"], [two, "bb"])).toEqual(["Root", "Other"]);
  });

  it("have the unit behind them where it differs, else the organisation", () => {
    expect(namesOf([withUnit("A", "Root"), "aa"], [withUnit("B", "Root"), "bb"])).toEqual([
      "Root (A)",
      "Root (B)",
    ]);
    expect(namesOf([nameOf("X", "Root"), "aa"], [nameOf("Y", "Root"), "bb"])).toEqual([
      "Root (X)",
      "Root (Y)",
    ]);
  });

  it("have the key behind them where nothing else differs, or one has no unit", () => {
    const ids = ["0123456789", "abcdef0123"] as const;
    expect(namesOf([one, ids[0]], [one, ids[1]])).toEqual(["Root (key 01234567)", "Root (key abcdef01)"]);
    expect(namesOf([withUnit("A", "Root"), ids[0]], [one, ids[1]])).toEqual([
      "Root (key 01234567)",
      "Root (key abcdef01)",
    ]);
  });

  it("are one where the key is one, and say of an empty name that it is empty", () => {
    expect(namesOf([one, "aa"], [one, "aa"])).toEqual(["Root", "Root"]);
    expect(namesOf([writeSequence(), "aa"])).toEqual(["(empty name)"]);
  });
});
