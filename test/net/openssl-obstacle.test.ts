/**
 * What stands between OpenSSL and a path that the engine found: named before OpenSSL is asked, held against what OpenSSL
 * then says, and gone when the advice is followed.
 */
import { describe, expect, test } from "vitest";
import { Client, HttpsError } from "../../src/index.ts";
import { anchorsOf, openRoots, trustPorts } from "../../src/admission/index.ts";
import type { OpensslObstacle } from "../../src/core/index.ts";
import {
  writeConstructed,
  writeElement,
  writeOid,
  writePrimitive,
  writeSequence,
  writeSet,
} from "../../src/der/index.ts";
import { findObstacle, verify } from "../../src/trust/index.ts";
import { extensionOid } from "../../src/x509/index.ts";
import {
  extension,
  generalName,
  identityOf,
  makeKeys,
  pemOf,
  type Minted,
  type Shape,
} from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import { answering, openOrigin, reply, root } from "../client/origin.ts";

const names = ["dns:localhost"];
const unmarked: Shape = { subjectKeyId: null, authorityKeyId: null };
const gone = mintRoot("Gone Root");
const keys = makeKeys();
const sub: Shape = { name: "Sub CA", ca: true, keys };
const good = mint(sub, root);
const leaf = mintLeaf("localhost", good, { names });

/** What a server sends, leaf first, and the roots that the client is given. */
interface Served {
  readonly sent: readonly [Minted, ...Minted[]];
  readonly roots: readonly Minted[];
}

/** `trusted`, or the code of the refusal with the obstacle that it names. */
async function outcome({ sent, roots }: Served): Promise<readonly [string, OpensslObstacle | undefined]> {
  const [first, ...more] = sent;
  await using origin = await openOrigin(
    answering(() => reply("x")),
    { tls: identityOf(first, ...more) },
  );
  await using client = new Client({ roots: pemOf(...roots), environment: {} });
  try {
    await (await client.request(origin.url)).bytes();
    return ["trusted", undefined];
  } catch (error) {
    if (!(error instanceof HttpsError) || error.code !== "keys-disagree") throw error;
    return [error.code, error.detail.obstacle];
  }
}

/** What is said offline, from the certificates alone. */
function foretell({ sent, roots }: Served): OpensslObstacle | undefined {
  const [first, ...more] = sent.map(({ certificate }) => certificate);
  const anchors = anchorsOf(openRoots(pemOf(...roots), {}));
  if (first === undefined) return undefined;
  const at = Date.now();
  const asked = {
    leaf: first,
    intermediates: more,
    anchors,
    names: [{ kind: "dns", value: "localhost" }],
    at,
  } as const;
  const verdict = verify(asked, trustPorts);
  if (!verdict.trusted) throw new Error(`the engine refused it: ${verdict.primary.code}`);
  return findObstacle({ path: verdict.path, sent: [first, ...more], anchors, at }, trustPorts);
}

