/** Sites whose certificates were revoked, or whose staples say less than they should: RFC 6960, RFC 7633. */
import { writeInteger, writeSequence } from "../../../der/index.ts";
import { dayMs, hourMs, type Authority, type Changes, type Identity } from "../../pki/authority.ts";
import { writeOcspResponse, type Statement } from "../../pki/revocation.ts";
import { fails, healthy, presents, type Definition } from "../../site.ts";

/** RFC 7633 §4.2.2: TLS feature status_request (5), by which a certificate asks never to be believed without a staple. */
const mustStaple = {
  oid: "1.3.6.1.5.5.7.1.24",
  critical: false,
  value: writeSequence(writeInteger(5)),
};

export const revocationSites: readonly Definition[] = [
  {
    name: "stapled",
    title: "A good staple",
    wrong: "Nothing is wrong: the server staples a fresh OCSP response that calls its certificate good.",
    ...healthy,
    serving: { kind: "https", identify: known("good"), staple: stapleOf({}) },
  },
  {
    name: "revoked",
    title: "Revoked, says the staple",
    wrong: "The server staples an OCSP response that says its certificate was revoked.",
    ...fails("revoked", "staple"),
    serving: {
      kind: "https",
      identify: known("revoked"),
      staple: (authority, identity) =>
        stapleOf({ status: { kind: "revoked", revokedAt: authority.at - dayMs } })(authority, identity),
    },
  },
  {
    name: "revoked-by-ocsp",
    title: "Revoked, says the responder",
    wrong: "Nothing is stapled; the CA's OCSP responder, if asked, says that the certificate was revoked.",
    ...fails("revoked", "revocation"),
    needs: { revocation: "ocsp" },
    ...presents(known("revoked", ({ ocsp }) => ({ ocsp }))),
  },
  {
    name: "revoked-by-crl",
    title: "Revoked, says the list",
    wrong: "Nothing is stapled; the CA's revocation list, if fetched, has the certificate on it.",
    ...fails("revoked", "revocation"),
    needs: { revocation: "crl" },
    ...presents(known("revoked", ({ crl }) => ({ crl }))),
  },
  {
    name: "not-revoked",
    title: "Good, say the responder and the list",
    wrong:
      "Nothing is wrong: the CA's OCSP responder and revocation list both have nothing against the certificate.",
    ...healthy,
    ...presents(known("good")),
  },
  {
    name: "must-staple",
    title: "A staple, as demanded",
    wrong: "Nothing is wrong: the certificate demands a staple, and the server sends one.",
    ...healthy,
    serving: {
      kind: "https",
      identify: known("good", undefined, { extensions: [mustStaple] }),
      staple: stapleOf({}),
    },
  },
  {
    name: "must-staple-missing",
    title: "A staple demanded and not sent",
    wrong: "The certificate demands a staple (OCSP must-staple), and the server sends none.",
    ...fails("revocation-unknown", "staple"),
    ...presents(known("good", undefined, { extensions: [mustStaple] })),
  },
  {
    name: "stale-staple",
    title: "A staple past its end",
    wrong: "The stapled OCSP response calls the certificate good, and expired a day ago.",
    ...fails("revocation-unknown", "staple"),
    serving: {
      kind: "https",
      identify: known("good"),
      staple: (authority, identity) =>
        stapleOf({ thisUpdateAt: authority.at - 8 * dayMs, nextUpdateAt: authority.at - dayMs })(
          authority,
          identity,
        ),
    },
  },
  {
    name: "strangers-staple",
    title: "A staple signed by a stranger",
    wrong:
      "The stapled OCSP response calls the certificate good, and is signed by somebody who may not say so.",
    ...fails("revocation-unknown", "staple"),
    serving: {
      kind: "https",
      identify: known("good"),
      staple: (authority, identity) =>
        stapleOf({ signer: authority.mintCa("Meerkat Lab Stranger") })(authority, identity),
    },
  },
];

type Published = ReturnType<Authority["publications"]["publishRevocation"]>;

/** The usual leaf and intermediate, with this record at the CA, and the URLs (all, or a choice) in the certificate. */
function known(
  status: "good" | "revoked",
  choose: (published: Published) => Partial<Published> = (published) => published,
  changes: Changes = {},
): (authority: Authority, host: string) => Identity {
  return (authority, host) => {
    const { publications, intermediate } = authority;
    const issuer = publications.publishIssuer(intermediate);
    const published = { issuer, ...choose(publications.publishRevocation(intermediate)) };
    const identity = authority.identify(host, { published, ...changes });
    for (const leaf of identity.sent.slice(0, 1)) publications.record(leaf, status);
    return identity;
  };
}

/** A staple for the server's certificate that calls it good for a week, but for the changes. */
function stapleOf(changes: Partial<Statement>): (authority: Authority, identity: Identity) => Uint8Array {
  return (authority, { sent: [leaf] }) =>
    writeOcspResponse({
      issuer: authority.intermediate,
      serial: leaf?.serial ?? new Uint8Array(0),
      status: { kind: "good" },
      thisUpdateAt: authority.at - hourMs,
      nextUpdateAt: authority.at + 7 * dayMs,
      ...changes,
    });
}
