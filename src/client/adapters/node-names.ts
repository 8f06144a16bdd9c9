/**
 * What Node calls a failure. Libraries on Node's https decide by `error.code` whether to try again, and know Node's names
 * alone; so an error that goes to them has such a name, and the `HttpsError` as its cause.
 */
import { bare, HttpsError, showControls, type Code } from "../../core/index.ts";

/** What a system's own error says beside its code. */
const systemFacts = ["errno", "syscall", "address", "port", "hostname"] as const;

/** The error as Node would give it; as it is where Node has no name for it. */
export function inNodesNames(error: unknown): unknown {
  if (!(error instanceof HttpsError)) return error;
  const code = nodeNameOf(error);
  if (code === undefined) return error;
  const { message, hint, cause } = error;
  const said: Record<string, unknown> = {};
  for (const name of systemFacts) {
    const value: unknown = cause instanceof Error ? Reflect.get(cause, name) : undefined;
    if (value !== undefined) said[name] = value;
  }
  // There are libraries that pass nothing on but the message, or a name of Node's beside it.
  const sentence = `${showControls(message)} [${error.code}]`;
  return Object.assign(new Error(sentence, bare({ cause: error })), said, { code, hint });
}

const names: Partial<Readonly<Record<Code, string>>> = {
  "name-not-found": "ENOTFOUND",
  "dns-failed": "EAI_AGAIN",
  "dns-timeout": "EAI_AGAIN",
  "connection-refused": "ECONNREFUSED",
  "network-denied": "ERR_ACCESS_DENIED",
  "connect-timeout": "ETIMEDOUT",
  "proxy-timeout": "ETIMEDOUT",
  "tls-timeout": "ETIMEDOUT",
  "send-timeout": "ETIMEDOUT",
  "head-timeout": "ETIMEDOUT",
  "body-timeout": "ETIMEDOUT",
  "pool-timeout": "ETIMEDOUT",
  "total-timeout": "ETIMEDOUT",
  "handshake-closed": "ECONNRESET",
  "handshake-reset": "ECONNRESET",
  "empty-response": "ECONNRESET",
  "head-truncated": "ECONNRESET",
  "body-truncated": "ECONNRESET",
  "wrong-host": "ERR_TLS_CERT_ALTNAME_INVALID",
  "no-names": "ERR_TLS_CERT_ALTNAME_INVALID",
  expired: "CERT_HAS_EXPIRED",
  "not-yet-valid": "CERT_NOT_YET_VALID",
  revoked: "CERT_REVOKED",
};

function nodeNameOf(error: HttpsError): string | undefined {
  if (error.code === "unreachable" || error.code === "connect-failed")
    return error.detail.attempts.map(({ outcome }) => outcome).find(isSystemCode) ?? "EHOSTUNREACH";
  if (error.code === "proxy-unreachable")
    return codeOf(error.cause) ?? codeOf((error.cause as Error | undefined)?.cause) ?? "ECONNREFUSED";
  return names[error.code] ?? nameOfStage(error);
}

function nameOfStage({ stage, trust, cause }: HttpsError): string | undefined {
  if (stage === "tls") return codeOf(cause) ?? "EPROTO";
  if (stage !== "trust") return undefined;
  // What Node would have said is what OpenSSL said. Where OpenSSL found nothing, its name for "refused by the application".
  const { openssl } = trust ?? {};
  return openssl?.accepted === false ? openssl.code : "CERT_REJECTED";
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
}

function isSystemCode(outcome: string): boolean {
  return /^E[A-Z]+$/.test(outcome);
}
