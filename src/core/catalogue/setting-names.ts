/**
 * The settings that a hint can name. The catalogue names them by id; what each is called depends on where the reader sets
 * it, so every door brings its own names: an option in a program, a flag in a shell, a field of Mongoose's.
 */

/** What settings are called; those that a door does not have are missing, or `undefined`. */
export type SettingNames = Readonly<Partial<Record<SettingId, string | undefined>>>;

export type SettingId =
  // Trust: a root of the user's own, a whole store, the key alone, the rules, the path's length.
  | "root"
  | "systemStore"
  | "keyAlone"
  | "profile"
  | "pathDepth"
  // Whether a certificate was revoked.
  | "crls"
  | "revocation"
  // What the client shows of itself.
  | "credentials"
  | "certificate"
  | "key"
  | "passphrase"
  // Deadlines.
  | "dnsMs"
  | "connectMs"
  | "tlsMs"
  | "proxyMs"
  | "sendMs"
  | "headMs"
  | "bodyIdleMs"
  | "poolMs"
  | "cookiesMs"
  | "totalMs"
  | "whyMs"
  // Bounds on what is received.
  | "headBytes"
  | "lineBytes"
  | "fieldCount"
  | "trailerBytes"
  | "bodyBytes"
  | "chunkExtensionBytes"
  | "heldBytes"
  | "decodedBytes"
  | "decodedRatio"
  // Decisions of the client's.
  | "tolerance"
  | "undecoded"
  | "redirects"
  | "downgrade"
  | "http1"
  | "eitherHttp"
  | "http2InPlain"
  | "connections"
  | "waiting"
  // Messages over one connection.
  | "fragments"
  | "sentEvent";

/** Words of the catalogue: fixed, or with the names of settings in them. */
export type Words = string | ((names: SettingNames) => string);

export function renderWords(words: Words, names: SettingNames): string {
  return typeof words === "string" ? words : words(names);
}

/** A name in brackets behind the words for what it sets; nothing where there is no such setting. */
export function bracketed(name: string | undefined): string {
  return name === undefined ? "" : ` (${name})`;
}

/** The advice to raise a setting; where it cannot be set, that it is fixed. */
export function adviseRaising(
  name: string | undefined,
  { now, when }: { readonly now?: string; readonly when: string },
): string {
  return name === undefined
    ? "This limit is fixed here; the library can set another."
    : `Raise ${name}${now === undefined ? "" : ` (now ${now})`} ${when}.`;
}

/** The advice to let a fault of the peer's pass by its name, where there is one and it can be said. */
export function adviseTolerance(
  { tolerance }: { readonly tolerance: string | undefined },
  names: SettingNames,
): string {
  return allowIfKnown("server", tolerance, names) ?? "Report it to the server's operator.";
}

/** Advice to whoever knows that peer; `undefined` where the fault has no name, or nothing allows it. */
export function allowIfKnown(
  peer: "server" | "proxy",
  tolerance: string | undefined,
  names: SettingNames,
): string | undefined {
  return tolerance === undefined || names.tolerance === undefined
    ? undefined
    : `If the ${peer} is known and cannot be fixed, allow it: ${names.tolerance.replace("NAME", tolerance)}.`;
}

/** How long a setting is now: whole seconds as such, since some doors count in seconds and others do not. */
export function renderWait(ms: number): string {
  return ms > 0 && ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}
