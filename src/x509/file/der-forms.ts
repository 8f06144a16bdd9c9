/** What a DER structure is that is not a certificate: told by its first elements. */
import { DerReader, tag } from "../../der/index.ts";
import type { FileForm } from "./form.ts";

const key = { isPrivateKey: true, advice: "Give the certificate of the CA, never its key." } as const;
const oid = 0x06;
const bitString = 0x03;
const octetString = 0x04;
const integer = 0x02;

const forms = {
  pkcs12: {
    title: "a PKCS #12 store",
    advice:
      "Write its certificates as PEM: openssl pkcs12 -in {} -nokeys -out ca.pem (with -legacy for the ciphers of old stores).",
  },
  privateKey: { title: "a private key in DER", ...key },
  encryptedKey: { title: "an encrypted private key in DER", ...key },
  publicKey: {
    title: "a public key in DER without a certificate",
    advice: "Give the certificate that holds it; a key alone can be pinned.",
  },
  request: {
    title: "a request for a certificate in DER, which no CA has signed",
    advice: "Give the certificate that the CA made of it.",
  },
  crl: {
    title: "a revocation list (CRL) in DER",
    advice: "Give the certificate of the CA that issued it.",
  },
} satisfies Readonly<Record<string, FileForm>>;

/** The tags of the first elements of a SEQUENCE, and a reader of its first one where that is a SEQUENCE too. */
interface Opening {
  readonly tags: readonly number[];
  /** Tags of the first elements of its first element. */
  readonly inner: readonly number[];
  readonly firstInteger: number | undefined;
}

/** `undefined` for what is not DER, and for what is a certificate or nothing that is known. */
export function derForm(bytes: Uint8Array): FileForm | undefined {
  if (bytes[0] !== tag.sequence || (bytes[1] ?? 0) < 0x20) return undefined;
  const { tags, inner, firstInteger } = openingOf(bytes);
  const [first, second, third] = tags;
  if (first === integer) {
    // RFC 7292 §4: version 3. RFC 5958 §2 and RFC 8017 A.1.2: 0 (or 1). RFC 5915 §3: 1.
    if (firstInteger === 3 && second === tag.sequence) return forms.pkcs12;
    const isKey =
      second === tag.sequence ? third === octetString : second === integer || second === octetString;
    return isKey && (firstInteger ?? 2) < 2 ? forms.privateKey : undefined;
  }
  if (first !== tag.sequence) return undefined;
  // RFC 5958 §3; RFC 5280 §4.1.2.7.
  if (inner[0] === oid && second === octetString) return forms.encryptedKey;
  if (inner[0] === oid && second === bitString) return forms.publicKey;
  if (second !== tag.sequence || third !== bitString) return undefined;
  // RFC 2986 §4.2: version, name, key, and attributes [0]. RFC 5280 §5.1: a version that may be left out, and no key.
  if (inner[0] === integer && inner[1] === tag.sequence && inner[2] === tag.sequence && inner[3] === 0xa0)
    return forms.request;
  const issuerAndDates = inner[0] === integer ? inner.slice(2) : inner.slice(1);
  const isDate = (type: number | undefined): boolean => type === 0x17 || type === 0x18;
  return issuerAndDates[0] === tag.sequence && isDate(issuerAndDates[1]) ? forms.crl : undefined;
}

function openingOf(bytes: Uint8Array): Opening {
  const outer = DerReader.over(bytes).enterSequence();
  const tags: number[] = [];
  let inner: readonly number[] = [];
  let firstInteger: number | undefined;
  while (tags.length < 3 && !outer.isDone) {
    const element = outer.readElement();
    if (tags.length === 0 && element.tag === tag.sequence) inner = tagsOf(element.bytes, 4);
    if (tags.length === 0 && element.content.length === 1) firstInteger = element.content[0];
    tags.push(element.tag);
  }
  return { tags, inner, firstInteger };
}

function tagsOf(bytes: Uint8Array, most: number): readonly number[] {
  const reader = DerReader.over(bytes).enterSequence();
  const tags: number[] = [];
  while (tags.length < most && !reader.isDone) tags.push(reader.readElement().tag);
  return tags;
}
