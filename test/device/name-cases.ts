/** Names on which TLS stacks part ways: wildcards, dots, common names, issuers spelled otherwise. */
import { writeElement, writeOid, writeSequence, writeSet } from "../../src/der/index.ts";
import type { Minted } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import type { Case } from "./cases.ts";

const host = "device.localhost";
const root = mintRoot("Root");
const issuing = mint({ name: "Issuing", ca: true }, root);

/** A subject whose common name is a string of this type: 0x13 PrintableString, 0x14 TeletexString. */
function subjectOf(type: number, text: string): Uint8Array {
  const value = writeElement(type, new TextEncoder().encode(text));
  return writeSequence(writeSet(writeSequence(writeOid("2.5.4.3"), value)));
}

const printable = mintRoot("", { subject: subjectOf(0x13, "Spelled Root") });
const teletex = mintRoot("", { subject: subjectOf(0x14, "Teletex Root") });
const excluding = mint({ name: "Excluding", ca: true, exclude: [`dns:${host}`] }, root);
const softly = mint({ name: "Softly", ca: true, exclude: [`dns:${host}`], constraintsCritical: false }, root);

/** A leaf with these names, for a device that asks for `name`. */
function naming(law: string, names: readonly string[], name = host): Case {
  return { law, sent: [mintLeaf(host, issuing, { names }), issuing], anchors: [root], name, at: now };
}

/** A leaf with a common name alone. */
function common(law: string, name: string): Case {
  const leaf = mint({ name, names: null, purposes: ["serverAuth"] }, issuing);
  return { law, sent: [leaf, issuing], anchors: [root], name: host, at: now };
}

function issued(law: string, sent: readonly Minted[], anchor: Minted): Case {
  return { law, sent, anchors: [anchor], name: host, at: now };
}

export const nameCases: readonly Case[] = [
  naming("a wildcard behind letters", ["dns:dev*.localhost"]),
  naming("a wildcard before letters", ["dns:*ice.localhost"]),
  naming("a wildcard between letters", ["dns:d*e.localhost"]),
  naming("two wildcards", ["dns:*.*.localhost"], "a.b.localhost"),
  naming("a wildcard in the second label", ["dns:a.*.localhost"], "a.b.localhost"),
  naming("a wildcard alone", ["dns:*"], "localhost"),
  naming("a wildcard three labels deep", ["dns:*.sub.localhost"], "a.sub.localhost"),
  naming("a wildcard one label below the host", ["dns:*.device.localhost"]),
  naming("an A-label under a wildcard", ["dns:*.sub.localhost"], "xn--bcher-kva.sub.localhost"),
  naming("a name with a dot at its end", [`dns:${host}.`]),
  naming("a host with a dot at its end", [`dns:${host}`], `${host}.`),
  naming("a host and a name with a dot at their ends", [`dns:${host}.`], `${host}.`),
  naming("a host with a dot at its end, under a wildcard", ["dns:*.sub.localhost"], "a.sub.localhost."),
  naming("the name as a URI", [`uri:${host}`]),
  naming("the name as an e-mail address", [`email:${host}`]),
  naming("the name as the second of two", ["dns:a.localhost", `dns:${host}`]),
  common("a common name in capitals", host.toUpperCase()),
  common("a common name with a wildcard", "*.localhost"),
  issued(
    "an issuer in another kind of string",
    [mintLeaf(host, printable, { issuerName: "Spelled Root" })],
    printable,
  ),
  issued(
    "an issuer in another kind of string, and in another case",
    [mintLeaf(host, printable, { issuerName: "SPELLED root" })],
    printable,
  ),
  issued(
    "an issuer in another kind of string, with two blanks for one",
    [mintLeaf(host, printable, { issuerName: "Spelled  Root" })],
    printable,
  ),
  issued("an issuer in Teletex", [mintLeaf(host, teletex)], teletex),
  issued(
    "an issuer in Teletex, spelled in UTF-8",
    [mintLeaf(host, teletex, { issuerName: "Teletex Root" })],
    teletex,
  ),
  issued("a constraint that excludes the name, critical", [mintLeaf(host, excluding), excluding], root),
  issued("a constraint that excludes the name, not critical", [mintLeaf(host, softly), softly], root),
];
