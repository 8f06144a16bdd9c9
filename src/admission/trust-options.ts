/** What a caller can say about trust, and how it is read. */
import {
  asGiven,
  bare,
  dictionary,
  HttpsError,
  instant,
  listOf,
  nameKind,
  needed,
  oneOf,
  readOptions,
  record,
  text,
  type Check,
  type Checks,
} from "../core/index.ts";
import { profiles, type ProfileName } from "../trust/index.ts";
import type { RootFile, RootsOption } from "./roots/index.ts";

/** Whom to believe, and what to check. Every field has a safe default. */
export interface TrustOptions {
  /**
   * Default `"mozilla"`; and `"system"` beside it or in its place, where a switch of the runtime's says so (`--use-system-ca`,
   * `NODE_USE_SYSTEM_CA=1`, `--use-openssl-ca`), which the trust report then names.
   */
  readonly roots?: RootsOption;
  /** In addition to `roots`. */
  readonly addRoots?: RootsOption;
  /** Default: by the anchor; `webpki` for Mozilla's roots, wherever they were found, `private` for all others. */
  readonly profile?: ProfileName;
  /** SPKI pins per host, `sha256/` and base64; checked in addition to the path. */
  readonly pins?: Readonly<Record<string, readonly string[]>>;
  /**
   * Default `"stapled"`: an OCSP staple that says no, or is itself bad, refuses. Where the runtime shows no staple (Bun,
   * Deno) the report says so, and `"stapled"` is refused.
   */
  readonly revocation?: "stapled" | "off";
  /** CRLs to check against, DER. */
  readonly crls?: readonly Uint8Array[];
  /** The moment of validation, epoch milliseconds; default now. */
  readonly at?: number;
  /** Accept whatever the server shows. The report still says what the verdict would have been. */
  readonly insecure?: { readonly reason: string };
  /** A certificate of this client's own, for servers that ask for one; a redirect to another origin leaves it behind. */
  readonly clientCertificate?: ClientCertificate;
  /** Default `"TLSv1.2"`. */
  readonly minVersion?: TlsVersion;
  /** Default `"TLSv1.3"`. */
  readonly maxVersion?: TlsVersion;
  /** OpenSSL's cipher list; default Node's. */
  readonly ciphers?: string;
}

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** PEM certificate chain and key, or PKCS#12. */
export type ClientCertificate =
  | { readonly cert: string | Uint8Array; readonly key: string | Uint8Array; readonly passphrase?: string }
  | { readonly pfx: Uint8Array; readonly passphrase?: string };

const version: Check<TlsVersion> = oneOf(["TLSv1.2", "TLSv1.3"]);

export const trustChecks: Checks<TrustOptions> = {
  roots: readRoots,
  addRoots: readRoots,
  profile: oneOf(Object.keys(profiles) as ProfileName[]),
  pins: dictionary(listOf(text), "{ host: [pin, ...] }"),
  revocation: oneOf(["stapled", "off"]),
  crls: listOf(bytes),
  at: instant,
  insecure: record<NonNullable<TrustOptions["insecure"]>>({ reason: needed(asGiven()) }),
  clientCertificate: readCredentials,
  minVersion: version,
  maxVersion: version,
  ciphers: text,
};

function readRoots(value: unknown, option: string): RootsOption {
  const sources: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = sources.find(
    (source) => typeof source !== "string" && !isRootFile(source) && !(source instanceof Uint8Array),
  );
  if (sources.length > 0 && wrong === undefined) {
    const kept = sources.map((source) => (isRootFile(source) ? readRootFile(source, option) : keep(source)));
    return (Array.isArray(value) ? Object.freeze(kept) : kept[0]) as RootsOption;
  }
  throw new HttpsError("option-invalid", {
    option,
    value: sources.length === 0 ? "an empty list" : nameKind(wrong),
    expected: '"mozilla", "system", a file, PEM text, bytes or { file, content }, or a list of these',
  });
}

function isRootFile(value: unknown): value is object {
  const own = typeof value === "object" && value !== null && !(value instanceof Uint8Array);
  return own && Object.hasOwn(value, "file") && Object.hasOwn(value, "content");
}

const readRootFile = record<RootFile>({ file: needed(text), content: needed(bytes) });

/** Bytes as they are now: a buffer that is used again would have whoever fills it choose whom to trust. */
function keep(value: unknown): unknown {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

function bytes(value: unknown, option: string): Uint8Array {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  throw new HttpsError("option-invalid", { option, value: nameKind(value), expected: "bytes" });
}

interface Credentials {
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  readonly pfx?: Uint8Array;
  readonly passphrase?: string;
}

const credentialChecks: Checks<Credentials> = {
  cert: keep as Check<string | Uint8Array>,
  key: keep as Check<string | Uint8Array>,
  pfx: keep as Check<Uint8Array>,
  passphrase: asGiven(),
};

/** One of the two forms, without a prototype; what is not an object at all is refused where it is used. */
function readCredentials(value: unknown, option: string): ClientCertificate {
  if (typeof value !== "object" || value === null) return value as ClientCertificate;
  const { cert, key, pfx, passphrase } = readOptions(value, credentialChecks, {
    prefix: `${option}.`,
    elsewhere: new Map(),
  });
  const form = pfx === undefined ? { cert, key, passphrase } : { pfx, passphrase };
  return Object.freeze(bare(form)) as ClientCertificate;
}
