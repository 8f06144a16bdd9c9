/** Computes the answer to a Digest challenge: RFC 7616. Hashing is a port; the random cnonce is an argument. */
import type { Challenge } from "./challenge.ts";

/** The algorithms of RFC 7616 §3.3, without "-sess". */
export type DigestAlgorithm = "MD5" | "SHA-256" | "SHA-512-256";

/** Hashes the UTF-8 octets of `text` and gives lower-case hexadecimal. */
export type HashText = (algorithm: DigestAlgorithm, text: string) => string;

export interface DigestRequest {
  readonly challenge: Challenge;
  readonly method: string;
  /** The request target as it is sent. */
  readonly target: string;
  readonly username: string;
  readonly password: string;
  /** Random, new for each request. */
  readonly cnonce: string;
  /** How often the challenge's nonce has been used, this time included: 1 at first. */
  readonly nonceCount: number;
  readonly hash: HashText;
  /**
   * The hash of the body that is sent, for a server that wants it covered (`auth-int`); `undefined` where that is not
   * known before it is sent.
   */
  readonly hashBody: (algorithm: DigestAlgorithm) => string | undefined;
}

export type DigestResult =
  /** `value` is the Authorization field's. */
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly reason: string };

const algorithms: readonly DigestAlgorithm[] = ["MD5", "SHA-256", "SHA-512-256"];

/** The algorithm a challenge asks for (MD5 when it names none), or `undefined` when it is not one of RFC 7616's. */
export function digestAlgorithm(
  challenge: Challenge,
): { name: DigestAlgorithm; session: boolean } | undefined {
  const asked = (challenge.parameters.get("algorithm") ?? "MD5").toUpperCase();
  const session = asked.endsWith("-SESS");
  const name = algorithms.find((known) => known === (session ? asked.slice(0, -5) : asked));
  return name === undefined ? undefined : { name, session };
}

/**
 * The first Digest challenge that can be answered: servers list them by preference (RFC 7616 §3.7). One that wants the
 * body covered cannot where the body is not known before it is sent.
 */
export function findDigestChallenge(
  challenges: readonly Challenge[],
  { isBodyKnown }: { readonly isBodyKnown: boolean },
): Challenge | undefined {
  return challenges.find(
    (challenge) =>
      challenge.scheme === "digest" &&
      digestFault(challenge) === undefined &&
      (isBodyKnown || chooseQop(challenge) !== "auth-int"),
  );
}

/** The Authorization value that answers a challenge, or why there is none. */
export function computeDigest(request: DigestRequest): DigestResult {
  const { challenge, method, target, username, password, cnonce, hash } = request;
  const reason = digestFault(challenge);
  const algorithm = digestAlgorithm(challenge);
  if (reason !== undefined || algorithm === undefined)
    return { ok: false, reason: reason ?? "its algorithm is unknown" };
  const realm = challenge.parameters.get("realm") ?? "";
  const nonce = challenge.parameters.get("nonce") ?? "";
  const h = (text: string): string => hash(algorithm.name, text);
  const secret = h(`${username}:${realm}:${password}`);
  // RFC 7616 §3.4.2, §3.4.3
  const a1 = algorithm.session ? h(`${secret}:${nonce}:${cnonce}`) : secret;
  const qop = chooseQop(challenge);
  const body = qop === "auth-int" ? request.hashBody(algorithm.name) : "";
  if (body === undefined) return { ok: false, reason: "it wants the body covered, which is not known yet" };
  const a2 = h(qop === "auth-int" ? `${method}:${target}:${body}` : `${method}:${target}`);
  const count = request.nonceCount.toString(16).padStart(8, "0");
  // RFC 7616 §3.4.1; without qop as RFC 2069 had it, which old devices still send.
  const response =
    qop === undefined ? h(`${a1}:${nonce}:${a2}`) : h(`${a1}:${nonce}:${count}:${cnonce}:${qop}:${a2}`);
  const userhash = challenge.parameters.get("userhash")?.toLowerCase() === "true";
  const parts = [
    userhash ? `username="${h(`${username}:${realm}`)}"` : renderUsername(username),
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(target)}`,
    `response="${response}"`,
    ...echo(challenge, "algorithm", (value) => value),
    ...echo(challenge, "opaque", quote),
    ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${count}`]),
    ...(qop !== undefined || algorithm.session ? [`cnonce=${quote(cnonce)}`] : []),
    ...(userhash ? ["userhash=true"] : []),
  ];
  return { ok: true, value: `Digest ${parts.join(", ")}` };
}

function digestFault(challenge: Challenge): string | undefined {
  const { parameters } = challenge;
  if (!parameters.has("realm") || !parameters.has("nonce")) return "it has no realm or no nonce";
  if (digestAlgorithm(challenge) === undefined) return "its algorithm is none of RFC 7616's";
  return parameters.has("qop") && chooseQop(challenge) === undefined
    ? 'it offers neither of the qualities of protection "auth" and "auth-int"'
    : undefined;
}

/** `auth` where it is offered, because it asks for less. */
function chooseQop({ parameters }: Challenge): "auth" | "auth-int" | undefined {
  const offered = new Set(
    (parameters.get("qop") ?? "").split(",").map((option) => option.trim().toLowerCase()),
  );
  return (["auth", "auth-int"] as const).find((option) => offered.has(option));
}

/** A parameter that the answer repeats as it was. */
function echo({ parameters }: Challenge, name: string, render: (value: string) => string): string[] {
  const value = parameters.get(name);
  return value === undefined ? [] : [`${name}=${render(value)}`];
}

/** RFC 7616 §3.4.4: a name beyond ASCII goes into `username*` (RFC 8187). */
function renderUsername(username: string): string {
  if (/^[\x20-\x7e]*$/.test(username)) return `username=${quote(username)}`;
  const encoded = encodeURIComponent(username.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `username*=UTF-8''${encoded}`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}
