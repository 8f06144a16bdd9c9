/** Sites whose certificates break what an issuer, or they themselves, may do: RFC 5280 §4.2, §6.1.4. */
import { KeyUsageFlags } from "@peculiar/asn1-x509";
import { writeNull, writePrimitive, writeSequence } from "../../../der/index.ts";
import { clientAuth, serverAuth } from "../../pki/certificate.ts";
import type { Recipe } from "../../pki/recipe.ts";
import type { Authority, Identity } from "../../pki/authority.ts";
import { fails, healthy, presents, type Definition } from "../../site.ts";

/** RFC 5280 §4.2.1.11: policyConstraints with requireExplicitPolicy 0, critical as it must be. */
const requireExplicitPolicy = {
  oid: "2.5.29.36",
  critical: true,
  value: writeSequence(writePrimitive(0, Uint8Array.of(0))),
};

export const constraintSites: readonly Definition[] = [
  {
    name: "not-a-ca",
    title: "An issuer that is not a CA",
    wrong: "The certificate was issued by another server's certificate, which may not issue any.",
    ...fails("not-a-ca", "basic-constraints"),
    ...presents((authority, host) => {
      // An upper CA without a path length, and a key that may sign: so that neither of these is the fault.
      const upper = authority.mintCa("Meerkat Lab Upper Intermediate", { issuer: authority.root });
      const keyUsage = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign;
      const issuer = authority.mintLeaf("issuer.lab.localhost", { issuer: upper, keyUsage });
      return { sent: [authority.mintLeaf(host, { issuer }), issuer, upper] };
    }),
  },
  {
    name: "path-too-long",
    title: "One intermediate too many",
    wrong: "The intermediate's path length is 0, so no CA may stand under it; one does.",
    ...fails("path-too-long", "path-length"),
    ...presents((authority, host) => {
      const issuer = authority.mintCa("Meerkat Lab Sub-intermediate", { issuer: authority.intermediate });
      return { sent: [authority.mintLeaf(host, { issuer }), issuer, authority.intermediate] };
    }),
  },
  {
    name: "key-usage",
    title: "A CA whose key may not sign certificates",
    wrong: "The intermediate's key usage allows signing CRLs and not certificates.",
    ...fails("key-usage", "key-usage"),
    ...presents(under({ keyUsage: KeyUsageFlags.cRLSign })),
  },
  {
    name: "name-constraint-kept",
    title: "Name constraints that are kept",
    wrong: "Nothing is wrong: the intermediate may issue for lab.localhost, and did.",
    ...healthy,
    ...presents(under({ nameConstraints: { permitted: ["dns:lab.localhost"], critical: true } })),
  },
  {
    name: "name-constraint-kept-not-critical",
    title: "Name constraints, not critical, that are kept",
    wrong:
      "Nothing is wrong: the intermediate may issue for lab.localhost, and did. RFC 5280 has the constraint critical; public CAs need not, and neither is it asked of one's own.",
    ...healthy,
    ...presents(under({ nameConstraints: { permitted: ["dns:lab.localhost"], critical: false } })),
  },
  {
    name: "irregular-certificate",
    title: "A rule of form, broken",
    wrong:
      "The intermediate's name constraints are kept, but not critical: RFC 5280 forbids its issuer that; asked of a user's own CA it would protect nobody.",
    ...fails("irregular-certificate", "encoding"),
    needs: { profile: "rfc5280" },
    ...presents(under({ nameConstraints: { permitted: ["dns:lab.localhost"], critical: false } })),
  },
  {
    name: "name-constraint",
    title: "Name constraints that are broken",
    wrong: "The intermediate may issue for example.org only, and the constraint is critical.",
    ...fails("name-constraint", "name-constraints"),
    ...presents(under({ nameConstraints: { permitted: ["dns:example.org"], critical: true } })),
  },
  {
    name: "name-constraint-not-critical",
    title: "Name constraints, not critical, that are broken",
    wrong:
      "The intermediate may issue for example.org only; the constraint is not critical, and counts all the same.",
    ...fails("name-constraint", "name-constraints"),
    ...presents(under({ nameConstraints: { permitted: ["dns:example.org"], critical: false } })),
  },
  {
    name: "name-constraint-excluded",
    title: "A name that is excluded",
    wrong: "The intermediate may issue for anything but lab.localhost.",
    ...fails("name-constraint", "name-constraints"),
    ...presents(under({ nameConstraints: { excluded: ["dns:lab.localhost"], critical: true } })),
  },
  {
    name: "wrong-usage",
    title: "A certificate for clients on a server",
    wrong: "The certificate's extended key usage is clientAuth alone.",
    ...fails("wrong-usage", "extended-key-usage"),
    ...presents((authority, host) => authority.identify(host, { extendedKeyUsage: [clientAuth] })),
  },
  {
    name: "wrong-usage-intermediate",
    title: "An intermediate for clients only",
    wrong: "The intermediate's extended key usage is clientAuth alone, so it may not issue for servers.",
    ...fails("wrong-usage", "extended-key-usage"),
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
    name: "unknown-critical-extension",
    title: "A critical extension that nobody knows",
    wrong:
      "The certificate carries a critical extension of a private kind; who does not know it must refuse.",
    ...fails("unknown-critical-extension", "critical-extension"),
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
    name: "policy-not-met",
    title: "A policy demanded, and none there",
    wrong:
      "The intermediate demands that a certificate policy holds all the way down, and the server's certificate has none.",
    ...fails("policy-not-met", "policy"),
    ...presents(under({ extensions: [requireExplicitPolicy] })),
  },
  {
    name: "ca-as-leaf",
    title: "A CA's certificate on a server",
    wrong:
      "The server presents a certificate that could issue others, which no public CA may give to a server.",
    ...fails("ca-as-leaf", "basic-constraints"),
    needs: { profile: "webpki" },
    ...presents((authority, host) =>
      authority.identify(host, {
        ca: {},
        keyUsage: KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign,
      }),
    ),
  },
  {
    name: "malformed-certificate",
    title: "A certificate that is not DER",
    wrong: "A TRUE in the certificate is written 01 where DER wants FF: lax readers pass over it.",
    ...fails("malformed-certificate", "encoding"),
    ...presents((authority, host) => authority.identify(host, { amend: writeTrueAsOne })),
  },
  {
    name: "bad-signature",
    title: "A signature that does not fit",
    wrong: "One bit of the signature on the server's certificate is flipped.",
    ...fails("bad-signature", "signature"),
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

/** X.690 §11.1: in DER, TRUE is FF. The one changed is the key usage's `critical`. */
function writeTrueAsOne(tbs: Uint8Array): Uint8Array {
  const changed = Buffer.from(tbs);
  const keyUsageCritical = Buffer.from("551d0f0101ff", "hex"); // id-ce-keyUsage, then BOOLEAN TRUE.
  changed[changed.indexOf(keyUsageCritical) + keyUsageCritical.length - 1] = 1;
  return changed;
}

function unknownExtension(critical: boolean): NonNullable<Recipe["extensions"]>[number] {
  return { oid: "1.3.6.1.4.1.99999.2", critical, value: writeNull() };
}
