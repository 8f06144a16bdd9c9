/**
 * `struct mg_connect_opts`, and what its fields come to: a trust policy, a name to check, and the fields that cannot
 * be honoured, each refused with a reason. No field, and no missing field, turns verification off.
 */
import { readFileSync } from "node:fs";
import {
  asGiven,
  explainUnreadable,
  HttpsError,
  objectWith,
  orNull,
  record,
  text,
  wholeNumber,
  type Checks,
  type Code,
  type Own,
} from "../../core/index.ts";
import { compilePolicy, trustChecks, type TrustOptions, type TrustPolicy } from "../../admission/index.ts";
import { environmentHere } from "../../runtime/index.ts";
import { resolveCheck } from "../../net/index.ts";
import type { mg_timeouts } from "../shared/open-link.ts";
import { timeoutChecks } from "../shared/open-link.ts";
import { opensslSuites } from "./cipher-suites.ts";

/** Where a call that returns null says why: `const char **error_string`, with room for the full reason. */
export interface mg_error_string {
  /** The library's words, `Invalid SSL CA cert`; null while nothing is wrong. */
  value: string | null;
  /** What it was, in full. */
  error?: HttpsError;
}

/** The options of a connection. A field that is null, or not there, has its default, as after `memset`. */
export interface mg_connect_opts {
  /** Not used: as in Mongoose OS, a handler's user data goes with the handler. */
  user_data?: unknown;
  /** Flags to begin with; MG_F_USER_1 to 6, MG_F_WEBSOCKET_NO_DEFRAG and MG_F_ENABLE_BROADCAST are taken. */
  flags?: number;
  /** Where to say why null was returned. */
  error_string?: mg_error_string | null;
  /** The address of a DNS server to ask instead of the system's resolver. */
  nameserver?: string | null;
  /** A PEM file with this client's certificate, for a server that asks for one. */
  ssl_cert?: string | null;
  /** A PEM file with its private key; default `ssl_cert` itself. */
  ssl_key?: string | null;
  /** A PEM file with the roots to verify the server against; default Mozilla's. `"*"` only beside `insecure`. */
  ssl_ca_cert?: string | null;
  /** Cipher suites, separated by colons, by mbedTLS's names or OpenSSL's. */
  ssl_cipher_suites?: string | null;
  /** The name to check, and to send as SNI; default the URL's host. `"*"` only beside `insecure`. */
  ssl_server_name?: string | null;
  /** Refused: a connection by a shared key shows no certificate that could be verified. */
  ssl_psk_identity?: string | null;
  /** Refused, with `ssl_psk_identity`. */
  ssl_psk_key?: string | null;

  /** Beyond the library: accept whatever the server shows, and why that is right. */
  insecure?: { readonly reason: string };
  /** Beyond the library: `host:port` to addresses, instead of a look-up. */
  resolve?: Readonly<Record<string, string>>;
  /** Beyond the library, which waits for ever: other deadlines than Meerkat's. */
  timeouts?: Partial<mg_timeouts>;
}

export const connectChecks: Checks<mg_connect_opts> = {
  user_data: asGiven(),
  flags: wholeNumber(0, 0xffff_ffff),
  error_string: orNull(objectWith<mg_error_string>([], "an object that is told the reason")),
  nameserver: orNull(text),
  ssl_cert: orNull(text),
  ssl_key: orNull(text),
  ssl_ca_cert: orNull(text),
  ssl_cipher_suites: orNull(text),
  ssl_server_name: orNull(text),
  ssl_psk_identity: orNull(text),
  ssl_psk_key: orNull(text),
  insecure: trustChecks.insecure,
  resolve: resolveCheck,
  timeouts: record(timeoutChecks),
};

/** A refusal of options: in the library's words, and in full. */
export class Refused extends Error {
  readonly words: string;
  readonly error: HttpsError;

  constructor(words: string, error: HttpsError) {
    super(error.message, { cause: error });
    this.words = words;
    this.error = error;
  }
}

const tlsFields = [
  "ssl_cert",
  "ssl_key",
  "ssl_ca_cert",
  "ssl_cipher_suites",
  "ssl_server_name",
  "ssl_psk_identity",
  "ssl_psk_key",
] as const;

/** Whether the raw calls mean TLS: any `ssl_` field does. In C `ssl_server_name` alone would go out in the clear. */
export function wantsTls(opts: Own<mg_connect_opts>): boolean {
  return tlsFields.some((name) => opts[name] !== null && opts[name] !== undefined);
}

