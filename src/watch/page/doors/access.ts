/**
 * Who may look. On loopback everybody of this machine; beyond it whoever has the token, or whom a proxy in front names.
 *
 * Nobody is asked who they are where a page on the Internet could ask in their browser's name: a name of that page's that
 * is pointed at this address (DNS rebinding) shows in the Host field, and is refused. An address there cannot be rebound.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { renderCount } from "../../../core/index.ts";
import { isInRanges } from "../../address-ranges.ts";
import { isLoopback } from "../../loopback.ts";
import type { ListenAddress } from "../listen-address.ts";
import { pageLimits } from "../limits.ts";
import { WatchError } from "../../watch-error.ts";
import { holdsSession } from "./session.ts";

export type PageAccess =
  /** Everybody who reaches a loopback address. */
  | { readonly kind: "loopback" }
  /** Whoever has it, as a bearer token or signed in. Its text is a secret. */
  | { readonly kind: "token"; readonly token: string }
  /** Whom the proxy names in this field; it is believed of a peer at these addresses or ranges alone, by default loopback ones. */
  | { readonly kind: "proxy"; readonly header: string; readonly from?: readonly string[] | undefined };

export type Admission =
  /** `who` is the name that the proxy gave. */
  | { readonly ok: true; readonly who: string | undefined }
  | { readonly ok: false; readonly reason: "host" | "token" | "proxy" };

/** What cannot be: a page beyond loopback that asks nobody, or a token that can be guessed. */
export function checkAccess(access: PageAccess, { isLoopback, host }: ListenAddress): void {
  if (access.kind === "loopback" && !isLoopback) {
    throw new WatchError(`The page at ${host} could be seen by everybody who reaches this machine.`, {
      hint: "Listen at 127.0.0.1, or give --token-file FILE, or say with --behind-proxy HEADER that a proxy in front names who asks.",
    });
  }
  if (access.kind === "token" && access.token.length < pageLimits.tokenLength.value) {
    throw new WatchError(
      `The token has ${renderCount(access.token.length, "character")}, and needs ${pageLimits.tokenLength.value}.`,
      {
        hint: "Make one: openssl rand -hex 24.",
      },
    );
  }
  if (access.kind === "proxy" && !/^[\w!#$%&'*+.^`|~-]+$/.test(access.header)) {
    throw new WatchError("The name of the proxy's header is not a field name.", {
      hint: "X-Forwarded-User, or Remote-User, are usual.",
    });
  }
}

export function admitAsker(
  request: IncomingMessage,
  {
    access,
    hosts,
    now,
  }: { readonly access: PageAccess; readonly hosts: readonly string[]; readonly now: number },
): Admission {
  switch (access.kind) {
    case "token":
      return hasToken(request, access.token, now)
        ? { ok: true, who: undefined }
        : { ok: false, reason: "token" };
    case "loopback":
      return isKnownHost(request, hosts) ? { ok: true, who: undefined } : { ok: false, reason: "host" };
    case "proxy": {
      if (!isKnownHost(request, hosts)) return { ok: false, reason: "host" };
      const who = request.headers[access.header.toLowerCase()];
      return typeof who === "string" && who !== "" && isFrom(request, access.from)
        ? { ok: true, who }
        : { ok: false, reason: "proxy" };
    }
  }
}

/** Whether two secrets are the same, in a time that tells nothing of either. */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string): Uint8Array => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function hasToken(request: IncomingMessage, token: string, now: number): boolean {
  const [, given] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "") ?? [];
  if (given !== undefined) return isSameSecret(given, token);
  return holdsSession(request.headers.cookie, token, now);
}

/** An address, `localhost`, or a name that was said to be this page's. The port does not matter: a tunnel has its own. */
export function isKnownHost({ headers: { host = "" } }: IncomingMessage, hosts: readonly string[]): boolean {
  const [, six, name = ""] = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  if (six !== undefined) return isIP(six) === 6;
  const lower = name.toLowerCase();
  return isIP(lower) === 4 || lower === "localhost" || hosts.some((one) => one.toLowerCase() === lower);
}

function isFrom(
  { socket: { remoteAddress = "" } }: IncomingMessage,
  from: readonly string[] | undefined,
): boolean {
  return from === undefined ? isLoopback(remoteAddress) : isInRanges(remoteAddress, from);
}
