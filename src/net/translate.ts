/**
 * Node's and OpenSSL's errors of a TLS handshake, translated once into the catalogue; the original stays as `cause`.
 * Certificate verdicts are not translated here: `admission` does that.
 */
import { HttpsError, alertName, alertNumber } from "../core/index.ts";

/** What was known of the handshake when it failed. */
export interface HandshakeState {
  readonly host: string;
  readonly port: number;
  /** `undefined` where the runtime does not count them. */
  readonly bytesSent: number | undefined;
  readonly bytesReceived: number | undefined;
  /** The versions that were offered, for people: `TLSv1.2 to TLSv1.3`. */
  readonly offered: string;
  readonly alpn: readonly string[];
  readonly hasClientCertificate: boolean;
}

interface OpensslError extends NodeJS.ErrnoException {
  readonly reason?: string;
  readonly library?: string;
}

/** The failure that OpenSSL's or the socket's error amounts to. */
export function translateHandshake(error: Error, state: HandshakeState): HttpsError {
  const { host } = state;
  const { code = "", reason = error.message, syscall } = error as OpensslError;
  const cause = { cause: error };

  const alert = findAlert(error.message);
  if (alert !== undefined) return translateAlert(alert, state, error);
  if (code === "ECONNRESET" || code === "EPIPE") {
    // Node uses one code for two ends: only a real reset names the system call that saw it.
    const ending = syscall === undefined ? "handshake-closed" : "handshake-reset";
    return new HttpsError(ending, handshakeBytes(state), cause);
  }
  if (code === "ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED") {
    return new HttpsError("legacy-renegotiation", { host }, cause);
  }
  if (
    code === "ERR_SSL_UNSUPPORTED_PROTOCOL" ||
    code === "ERR_SSL_VERSION_TOO_LOW" ||
    noVersion.test(reason)
  ) {
    return new HttpsError("tls-version", { host, offered: state.offered }, cause);
  }
  if (weakReasons.test(code)) return new HttpsError("weak-parameters", { host, reason }, cause);
  // Where a group is worth no bits at all, OpenSSL 3.5 says this before DH_KEY_TOO_SMALL; Node shows the first error alone.
  if (code === "ERR_SSL_UNKNOWN_SECURITY_BITS") {
    const weakness = "a key exchange of no measurable security";
    return new HttpsError("weak-parameters", { host, reason: weakness }, cause);
  }
  return new HttpsError("tls-failed", { host, reason: reason.trim() }, cause);
}

/** What TLS itself ended with after the handshake: an alert, or a record that OpenSSL refused; `undefined` for TCP's ends. */
export function translateLate(error: Error, state: HandshakeState): HttpsError | undefined {
  const alert = findAlert(error.message);
  if (alert !== undefined) return translateAlert(alert, state, error);
  const { code = "", reason = error.message } = error as OpensslError;
  if (!code.startsWith("ERR_SSL_")) return undefined;
  return new HttpsError("tls-failed", { host: state.host, reason: reason.trim() }, { cause: error });
}

/** Whether OpenSSL met bytes that are not a TLS record, so that it is worth asking what the peer speaks. */
export function isNotTls(error: Error): boolean {
  const { code } = error as OpensslError;
  if (code !== "ERR_SSL_WRONG_VERSION_NUMBER" && code !== "ERR_SSL_PACKET_LENGTH_TOO_LONG") return false;
  // Deno gives this code to whatever rustls cannot read, of TLS too: its words tell them apart.
  const [, type] = /^received corrupt message of type (\w+)/.exec(error.message) ?? [];
  return type === undefined || type === "InvalidContentType" || type === "UnknownProtocolVersion";
}

export function handshakeBytes({ host, bytesSent, bytesReceived }: HandshakeState): {
  readonly host: string;
  readonly bytesSent: number | undefined;
  readonly bytesReceived: number | undefined;
} {
  return { host, bytesSent, bytesReceived };
}

const weakReasons =
  /^ERR_SSL_(?:DH_KEY_TOO_SMALL|EE_KEY_TOO_SMALL|CA_KEY_TOO_SMALL|CA_MD_TOO_WEAK|BAD_DH_VALUE|WRONG_SIGNATURE_TYPE|TLSV1_3_DOWNGRADE)$/;

/** How rustls says that a server has no version that is offered (PeerIncompatible). */
const noVersion = /\bServer(?:DoesNotSupportTls12Or13|TlsVersionIsDisabledByOurConfig)\b/;

/**
 * OpenSSL ends the text of an alert's error with its number (ERR_add_error_data in ssl3_read_bytes); in BoringSSL's the
 * reason is 1000 and the number (SSL_AD_REASON_OFFSET), in the last twelve bits of the error; rustls has its own names.
 */
function findAlert(message: string): number | undefined {
  const [, openssl] = /SSL alert number (\d+)/.exec(message) ?? [];
  if (openssl !== undefined) return Number(openssl);
  const [, boringssl] = /\berror:10([0-9a-f]{6}):.*OPENSSL_internal/.exec(message) ?? [];
  if (boringssl !== undefined) {
    const number = (Number.parseInt(boringssl, 16) & 0xfff) - 1000;
    return number >= 0 && number <= 255 ? number : undefined;
  }
  const [, rustls] = /^received fatal alert: (\w+)/.exec(message) ?? [];
  return rustls === undefined ? undefined : alertNumber(rustls);
}

function translateAlert(number: number, state: HandshakeState, cause: Error): HttpsError {
  const { host } = state;
  const alert = alertName(number) ?? "unknown";
  if (alert === "protocol_version") {
    return new HttpsError("tls-version", { host, offered: state.offered }, { cause });
  }
  if (alert === "no_application_protocol") {
    const selected = "accepts none of them";
    return new HttpsError("alpn-mismatch", { host, offered: state.alpn, selected }, { cause });
  }
  // Only 116 says that a certificate was wanted; 42 to 46 and 48 judge one that was sent.
  const judges = [42, 43, 44, 45, 46, 48].includes(number) && state.hasClientCertificate;
  if (alert === "certificate_required" || judges) {
    return new HttpsError(
      "client-certificate-required",
      { host, sent: state.hasClientCertificate, alert },
      { cause },
    );
  }
  return new HttpsError("tls-alert", { host, alert, number }, { cause });
}