/** The name to check and to send, or undefined for the host. @throws Refused for `"*"` that nobody answers for */
export function serverName({ ssl_server_name, insecure }: Own<mg_connect_opts>): string | undefined {
  if (ssl_server_name !== "*") return ssl_server_name ?? undefined;
  if (insecure === undefined) {
    throw new Refused("Invalid SSL server name", starRefused("ssl_server_name"));
  }
  return undefined;
}

/** The trust policy of a connection. @throws Refused */
export function compileTrust(opts: Own<mg_connect_opts>): TrustPolicy {
  refusePsk(opts);
  if (opts.ssl_ca_cert === "*" && opts.insecure === undefined) {
    throw new Refused("Invalid SSL CA cert", starRefused("ssl_ca_cert"));
  }
  return compile(trustOptions(opts));
}

/** @throws Refused, with the words that the library has for each kind of fault */
export function compile(options: TrustOptions): TrustPolicy {
  try {
    return compilePolicy(options, environmentHere);
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    if (HttpsError.is(error, "option-invalid") && error.detail.option === "ciphers") {
      throw new Refused("Invalid cipher suite list", suitesRefused(options, error));
    }
    throw new Refused(wordsFor[error.code] ?? "Failed to init SSL config", error);
  }
}

/** The library's words for what options come to. */
const wordsFor: Readonly<Partial<Record<Code, string>>> = {
  "ca-file-unreadable": "Invalid SSL CA cert",
  "ca-file-empty": "Invalid SSL CA cert",
  "ca-file-private-key": "Invalid SSL CA cert",
  "ca-file-only-leaf": "Invalid SSL CA cert",
  "ca-file-malformed": "Invalid SSL CA cert",
  "system-store-missing": "Invalid SSL CA cert",
  "client-certificate-unusable": "Invalid SSL key or cert",
};

function trustOptions({
  ssl_ca_cert,
  ssl_cert,
  ssl_key,
  ssl_cipher_suites,
  insecure,
}: Own<mg_connect_opts>): TrustOptions {
  const certificate = ssl_cert ?? undefined;
  if (certificate === undefined && ssl_key !== null && ssl_key !== undefined) {
    throw new Refused(
      "Invalid SSL cert",
      invalid("ssl_key", "a key without ssl_cert", "the key of a certificate"),
    );
  }
  return {
    ...(ssl_ca_cert === null || ssl_ca_cert === undefined || ssl_ca_cert === "*"
      ? {}
      : { roots: caFile(ssl_ca_cert) }),
    ...(certificate === undefined
      ? {}
      : {
          clientCertificate: {
            cert: readPem(certificate, "Invalid SSL cert"),
            key: readPem(ssl_key ?? certificate, "Invalid SSL key"),
          },
        }),
    ...(ssl_cipher_suites === null || ssl_cipher_suites === undefined
      ? {}
      : { ciphers: opensslSuites(ssl_cipher_suites) }),
    ...(insecure === undefined ? {} : { insecure }),
  };
}

/** A file, and only a file: `mozilla`, `system` and PEM text mean something else to the client's option. */
function caFile(file: string): Uint8Array | string {
  if (file.includes("-----BEGIN ")) {
    throw new Refused(
      "Invalid SSL CA cert",
      invalid("ssl_ca_cert", "the text of a certificate", "a file's name"),
    );
  }
  return file === "mozilla" || file === "system" ? `./${file}` : file;
}

function readPem(file: string, words: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = `${file} cannot be read (${explainUnreadable(error)})`;
    throw new Refused(words, new HttpsError("client-certificate-unusable", { reason }, { cause: error }));
  }
}

function refusePsk({ ssl_psk_identity, ssl_psk_key }: Own<mg_connect_opts>): void {
  if ((ssl_psk_identity ?? ssl_psk_key ?? undefined) === undefined) return;
  throw new Refused(
    "Invalid PSK settings",
    invalid(
      ssl_psk_identity === null || ssl_psk_identity === undefined ? "ssl_psk_key" : "ssl_psk_identity",
      "a pre-shared key, with which a server shows no certificate",
      "nothing: every connection here is admitted by the server's certificate, twice checked",
    ),
  );
}

function starRefused(option: string): HttpsError {
  return invalid(
    option,
    '"*", which means that nobody is verified',
    'a value to verify with, or "*" beside insecure: { reason }',
  );
}

function suitesRefused({ ciphers = "" }: TrustOptions, cause: unknown): HttpsError {
  const detail = {
    option: "ssl_cipher_suites",
    value: JSON.stringify(ciphers),
    expected: "suites that OpenSSL has",
  };
  return new HttpsError("option-invalid", detail, { cause });
}

export function invalid(option: string, value: string, expected: string): HttpsError {
  return new HttpsError("option-invalid", { option, value, expected });
}
