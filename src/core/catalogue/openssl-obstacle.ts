/** Why OpenSSL does not find the path that there is: what stands in its way, and what takes it away. */
import { bracketed, type SettingNames } from "./setting-names.ts";

/** One of several certificates of a name. */
export interface RivalCertificate {
  /** Text of the name that issued it. */
  readonly issuer: string;
  readonly serial: string;
  /** Its place among those sent, the leaf's being 1; `undefined` for one of the roots. */
  readonly place: number | undefined;
}

/** What stands between OpenSSL and the path; names as text. */
export type OpensslObstacle =
  /** Two certificates of a name fit, and the one that OpenSSL takes first leads nowhere. */
  | {
      readonly kind: "another-taken-first";
      readonly name: string;
      /** What it is looked for as the issuer of. */
      readonly below: string;
      readonly taken: RivalCertificate;
      readonly good: RivalCertificate;
      /** What ends the way of the one that is taken, as a sentence. */
      readonly end: string;
    }
  /** Its subject is its issuer's, and nothing in it says that another key signed it. */
  | { readonly kind: "taken-for-self-signed"; readonly subject: string; readonly isLeaf: boolean }
  /** Its authority key identifier contradicts the issuer whose key did sign it. */
  | {
      readonly kind: "identifier-contradicts";
      readonly subject: string;
      readonly issuer: string;
      readonly field: "key identifier" | "serial number" | "issuer";
      readonly isIssuerSent: boolean;
    }
  /** OpenSSL does not take it for a TLS server's, or for one above such. */
  | {
      readonly kind: "purpose";
      readonly subject: string;
      readonly isLeaf: boolean;
      readonly extension: "extendedKeyUsage" | "netscapeCertType" | "keyUsage";
    }
  /** An e-mail address in its subject is outside what a CA above it may name. */
  | {
      readonly kind: "mailbox";
      readonly subject: string;
      readonly mailbox: string;
      readonly constrainedBy: string;
    };

/** The certificate in the way, and why OpenSSL does not look further: sentences. */
export function explainObstacle(obstacle: OpensslObstacle): string {
  switch (obstacle.kind) {
    case "another-taken-first": {
      const { name, below, taken, good, end } = obstacle;
      return `${whereBoth(obstacle)} named "${name}", and OpenSSL takes the first that fits as the issuer of "${below}": ${describe(taken)}. ${end} OpenSSL does not go back to try the other, ${describe(good)}.`;
    }
    case "taken-for-self-signed":
      return `The certificate "${obstacle.subject}" has the same subject as the CA that issued it, and no key identifiers that tell the two apart: OpenSSL takes it for self-signed, and looks for no issuer.`;
    case "identifier-contradicts":
      return `The authority key identifier of "${obstacle.subject}" gives another ${obstacle.field} than its issuer "${obstacle.issuer}" has: OpenSSL believes the identifier and passes that issuer over, although its key made the signature.`;
    case "purpose":
      if (obstacle.extension === "netscapeCertType")
        return `The old extension netscapeCertType of "${obstacle.subject}" does not name TLS servers: OpenSSL still reads it, and does not take it for one's.`;
      return obstacle.extension === "keyUsage"
        ? `The key usage of "${obstacle.subject}" allows neither signatures nor key exchange: OpenSSL does not take it for a TLS server's.`
        : `The extended key usage of "${obstacle.subject}" does not name serverAuth: to OpenSSL, anyExtendedKeyUsage does not stand for it.`;
    case "mailbox":
      return `The subject of "${obstacle.subject}" holds the e-mail address "${obstacle.mailbox}", which is outside what "${obstacle.constrainedBy}" may name: OpenSSL holds name constraints against it beside alternative names too.`;
  }
}

/** What the server's side can do, or the CA's. */
export function mendObstacle(obstacle: OpensslObstacle): string | undefined {
  switch (obstacle.kind) {
    case "another-taken-first": {
      const { name, taken, good } = obstacle;
      if (taken.place === undefined) return undefined;
      const which = `the certificate "${name}" that "${taken.issuer}" issued (serial number ${taken.serial})`;
      return good.place === undefined
        ? `Leave ${which} out of what the server sends.`
        : `Leave ${which} out of what the server sends, or put it last.`;
    }
    case "taken-for-self-signed":
      return `Issue "${obstacle.subject}" again with a subject that is not its CA's (another CN), or with subject and authority key identifiers.`;
    case "identifier-contradicts":
      return obstacle.field === "key identifier"
        ? `Issue "${obstacle.subject}" again, with the key identifier of its issuer.`
        : `Issue "${obstacle.subject}" again, with the key identifier alone (in OpenSSL's configuration: authorityKeyIdentifier = keyid).`;
    case "purpose":
      if (obstacle.extension === "netscapeCertType")
        return `Issue "${obstacle.subject}" again without that extension.`;
      return obstacle.extension === "keyUsage"
        ? `Issue "${obstacle.subject}" again with digitalSignature among its key usages.`
        : `Issue "${obstacle.subject}" again with serverAuth in its extended key usage${obstacle.isLeaf ? "" : ", or without that extension"}.`;
    case "mailbox":
      return `Issue "${obstacle.subject}" again without the e-mail address in its subject.`;
  }
}

/** What the client's side can do. */
export function avoidObstacle(obstacle: OpensslObstacle, names: SettingNames): string {
  const root = bracketed(names.root);
  switch (obstacle.kind) {
    case "another-taken-first": {
      const { name, taken, good } = obstacle;
      if (taken.place === undefined)
        return `Take the root "${name}" that "${taken.issuer}" issued (serial number ${taken.serial}) out of the roots that you give${root}${good.place === undefined ? ", or put it behind the other" : ""}.`;
      return `Until the server is fixed, give the certificate "${name}" that "${good.issuer}" issued as a further root${root}: OpenSSL asks the roots first.`;
    }
    case "taken-for-self-signed":
      return `Until it is issued again, give "${obstacle.subject}" itself as a further root${root}.`;
    case "identifier-contradicts":
      return obstacle.field === "key identifier"
        ? `Until it is issued again, nothing that is given as a root makes OpenSSL accept it, but "${obstacle.subject}" itself, if it is a CA's${root}.`
        : `Until it is issued again, give the certificate of "${obstacle.issuer}" that the identifier names as a further root${root}, if it is still valid.`;
    case "purpose":
    case "mailbox":
      return "No setting of this client's changes that: the certificate has to be issued again.";
  }
}

function whereBoth({
  taken,
  good,
}: Extract<OpensslObstacle, { readonly kind: "another-taken-first" }>): string {
  if (taken.place !== undefined && good.place !== undefined) return "The server sends two certificates";
  return taken.place === undefined && good.place === undefined
    ? "Among the roots are two certificates"
    : "There are two certificates";
}

function describe({ issuer, place }: RivalCertificate): string {
  const where = place === undefined ? "one of the roots" : `number ${place} of those sent`;
  return `${where}, issued by "${issuer}"`;
}
