/**
 * The cryptography that the engine asks for, done by WebCrypto (https://www.w3.org/TR/webcrypto-2/), which answers later.
 *
 * WebCrypto has RSA PKCS #1 v1.5, RSA-PSS, ECDSA on three curves and, where it is new enough, Ed25519. Whatever else a
 * certificate is signed with, and a key that it does not take, is `undefined`: not checked, and so not believed.
 */
import type { AsyncTrustPorts, SignatureInput } from "../trust/index.ts";
import type { HashName } from "../x509/index.ts";
import { rawEcdsaSignature } from "./ecdsa-signature.ts";

/** Signatures and hashes by a WebCrypto. */
export function webcryptoPorts(subtle: SubtleCrypto): AsyncTrustPorts {
  const digest = async (name: string, bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(await subtle.digest(name, new Uint8Array(bytes)));
  return {
    verifySignature: (input) => verifySignature(subtle, input),
    sha256: (bytes) => digest("SHA-256", bytes),
    sha1: (bytes) => digest("SHA-1", bytes),
  };
}

/** How WebCrypto is asked: its names for the key and for the check, and the signature in its form. */
interface Plan {
  readonly key: RsaHashedImportParams | EcKeyImportParams | Algorithm;
  readonly check: Algorithm | RsaPssParams | EcdsaParams;
  /** `undefined` where the bytes are not a signature of the algorithm at all. */
  readonly signature: Uint8Array | undefined;
}

const hashes: Readonly<Partial<Record<HashName, string>>> = {
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
};

/** Bytes of a coordinate, and of the order, of each curve that WebCrypto has. */
const curveBytes: Readonly<Record<string, number>> = { "P-256": 32, "P-384": 48, "P-521": 66 };

async function verifySignature(subtle: SubtleCrypto, input: SignatureInput): Promise<boolean | undefined> {
  const plan = planOf(input);
  if (plan === undefined) return undefined;
  const { key, check, signature } = plan;
  if (signature === undefined) return false;
  try {
    const imported = await subtle.importKey("spki", new Uint8Array(input.spki), key, false, ["verify"]);
    if (await subtle.verify(check, imported, new Uint8Array(signature), new Uint8Array(input.data)))
      return true;
    return isDoubted(input) ? undefined : false;
  } catch {
    // The key, or the algorithm, is not one that this WebCrypto takes.
    return undefined;
  }
}

/** Deno 2.9's WebCrypto says `false` of every such signature, good ones too. */
function isDoubted({ algorithm: { scheme }, key }: SignatureInput): boolean {
  if (!("Deno" in globalThis)) return false;
  return scheme.kind === "ecdsa" && scheme.hash === "sha1" && key.kind === "ec" && key.curve === "P-384";
}

function planOf({ algorithm: { scheme }, key, signature }: SignatureInput): Plan | undefined {
  switch (scheme.kind) {
    case "rsa-pkcs1":
    case "rsa-pss": {
      const hash = hashes[scheme.hash];
      // A key for PSS alone (id-RSASSA-PSS) is one that WebCrypto's importKey does not know.
      if (hash === undefined || key.kind !== "rsa" || key.isPssOnly) return undefined;
      if (scheme.kind === "rsa-pkcs1") {
        const name = "RSASSA-PKCS1-v1_5";
        return { key: { name, hash }, check: { name }, signature };
      }
      // It takes one hash for both, as Node does.
      if (scheme.hash !== scheme.mgfHash) return undefined;
      const name = "RSA-PSS";
      return { key: { name, hash }, check: { name, saltLength: scheme.saltBytes }, signature };
    }
    case "ecdsa": {
      const hash = hashes[scheme.hash];
      const bytes = key.kind === "ec" ? curveBytes[key.curve] : undefined;
      if (hash === undefined || key.kind !== "ec" || bytes === undefined) return undefined;
      const name = "ECDSA";
      return {
        key: { name, namedCurve: key.curve },
        check: { name, hash },
        signature: rawEcdsaSignature(signature, bytes),
      };
    }
    case "ed25519":
    case "ed448": {
      const name = scheme.kind === "ed25519" ? "Ed25519" : "Ed448";
      return { key: { name }, check: { name }, signature };
    }
    case "unsupported":
      return undefined;
  }
}
