/**
 * Opens protected records with the secrets of the key log: RFC 8446 §5.2, §7.1 to §7.3; RFC 5246 §6.2.3.3, §6.3.
 *
 * Ciphers and hashes are `node:crypto`'s; here is only the order in which they are fed. TLS 1.2's CBC
 * suites are not opened: what they hide is said to be unread.
 */
import { createDecipheriv, createHmac, type DecipherCCM, type DecipherGCM } from "node:crypto";
import { concatBytes } from "../core/index.ts";

/** What a protected record held. */
export interface Opened {
  readonly type: number;
  readonly content: Uint8Array;
}

/** Opens the records of one direction under one key. */
export interface Opener {
  /** The record's content, or `undefined` when it does not open. `sequence` counts from 0 under this key. */
  open(record: ProtectedRecord, sequence: number): Opened | undefined;
}

export interface ProtectedRecord {
  readonly type: number;
  readonly version: number;
  readonly payload: Uint8Array;
}

interface Aead {
  readonly cipher: "aes-128-gcm" | "aes-256-gcm" | "aes-128-ccm" | "aes-256-ccm" | "chacha20-poly1305";
  readonly keyBytes: number;
  readonly tagBytes: number;
  readonly hash: "sha256" | "sha384";
  /** TLS 1.2: how much of the nonce stands in each record (RFC 5288 §3, RFC 6655 §3; RFC 7905 §2). */
  readonly explicitBytes: number;
}

/** What a suite's name says of its protection; `undefined` for a suite without an AEAD, or not opened here. */
function aeadOf(suite: string): Aead | undefined {
  const hash = suite.endsWith("_SHA384") ? "sha384" : "sha256";
  if (suite.includes("_CHACHA20_POLY1305_")) {
    return { cipher: "chacha20-poly1305", keyBytes: 32, tagBytes: 16, hash, explicitBytes: 0 };
  }
  const match = /_AES_(128|256)_(GCM|CCM)(_8)?(?:_SHA|$)/.exec(suite);
  if (match === null) return undefined;
  const wide = match[1] === "256";
  const keyBytes = wide ? 32 : 16;
  if (match[2] === "GCM") {
    return { cipher: wide ? "aes-256-gcm" : "aes-128-gcm", keyBytes, tagBytes: 16, hash, explicitBytes: 8 };
  }
  const tagBytes = match[3] === undefined ? 16 : 8;
  return { cipher: wide ? "aes-256-ccm" : "aes-128-ccm", keyBytes, tagBytes, hash, explicitBytes: 8 };
}

/** The opener of a TLS 1.3 direction with this traffic secret; `undefined` for a suite not known here. */
export function tls13Opener(secret: Uint8Array, suite: string): Opener | undefined {
  const aead = aeadOf(suite);
  if (aead === undefined) return undefined;
  const key = expandLabel(aead.hash, secret, { label: "key", bytes: aead.keyBytes });
  const iv = expandLabel(aead.hash, secret, { label: "iv", bytes: 12 });
  return {
    open({ type, version, payload }, sequence) {
      const aad = Uint8Array.of(
        type,
        version >> 8,
        version & 0xff,
        payload.length >> 8,
        payload.length & 0xff,
      );
      const nonce = xorSequence(iv, sequence);
      const inner = decrypt({ aead, key, nonce, aad }, payload);
      return inner === undefined ? undefined : innerContent(inner);
    },
  };
}

/** The secret after a KeyUpdate: RFC 8446 §7.2. */
export function nextTrafficSecret(secret: Uint8Array, suite: string): Uint8Array {
  return expandLabel(aeadOf(suite)?.hash ?? "sha256", secret, { label: "traffic upd", bytes: secret.length });
}

/** RFC 8446 §5.4: content, its type, and zeros. */
function innerContent(inner: Uint8Array): Opened | undefined {
  const at = inner.findLastIndex((byte) => byte !== 0);
  return at < 0 ? undefined : { type: inner[at] ?? 0, content: inner.subarray(0, at) };
}

