/** Sites whose keys or hashes are weak, strong, or merely large: CA/Browser baseline §6.1.5, §7.1.3; RFC 9155. */
import { generateKeyPair, rsaTestKey, type Curve, type KeyPair } from "../../pki/key.ts";
import type { Hash } from "../../pki/recipe.ts";
import { fails, healthy, type Definition } from "../../site.ts";

/** What OpenSSL calls too weak to serve, the lab serves. */
const weak = { ciphers: "DEFAULT@SECLEVEL=0" };

export const strengthSites: readonly Definition[] = [
  {
    name: "weak-signature",
    title: "A certificate signed with SHA-1",
    wrong: "The certificate's signature hashes with SHA-1, for which collisions have been made.",
    ...fails("weak-signature", "hash"),
    serving: {
      kind: "https",
      tls: weak,
      identify: (authority, host) => authority.identify(host, { hash: "sha1" }),
    },
  },
  {
    name: "weak-signature-intermediate",
    title: "An intermediate signed with SHA-1",
    wrong: "The server's certificate is fine; the intermediate's signature hashes with SHA-1.",
    ...fails("weak-signature", "hash"),
    serving: {
      kind: "https",
      tls: weak,
      identify: (authority, host) => {
        const issuer = authority.mintCa("Meerkat Lab SHA-1 Intermediate", {
          issuer: authority.root,
          hash: "sha1",
        });
        return authority.identify(host, { issuer });
      },
    },
  },
  ...(["sha384", "sha512"] as const).map((hash): Definition => signedWith(hash)),
  {
    name: "weak-key",
    title: "A key of 1024 bits",
    wrong: "The certificate's RSA key has 1024 bits, half of the least that a CA may certify.",
    ...fails("weak-key", "key-size"),
    serving: {
      kind: "https",
      tls: weak,
      identify: (authority, host) => authority.identify(host, { keys: rsaTestKey(1024) }),
    },
  },
  ...([2048, 4096, 8192] as const).map((bits) =>
    keyed(`rsa-${bits}`, `an RSA key of ${bits} bits`, () => rsaTestKey(bits)),
  ),
  ...(["P-384", "P-521"] as const).map((curve) =>
    keyed(nameOf(curve), `an elliptic key on the curve ${curve}`, () => generateKeyPair(curve)),
  ),
];

function nameOf(curve: Curve): string {
  return curve.toLowerCase();
}

function signedWith(hash: Hash): Definition {
  const title = `A certificate signed with ${hash.replace("sha", "SHA-")}`;
  return {
    name: hash,
    title,
    wrong: `Nothing is wrong: the certificate's signature hashes with ${hash.replace("sha", "SHA-")}.`,
    ...healthy,
    serving: { kind: "https", identify: (authority, host) => authority.identify(host, { hash }) },
  };
}

function keyed(name: string, what: string, makeKeys: () => KeyPair): Definition {
  return {
    name,
    title: `A certificate for ${what}`,
    wrong: `Nothing is wrong: the certificate is for ${what}.`,
    ...healthy,
    serving: { kind: "https", identify: (authority, host) => authority.identify(host, { keys: makeKeys() }) },
  };
}
