/**
 * What stands between OpenSSL and a path that the engine found: named before OpenSSL is asked, held against what OpenSSL
 * then says, and gone when the advice is followed.
 */
import { describe, expect, test } from "vitest";
import type { OpensslObstacle } from "../../src/core/index.ts";
import { Client } from "../../src/index.ts";
import { writeConstructed, writePrimitive, writeSequence } from "../../src/der/index.ts";
import { extensionOid } from "../../src/x509/index.ts";
import {
  extension,
  generalName,
  identityOf,
  makeKeys,
  pemOf,
  rsaKeys,
  type Minted,
  type Shape,
} from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import { openOrigin, root } from "../client/origin.ts";
import { foretell, outcome, type Served } from "./obstacles.ts";

const names = ["dns:localhost"];
const unmarked: Shape = { subjectKeyId: null, authorityKeyId: null };
const gone = mintRoot("Gone Root");
const keys = makeKeys();
const sub: Shape = { name: "Sub CA", ca: true, keys };
const good = mint(sub, root);
const leaf = mintLeaf("localhost", good, { names });

/** What ends a way may be a matter of dates, and is then told with the moment that it was judged at. */
const withoutMoment = (obstacle: OpensslObstacle | undefined): string =>
  JSON.stringify(obstacle ?? "nothing").replaceAll(/\d\d:\d\d:\d\d UTC/g, "");

describe("two certificates of one name", () => {
  const narrow: Shape = { permit: ["dns:elsewhere.example"] };
  const oldRoot = mintRoot("Old Root", { notAfterAt: now - dayMs });
  const futureRoot = mintRoot("Future Root", { notBeforeAt: now + 2 * dayMs });
  const flatRoot = mintRoot("Flat Root", { pathLength: 0 });
  const unknown = extension("1.2.3.4", true, Uint8Array.of(5, 0));
  const rsa: Shape = { keys: rsaKeys(), subjectKeyId: good.keyId };
  test.each<[law: string, other: Minted, isInTheWay: boolean, alsoTrusted?: Minted]>([
    ["issued by a root that is not trusted", mint(sub, gone), true],
    ["issued by a root that is over", mint(sub, oldRoot), true, oldRoot],
    ["issued by a root that is not valid yet", mint(sub, futureRoot), true, futureRoot],
    ["too far below its root", mint(sub, flatRoot), true, flatRoot],
    ["whose signature does not hold", mint({ ...sub, forged: true }, root), true],
    ["with something critical that nobody knows", mint({ ...sub, extra: [unknown] }, root), true],
    ["of a key that cannot make such signatures", mint({ ...sub, ...rsa }, root), false],
    ["that is not a CA's", mint({ ...sub, ca: false, usages: null }, root), true],
    ["that may not sign certificates", mint({ ...sub, usages: ["digitalSignature"] }, root), true],
    ["for another purpose", mint({ ...sub, purposes: ["clientAuth"] }, root), true],
    ["for other names", mint({ ...sub, ...narrow }, root), true],
    ["that expired", mint({ ...sub, notAfterAt: now - dayMs }, root), false],
    ["that is not valid yet", mint({ ...sub, notBeforeAt: now + 2 * dayMs }, root), false],
    ["of another key", mint({ ...sub, keys: makeKeys() }, root), false],
    ["that is as good", mint(sub, root), false],
  ])("one %s, sent first", async (_, other, isInTheWay, alsoTrusted = root) => {
    const served: Served = { sent: [leaf, other, good], roots: [root, alsoTrusted] };
    const foretold = foretell(served);
    const [code, obstacle] = await outcome(served);
    expect([code, foretold?.kind]).toEqual(
      isInTheWay ? ["keys-disagree", "another-taken-first"] : ["trusted", undefined],
    );
    expect(withoutMoment(obstacle)).toBe(withoutMoment(foretold));
    // The advice to the server, both ways, and the advice to the client.
    for (const sent of [
      [leaf, good, other],
      [leaf, good],
    ] as const)
      expect(await outcome({ ...served, sent })).toEqual(["trusted", undefined]);
    expect(await outcome({ ...served, roots: [...served.roots, good] })).toEqual(["trusted", undefined]);
  });

  test("one below eight CAs more, which the engine does not look past, is as good to OpenSSL", async () => {
    const above = [root];
    for (let depth = 1; depth <= 8; depth++) above.unshift(mint({ name: `CA ${depth}`, ca: true }, above[0]));
    const served: Served = { sent: [leaf, mint(sub, above[0]), ...above, good], roots: [root] };
    expect(foretell(served)).toBeUndefined();
    expect(await outcome(served)).toEqual(["trusted", undefined]);
  });

  test("of two keys, with nothing that tells them apart, the first is taken", async () => {
    const right = mint({ name: "Sub CA", ca: true, ...unmarked }, root);
    const wrong = mint({ name: "Sub CA", ca: true, ...unmarked }, root);
    const below = mintLeaf("localhost", right, { names, ...unmarked });
    const served: Served = { sent: [below, wrong, right], roots: [root] };
    const [, obstacle] = await outcome(served);
    expect(obstacle).toEqual(foretell(served));
    expect(obstacle).toMatchObject({ kind: "another-taken-first", taken: { place: 2 }, good: { place: 3 } });
    expect(await outcome({ ...served, sent: [below, right, wrong] })).toEqual(["trusted", undefined]);
  });

  test("among the roots: the first is taken, and the advice is about the roots", async () => {
    const right = mintRoot("Company Root", unmarked);
    const wrong = mintRoot("Company Root", unmarked);
    const below = mintLeaf("localhost", right, { names, ...unmarked });
    const served: Served = { sent: [below], roots: [wrong, right] };
    const [, obstacle] = await outcome(served);
    expect(obstacle).toEqual(foretell(served));
    expect(obstacle).toMatchObject({ kind: "another-taken-first", taken: { place: undefined } });
    expect(await outcome({ ...served, roots: [right, wrong] })).toEqual(["trusted", undefined]);
    expect(await outcome({ ...served, roots: [right] })).toEqual(["trusted", undefined]);
  });
});