/** The openers of both directions of TLS 1.2, from the master secret of RFC 5246 §8.1 or RFC 7627 §4. */
export function tls12Openers(
  master: Uint8Array,
  suite: string,
  randoms: { readonly client: Uint8Array; readonly server: Uint8Array },
): { readonly client: Opener; readonly server: Opener } | undefined {
  const aead = aeadOf(suite);
  if (aead === undefined) return undefined;
  const { keyBytes } = aead;
  const ivBytes = 12 - aead.explicitBytes;
  const seed = concatBytes([Buffer.from("key expansion"), randoms.server, randoms.client]);
  const block = pHash(aead.hash, master, { seed, bytes: 2 * keyBytes + 2 * ivBytes });
  const side = (index: 0 | 1): Opener => {
    const key = block.subarray(index * keyBytes, (index + 1) * keyBytes);
    const ivAt = 2 * keyBytes + index * ivBytes;
    return tls12Opener(aead, key, block.subarray(ivAt, ivAt + ivBytes));
  };
  return { client: side(0), server: side(1) };
}

function tls12Opener(aead: Aead, key: Uint8Array, iv: Uint8Array): Opener {
  return {
    open({ type, version, payload }, sequence) {
      const contentBytes = payload.length - aead.explicitBytes - aead.tagBytes;
      if (contentBytes < 0) return undefined;
      const aad = new Uint8Array(13);
      const view = new DataView(aad.buffer);
      view.setBigUint64(0, BigInt(sequence));
      view.setUint8(8, type);
      view.setUint16(9, version);
      view.setUint16(11, contentBytes);
      const explicit = payload.subarray(0, aead.explicitBytes);
      const nonce = aead.explicitBytes === 0 ? xorSequence(iv, sequence) : concatBytes([iv, explicit]);
      const content = decrypt({ aead, key, nonce, aad }, payload.subarray(aead.explicitBytes));
      return content === undefined ? undefined : { type, content };
    },
  };
}

interface Keyed {
  readonly aead: Aead;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
}

function decrypt(keyed: Keyed, sealed: Uint8Array): Uint8Array | undefined {
  const plaintextLength = sealed.length - keyed.aead.tagBytes;
  if (plaintextLength < 0) return undefined;
  try {
    const decipher = openCipher(keyed);
    decipher.setAuthTag(sealed.subarray(plaintextLength));
    // CCM wants the length first: NIST SP 800-38C §6.1 puts it into the first block.
    decipher.setAAD(keyed.aad, { plaintextLength });
    const content = decipher.update(sealed.subarray(0, plaintextLength));
    decipher.final();
    return new Uint8Array(content.buffer, content.byteOffset, content.length);
  } catch {
    // node:crypto throws on a tag that does not fit; its error says nothing more, and is not passed on.
    return undefined;
  }
}

function openCipher({ aead, key, nonce }: Keyed): DecipherGCM | DecipherCCM {
  const options = { authTagLength: aead.tagBytes };
  switch (aead.cipher) {
    case "aes-128-gcm":
    case "aes-256-gcm":
      return createDecipheriv(aead.cipher, key, nonce, options);
    case "aes-128-ccm":
    case "aes-256-ccm":
      return createDecipheriv(aead.cipher, key, nonce, options);
    case "chacha20-poly1305":
      return createDecipheriv(aead.cipher, key, nonce, options);
  }
}

function xorSequence(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = Uint8Array.from(iv);
  const view = new DataView(nonce.buffer);
  view.setBigUint64(4, view.getBigUint64(4) ^ BigInt(sequence));
  return nonce;
}

/** HKDF-Expand-Label with an empty context (RFC 8446 §7.1); one block of HKDF-Expand holds all that is asked. */
function expandLabel(
  hash: Aead["hash"],
  secret: Uint8Array,
  { label, bytes }: { readonly label: string; readonly bytes: number },
): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`);
  const info = concatBytes([Uint8Array.of(0, bytes, name.length), name, Uint8Array.of(0, 1)]);
  return createHmac(hash, secret).update(info).digest().subarray(0, bytes);
}

/** P_hash: RFC 5246 §5. */
function pHash(
  hash: Aead["hash"],
  secret: Uint8Array,
  { seed, bytes }: { readonly seed: Uint8Array; readonly bytes: number },
): Uint8Array {
  const blocks: Uint8Array[] = [];
  let a = seed;
  for (let have = 0; have < bytes;) {
    a = createHmac(hash, secret).update(a).digest();
    const block = createHmac(hash, secret).update(a).update(seed).digest();
    blocks.push(block);
    have += block.length;
  }
  return concatBytes(blocks).subarray(0, bytes);
}
