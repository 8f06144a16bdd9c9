/** Paths on which TLS stacks part ways: CAs issued anew, certificates too many, odd serials, dates and keys. */
import { writeOctetString } from "../../src/der/index.ts";
import { extension, makeKeys, type Minted, rsaKeys } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";
import type { Case } from "./cases.ts";

const host = "device.localhost";
const root = mintRoot("Root");
const issuing = mint({ name: "Issuing", ca: true }, root);
const leaf = mintLeaf(host, issuing);
const otherKey = mint({ name: "Issuing", ca: true }, root);
const rollover = mint({ name: "Root", ca: true }, root);

const ended = mintRoot("Renewed", { notBeforeAt: now - 3 * yearMs, notAfterAt: now - 30 * dayMs });
const renewed = mintRoot("Renewed", { keys: ended.keys });
const underRenewed = mintLeaf(host, renewed);

const keys = makeKeys();
const expiredIssue = mint({ name: "Issued Anew", ca: true, keys, notAfterAt: now - dayMs }, root);
const newIssue = mint({ name: "Issued Anew", ca: true, keys }, root);
const underNew = mintLeaf(host, newIssue);

const nothing = extension("1.2.3.4.5", true, Uint8Array.of(5, 0));
const stranger = mint({ name: "Stranger", extra: [nothing] }, root);
const lateStranger = mint({ name: "Late Stranger", notAfterAt: now - dayMs }, root);
const bulk = (bytes: number): Uint8Array =>
  extension("1.2.3.4.6", false, writeOctetString(new Uint8Array(bytes)));
const big = mint({ name: "Big", ca: true, extra: [bulk(9_000)] }, root);
const huge = mint({ name: "Huge", ca: true, extra: [bulk(17_000)] }, root);

const explicitPolicy = mint(
  { name: "Explicit Policy", ca: true, policies: ["1.2.3.4"], requireExplicitPolicy: 0 },
  root,
);
const noAnyPolicy = mint({ name: "No Any Policy", ca: true, inhibitAnyPolicy: 0 }, root);
const servers = mint({ name: "Servers", ca: true, purposes: ["serverAuth"] }, root);
const serversCritically = mint(
  { name: "Servers Critically", ca: true, purposes: ["serverAuth"], purposesCritical: true },
  root,
);
const flat = mint({ name: "Flat", ca: true, pathLength: 0 }, root);
const p521 = mintRoot("P-521", { keys: makeKeys("P-521"), hash: "sha512" });
const future = mintRoot("Future", { notBeforeAt: now + dayMs });
const bare = mintRoot("Bare", { ca: null, usages: null });
const withoutUsage = mintRoot("Without Usage", { usages: null });
const withoutKeyId = mintRoot("Without Key Identifier", { subjectKeyId: null });
const mute = mintRoot("Mute", { usages: ["digitalSignature"] });
const clients = mintRoot("Clients", { purposes: ["clientAuth"] });

type Row = readonly [law: string, sent: readonly Minted[], anchors: readonly Minted[]];