describe("where the way of the one that is taken ends", () => {
  /** So many CAs one below the other, the nearest to their root last. */
  const ladder = (count: number): readonly Minted[] => {
    const cas: Minted[] = [];
    for (let i = 0; i < count; i++) cas.unshift(mint({ name: `CA ${i}`, ca: true }, cas[0] ?? gone));
    return cas;
  };
  const sentWith = (count: number): Served["sent"] => {
    const cas = ladder(count);
    return [leaf, mint(sub, cas[0] ?? gone), ...cas, good];
  };

  test.each([
    ["a hundred CAs are missing an issuer", sentWith(99), "another-taken-first"],
    ["a hundred and one are too many to look further, and nothing is said", sentWith(100), undefined],
  ])("%s", async (_, sent, kind) => {
    const served: Served = { sent, roots: [root] };
    const [code, obstacle] = await outcome(served);
    expect([code, obstacle?.kind]).toEqual(["keys-disagree", kind]);
    expect(foretell(served)).toEqual(obstacle);
  });

  test("more signatures than are checked stand in nobody's way", async () => {
    const served: Served = { sent: sentWith(99), roots: [root, gone] };
    expect([await outcome(served), foretell(served)]).toEqual([["trusted", undefined], undefined]);
  });

  test("it is told of the CA that is reached last", () => {
    const [otherSub, between] = [makeKeys(), mint({ name: "Between", ca: true }, gone)];
    const wrong = mint({ name: "Sub CA", ca: true, keys: otherSub, ...unmarked }, between);
    const right = mint({ name: "Sub CA", ca: true, ...unmarked }, root);
    const below = mintLeaf("localhost", right, { names, ...unmarked });
    expect(foretell({ sent: [below, wrong, between, right], roots: [root] })).toEqual({
      kind: "another-taken-first",
      name: "Sub CA",
      below: "localhost",
      taken: { issuer: "Between", serial: wrong.certificate.serial, place: 2 },
      good: { issuer: "Client Test Root", serial: right.certificate.serial, place: 4 },
      end: 'The issuer "Gone Root" of the certificate of Between was not sent by the server and is not among the roots.',
    });
  });
});

