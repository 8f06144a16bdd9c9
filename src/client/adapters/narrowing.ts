/**
 * What a request may say of TLS beside its client: it may take something away from what the client would offer, never add to
 * it. The result is the client's options for that one socket.
 */
import { constants } from "node:crypto";
import type { TrustOptions } from "../../admission/index.ts";
import { HttpsError, shownWord, type Own } from "../../core/index.ts";
import { narrowCiphers } from "./narrow-ciphers.ts";

type TlsVersion = NonNullable<TrustOptions["minVersion"]>;
/** What is offered of TLS. */
export type TlsOffer = Pick<TrustOptions, "minVersion" | "maxVersion" | "ciphers">;

/** The options of Node's that can narrow. */
export const narrowingNames = [
  "ciphers",
  "maxVersion",
  "minVersion",
  "secureOptions",
  "secureProtocol",
] as const;
type Asked = Readonly<Partial<Record<(typeof narrowingNames)[number], unknown>>>;

export const isVersion = (value: unknown): value is TlsVersion => value === "TLSv1.2" || value === "TLSv1.3";

/** A list says nothing of keys: a level of security is the client's to say. */
export const isCipherList = (value: unknown): boolean =>
  typeof value === "string" && value.trim() !== "" && !/@SECLEVEL/i.test(value);

/** OpenSSL's old names of a version: whether each leaves a choice, or is TLS 1.2 and nothing else (SSL_CTX_new(3)). */
const methods: ReadonlyMap<unknown, "any" | "TLSv1.2"> = new Map(
  (
    [
      ["TLS", "any"],
      ["SSLv23", "any"],
      ["TLSv1_2", "TLSv1.2"],
    ] as const
  ).flatMap(([name, means]) => [
    [`${name}_method`, means],
    [`${name}_client_method`, means],
  ]),
);
export const isMethod = (value: unknown): boolean => methods.has(value);

/** What takes nothing away that is offered: older versions, compression, and what clients do not do anyway. */
const idleBits =
  constants.SSL_OP_NO_SSLv2 |
  constants.SSL_OP_NO_SSLv3 |
  constants.SSL_OP_NO_TLSv1 |
  constants.SSL_OP_NO_TLSv1_1 |
  constants.SSL_OP_NO_COMPRESSION |
  constants.SSL_OP_NO_RENEGOTIATION |
  constants.SSL_OP_CIPHER_SERVER_PREFERENCE;
const versionBits = constants.SSL_OP_NO_TLSv1_2 | constants.SSL_OP_NO_TLSv1_3;

export const isSecureOptions = (value: unknown): boolean =>
  typeof value === "number" && Number.isInteger(value) && (value & ~(idleBits | versionBits)) === 0;

/**
 * What the client offers, as far as the request wants it too.
 * @throws HttpsError `option-invalid` where nothing is left
 */
export function narrowOffer(asked: Asked, own: Own<TlsOffer>): TlsOffer {
  const { ciphers } = asked;
  const versions = { ...narrowVersions(asked, own) };
  if (typeof ciphers !== "string") return versions;
  const both = narrowCiphers(ciphers, own.ciphers);
  if (both === undefined)
    throw nothingLeft("ciphers", JSON.stringify(shownWord(ciphers)), "a list with a suite of the client's");
  const { list, isTls13Alone } = both;
  return { ...versions, ...(isTls13Alone ? { minVersion: "TLSv1.3" } : {}), ciphers: list };
}

function narrowVersions(asked: Asked, own: Own<TlsOffer>): TlsOffer {
  const { minVersion, maxVersion, secureOptions, secureProtocol } = asked;
  const bits = typeof secureOptions === "number" ? secureOptions : 0;
  // Which option takes a version away.
  const drops12 =
    minVersion === "TLSv1.3"
      ? "minVersion"
      : (bits & constants.SSL_OP_NO_TLSv1_2) !== 0
        ? "secureOptions"
        : undefined;
  const drops13 =
    maxVersion === "TLSv1.2"
      ? "maxVersion"
      : methods.get(secureProtocol) === "TLSv1.2"
        ? "secureProtocol"
        : (bits & constants.SSL_OP_NO_TLSv1_3) !== 0
          ? "secureOptions"
          : undefined;
  const left12 = own.minVersion !== "TLSv1.3" && drops12 === undefined;
  const left13 = own.maxVersion !== "TLSv1.2" && drops13 === undefined;
  const option = drops13 ?? drops12;
  if (!left12 && !left13 && option !== undefined)
    throw nothingLeft(option, "a value that leaves no version", "one that leaves a version of the client's");
  return {
    ...(drops12 === undefined ? {} : { minVersion: "TLSv1.3" }),
    ...(drops13 === undefined ? {} : { maxVersion: "TLSv1.2" }),
  };
}

function nothingLeft(option: string, value: string, expected: string): HttpsError {
  return new HttpsError("option-invalid", { option, value, expected });
}
