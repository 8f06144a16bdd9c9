/**
 * What OpenSSL asks of a TLS server's certificate beyond the engine: purposes that it does not count, and e-mail addresses
 * in subjects. Each row is held against the OpenSSL that this Node carries.
 */
import { describe, expect, test } from "vitest";
import { writeElement, writeOid, writeSequence, writeSet } from "../../src/der/index.ts";
import { extensionOid } from "../../src/x509/index.ts";
import { root } from "../client/origin.ts";
import { distinguishedName, extension, type Minted, type Shape } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../pki/today.ts";
import { foretell, outcome, type Served } from "./obstacles.ts";

const names = ["dns:localhost"];
const served = (shape: Shape): Served => ({
  sent: [mintLeaf("localhost", root, { names, ...shape })],
  roots: [root],
});
const underCa = (shape: Shape): Served => {
  const ca = mint({ name: "Sub CA", ca: true, ...shape }, root);
  return { sent: [mintLeaf("localhost", ca, { names }), ca], roots: [root] };
};

const belowGiven = (shape: Shape): Served => {
  const ca = mint({ name: "Sub CA", ca: true }, root);
  return { sent: [mintLeaf("localhost", ca, { names, ...shape })], roots: [ca] };
};

describe("a purpose", () => {
  const purposes = (...oids: readonly string[]): Shape => ({
    purposes: null,
    extra: [extension(extensionOid.extendedKeyUsage, false, writeSequence(...oids.map(writeOid)))],
  });
  const any = "2.5.29.37.0";
  const netscape = (...octets: readonly number[]): Shape => ({
    extra: [extension("2.16.840.1.113730.1.1", false, Uint8Array.of(3, octets.length, ...octets))],
  });
  const server = mintRoot("localhost", { names });
  const itself: Served = { sent: [server], roots: [server] };
  const ofLeaf = { subject: "localhost", isLeaf: true };

  test.each<[law: string, served: Served, inTheWay: object | undefined]>([
    [
      "for anything is not one for servers",
      served(purposes(any)),
      { ...ofLeaf, extension: "extendedKeyUsage" },
    ],
    [
      "nor in a CA's certificate",
      underCa(purposes(any)),
      { subject: "Sub CA", isLeaf: false, extension: "extendedKeyUsage" },
    ],
    [
      "nor below a CA that is a root for being given as one",
      belowGiven(purposes(any)),
      { ...ofLeaf, extension: "extendedKeyUsage" },
    ],
    ["for anything, and for servers", served(purposes(any, "1.3.6.1.5.5.7.3.1")), undefined],
    ["for Netscape's servers of old", served(purposes(any, "2.16.840.1.113730.4.1")), undefined],
    ["for Microsoft's servers of old", served(purposes(any, "1.3.6.1.4.1.311.10.3.3")), undefined],
    [
      "of no server of a certificate without a name",
      served({ ...purposes(any), subject: distinguishedName("") }),
      {
        ...ofLeaf,
        subject: "(no name)",
        extension: "extendedKeyUsage",
      },
    ],
    [
      "of clients, in Netscape's words",
      served(netscape(7, 0x80)),
      { ...ofLeaf, extension: "netscapeCertType" },
    ],
    ["of nobody, in Netscape's words", served(netscape(0)), { ...ofLeaf, extension: "netscapeCertType" }],
    ["of servers, in Netscape's words", served(netscape(6, 0x40)), undefined],
    ["of clients, in Netscape's words, in a CA's certificate", underCa(netscape(7, 0x80)), undefined],
    ["of signing certificates, and nothing else", itself, { ...ofLeaf, extension: "keyUsage" }],
    ["of signing", served({ usages: ["digitalSignature"] }), undefined],
    ["of exchanging keys", served({ usages: ["keyEncipherment"] }), undefined],
    ["of agreeing on keys", served({ usages: ["keyAgreement"] }), undefined],
    ["that is not limited", served({ usages: null }), undefined],
  ])("%s", async (_, given, inTheWay) => {
    const obstacle = inTheWay === undefined ? undefined : { kind: "purpose", ...inTheWay };
    expect(foretell(given)).toEqual(obstacle);
    expect(await outcome(given)).toEqual([obstacle === undefined ? "trusted" : "keys-disagree", obstacle]);
  });
});

describe("an e-mail address in a subject is held against name constraints beside alternative names", () => {
  /** A subject of so many e-mail addresses. */
  const addressed = (...addresses: readonly string[]): Shape => ({
    subject: writeSequence(
      ...addresses.map((address) =>
        writeSet(writeSequence(writeOid("1.2.840.113549.1.9.1"), writeElement(0x16, Buffer.from(address)))),
      ),
    ),
  });
  /** A leaf of such a subject below two CAs, the upper one constrained. */
  const under = (constraints: Shape, ...addresses: readonly string[]): Served => {
    const upper = mint({ name: "Upper CA", ca: true, ...constraints }, root);
    const lower = mint({ name: "Lower CA", ca: true }, upper);
    const leaf: Minted = mintLeaf("localhost", lower, { names, ...addressed(...addresses) });
    return { sent: [leaf, lower, upper], roots: [root] };
  };
  const [ann, bob] = ["ann@corp.example", "bob@other.example"];

  test.each<[law: string, served: Served, forbidden: string | undefined]>([
    ["inside what is permitted", under({ permit: ["email:corp.example"] }, ann), undefined],
    ["outside", under({ permit: ["email:corp.example"] }, bob), bob],
    ["inside one of two", under({ permit: ["email:corp.example", "email:other.example"] }, bob), undefined],
    ["the second of two outside", under({ permit: ["email:corp.example"] }, ann, bob), bob],
    ["inside what is excluded", under({ exclude: ["email:other.example"] }, bob), bob],
    ["outside", under({ exclude: ["email:other.example"] }, ann), undefined],
    [
      "inside one of two that are excluded",
      under({ exclude: ["email:corp.example", "email:other.example"] }, bob),
      bob,
    ],
    [
      "permitted, and excluded by itself",
      under({ permit: ["email:corp.example"], exclude: [`email:${ann}`] }, ann),
      ann,
    ],
    ["where names of other forms alone are permitted", under({ permit: ["dns:localhost"] }, bob), undefined],
    [
      "where names of other forms alone are excluded",
      under({ exclude: ["dns:other.example"] }, bob),
      undefined,
    ],
    ["without constraints", under({}, bob), undefined],
  ])("%s", async (_, given, mailbox) => {
    const subject = given.sent[0].certificate.subject.display;
    const obstacle =
      mailbox === undefined ? undefined : { kind: "mailbox", subject, mailbox, constrainedBy: "Upper CA" };
    expect(foretell(given)).toEqual(obstacle);
    expect(await outcome(given)).toEqual([obstacle === undefined ? "trusted" : "keys-disagree", obstacle]);
  });
});
