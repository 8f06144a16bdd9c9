/** What speaks against a client's certificate, in words: a clause or a sentence of what was found, and what to do about it. */
import { renderInstant, renderList } from "../../core/index.ts";
import type { IdentityFinding, IdentityRole } from "./finding.ts";

/** What no handshake shows of the server's own mind. */
export const unseenOfIdentity =
  "Not to be seen from outside: whether the server knows this device (a registration, a policy, a name it is mapped to), whether it holds the certificate for revoked, and which rules of its own it adds.";

/** Full sentences, without the authority. */
export function explainIdentity(finding: IdentityFinding): string {
  const clause = clauseOfIdentity(finding);
  const more = furtherWords(finding);
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.${more === undefined ? "" : ` ${more}`}`;
}

/** A clause in which "it" is the client's certificate. */
export function clauseOfIdentity(finding: IdentityFinding): string {
  switch (finding.code) {
    case "not-asked":
      return "the server did not ask for a certificate in the handshake, so none is sent; it may ask later, for some paths";
    case "key-mismatch":
      return "the key does not belong to the certificate: nobody can prove with it that the certificate is theirs";
    case "expired":
      return `${subjectOf(finding)} expired on ${renderInstant(finding.notAfterAt)}`;
    case "not-yet-valid":
      return `${subjectOf(finding)} is valid from ${renderInstant(finding.notBeforeAt)} only`;
    case "not-for-clients":
      return `${subjectOf(finding)} is not for TLS clients: its extended key usage has ${renderList(finding.purposes) || "nothing"} and not clientAuth`;
    case "cannot-sign":
      return `its key may not sign a handshake: its key usage has ${renderList(finding.usages) || "nothing"} and not digitalSignature`;
    case "ca-certificate":
      return "it is the certificate of a CA: servers may refuse a CA's as a client's, and its key signs more than handshakes";
    case "self-signed":
      return finding.isNamed
        ? "it is self-signed, and the server names it: it works where the server holds this very certificate"
        : "it is self-signed: it works only where the server holds this very certificate";
    case "scheme-not-asked":
      return `the server takes no signature that its key (${finding.key}) can make: it asks for ${renderList(finding.asked)}`;
    case "type-not-asked":
      return `the server does not ask for certificates with such a key (${finding.key}): it asks for ${renderList(finding.asked)}`;
    case "client-lacks-key":
      return `${finding.client} likely cannot sign with its key (${finding.key}): its own first message does not offer it`;
    case "issuer-not-named":
      return `the server asks for a certificate that leads to ${orList(finding.authorities)}, and what is sent names ${orList(finding.issuers)} as issuer`;
    case "issuers-untold":
      return `the server names no CA, so whether it takes what "${finding.issuer}" issued shows only when the certificate is shown`;
    case "chain-not-sent":
      return `the server asks for a certificate that leads to ${orList(finding.authorities)}, and what leads there, ${andList(finding.issuers)}, is not sent: ${finding.client} sends the first certificate of a file alone`;
    case "chain-kept-back":
      return `${finding.client} sends the first certificate of a file alone: the server has to have ${andList(finding.issuers)} itself`;
    case "missing-intermediate":
      return `the issuer of "${finding.name}", "${finding.issuer}", is not in the file, though other certificates are: the chain has a gap`;
    case "not-signed-by":
      return `"${finding.name}" names "${finding.issuer}" as its issuer, and the certificate of that name in the file did not sign it`;
    case "out-of-order":
      return "the certificates stand out of order: each should be followed by the one that signed it";
    case "unrelated-certificate":
      return `not part of its chain, and sent along: ${renderList(finding.names)}`;
    case "root-sent":
      return `the root "${finding.name}" is in the file: it may be left out, a server that trusts it has it`;
  }
}

/** What else there is to know of a finding. */
function furtherWords(finding: IdentityFinding): string | undefined {
  if (finding.code === "scheme-not-asked") return "A client then sends no certificate.";
  if (finding.code === "chain-not-sent") return "It works where the server has them itself.";
  if (finding.code !== "issuer-not-named") return undefined;
  return finding.alone === undefined
    ? "An intermediate that leads there may be missing in the file, and a server may accept it all the same."
    : `An intermediate that leads there would have to be the server's own, since ${finding.alone} sends the first certificate of a file alone; and a server may accept it all the same.`;
}

/** What the client's side does about all of it, each thing once. */
export function adviseIdentities(findings: readonly IdentityFinding[]): readonly string[] {
  return [...new Set(findings.flatMap((finding) => adviseIdentity(finding) ?? []))];
}

/** What the client's side does about it; `undefined` where nothing has to be done. */
export function adviseIdentity(finding: IdentityFinding): string | undefined {
  switch (finding.code) {
    case "key-mismatch":
      return "Give the key that this certificate was requested with, or request a certificate for the key.";
    case "expired":
      return finding.role === "own"
        ? "Renew your own certificate: it expired."
        : `Put the CA's current certificate in the place of "${finding.name}", which expired.`;
    case "not-yet-valid":
      return "Wait until your own certificate is valid, or look at this machine's clock.";
    case "not-for-clients":
      return finding.role === "own"
        ? "Get a certificate for clients: the one that was given may be for servers (RFC 5280 §4.2.1.12)."
        : "Get a certificate from a CA that may issue for clients (RFC 5280 §4.2.1.12).";
    case "cannot-sign":
      return "Get a certificate whose key usage has digitalSignature.";
    case "ca-certificate":
      return "Give a certificate that the CA issued to this client, and not the CA's own.";
    case "self-signed":
      return finding.isNamed
        ? undefined
        : "Have the server's operator enter this certificate, or get one from a CA that the server accepts.";
    case "scheme-not-asked":
    case "type-not-asked":
      return "Get a certificate with a key of a kind that the server asks for.";
    case "client-lacks-key":
      return "Get a certificate with a key that the device can sign with.";
    case "issuer-not-named":
      return finding.alone === undefined
        ? "Give a certificate that one of the CAs issued which the server names, or put its intermediates behind it in the file."
        : "Give a certificate that one of the CAs issued which the server names.";
    case "chain-not-sent":
      return `Get a certificate that a CA issued directly which the server names; or have the server's operator add ${andList(finding.issuers)} to the CAs that it verifies clients with.`;
    case "missing-intermediate":
      return `Put the certificate of "${finding.issuer}" into the file, behind "${finding.name}".`;
    case "not-signed-by":
      return `Put the certificate of "${finding.issuer}" that signed "${finding.name}" in the place of its namesake.`;
    case "out-of-order":
      return "Put the certificates in order: your own first, and behind each the one that signed it.";
    case "not-asked":
    case "issuers-untold":
    case "chain-kept-back":
    case "unrelated-certificate":
    case "root-sent":
      return undefined;
  }
}

function subjectOf({ name, role }: { readonly name: string; readonly role: IdentityRole }): string {
  return role === "own" ? "it" : `its intermediate "${name}"`;
}

const namesShown = 3; // A list of a hundred CAs would bury the sentence.

function quoted(names: readonly string[]): readonly string[] {
  return names.map((name) => `"${name}"`);
}

function orList(names: readonly string[]): string {
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : "";
  return `${quoted(names.slice(0, namesShown)).join(" or ")}${more}`;
}

function andList(names: readonly string[]): string {
  return renderList(quoted(names));
}
