/** Addresses and kinds of key that differ: what matters is told once it stays, and a roll-out is not an alarm. */
import { describe, expect, it } from "vitest";
import { type ChainShape, told, type VisitShape, watch } from "../../../test/fleet/made-up.ts";
import type { Variant } from "../visit.ts";

type Shows = NonNullable<VisitShape["shows"]>;
const hours = (count: number, shows: (hour: number) => Shows): readonly VisitShape[] =>
  Array.from({ length: count }, (_, hour) => ({ day: hour / 24, shows: shows(hour) }));
const alarms = (visits: readonly VisitShape[]): readonly string[] =>
  told(watch(visits)).filter((one) => /-differ/.test(one));

const old: ChainShape = { leaf: "old", fromDay: -60, untilDay: 30 };
const fresh: ChainShape = { leaf: "fresh", fromDay: 0, untilDay: 90 };
const one = "192.0.2.1";
const two = "192.0.2.2";

describe("addresses", () => {
  it("that show one chain do not differ", () => {
    expect(
      alarms(
        hours(60, () => [
          [one, old],
          [two, old],
        ]),
      ),
    ).toEqual([]);
  });

  it("may be given the next certificate one after the other, for a day", () => {
    expect(
      alarms(
        hours(60, (hour) => [
          [one, hour < 2 ? old : fresh],
          [two, hour < 25 ? old : fresh],
        ]),
      ),
    ).toEqual([]);
  });

  it("of which one still shows the old certificate after a day are told of, until it no longer does", () => {
    expect(
      alarms(
        hours(60, (hour) => [
          [one, hour < 2 ? old : fresh],
          [two, hour < 40 ? old : fresh],
        ]),
      ),
    ).toEqual(["opened addresses-differ warning", "closed addresses-differ warning"]);
  });

  it("that were never alike and end far apart are worth a notice after a day", () => {
    expect(
      alarms(
        hours(24, () => [
          [one, old],
          [two, fresh],
        ]),
      ),
    ).toEqual([]);
    expect(
      alarms(
        hours(26, () => [
          [one, old],
          [two, fresh],
        ]),
      ),
    ).toEqual(["opened addresses-differ notice"]);
  });

  it("whose ends are a fifth of the life apart are not worth one", () => {
    const near: ChainShape = { leaf: "near", fromDay: -42, untilDay: 48 };
    expect(
      alarms(
        hours(30, () => [
          [one, old],
          [two, near],
        ]),
      ),
    ).toEqual([]);
  });

  it("of different issuers are worth a notice after a day", () => {
    const elsewhere: ChainShape = { ...old, leaf: "elsewhere", issuer: "CA Two" };
    expect(
      alarms(
        hours(24, () => [
          [one, old],
          [two, elsewhere],
        ]),
      ),
    ).toEqual([]);
    expect(
      alarms(
        hours(26, () => [
          [one, old],
          [two, elsewhere],
        ]),
      ),
    ).toEqual(["opened addresses-differ notice"]);
  });

  it("of which one is refused are told of at the second visit", () => {
    const refused: ChainShape = { ...old, refused: "untrusted-root" };
    expect(
      alarms(
        hours(1, () => [
          [one, old],
          [two, refused],
        ]),
      ),
    ).toEqual([]);
    expect(
      alarms(
        hours(2, () => [
          [one, old],
          [two, refused],
        ]),
      ),
    ).toEqual(["opened addresses-differ critical"]);
  });

  it("that are all refused do not differ, and what has a rule of its own is left to it", () => {
    const refused: ChainShape = { ...old, refused: "untrusted-root" };
    const incomplete: ChainShape = { ...old, refused: "missing-intermediate" };
    expect(
      alarms(
        hours(3, () => [
          [one, refused],
          [two, refused],
        ]),
      ),
    ).toEqual([]);
    expect(
      alarms(
        hours(3, () => [
          [one, old],
          [two, incomplete],
        ]),
      ),
    ).toEqual([]);
  });

  it("are compared from one place at a time", () => {
    const visits = hours(60, (hour) => [[hour % 2 === 0 ? one : two, hour % 2 === 0 ? old : fresh]]).map(
      (shape, hour) => ({ ...shape, place: hour % 2 === 0 ? "here" : "there" }),
    );
    expect(alarms(visits)).toEqual([]);
  });
});

describe("kinds of key", () => {
  const rsa: Partial<Variant> = { keyType: "RSA" };
  const ecdsa: Partial<Variant> = { keyType: "ECDSA" };

  it("may have certificates and issuers of their own", () => {
    const other: ChainShape = { ...old, leaf: "other", issuer: "CA Two" };
    expect(
      alarms(
        hours(60, () => [
          [rsa, old],
          [ecdsa, other],
        ]),
      ),
    ).toEqual([]);
  });

  it("of which one is refused are told of at the second visit", () => {
    const refused: ChainShape = { ...old, leaf: "other", refused: "untrusted-root" };
    expect(
      alarms(
        hours(1, () => [
          [rsa, old],
          [ecdsa, refused],
        ]),
      ),
    ).toEqual([]);
    expect(
      alarms(
        hours(2, () => [
          [rsa, old],
          [ecdsa, refused],
        ]),
      ),
    ).toEqual(["opened keys-differ critical"]);
  });

  it("are a warning where only a device's hello is refused", () => {
    const refused: ChainShape = { ...old, refused: "untrusted-root" };
    expect(
      alarms(
        hours(2, () => [
          [{}, old],
          [{ offer: "mongoose-os" }, refused],
        ]),
      ),
    ).toEqual(["opened keys-differ warning"]);
  });

  it.each<readonly [law: string, other: ChainShape]>([
    ["under different roots", { ...old, leaf: "other", anchor: "Root Two" }],
    ["that end far apart", fresh],
  ])("%s are worth a notice after a day", (_law, other) => {
    expect(
      alarms(
        hours(24, () => [
          [rsa, old],
          [ecdsa, other],
        ]),
      ),
    ).toEqual([]);
    expect(
      alarms(
        hours(26, () => [
          [rsa, old],
          [ecdsa, other],
        ]),
      ),
    ).toEqual(["opened keys-differ notice"]);
  });
});
