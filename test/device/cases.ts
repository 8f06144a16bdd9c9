/** Chains and anchors on which TLS stacks part ways: each case is one server, and one set of CA certificates. */
import { generateKeyPairSync } from "node:crypto";
import { writeElement, writeOid, writePrimitive, writeSequence, writeSet } from "../../src/der/index.ts";
import { type Minted, rsaKeys, extension } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";

/** One server, and the CA certificates that a device has for it. */
export interface Case {
  readonly law: string;
  /** The server's own first. */
  readonly sent: readonly Minted[];
  readonly anchors: readonly Minted[];
  readonly name: string;
  readonly at: number;
}

const host = "device.localhost";
const root = mintRoot("Root");
const issuing = mint({ name: "Issuing", ca: true }, root);
const leaf = mintLeaf(host, issuing);

const oldRoot = mintRoot("Old Root", { notAfterAt: now - dayMs, notBeforeAt: now - 9 * yearMs });
const underOld = mint({ name: "Under Old", ca: true }, oldRoot);
const cross = mint({ name: "Root", keys: root.keys, ca: true }, mintRoot("Elder Root"));
const expiredCross = mint({ name: "Root", keys: root.keys, ca: true, notAfterAt: now - dayMs }, oldRoot);
const second = mint({ name: "Second", ca: true }, issuing);
const third = mint({ name: "Third", ca: true }, second);
const stranger = mintRoot("Stranger");
const versionOne = mintRoot("Version One", { version: 1 });
const flat = mintRoot("Flat", { pathLength: 0 });
const underFlat = mint({ name: "Under Flat", ca: true }, flat);
const narrow = mint({ name: "Narrow", ca: true, pathLength: 0 }, root);
const underNarrow = mint({ name: "Under Narrow", ca: true }, narrow);
const noCa = mint({ name: "No CA" }, root);
const mute = mint({ name: "Mute", ca: true, usages: ["digitalSignature"] }, root);
const permitsOther = ["dns:other.example"];
const permitsHost = ["dns:localhost"];
const restricted = mint({ name: "Restricted", ca: true, permit: permitsOther }, root);
const softly = mint({ name: "Softly", ca: true, permit: permitsOther, constraintsCritical: false }, root);
const allowed = mint({ name: "Allowed", ca: true, permit: permitsHost }, root);
const twin = mintRoot("Root");
const clientsOnly = mint({ name: "Clients Only", ca: true, purposes: ["clientAuth"] }, root);
const rsaRoot = mintRoot("RSA Root", { keys: rsaKeys(2048, 0) });
const weakRoot = mintRoot("Weak Root", { keys: rsaKeys(1024, 0) });
const late = mint({ name: "Late", ca: true, notAfterAt: now - dayMs }, root);
const oldHash = mint({ name: "Old Hash", ca: true, hash: "sha1" }, root);
const unknownOid = "1.2.3.4.5";
const netscapeCertType = (...octets: readonly number[]): Uint8Array =>
  extension("2.16.840.1.113730.1.1", false, Uint8Array.of(3, 2, ...octets));
const explicitKeys = generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" });
const mailOnly = mint({ name: "Mail Only", ca: true, permit: ["email:corp.example"] }, root);
const mailbox = (address: string): Uint8Array =>
  writeSequence(
    writeSet(
      writeSequence(writeOid("1.2.840.113549.1.9.1"), writeElement(0x16, new TextEncoder().encode(address))),
    ),
  );
const noAuthority = mint(
  { name: "No Identifiers", ca: true, subjectKeyId: null, authorityKeyId: null },
  root,
);

function ladder(count: number): readonly Minted[] {
  const steps: Minted[] = [];
  let issuer = root;
  for (let i = 1; i <= count; i++) {
    issuer = mint({ name: `Step ${i}`, ca: true }, issuer);
    steps.unshift(issuer);
  }
  return [mintLeaf(host, issuer), ...steps];
}

type Row = readonly [
  law: string,
  sent: readonly Minted[],
  anchors: readonly Minted[],
  changes?: Partial<Case>,
];

