/** Sites behind somebody who opens the connection in between, and one whose key is not the pinned one. */
import type { Subject } from "../../pki/recipe.ts";
import { fails, presents, type Definition } from "../../site.ts";

interface Product {
  readonly name: string;
  readonly vendor: string;
  /** The subject of the root as the product makes or ships it. */
  readonly root: Subject;
  /** Whether this site sends the root along; of both kinds there are enough. */
  readonly isSent: boolean;
}

/** Roots with the subjects of known products; the keys are the lab's own. */
const products: readonly Product[] = [
  {
    name: "interception",
    vendor: "Zscaler",
    root: [
      ["C", "US"],
      ["O", "Zscaler Inc."],
      ["OU", "Zscaler Inc."],
      ["CN", "Zscaler Root CA"],
    ],
    isSent: true,
  },
  {
    name: "interception-fortinet",
    vendor: "Fortinet",
    root: [
      ["C", "US"],
      ["O", "Fortinet"],
      ["OU", "Certificate Authority"],
      ["CN", "FortiGate CA"],
    ],
    isSent: false,
  },
  {
    name: "interception-mitmproxy",
    vendor: "mitmproxy",
    root: [
      ["CN", "mitmproxy"],
      ["O", "mitmproxy"],
    ],
    isSent: true,
  },
  {
    name: "interception-superfish",
    vendor: "Superfish",
    root: [
      ["C", "US"],
      ["O", "Superfish, Inc."],
      ["CN", "Superfish, Inc."],
    ],
    isSent: false,
  },
  {
    name: "interception-kaspersky",
    vendor: "Kaspersky",
    root: [
      ["O", "AO Kaspersky Lab"],
      ["CN", "Kaspersky Anti-Virus Personal Root Certificate"],
    ],
    isSent: true,
  },
  {
    name: "interception-mkcert",
    vendor: "mkcert",
    root: [
      ["O", "mkcert development CA"],
      ["OU", "developer@laptop"],
      ["CN", "mkcert developer@laptop"],
    ],
    isSent: false,
  },
];

export const interceptionSites: readonly Definition[] = [
  ...products.map(intercepted),
  {
    name: "pin-mismatch",
    title: "A key that is not the pinned one",
    wrong: "The certificate is in order; its key is not the one that the client was told to expect.",
    ...fails("pin-mismatch", "pin"),
    // The SHA-256 of nothing: no key has it.
    needs: { pins: ["sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] },
    serving: { kind: "https" },
  },
];

function intercepted({ name, vendor, root, isSent }: Product): Definition {
  return {
    name,
    title: `A connection opened in between, as ${vendor} does`,
    wrong: `The certificate was made by a root with the name that ${vendor} gives its own, which is ${isSent ? "" : "not "}sent.`,
    ...fails(isSent ? "untrusted-root" : "missing-intermediate", "path"),
    ...presents((authority, host) => {
      const issuer = authority.mintCa(vendor, { subject: root });
      const leaf = authority.mintLeaf(host, { issuer, published: {} });
      return { sent: isSent ? [leaf, issuer] : [leaf] };
    }),
  };
}