describe("nothing is said", () => {
  const served: Served = { sent: [leaf, mint(sub, gone), good], roots: [root] };

  test("of a client's certificate", () => {
    const forBoth = mintLeaf("localhost", good, { names, purposes: ["serverAuth", "clientAuth"] });
    const [, ...more] = served.sent;
    const shown: Served = { ...served, sent: [forBoth, ...more] };
    expect(foretell(shown)).toMatchObject({ kind: "another-taken-first" });
    expect(foretell(shown, { purpose: "client" })).toBeUndefined();
  });

  test.each<[string, Served, number]>([
    ["leaf", served, leaf.certificate.notAfterAt + dayMs],
    [
      "CA",
      { ...served, sent: [leaf, mint(sub, gone), mint({ ...sub, notAfterAt: now + 2 * dayMs }, root)] },
      now + 3 * dayMs,
    ],
  ])("of a path whose %s is over by OpenSSL's clock", (_, past, opensslAt) => {
    expect(foretell(past)).toMatchObject({ kind: "another-taken-first" });
    expect(foretell(past, { opensslAt })).toBeUndefined();
  });

  test("of a leaf that is trusted itself, whose CA in the store is over", () => {
    const over = mintRoot("Old Root", { notAfterAt: now - dayMs });
    const itself = mintLeaf("localhost", over, { names });
    expect(foretell({ sent: [itself], roots: [itself, over] })).toBeUndefined();
  });
});

describe("a certificate with the subject of its CA", () => {
  test("is taken for self-signed without key identifiers, and trusted when it is given itself", async () => {
    const ca = mintRoot("device", unmarked);
    const below = mintLeaf("localhost", ca, { name: "device", names, ...unmarked });
    const served: Served = { sent: [below], roots: [ca] };
    const [, obstacle] = await outcome(served);
    expect(obstacle).toEqual({ kind: "taken-for-self-signed", subject: "device", isLeaf: true });
    expect(foretell(served)).toEqual(obstacle);
    expect(await outcome({ ...served, roots: [ca, below] })).toEqual(["trusted", undefined]);
  });

  test("is so in the middle of a chain too", async () => {
    const ca = mintRoot("Company CA");
    const middle = mint({ name: "Company CA", ca: true, authorityKeyId: null }, ca);
    const served: Served = { sent: [mintLeaf("localhost", middle, { names }), middle], roots: [ca] };
    const [, obstacle] = await outcome(served);
    expect(obstacle).toEqual({ kind: "taken-for-self-signed", subject: "Company CA", isLeaf: false });
    expect(foretell(served)).toEqual(obstacle);
  });

  test("of a whole chain of that name, the root is taken for the issuer of the leaf", async () => {
    const ca = mintRoot("Company CA", unmarked);
    const middle = mint({ name: "Company CA", ca: true, ...unmarked }, ca);
    const below = mintLeaf("localhost", middle, { names, ...unmarked });
    const served: Served = { sent: [below, middle], roots: [ca] };
    const [, obstacle] = await outcome(served);
    expect(obstacle).toMatchObject({
      kind: "another-taken-first",
      taken: { place: undefined },
      good: { place: 2 },
    });
    expect(foretell(served)).toEqual(obstacle);
  });

  test.each<[string, string, Shape]>([
    ["another subject", "other", unmarked],
    ["key identifiers", "device", {}],
  ])("is told apart by %s", async (_, name, shape) => {
    const ca = mintRoot("device", shape);
    const served: Served = { sent: [mintLeaf("localhost", ca, { name, names, ...shape })], roots: [ca] };
    expect([await outcome(served), foretell(served)]).toEqual([["trusted", undefined], undefined]);
  });
});