const rows: readonly Row[] = [
  ["a leaf, its issuer, the root as anchor", [leaf, issuing], [root]],
  ["the root is sent too", [leaf, issuing, root], [root]],
  ["another root altogether", [leaf, issuing], [stranger]],
  ["several roots, the right one last", [leaf, issuing], [stranger, twin, root]],
  ["a root of the same name with another key", [leaf, issuing], [twin]],
  ["the right root behind one of the same name", [leaf, issuing], [twin, root]],
  ["the intermediate is missing", [leaf], [root]],
  ["the intermediate is the anchor", [leaf, issuing], [issuing]],
  ["the intermediate is the anchor and is not sent", [leaf], [issuing]],
  ["the leaf is the anchor", [leaf, issuing], [leaf]],
  ["out of order", [mintLeaf(host, second), issuing, second], [root]],
  ["in order, two intermediates", [mintLeaf(host, second), second, issuing], [root]],
  ["three intermediates", [mintLeaf(host, third), third, second, issuing], [root]],
  ["an unrelated certificate in between", [leaf, stranger, issuing], [root]],
  ["an unrelated certificate at the end", [leaf, issuing, stranger], [root]],
  ["the intermediate is sent twice", [leaf, issuing, issuing], [root]],
  ["a cross-signed root is sent, whose signer is not here", [leaf, issuing, cross], [root]],
  ["an expired cross-signed root is sent", [leaf, issuing, expiredCross], [root]],
  [
    "an expired cross-signed root, and its expired signer is an anchor too",
    [leaf, issuing, expiredCross],
    [oldRoot, root],
  ],
  ["the anchor is expired", [mintLeaf(host, underOld), underOld], [oldRoot]],
  ["the leaf is expired", [mintLeaf(host, issuing, { notAfterAt: now - dayMs }), issuing], [root]],
  ["the leaf is not valid yet", [mintLeaf(host, issuing, { notBeforeAt: now + dayMs }), issuing], [root]],
  ["the intermediate is expired", [mintLeaf(host, late), late], [root]],
  ["an anchor of version 1", [mintLeaf(host, versionOne)], [versionOne]],
  ["an anchor that allows no CA below it", [mintLeaf(host, underFlat), underFlat], [flat]],
  ["an anchor that allows no CA below it, and none is", [mintLeaf(host, flat)], [flat]],
  ["an intermediate that allows no CA below it", [mintLeaf(host, underNarrow), underNarrow, narrow], [root]],
  ["a signer that is not a CA", [mintLeaf(host, noCa), noCa], [root]],
  ["a CA whose key may not sign certificates", [mintLeaf(host, mute), mute], [root]],
  ["constraints for other names, critical", [mintLeaf(host, restricted), restricted], [root]],
  ["constraints for other names, not critical", [mintLeaf(host, softly), softly], [root]],
  ["constraints that allow the name", [mintLeaf(host, allowed), allowed], [root]],
  ["a leaf for clients alone", [mintLeaf(host, issuing, { purposes: ["clientAuth"] }), issuing], [root]],
  ["a leaf without a purpose", [mintLeaf(host, issuing, { purposes: null }), issuing], [root]],
  ["a leaf for any purpose", [mintLeaf(host, issuing, { purposes: ["any"] }), issuing], [root]],
  [
    "a leaf for servers and clients",
    [mintLeaf(host, issuing, { purposes: ["serverAuth", "clientAuth"] }), issuing],
    [root],
  ],
  ["a CA for clients alone", [mintLeaf(host, clientsOnly), clientsOnly], [root]],
  [
    "a leaf whose key may only encrypt",
    [mintLeaf(host, issuing, { usages: ["keyEncipherment"] }), issuing],
    [root],
  ],
  ["a leaf without key usage", [mintLeaf(host, issuing, { usages: null }), issuing], [root]],
  [
    "an unknown critical extension",
    [mintLeaf(host, issuing, { extra: [extension(unknownOid, true, Uint8Array.of(5, 0))] }), issuing],
    [root],
  ],
  [
    "an unknown extension that is not critical",
    [mintLeaf(host, issuing, { extra: [extension(unknownOid, false, Uint8Array.of(5, 0))] }), issuing],
    [root],
  ],
  ["another name", [mintLeaf("other.localhost", issuing), issuing], [root]],
  ["a wildcard", [mintLeaf(host, issuing, { names: ["dns:*.localhost"] }), issuing], [root]],
  [
    "a wildcard over two labels",
    [mintLeaf(host, issuing, { names: ["dns:*.localhost"] }), issuing],
    [root],
    { name: "a.device.localhost" },
  ],
  ["a name in capitals", [mintLeaf(host, issuing, { names: ["dns:DEVICE.localhost"] }), issuing], [root]],
  ["the name in the common name alone", [mintLeaf(host, issuing, { names: null }), issuing], [root]],
  [
    "the name in the common name, others beside it",
    [mintLeaf(host, issuing, { names: ["dns:other.localhost"] }), issuing],
    [root],
  ],
  [
    "the name in the common name, an address beside it",
    [mintLeaf(host, issuing, { names: ["ip:192.0.2.1"] }), issuing],
    [root],
  ],
  [
    "an underscore under a wildcard",
    [mintLeaf(host, issuing, { names: ["dns:*.sub.localhost"] }), issuing],
    [root],
    { name: "my_device.sub.localhost" },
  ],
  [
    "the name in the common name, beside alternative names that cannot be read",
    [
      mintLeaf(host, issuing, {
        names: null,
        extra: [extension("2.5.29.17", false, writeSequence(writePrimitive(2, Uint8Array.of(0xe9))))],
      }),
      issuing,
    ],
    [root],
  ],
  [
    "an empty subject, and names that are not critical",
    [mintLeaf(host, issuing, { subject: writeSequence(), namesCritical: false }), issuing],
    [root],
  ],
  [
    "an empty subject, and names that are critical",
    [mintLeaf(host, issuing, { subject: writeSequence(), namesCritical: true }), issuing],
    [root],
  ],
  [
    "Netscape's type, for servers",
    [mintLeaf(host, issuing, { extra: [netscapeCertType(6, 0x40)] }), issuing],
    [root],
  ],
  [
    "Netscape's type, for clients alone",
    [mintLeaf(host, issuing, { extra: [netscapeCertType(7, 0x80)] }), issuing],
    [root],
  ],
  [
    "an e-mail address in the subject, which a constraint allows",
    [mintLeaf(host, mailOnly, { subject: mailbox("ann@corp.example") }), mailOnly],
    [root],
  ],
  [
    "an e-mail address in the subject, which a constraint does not allow",
    [mintLeaf(host, mailOnly, { subject: mailbox("ann@other.example") }), mailOnly],
    [root],
  ],
  ["a leaf whose curve is described", [mintLeaf(host, issuing, { keys: explicitKeys }), issuing], [root]],
  ["extensions in a leaf of version 2", [mintLeaf(host, issuing, { version: 2 }), issuing], [root]],
  ["an RSA root", [mintLeaf(host, rsaRoot)], [rsaRoot]],
  ["an RSA root of 1024 bits", [mintLeaf(host, weakRoot)], [weakRoot]],
  ["an RSA leaf of 1024 bits", [mintLeaf(host, issuing, { keys: rsaKeys(1024, 1) }), issuing], [root]],
  ["a leaf signed with SHA-1", [mintLeaf(host, issuing, { hash: "sha1" }), issuing], [root]],
  ["an intermediate signed with SHA-1", [mintLeaf(host, oldHash), oldHash], [root]],
  ["signed with SHA-384 and SHA-512", [mintLeaf(host, issuing, { hash: "sha512" }), issuing], [root]],
  ["eight intermediates", ladder(8), [root]],
  ["nine intermediates", ladder(9), [root]],
  ["a CA without key identifiers", [mintLeaf(host, noAuthority), noAuthority], [root]],
  [
    "a self-signed leaf that is the anchor",
    [mint({ name: host, names: [`dns:${host}`], purposes: ["serverAuth"] })],
    [],
  ],
];

/** A case whose anchors are what it sends. */
function withOwnAnchor({ sent, anchors, ...rest }: Case): Case {
  return { ...rest, sent, anchors: anchors.length === 0 ? sent : anchors };
}

export const cases: readonly Case[] = rows.map(([law, sent, anchors, changes]) =>
  withOwnAnchor({ law, sent, anchors, name: host, at: now, ...changes }),
);
