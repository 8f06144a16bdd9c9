/**
 * What is said of a certificate that somebody between client and server likely made: a company's proxy, an antivirus, a
 * debugging tool. Its names are claims, and one connection shows one side: it is never certain from them alone.
 */
import type { SettingNames } from "./setting-names.ts";

/** Who likely made a server's certificate on the way, and what speaks for it. */
export interface Interception {
  readonly certainty: "likely" | "possible";
  /**
   * What speaks for it: the name of a product that opens connections; a CA's own word that it inspects them; or that the
   * host's name is a public one, and the CA is not.
   */
  readonly sign: "product" | "inspection" | "private-ca";
  /** The name that was asked for, and whether it can be one of the public DNS. */
  readonly host: string;
  readonly isPublicName: boolean;
  /** Who issued the server's certificate, as that says, and of which organisation. */
  readonly issuer: string;
  readonly organization: string | undefined;
  /** What the product is called, where it is known, and whether developers run it on purpose. */
  readonly product: string | undefined;
  readonly isDebugger: boolean;
}

/** Where the chain ends: what the reader has to get, and may compare. */
export interface ChainEnd {
  /** The self-signed root that was sent along. */
  readonly root?: { readonly subject: string; readonly fingerprint: string } | undefined;
  /** The issuer that was not sent. */
  readonly missing?: { readonly issuer: string; readonly isLeafs: boolean } | undefined;
}

/** Who made the certificate, by its own names. */
export function nameMaker({ issuer, organization }: Interception): string {
  return organization === undefined || organization === issuer
    ? `"${issuer}"`
    : `"${issuer}" (${organization})`;
}

/** That the connection was opened on the way, who did it, and how sure that is: a sentence. */
export function explainInterception(interception: Interception): string {
  const { certainty, sign, host, product, isDebugger } = interception;
  const maker = nameMaker(interception);
  if (sign === "private-ca")
    return certainty === "likely"
      ? `Likely the connection to ${host} was opened on the way: a CA that is not public made the certificate, ${maker}.`
      : `Possibly the connection to ${host} was opened on the way: the name is a public one, and the CA that made the certificate is not, ${maker}.`;
  if (isDebugger)
    return `Likely the connection to ${host} goes through ${product ?? maker}, a debugging proxy, which made the certificate as ${maker}.`;
  const who = product ?? interception.organization ?? "somebody";
  return interception.isPublicName
    ? `Likely ${who} opened the connection to ${host} on the way, and made the certificate: its issuer calls itself ${maker}.`
    : `Likely ${who} made the certificate, whose issuer calls itself ${maker}: it opened the connection to ${host} on the way, or is itself what answers there.`;
}

/** What to give where, how to come by it, and what not to do: sentences. */
export function adviseInterception(interception: Interception, end: ChainEnd, names: SettingNames): string {
  return [
    whereFrom(interception, names),
    whatElse(end),
    "Otherwise do not go on: nobody vouches for whoever answers there.",
  ]
    .filter((sentence) => sentence !== undefined)
    .join(" ");
}

function whereFrom(interception: Interception, names: SettingNames): string {
  const { certainty, host, product, isDebugger } = interception;
  const give = `give it: ${placesOf(names)}.`;
  if (isDebugger)
    return `If you run ${product ?? nameMaker(interception)}, take its root certificate from its own files, and ${give}`;
  return certainty === "possible"
    ? `If ${host} has a CA of its own, or if your company's proxy or your antivirus makes the certificates on the way, ask whoever runs that for its root certificate, and ${give}`
    : `If it is your company's proxy, or your own antivirus, ask whoever runs it for its root certificate, and ${give}`;
}

/** Where a root is given, from the narrowest to the widest. */
function placesOf({ root, systemStore }: SettingNames): string {
  const everywhere = "NODE_EXTRA_CA_CERTS=FILE for every Node program";
  return [
    ...(root === undefined ? [] : [`${root} here`]),
    everywhere,
    ...(systemStore === undefined ? [] : [`or ${systemStore} where this system's store has it already`]),
  ].join(", ");
}

function whatElse({ root, missing }: ChainEnd): string | undefined {
  if (root !== undefined)
    return `Its root was sent along, "${root.subject}", with the SHA-256 ${root.fingerprint}: believe it only if whoever runs it tells you the same.`;
  if (missing === undefined) return undefined;
  return missing.isLeafs
    ? `None of its CAs was sent: the file needs "${missing.issuer}" and whatever stands above it, up to the root.`
    : `The one to ask for is "${missing.issuer}".`;
}
