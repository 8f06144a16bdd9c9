/**
 * Checks that only a browser passes, since it takes JavaScript: recognised by the fields that their makers document, and by
 * the address of their script, wherever a page has no field of its own.
 */
import type { Field } from "../../http1/index.ts";
import { makeFinding, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, AttemptSeen } from "../observation.ts";
import { bodySentences } from "./said.ts";

interface Sign {
  readonly maker: string;
  readonly by: string;
  /** Whether the maker's own word says it, or only its script is there. */
  readonly isStated: boolean;
}

type Fields = (name: string) => string;

type Recognise = (value: Fields, page: string) => string | undefined;

/** The field that states a challenge, by who sends it. */
const stated: readonly (readonly [maker: string, recognise: Recognise])[] = [
  ["Cloudflare", (value) => field(value, "cf-mitigated", /^challenge$/i)],
  ["Vercel", (value) => field(value, "x-vercel-mitigated", /^challenge$/i)],
  ["AWS WAF", (value) => field(value, "x-amzn-waf-action", /^(?:challenge|captcha)$/i)],
];

/** What is there where a check is, though nothing states it. Scripts that such guards put into every page say nothing. */
const usual: readonly (readonly [maker: string, recognise: Recognise])[] = [
  [
    "Cloudflare",
    (_value, page) =>
      /_cf_chl_opt/.test(page) ||
      (/<title>Just a moment/i.test(page) && page.includes("/cdn-cgi/challenge-platform/"))
        ? "the script of its challenge"
        : undefined,
  ],
  ["AWS WAF", (_value, page) => (/\bgokuProps\b/.test(page) ? "its script" : undefined)],
  [
    "Imperva",
    (_value, page) => (/_Incapsula_Resource/i.test(page) ? "its script _Incapsula_Resource" : undefined),
  ],
  [
    "Akamai",
    (value, page) =>
      field(value, "set-cookie", /(?:^|, )sec_cpt=/) ??
      (/sec-if-cpt-container|sec-bc-text-container|\bbm-verify\b/i.test(page)
        ? "the script of its check"
        : undefined),
  ],
  [
    "DataDome",
    (value, page) =>
      field(value, "x-dd-b", /./) ??
      (/captcha-delivery\.com/i.test(page) ? "its script at captcha-delivery.com" : undefined) ??
      (value("x-datadome") === "" ? undefined : "the field x-datadome"),
  ],
  ["HUMAN (PerimeterX)", (_value, page) => (/\bpx-captcha\b/i.test(page) ? "its script" : undefined)],
  ["Kasada", (value) => field(value, "x-kpsdk-ct", /./)],
];

function field(value: Fields, name: string, expected: RegExp): string | undefined {
  const text = value(name);
  if (!expected.test(text)) return undefined;
  return name === "set-cookie" ? "the cookie that it sets" : `the field ${name}`;
}

/** The check that an answer is. Some send an identifying field with healthy answers too: those have to be refusals. */
export function findBrowserCheck({ status, fields, excerpt }: AnswerSeen): Sign | undefined {
  const value: Fields = (name) => joined(fields, name);
  for (const [maker, recognise] of stated) {
    const by = recognise(value, excerpt);
    if (by !== undefined) return { maker, by, isStated: true };
  }
  const isCertainlyPage = isShortPage(excerpt);
  if (status < 400 && !isCertainlyPage) return undefined;
  for (const [maker, recognise] of usual) {
    const by = recognise(value, excerpt);
    const isByField = by?.startsWith("the field") === true || by?.startsWith("the cookie") === true;
    if (by !== undefined && (status >= 400 || !isByField)) return { maker, by, isStated: false };
  }
  return undefined;
}

/** A page of a check has next to no words; a site's own page that loads such a script has more. */
function isShortPage(excerpt: string): boolean {
  const words = excerpt
    .replace(/<(script|style|noscript)\b[\s\S]*?(?:<\/\1>|$)/gi, " ")
    .replace(/<[^>]*>?/g, " ")
    .trim();
  return /<(?:script|iframe)\b/i.test(excerpt) && words.length < 100;
}

function joined(fields: readonly Field[], name: string): string {
  return fields
    .filter(([other]) => other.toLowerCase() === name)
    .map(([, text]) => text)
    .join(", ");
}

export function browserCheckFinding(
  evidence: Evidence,
  { host }: AttemptSeen,
  answer: AnswerSeen,
): DraftFinding | undefined {
  const sign = findBrowserCheck(answer);
  if (sign === undefined) return undefined;
  const { maker, by, isStated } = sign;
  return makeFinding("browser-check", {
    certainty: isStated ? "certain" : "likely",
    sentence: `${host} answered ${answer.status} with a check of ${maker}'s that only a browser passes, because it takes JavaScript.`,
    evidence: [`Recognised by ${by}.`, ...bodySentences(answer, evidence.question)],
    server: `Let programs pass that are meant to come: an exception for this path, or for a key, in ${maker}'s settings.`,
  });
}
