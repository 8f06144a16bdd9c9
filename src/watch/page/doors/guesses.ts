/**
 * How often somebody may be wrong about the token: whoever guesses waits, and is not told whether the next one was right. Who
 * is signed in already is not asked, and goes on.
 */
import type { IncomingMessage } from "node:http";
import { RecentMap } from "../../../core/index.ts";
import { parseIpAddress } from "../../../x509/index.ts";
import { plainAddress } from "../../address-ranges.ts";
import { isLoopback } from "../../loopback.ts";
import { pageLimits } from "../limits.ts";

export class Guesses {
  /** When each was wrong, the last few times. */
  readonly #wrong = new RecentMap<string, readonly number[]>(pageLimits.guessers.value);

  /** How long whoever asks has to wait before a token of theirs is looked at; 0 for not at all. */
  waitMs(request: IncomingMessage, now: number): number {
    const [oldest, ...others] = this.#wrong.get(guesserOf(request)) ?? [];
    if (oldest === undefined || others.length + 1 < pageLimits.guesses.value) return 0;
    const { value: windowMs } = pageLimits.guessesMs;
    return Math.min(windowMs, Math.max(0, oldest + windowMs - now));
  }

  countWrong(request: IncomingMessage, now: number): void {
    const guesser = guesserOf(request);
    const before = this.#wrong.get(guesser) ?? [];
    this.#wrong.set(guesser, [...before, now].slice(-pageLimits.guesses.value));
  }
}

/**
 * An address; of IPv6 its /64, which one machine has whole. Behind a proxy on this machine it is whom that saw: else one who
 * guesses would keep everybody waiting. Who reaches this address without the proxy may say what they like there.
 */
function guesserOf({ socket: { remoteAddress = "" }, headers }: IncomingMessage): string {
  const peer = plainAddress(remoteAddress);
  const forwarded = isLoopback(peer) ? String(headers["x-forwarded-for"] ?? "") : "";
  const last = plainAddress(forwarded.slice(forwarded.lastIndexOf(",") + 1).trim());
  const address = parseIpAddress(last) === undefined ? peer : last;
  const bytes = parseIpAddress(address);
  return bytes?.length === 16 ? bytes.subarray(0, 8).join(" ") : address;
}