describe("an authority key identifier that gives what the root has no more", () => {
  const rootKeys = makeKeys();
  const renewed = mintRoot("Company Root", { keys: rootKeys, serial: 2 });
  const old = mintRoot("Company Root", { keys: rootKeys, serial: 1 });
  const identify = (...parts: readonly Uint8Array[]): Shape => ({
    names,
    authorityKeyId: null,
    extra: [extension(extensionOid.authorityKeyIdentifier, false, writeSequence(...parts))],
  });
  const named = (name: string): Uint8Array => writeConstructed(1, generalName(`dir:${name}`));

  test.each<[string, readonly Uint8Array[], string, boolean]>([
    [
      "the serial number of the root before it",
      [named("Company Root"), writePrimitive(2, Uint8Array.of(1))],
      "serial number",
      true,
    ],
    ["another issuer", [named("Old Parent"), writePrimitive(2, Uint8Array.of(2))], "issuer", false],
    ["another key", [writePrimitive(0, Uint8Array.of(1, 2, 3))], "key identifier", false],
  ])("%s", async (_, parts, field, isOldTheRemedy) => {
    const served: Served = { sent: [mintLeaf("localhost", renewed, identify(...parts))], roots: [renewed] };
    const [, obstacle] = await outcome(served);
    expect(obstacle).toEqual(foretell(served));
    expect(obstacle).toMatchObject({ kind: "identifier-contradicts", subject: "localhost", field });
    if (isOldTheRemedy)
      expect(await outcome({ ...served, roots: [renewed, old] })).toEqual(["trusted", undefined]);
  });

  test("is told with whether the issuer was sent", async () => {
    const issuer = mint({ name: "Sub CA", ca: true }, renewed);
    const misled = mintLeaf("localhost", issuer, identify(writePrimitive(0, Uint8Array.of(1, 2, 3))));
    const sent: Served = { sent: [misled, issuer], roots: [renewed] };
    const told = {
      kind: "identifier-contradicts",
      subject: "localhost",
      issuer: "Sub CA",
      field: "key identifier",
    };
    expect(await outcome(sent)).toEqual(["keys-disagree", { ...told, isIssuerSent: true }]);
    expect(foretell({ sent: [misled], roots: [renewed, issuer] })).toEqual({ ...told, isIssuerSent: false });
  });

  test("is believed where it agrees", async () => {
    const parts = [named("Company Root"), writePrimitive(2, Uint8Array.of(2))];
    const served: Served = { sent: [mintLeaf("localhost", renewed, identify(...parts))], roots: [renewed] };
    expect([await outcome(served), foretell(served)]).toEqual([["trusted", undefined], undefined]);
  });
});

test("the error says which certificate, why OpenSSL does not look further, and what each side can do", async () => {
  await using origin = await openOrigin(() => {}, {
    tls: identityOf(leaf, mint({ ...sub, serial: 77 }, gone), good),
  });
  await using client = new Client({ roots: pemOf(root), environment: {} });
  const error = await client.request(origin.url).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    hint: [
      'The server sends two certificates named "Sub CA", and OpenSSL takes the first that fits as the issuer of "localhost": number 2 of those sent, issued by "Gone Root".',
      'The issuer "Gone Root" of the certificate of Sub CA was not sent by the server and is not among the roots.',
      'OpenSSL does not go back to try the other, number 3 of those sent, issued by "Client Test Root".',
      'Leave the certificate "Sub CA" that "Gone Root" issued (serial number 4d) out of what the server sends, or put it last.',
      'Until the server is fixed, give the certificate "Sub CA" that "Client Test Root" issued as a further root (addRoots): OpenSSL asks the roots first.',
    ].join(" "),
  });
});
