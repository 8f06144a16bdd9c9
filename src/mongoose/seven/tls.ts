/**
 * `struct mg_tls_opts` as it is since 7.12: contents, not file names. What the library takes for "do not verify" (no CA,
 * `*`, no name) does not mean that here.
 */
import { flag, HttpsError, text, type Check, type Checks, type Own } from "../../core/index.ts";
import { trustChecks, type TrustOptions } from "../../admission/index.ts";
import { mg_str, type Sendable } from "../shared/str.ts";

/** How TLS is to be done. Each of `ca`, `cert` and `key` is the text of a PEM file, or DER. */
export interface mg_tls_opts {
  /** The roots to verify with; default Mozilla's. `"*"` only beside `insecure`. */
  ca?: Sendable;
  /** This client's certificate. */
  cert?: Sendable;
  /** Its private key. */
  key?: Sendable;
  /** The name to check and to send; default the URL's host. */
  name?: Sendable;
  /** Refused without `insecure`. */
  skip_verification?: boolean | 0 | 1;
  /** Beyond the library: accept whatever the server shows, and why that is right. */
  insecure?: { readonly reason: string };
}

const sendable: Check<Sendable> = (value, option) => {
  if (value instanceof Uint8Array || value instanceof mg_str) return value;
  return text(value, option);
};

export const tlsChecks: Checks<mg_tls_opts> = {
  ca: sendable,
  cert: sendable,
  key: sendable,
  name: sendable,
  skip_verification: (value, option) => (value === 0 || value === 1 ? value : flag(value, option)),
  insecure: trustChecks.insecure,
};

/** What the options come to, as the client's own. @throws HttpsError `option-invalid` */
export function trustOptions({ ca, cert, key, skip_verification, insecure }: Own<mg_tls_opts>): TrustOptions {
  const star = ca !== undefined && textOf(ca) === "*";
  if (insecure === undefined && star) throw invalid("ca", '"*", which means that nobody is verified');
  if (insecure === undefined && Boolean(skip_verification)) {
    throw invalid("skip_verification", "true, which means that nobody is verified");
  }
  if ((cert === undefined) !== (key === undefined))
    throw invalid("cert", "one of cert and key without the other");
  return {
    ...(ca === undefined || star ? {} : { roots: contents("ca", ca) }),
    ...(cert === undefined || key === undefined
      ? {}
      : { clientCertificate: { cert: contents("cert", cert), key: contents("key", key) } }),
    ...(insecure === undefined ? {} : { insecure }),
  };
}

/** The name to check, where one is given. */
export function nameOf({ name }: Own<mg_tls_opts>): string | undefined {
  const text = name === undefined ? "" : textOf(name);
  return text === "" ? undefined : text;
}

/** The bytes of what has to be contents: the usual mistake since 7.12 is a file's name. */
function contents(option: string, value: Sendable): Uint8Array {
  const text = textOf(value);
  if (text.includes("-----BEGIN ")) return new TextEncoder().encode(text);
  if (typeof value === "string") {
    throw invalid(option, "a text that is not PEM, such as a file's name");
  }
  return value instanceof mg_str ? value.p : value;
}

function textOf(value: Sendable): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}

function invalid(option: string, value: string): HttpsError {
  const expected =
    option === "skip_verification"
      ? "true only beside insecure: { reason }"
      : "the contents of a PEM or DER file";
  return new HttpsError("option-invalid", { option, value, expected });
}
