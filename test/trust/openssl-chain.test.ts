/**
 * The chain that OpenSSL builds, as the engine foretells it: each row is what OpenSSL 3 does, which its own program is
 * asked for where it is installed.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeConstructed, writePrimitive, writeSequence } from "../../src/der/index.ts";
import { anchorFromCertificate, buildOpensslChain, type OpensslEnd } from "../../src/trust/index.ts";
import { extensionOid } from "../../src/x509/index.ts";
import { run } from "../child.ts";
import { hasOpenssl } from "../lab/outside.ts";
import { extension, generalName, makeKeys, pemOf, rsaKeys, type Minted, type Shape } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";

/** What is sent, the leaf first, and what is in the store. */
interface Asked {
  readonly sent: readonly Minted[];
  readonly store: readonly Minted[];
  /** Whether partial chains are allowed. */
  readonly isPartial?: boolean;
  readonly at?: number;
}

/** The chain: what was taken of those sent, then what of the store; and where it came to no end in the store, why. */
interface Built {
  readonly sent: readonly Minted[];
  readonly stored: readonly Minted[];
  readonly end?: OpensslEnd;
}

type Row = readonly [law: string, asked: Asked, built: Built];

/** X509_V_ERR_ numbers, which the program prints. */
const numbers: Readonly<Record<OpensslEnd, number>> = {
  UNABLE_TO_GET_ISSUER_CERT: 2,
  DEPTH_ZERO_SELF_SIGNED_CERT: 18,
  SELF_SIGNED_CERT_IN_CHAIN: 19,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 20,
  CERT_CHAIN_TOO_LONG: 22,
};

const unmarked: Shape = { subjectKeyId: null, authorityKeyId: null };
const root = mintRoot("Root");
const stranger = mintRoot("Stranger");
const upper = mint({ name: "Upper", ca: true }, root);
const lower = mint({ name: "Lower", ca: true }, upper);
const leaf = mintLeaf("host.example", lower);