describe("two certificates of one name", () => {
  const narrow: Shape = { permit: ["dns:elsewhere.example"] };
  test.each<[string, Minted, boolean]>([
    ["issued by a root that is not trusted", mint(sub, gone), true],
    ["that is not a CA's", mint({ ...sub, ca: false, usages: null }, root), true],
    ["that may not sign certificates", mint({ ...sub, usages: ["digitalSignature"] }, root), true],
    ["for another purpose", mint({ ...sub, purposes: ["clientAuth"] }, root), true],
    ["for other names", mint({ ...sub, ...narrow }, root), true],
    ["that expired", mint({ ...sub, notAfterAt: now - dayMs }, root), false],
    ["that is not valid yet", mint({ ...sub, notBeforeAt: now + 2 * dayMs }, root), false],
    ["of another key", mint({ ...sub, keys: makeKeys() }, root), false],
    ["that is as good", mint(sub, root), false],
  ])("one %s, sent first", async (_, other, isInTheWay) => {
    const served: Served = { sent: [leaf, other, good], roots: [root] };
    const foretold = foretell(served);
    const [code, obstacle] = await outcome(served);
    expect([code, foretold?.kind]).toEqual(
      isInTheWay ? ["keys-disagree", "another-taken-first"] : ["trusted", undefined],
    );
    expect(obstacle).toEqual(foretold);
    // The advice to the server, both ways, and the advice to the client.
    for (const sent of [
      [leaf, good, other],
      [leaf, good],
    ] as const)
      expect(await outcome({ ...served, sent })).toEqual(["trusted", undefined]);
    expect(await outcome({ ...served, roots: [root, good] })).toEqual(["trusted", undefined]);
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
    const ca = mintRoot("Company CA", unmarked);
    const middle = mint({ name: "Company CA", ca: true, ...unmarked }, ca);
    const below = mintLeaf("localhost", middle, { names, ...unmarked });
    const served: Served = { sent: [below, middle], roots: [ca] };
    const [code, obstacle] = await outcome(served);
    expect([code, obstacle]).toEqual(["keys-disagree", foretell(served)]);
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

  test("is believed where it agrees", async () => {
    const parts = [named("Company Root"), writePrimitive(2, Uint8Array.of(2))];
    const served: Served = { sent: [mintLeaf("localhost", renewed, identify(...parts))], roots: [renewed] };
    expect([await outcome(served), foretell(served)]).toEqual([["trusted", undefined], undefined]);
  });
});

describe("a purpose that OpenSSL does not count", () => {
  const anyCa = mint({ name: "Sub CA", ca: true, purposes: ["any"] }, root);
  const server = mintRoot("localhost", { names });
  test.each<[string, Served, object]>([
    [
      "any, in the server's certificate",
      { sent: [mintLeaf("localhost", root, { names, purposes: ["any"] })], roots: [root] },
      { subject: "localhost", isLeaf: true, extension: "extendedKeyUsage" },
    ],
    [
      "any, in a CA's",
      { sent: [mintLeaf("localhost", anyCa, { names }), anyCa], roots: [root] },
      { subject: "Sub CA", isLeaf: false, extension: "extendedKeyUsage" },
    ],
    [
      "signing certificates, and nothing else",
      { sent: [server], roots: [server] },
      { subject: "localhost", isLeaf: true, extension: "keyUsage" },
    ],
    [
      "clients, in Netscape's words",
      {
        sent: [
          mintLeaf("localhost", root, {
            names,
            extra: [extension("2.16.840.1.113730.1.1", false, Uint8Array.of(3, 2, 7, 0x80))],
          }),
        ],
        roots: [root],
      },
      { subject: "localhost", isLeaf: true, extension: "netscapeCertType" },
    ],
  ])("%s", async (_, served, expected) => {
    const [, obstacle] = await outcome(served);
    expect(obstacle).toEqual({ kind: "purpose", ...expected });
    expect(foretell(served)).toEqual(obstacle);
  });
});

test("an e-mail address in a subject is held against name constraints beside alternative names", async () => {
  const ca = mint({ name: "Mail CA", ca: true, permit: ["email:corp.example"] }, root);
  const named = (address: string): Minted =>
    mintLeaf("localhost", ca, {
      names,
      subject: writeSequence(
        writeSet(writeSequence(writeOid("1.2.840.113549.1.9.1"), writeElement(0x16, Buffer.from(address)))),
      ),
    });
  const served: Served = { sent: [named("ann@other.example"), ca], roots: [root] };
  const [, obstacle] = await outcome(served);
  expect(obstacle).toMatchObject({
    kind: "mailbox",
    mailbox: "ann@other.example",
    constrainedBy: "Mail CA",
  });
  expect(foretell(served)).toEqual(obstacle);
  const allowed: Served = { sent: [named("ann@corp.example"), ca], roots: [root] };
  expect([await outcome(allowed), foretell(allowed)]).toEqual([["trusted", undefined], undefined]);
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
