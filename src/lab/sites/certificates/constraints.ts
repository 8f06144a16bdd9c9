/** Sites whose certificates break what an issuer, or they themselves, may do: RFC 5280 §4.2, §6.1.4. */
import { KeyUsageFlags } from "@peculiar/asn1-x509";
import { writeNull } from "../../../der/index.ts";
import { clientAuth, serverAuth, type Recipe } from "../../pki/certificate.ts";
import type { Authority, Identity } from "../../pki/authority.ts";
import { fails, healthy, presents, type Definition } from "../../site.ts";

export const constraintSites: readonly Definition[] = [
  {
    name: "not-a-ca",
    title: "An issuer that is no CA",
    wrong: "The certificate was issued by another server's certificate, which may not issue any.",
    ...fails("certificate-refused", "basic-constraints"),
    ...presents((authority, host) => {
      const issuer = authority.mintLeaf("issuer.lab.localhost");
      return { sent: [authority.mintLeaf(host, { issuer }), issuer, authority.intermediate] };
    }),
  },
  {
    name: "path-too-long",
    title: "One intermediate too many",
    wrong: "The intermediate's path length is 0, so no CA may stand under it; one does.",
    ...fails("certificate-refused", "path-length"),
    ...presents((authority, host) => {
      const issuer = authority.mintCa("Meerkat Lab Sub-intermediate", { issuer: authority.intermediate });
      return { sent: [authority.mintLeaf(host, { issuer }), issuer, authority.intermediate] };
    }),
  },
  {
    name: "no-cert-sign",
    title: "A CA whose key may not sign certificates",
    wrong: "The intermediate's key usage allows signing CRLs and not certificates.",
    ...fails("certificate-refused", "key-usage"),
    ...presents(under({ keyUsage: KeyUsageFlags.cRLSign })),
  },
  {
    name: "name-constraints",
    title: "Name constraints that are kept",
    wrong: "Nothing is wrong: the intermediate may issue for lab.localhost, and did.",
    ...healthy,
    ...presents(under({ nameConstraints: { permitted: ["dns:lab.localhost"], critical: true } })),
  },
  {
    name: "name-not-permitted",
    title: "Name constraints that are broken",
    wrong: "The intermediate may issue for example.org only, and the constraint is critical.",
    ...fails("certificate-refused", "name-constraints"),
    ...presents(under({ nameConstraints: { permitted: ["dns:example.org"], critical: true } })),
  },
  {
    name: "name-not-permitted-not-critical",
    title: "Name constraints, not critical, that are broken",
    wrong:
      "The intermediate may issue for example.org only; the constraint is not critical, and counts all the same.",
    ...fails("certificate-refused", "name-constraints"),
    ...presents(under({ nameConstraints: { permitted: ["dns:example.org"], critical: false } })),
  },
  {
    name: "name-excluded",
    title: "A name that is excluded",
    wrong: "The intermediate may issue for anything but lab.localhost.",
    ...fails("certificate-refused", "name-constraints"),
    ...presents(under({ nameConstraints: { excluded: ["dns:lab.localhost"], critical: true } })),
  },
  {
    name: "wrong-usage",
    title: "A certificate for clients on a server",
    wrong: "The certificate's extended key usage is clientAuth alone.",
    ...fails("certificate-refused", "extended-key-usage"),
    ...presents((authority, host) => authority.identify(host, { extendedKeyUsage: [clientAuth] })),
  },
  {
    name: "wrong-usage-intermediate",
    title: "An intermediate for clients only",
    wrong: "The intermediate's extended key usage is clientAuth alone, so it may not issue for servers.",
    ...fails("certificate-refused", "extended-key-usage"),
    ...presents(under({ extendedKeyUsage: [clientAuth] })),
  },
  {
    name: "both-usages",
    title: "A certificate for servers and clients",
    wrong: "Nothing is wrong: the extended key usage is serverAuth and clientAuth, as it long used to be.",
    ...healthy,
    ...presents((authority, host) =>
      authority.identify(host, { extendedKeyUsage: [serverAuth, clientAuth] }),
    ),
  },
  {
    name: "critical-extension",
    title: "A critical extension that nobody knows",
    wrong:
      "The certificate carries a critical extension of a private kind; who does not know it must refuse.",
    ...fails("certificate-refused", "critical-extension"),
    ...presents((authority, host) => authority.identify(host, { extensions: [unknownExtension(true)] })),
  },
  {
    name: "unknown-extension",
    title: "An extension that nobody knows",
    wrong: "Nothing is wrong: the extension of a private kind is not critical, and is passed over.",
    ...healthy,
    ...presents((authority, host) => authority.identify(host, { extensions: [unknownExtension(false)] })),
  },
  {
    name: "bad-signature",
    title: "A signature that does not fit",
    wrong: "One bit of the signature on the server's certificate is flipped.",
    ...fails("certificate-refused", "signature"),
    ...presents((authority, host) => {
      const leaf = authority.mintLeaf(host);
      const der = new Uint8Array(leaf.der);
      der[der.length - 1] = (der.at(-1) ?? 0) ^ 1; // The last byte is the end of the signature: RFC 5280 §4.1.1.3.
      return { sent: [{ ...leaf, der }, authority.intermediate] };
    }),
  },
];

/** The usual leaf, under an intermediate that differs in this. */
function under(changes: Partial<Recipe>): (authority: Authority, host: string) => Identity {
  return (authority, host) => {
    const issuer = authority.mintCa("Meerkat Lab Constrained Intermediate", {
      issuer: authority.root,
      ...changes,
    });
    return authority.identify(host, { issuer });
  };
}

function unknownExtension(critical: boolean): NonNullable<Recipe["extensions"]>[number] {
  return { oid: "1.3.6.1.4.1.99999.2", critical, value: writeNull() };
}
