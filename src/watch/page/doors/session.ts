/**
 * A person's session: a cookie with the moment at which it ends, authenticated by the token. Nothing is kept: it holds
 * through a restart, and ends with its time or when the token is another.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { pageLimits } from "../limits.ts";

const cookieName = "meerkat-watch";

/** For Set-Cookie. Without Secure, for loopback has no TLS; a proxy with TLS adds it. */
export function openSession(token: string, now: number): string {
  const endsAt = String(now + pageLimits.sessionMs.value);
  const seconds = pageLimits.sessionMs.value / 1_000;
  return `${cookieName}=${endsAt}.${seal(endsAt, token)}; Max-Age=${seconds}; ${attributes}`;
}

export const closedSession: string = `${cookieName}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict`;

const attributes = "Path=/; HttpOnly; SameSite=Strict";

export function holdsSession(cookies: string | undefined, token: string, now: number): boolean {
  for (const pair of (cookies ?? "").split(";")) {
    const [, endsAt, given] = new RegExp(`^ *${cookieName}=(\\d{1,16})\\.([\\w-]{43})$`).exec(pair) ?? [];
    if (endsAt === undefined || given === undefined) continue;
    const isOurs = timingSafeEqual(Buffer.from(given), Buffer.from(seal(endsAt, token)));
    if (isOurs && Number(endsAt) > now) return true;
  }
  return false;
}

function seal(endsAt: string, token: string): string {
  return createHmac("sha256", token).update(`session until ${endsAt}`).digest("base64url");
}