const whole: readonly Row[] = [
  [
    "goes up through those sent to a root of the store",
    { sent: [leaf, lower, upper], store: [stranger, root] },
    { sent: [leaf, lower, upper], stored: [root] },
  ],
  [
    "takes those sent in any order, and leaves out what it does not need",
    { sent: [leaf, upper, stranger, lower], store: [root] },
    { sent: [leaf, lower, upper], stored: [root] },
  ],
  [
    "asks the store first, and stays in it",
    { sent: [leaf, lower, upper], store: [root, lower, upper] },
    { sent: [leaf], stored: [lower, upper, root] },
  ],
  [
    "does not leave the store for what was sent",
    { sent: [leaf, lower, upper], store: [root, lower] },
    { sent: [leaf], stored: [lower], end: "UNABLE_TO_GET_ISSUER_CERT" },
  ],
  [
    "ends at the first of the store where partial chains are allowed",
    { sent: [leaf, lower, upper], store: [root, lower, upper], isPartial: true },
    { sent: [leaf], stored: [lower] },
  ],
  [
    "needs a root of the store, where they are not",
    { sent: [leaf, lower], store: [upper] },
    { sent: [leaf, lower], stored: [upper], end: "UNABLE_TO_GET_ISSUER_CERT" },
  ],
  [
    "ends below an issuer that nobody has",
    { sent: [leaf, lower], store: [root] },
    { sent: [leaf, lower], stored: [], end: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" },
  ],
  [
    "ends there where partial chains are allowed, too",
    { sent: [leaf, lower], store: [root], isPartial: true },
    { sent: [leaf, lower], stored: [], end: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" },
  ],
  [
    "ends at a root that was sent and is not in the store",
    { sent: [leaf, lower, upper, root], store: [stranger] },
    { sent: [leaf, lower, upper, root], stored: [], end: "SELF_SIGNED_CERT_IN_CHAIN" },
  ],
];

const ownUsages: Shape = { usages: ["digitalSignature", "keyCertSign"] };
const own = mintRoot("host.example", ownUsages);
const ownRenewed = mintRoot("host.example", { ...ownUsages, keys: own.keys });
const rootRenewed = mintRoot("Root", { keys: root.keys });
const belowRoot = mintLeaf("host.example", root);
const device = mintRoot("Device", unmarked);
const belowDevice = mintLeaf("host.example", device, { name: "Device", ...unmarked });
const newKey = mint({ name: "Root", ca: true }, root);
const belowNewKey = mintLeaf("host.example", newKey);

const ofItself: readonly Row[] = [
  [
    "a leaf that signed itself and is in the store is the whole chain",
    { sent: [own], store: [stranger, own] },
    { sent: [], stored: [own] },
  ],
  [
    "one that is not in the store has no chain",
    { sent: [own, stranger], store: [stranger] },
    { sent: [own], stored: [], end: "DEPTH_ZERO_SELF_SIGNED_CERT" },
  ],
  [
    "another of the same name and key in the store does not stand for it",
    { sent: [own], store: [ownRenewed] },
    { sent: [own], stored: [], end: "DEPTH_ZERO_SELF_SIGNED_CERT" },
  ],
  [
    "nor does another that was sent stand for a root",
    { sent: [belowRoot, root, rootRenewed], store: [stranger] },
    { sent: [belowRoot, root], stored: [], end: "SELF_SIGNED_CERT_IN_CHAIN" },
  ],
  [
    "a leaf in the store that a CA issued is the chain where partial chains are allowed",
    { sent: [leaf], store: [stranger, leaf], isPartial: true },
    { sent: [], stored: [leaf] },
  ],
  [
    "with the CAs that were sent, though they lead nowhere",
    { sent: [leaf, lower], store: [stranger, leaf], isPartial: true },
    { sent: [], stored: [leaf, lower] },
  ],
  [
    "and only there",
    { sent: [leaf], store: [stranger, leaf] },
    { sent: [leaf], stored: [], end: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" },
  ],
  [
    "without key identifiers, its CA's name makes a leaf look as if it signed itself",
    { sent: [belowDevice], store: [device] },
    { sent: [belowDevice], stored: [], end: "DEPTH_ZERO_SELF_SIGNED_CERT" },
  ],
  [
    "with them, a new key under the CA's old name does not look so",
    { sent: [belowNewKey, newKey], store: [root] },
    { sent: [belowNewKey, newKey], stored: [root] },
  ],
];

const years = (from: number, to: number): Shape => ({
  notBeforeAt: now + from * yearMs,
  notAfterAt: now + to * yearMs,
});
const issuingKeys = makeKeys();
const issuing = (shape: Shape): Minted =>
  mint({ name: "Issuing", ca: true, keys: issuingKeys, ...shape }, root);
const [long, longer] = [issuing(years(-1, 5)), issuing(years(-1, 6))];
const [over, overLater, future] = [issuing(years(-5, -2)), issuing(years(-5, -1)), issuing(years(1, 9))];
const belowIssuing = mintLeaf("host.example", long, years(-1, 7));

const ofOneName: readonly Row[] = [
  [
    "the first is taken",
    { sent: [belowIssuing, long, longer], store: [root] },
    { sent: [belowIssuing, long], stored: [root] },
  ],
  [
    "however long the other is valid",
    { sent: [belowIssuing, longer, long], store: [root] },
    { sent: [belowIssuing, longer], stored: [root] },
  ],
  [
    "one that is over is passed over for one that is valid",
    { sent: [belowIssuing, overLater, long], store: [root] },
    { sent: [belowIssuing, long], stored: [root] },
  ],
  [
    "so is one that is not valid yet",
    { sent: [belowIssuing, future, long], store: [root] },
    { sent: [belowIssuing, long], stored: [root] },
  ],
  [
    "one is valid up to the second before its end",
    { sent: [belowIssuing, long, longer], store: [root], at: long.certificate.notAfterAt - 1_000 },
    { sent: [belowIssuing, long], stored: [root] },
  ],
  [
    "and over at that of its end",
    { sent: [belowIssuing, long, longer], store: [root], at: long.certificate.notAfterAt },
    { sent: [belowIssuing, longer], stored: [root] },
  ],
  [
    "one is not valid in the second before its beginning",
    { sent: [belowIssuing, future, longer], store: [root], at: future.certificate.notBeforeAt - 1_000 },
    { sent: [belowIssuing, longer], stored: [root] },
  ],
  [
    "and is at that of its beginning",
    { sent: [belowIssuing, future, longer], store: [root], at: future.certificate.notBeforeAt },
    { sent: [belowIssuing, future], stored: [root] },
  ],
  [
    "where none is valid, the one that ends last is taken",
    { sent: [belowIssuing, over, overLater], store: [stranger] },
    { sent: [belowIssuing, overLater], stored: [], end: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" },
  ],
  [
    "whichever stands first",
    { sent: [belowIssuing, overLater, over], store: [stranger] },
    { sent: [belowIssuing, overLater], stored: [], end: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" },
  ],
];

const [one, two] = [mintRoot("One"), mintRoot("Two")];
const oneByTwo = mint({ name: "One", ca: true, keys: one.keys }, two);
const twoByOne = mint({ name: "Two", ca: true, keys: two.keys }, one);
const belowOne = mintLeaf("host.example", one);

const circle = (count: number): readonly Minted[] =>
  Array.from({ length: count }, (_, i) => (i % 2 === 0 ? oneByTwo : twoByOne));

/** A leaf below so many CAs, those nearer to it first; and their root. */
function ladder(count: number): readonly [sent: readonly Minted[], root: Minted] {
  const cas: Minted[] = [];
  for (let i = 0; i < count; i++) cas.unshift(mint({ name: `CA ${i}`, ca: true }, cas[0] ?? root));
  return [[mintLeaf("host.example", cas[0] ?? root), ...cas], root];
}
const [fits] = ladder(100);
const [tooLong] = ladder(101);

const ends: readonly Row[] = [
  [
    "CAs that certify each other are each taken once of what was sent",
    { sent: [belowOne, oneByTwo, twoByOne], store: [stranger] },
    { sent: [belowOne, oneByTwo, twoByOne], stored: [], end: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" },
  ],
  [
    "and without end from the store",
    { sent: [belowOne], store: [oneByTwo, twoByOne] },
    { sent: [belowOne], stored: circle(101), end: "CERT_CHAIN_TOO_LONG" },
  ],
  ["a hundred CAs that are sent are taken", { sent: fits, store: [root] }, { sent: fits, stored: [root] }],
  [
    "a hundred without a root are missing one",
    { sent: fits, store: [stranger] },
    { sent: fits, stored: [], end: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" },
  ],
  [
    "a hundred and one are too many",
    { sent: tooLong, store: [root] },
    { sent: tooLong, stored: [], end: "CERT_CHAIN_TOO_LONG" },
  ],
];

const serialled = mintRoot("Root", { keys: root.keys, serial: 77 });
const identified = (issuer: Minted, ...parts: readonly Uint8Array[]): Minted =>
  mintLeaf("host.example", issuer, {
    authorityKeyId: null,
    extra: [extension(extensionOid.authorityKeyIdentifier, false, writeSequence(...parts))],
  });
const keyId = (...octets: readonly number[]): Uint8Array => writePrimitive(0, Uint8Array.of(...octets));
const serial = (octet: number): Uint8Array => writePrimitive(2, Uint8Array.of(octet));
const issuerNames = (...names: readonly string[]): Uint8Array =>
  writeConstructed(1, ...names.map(generalName));
const unmarkedRoot = mintRoot("Root", { ...unmarked, keys: root.keys });
const rsaRoot = mintRoot("Root", { keys: rsaKeys(), ...unmarked });

const found = (law: string, sent: Minted, store: Minted): Row => [
  law,
  { sent: [sent], store: [store] },
  { sent: [sent], stored: [store] },
];
const missed = (law: string, sent: Minted, store: Minted): Row => [
  law,
  { sent: [sent], store: [store] },
  { sent: [sent], stored: [], end: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" },
];
const byIdentifiers: readonly Row[] = [
  found("with the key identifier that is named", belowRoot, root),
  missed("with another key identifier", identified(root, keyId(1, 2, 3)), root),
  found("without a key identifier, whatever is named", identified(root, keyId(1, 2, 3)), unmarkedRoot),
  found(
    "with the serial number that is named",
    identified(serialled, issuerNames("dir:Root"), serial(77)),
    serialled,
  ),
  missed("with another serial number", identified(serialled, issuerNames("dir:Root"), serial(78)), serialled),
  missed("of another issuer", identified(serialled, issuerNames("dir:Elder"), serial(77)), serialled),
  found(
    "whose issuer is the first directory name of several",
    identified(serialled, issuerNames("dns:elder.example", "dir:Root", "dir:Elder"), serial(77)),
    serialled,
  ),
  missed(
    "whose issuer is a later one",
    identified(serialled, issuerNames("dir:Elder", "dir:Root"), serial(77)),
    serialled,
  ),
  found(
    "whatever names there are of other forms",
    identified(serialled, issuerNames("dns:elder.example"), serial(77)),
    serialled,
  ),
  missed(
    "whose key is of a kind that cannot have signed it",
    mintLeaf("host.example", unmarkedRoot, unmarked),
    rsaRoot,
  ),
];

describe.each([
  ["a chain", whole],
  ["of certificates that vouch for themselves,", ofItself],
  ["of several certificates of one CA,", ofOneName],
  ["a chain has an end:", ends],
  ["an issuer is found", byIdentifiers],
])("%s", (_, rows) => {
  test.each(rows)("%s", (_law, { sent, store, isPartial = false, at = Date.now() }, built) => {
    const anchors = store.map(({ certificate }) => anchorFromCertificate(certificate, { store: "file" }));
    const chain = sent.map(({ certificate }) => certificate);
    const found = buildOpensslChain({ chain, anchors, partialChain: isPartial, at });
    const certificates = [...built.sent, ...built.stored].map(({ certificate }) => certificate);
    expect(found?.certificates.map(({ der }) => der)).toEqual(certificates.map(({ der }) => der));
    expect(found?.untrusted).toBe(built.sent.length);
    expect(found?.end).toBe(built.end);
    // The root above; where the leaf itself is in the store, the leaf.
    const anchor = built.sent.length === 0 ? certificates[0] : certificates.at(-1);
    expect(found?.anchor?.certificate).toBe(built.end === undefined ? anchor : undefined);
  });

  test.runIf(hasOpenssl).each(rows)("%s: so says OpenSSL", async (_law, asked, built) => {
    expect(await askOpenssl(asked)).toEqual(asPrinted(built));
  });
});

/** What OpenSSL's program prints of it: the chain, or the error and the certificate that has it. */
function asPrinted({ sent, stored, end }: Built): readonly string[] {
  const all = [...sent, ...stored];
  const names = all.map(({ certificate }) => certificate.subject.display);
  return end === undefined
    ? names.map((name, depth) => `${name}${depth < sent.length ? " (untrusted)" : ""}`)
    : [`error ${numbers[end]} at ${all.length - 1}: ${names.at(-1) ?? ""}`];
}

async function askOpenssl({
  sent: [first, ...more],
  store,
  isPartial,
  at,
}: Asked): Promise<readonly string[]> {
  if (first === undefined) throw new Error("nothing is sent");
  const folder = mkdtempSync(join(tmpdir(), "meerkat-openssl-"));
  const write = (name: string, minted: readonly Minted[]): string => {
    writeFileSync(join(folder, name), pemOf(...minted));
    return join(folder, name);
  };
  try {
    const { stdout, stderr } = await run("openssl", [
      "verify",
      "-show_chain",
      "-no-CApath",
      "-no-CAstore",
      "-CAfile",
      write("store.pem", store),
      ...(more.length === 0 ? [] : ["-untrusted", write("sent.pem", more)]),
      ...(isPartial === true ? ["-partial_chain"] : []),
      ...(at === undefined ? [] : ["-attime", String(at / 1_000)]),
      write("leaf.pem", [first]),
    ]);
    const error = /CN ?= ?(.*)\nerror (\d+) at (\d+) depth/.exec(stderr);
    return error === null
      ? [...stdout.matchAll(/^depth=\d+: CN ?= ?(.*)$/gm)].map(([, name = ""]) => name)
      : [`error ${error[2]} at ${error[3]}: ${error[1]}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
