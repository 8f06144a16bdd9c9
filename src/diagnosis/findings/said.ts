/** What the other side says itself: quoted, bounded, without marks and without what only the caller may know; and how often. */
import type { Question } from "../evidence.ts";
import { plainNumbers } from "../entities.ts";
import type { AnswerSeen, RequestGave } from "../observation.ts";
import { listOf } from "../experiment.ts";
import { isSame, type RequestResult } from "../reduction.ts";
import { sentenceCase } from "../results.ts";
import { isUsualField } from "../request-change.ts";

/** More than a sentence or two is a page. */
const quotedCharacters = 200;

/** Controls, and what turns text around: they are shown and not obeyed. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** The beginning of a text or of a page, without its marks, in quotation marks. */
export function quote(text: string): string {
  const plain = plainOf(text);
  const shown = plain.length > quotedCharacters ? `${plain.slice(0, quotedCharacters)}...` : plain;
  return `"${shown}"`;
}

function plainOf(text: string): string {
  const words = text
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1>|$)/gi, " ")
    .replace(/<!--[\s\S]*?(?:-->|$)/g, " ")
    .replace(/<[^>]*>?/g, " ");
  return plainNumbers(words).replace(unprintable, " ").replace(/\s+/g, " ").trim();
}

/** What an answer's body says; nothing for one that says nothing in words. */
export function bodySentences({ excerpt }: AnswerSeen, asked: Question): string[] {
  const words = messageOrText(withoutSecrets(excerpt, asked));
  return words === undefined ? [] : [`The answer itself says: ${quote(words)}.`];
}

/** Whether a body says no more than its status, as servers' own pages do. */
export function isStockPage({ excerpt, status, reason }: AnswerSeen): boolean {
  const words = plainOf(excerpt)
    .replaceAll(String(status), " ")
    .replaceAll(reason === "" ? " " : reason, " ")
    .replace(
      /\b(?:forbidden|access (?:is )?denied|error|nginx|apache|openresty|[\d.]+)\b|[^\p{L}\d]/giu,
      " ",
    );
  return words.trim() === "";
}

/** The words of a body that are meant for people; `undefined` where it has none. */
export function messageOrText(body: string): string | undefined {
  const words = messageIn(body) ?? body;
  return /\p{L}/u.test(plainOf(words)) ? words : undefined;
}

/** RFC 9457 §3.1, RFC 6749 §5.2, and what most APIs call it. */
const messageNames: readonly string[] = [
  "error_description",
  "detail",
  "message",
  "title",
  "error",
  "reason",
];

/** The one sentence of a JSON body that is meant for people. */
function messageIn(excerpt: string): string | undefined {
  if (!/^\s*\{/.test(excerpt)) return undefined;
  for (const name of messageNames) {
    const found = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(excerpt)?.[1];
    if (found === undefined) continue;
    try {
      return String(JSON.parse(found));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** Some answers repeat the request: what the caller's own fields and the URL's query hold is left out. */
export function withoutSecrets(text: string, { fields, url }: Question): string {
  const held = fields.flatMap(([name, value]) =>
    isUsualField(name) ? [] : [value, ...value.split(/[\s;,=]+/)],
  );
  const query = /\?([^#]*)/.exec(url)?.[1]?.split(/[&=]/) ?? [];
  const parts = [...held, ...query, ...query.map(decoded)].filter(({ length }) => length >= leastSecret);
  return parts.reduce((shown, part) => shown.replaceAll(part, "***"), text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Shorter ones are words such as `Bearer`. */
const leastSecret = 8;

/** "403 3 of 3 times", "503 twice, 200 once". */
export function counts(answers: readonly RequestGave[]): string {
  const kinds: { readonly gave: RequestGave; count: number }[] = [];
  for (const gave of answers) {
    const known = kinds.find((kind) => isSame(kind.gave, gave));
    if (known === undefined) kinds.push({ gave, count: 1 });
    else known.count++;
  }
  if (kinds.length === 0) return "not asked";
  return kinds
    .map(
      ({ gave, count }) =>
        `${gave.status ?? gave.ended?.code ?? "nothing"} ${answers.length === 1 ? "once" : `${count} of ${answers.length} times`}`,
    )
    .join(", ");
}

/** What an arm gave. */
export function armSentence({ experiment, gave = [] }: RequestResult): string {
  return `${sentenceCase(listOf(experiment.changes.map(({ says }) => says)))}: ${counts(gave)}.`;
}

/** Whether what was asked last rules chance out. */
export function chanceSentence(isConfirmed: boolean, how = "was refused again"): string {
  return isConfirmed
    ? `As it was it was asked last, too, and ${how}: it is neither chance nor a matter of time.`
    : "It was not asked once more as it was, so chance is not ruled out.";
}
