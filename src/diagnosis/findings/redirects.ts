/** Redirects that lead nowhere: where they led, and whether the cookie that they set is what they want to see again. */
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen } from "../observation.ts";
import { cookieChange, type RequestChange } from "../request-change.ts";
import { resultsOf } from "../results.ts";

const shownHops = 4;

/** The request with the cookie that redirects back to the same site had set; `undefined` where there is none to try. */
export function loopCookie(
  { question }: Evidence,
  { exchange, ended }: AttemptSeen,
): RequestChange | undefined {
  if (ended?.code !== "redirect-loop" && ended?.code !== "too-many-redirects") return undefined;
  const cookies = exchange?.hops.find((hop) => hop.cookies !== "")?.cookies;
  return cookies === undefined ? undefined : cookieChange(question.fields, cookies);
}

export function redirectWords(
  evidence: Evidence,
  attempt: AttemptSeen,
): { readonly evidence: readonly string[]; readonly client: string | undefined } {
  const { hops = [] } = attempt.exchange ?? {};
  const lines: string[] = [];
  if (hops.length > 0) {
    const shown = hops.slice(0, shownHops).map(({ status, to }) => `${status} to ${to}`);
    const more = hops.length > shownHops ? ` and ${hops.length - shownHops} more` : "";
    lines.push(`It was led on by ${shown.join(", ")}${more}.`);
  }
  const cookie = loopCookie(evidence, attempt);
  const tried = resultsOf(evidence, "request").find(
    ({ experiment: { changes } }) => cookie !== undefined && changes[0]?.id === cookie.id,
  );
  const status = tried?.gave?.[0]?.status;
  if (status !== undefined && status < 300) {
    lines.push(`With the cookie that it set, it answers ${status}.`);
    return { evidence: lines, client: "Keep cookies, and send back those that the redirect sets." };
  }
  if (status !== undefined) lines.push(`With the cookie that it set, it answers ${status} still.`);
  else if (hops.some(({ cookies }) => cookies !== ""))
    lines.push("A cookie was set on the way and not sent back: likely the site wants it.");
  const isEndless = attempt.ended?.code === "too-many-redirects";
  return {
    evidence: lines,
    client: isEndless ? "Look at where it leads: each answer leads on, and none is the last." : undefined,
  };
}

/** Who led to the host that is looked at, where it is not the one that was asked for. */
export function ledBy({ attempts }: Evidence): string | undefined {
  if (attempts.length < 2) return undefined;
  const hop = attempts.at(-2)?.exchange?.hops.at(-1);
  return hop === undefined
    ? undefined
    : `It was led there: ${hop.from} answered ${hop.status} and names ${hop.to}.`;
}