const rows: readonly Row[] = [
  ["an expired root before its renewed self", [underRenewed], [ended, renewed]],
  ["a renewed root before its expired self", [underRenewed], [renewed, ended]],
  ["an expired root is sent, its renewed self is the anchor", [underRenewed, ended], [renewed]],
  ["a renewed root is sent, its expired self is the anchor", [underRenewed, renewed], [ended]],
  ["an issuer issued anew, the expired one first", [underNew, expiredIssue, newIssue], [root]],
  ["an issuer issued anew, the expired one last", [underNew, newIssue, expiredIssue], [root]],
  ["two issuers of one name, the wrong one first", [leaf, otherKey, issuing], [root]],
  ["two issuers of one name, the wrong one last", [leaf, issuing, otherKey], [root]],
  ["a root's new key, signed by its old one", [mintLeaf(host, rollover), rollover], [root]],
  ["an unrelated certificate with an unknown critical extension", [leaf, issuing, stranger], [root]],
  ["an unrelated expired certificate at the end", [leaf, issuing, lateStranger], [root]],
  ["an unrelated expired certificate in between", [leaf, lateStranger, issuing], [root]],
  ["the leaf is sent twice", [leaf, leaf, issuing], [root]],
  ["the leaf and the root are anchors", [leaf, issuing], [leaf, root]],
  ["the intermediate and the root are anchors, only the leaf is sent", [leaf], [issuing, root]],
  ["the root and the intermediate are anchors, only the leaf is sent", [leaf], [root, issuing]],
  [
    "a CA's certificate for a server",
    [
      mint(
        {
          name: host,
          ca: true,
          names: [`dns:${host}`],
          purposes: ["serverAuth"],
          usages: ["digitalSignature", "keyCertSign"],
        },
        issuing,
      ),
      issuing,
    ],
    [root],
  ],
  ["an anchor without basicConstraints", [mintLeaf(host, bare)], [bare]],
  ["an anchor without key usage", [mintLeaf(host, withoutUsage)], [withoutUsage]],
  ["an anchor without a key identifier", [mintLeaf(host, withoutKeyId)], [withoutKeyId]],
  ["an anchor whose key may not sign certificates", [mintLeaf(host, mute)], [mute]],
  ["an anchor for clients alone", [mintLeaf(host, clients)], [clients]],
  ["an anchor that is not valid yet", [mintLeaf(host, future)], [future]],
  ["an anchor on P-521", [mintLeaf(host, p521, { hash: "sha512" })], [p521]],
  ["an issuer of 9 KB", [mintLeaf(host, big), big], [root]],
  ["an issuer of 17 KB", [mintLeaf(host, huge), huge], [root]],
  ["an issuer that asks for a policy", [mintLeaf(host, explicitPolicy), explicitPolicy], [root]],
  ["an issuer that forbids any policy", [mintLeaf(host, noAnyPolicy), noAnyPolicy], [root]],
  ["an issuer for servers", [mintLeaf(host, servers), servers], [root]],
  ["an issuer for servers, critically", [mintLeaf(host, serversCritically), serversCritically], [root]],
  ["an issuer that allows no CA below it, and none is", [mintLeaf(host, flat), flat], [root]],
  [
    "a leaf whose purposes are critical",
    [mintLeaf(host, issuing, { purposesCritical: true }), issuing],
    [root],
  ],
  ["a leaf whose names are critical", [mintLeaf(host, issuing, { namesCritical: true }), issuing], [root]],
  [
    "a leaf whose key may only agree on keys",
    [mintLeaf(host, issuing, { usages: ["keyAgreement"] }), issuing],
    [root],
  ],
  ["a leaf signed with SHA-224", [mintLeaf(host, issuing, { hash: "sha224" }), issuing], [root]],
  ["an RSA leaf of 3072 bits", [mintLeaf(host, issuing, { keys: rsaKeys(3072) }), issuing], [root]],
  [
    "a leaf until the end of 9999",
    [mintLeaf(host, issuing, { notAfterAt: Date.UTC(9999, 11, 31, 23, 59, 59) }), issuing],
    [root],
  ],
  ["a leaf until 2051", [mintLeaf(host, issuing, { notAfterAt: Date.UTC(2051, 0, 1) }), issuing], [root]],
  ["a serial number of 0", [mintLeaf(host, issuing, { serial: 0 }), issuing], [root]],
  [
    "a serial number of 21 octets",
    [mintLeaf(host, issuing, { serial: new Uint8Array(21).fill(0x11) }), issuing],
    [root],
  ],
  [
    "a serial number of 40 octets",
    [mintLeaf(host, issuing, { serial: new Uint8Array(40).fill(0x11) }), issuing],
    [root],
  ],
];

export const pathCases: readonly Case[] = rows.map(([law, sent, anchors]) => ({
  law,
  sent,
  anchors,
  name: host,
  at: now,
}));
