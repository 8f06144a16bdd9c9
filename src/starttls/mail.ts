/** Mail: SMTP (RFC 3207), POP3 and IMAP (RFC 2595, RFC 9051 §6.2.1). */
import {
  beginTls,
  type Dialogue,
  notOffered,
  otherProtocol,
  type Outcome,
  type Part,
  readLine,
  refused,
  sayLine,
} from "./words.ts";

/** A reply of SMTP or FTP: its code, and the text of each line. */
export interface Reply {
  readonly code: string;
  readonly lines: readonly string[];
}

/** RFC 5321 §4.2.1: every line has the code, and a hyphen behind it while more follow. `undefined` for what is none. */
function* readReply(): Part<Reply | undefined> {
  const lines: string[] = [];
  let first: string | undefined;
  for (;;) {
    const [, code = "", mark = "", text = ""] = /^([2-5]\d\d)([ -]?)(.*)$/s.exec(yield* readLine()) ?? [];
    first ??= code;
    if (code === "" || code !== first || (mark === "" && text !== "")) return undefined;
    lines.push(text);
    if (mark !== "-") return { code, lines };
  }
}

/** RFC 3207 §4. The name after EHLO is the one of a client that has none of its own. */
export function* smtp(): Dialogue {
  const greeting = yield* readReply();
  if (greeting === undefined) return otherProtocol;
  if (greeting.code !== "220") return refused(saidIn(greeting));
  yield* sayLine("EHLO localhost");
  const hello = yield* readReply();
  if (hello === undefined) return otherProtocol;
  // A server without any extension does not know the command: RFC 5321 §4.1.4.
  if (hello.code === "500" || hello.code === "502") return notOffered;
  if (hello.code !== "250") return refused(saidIn(hello));
  if (!hello.lines.slice(1).some((line) => /^starttls\s*$/i.test(line))) return notOffered;
  yield* sayLine("STARTTLS");
  const consent = yield* readReply();
  if (consent === undefined) return otherProtocol;
  return consent.code === "220" ? beginTls : refused(saidIn(consent));
}

/** The code and the text in one line. */
export function saidIn({ code, lines }: Reply): string {
  return [code, ...lines].join(" ").trim();
}

/** RFC 2595 §4, with the capabilities of RFC 2449 §5, which a server need not have. */
export function* pop3(): Dialogue {
  const greeting = yield* readStatus();
  if (greeting === undefined) return otherProtocol;
  if (!greeting.ok) return refused(greeting.said);
  yield* sayLine("CAPA");
  const capable = yield* readStatus();
  if (capable === undefined) return otherProtocol;
  if (capable.ok && !(yield* lists(/^stls\s*$/i))) return notOffered;
  yield* sayLine("STLS");
  const consent = yield* readStatus();
  if (consent === undefined) return otherProtocol;
  if (consent.ok) return beginTls;
  // Who lists nothing may not know the command either.
  return capable.ok ? refused(consent.said) : notOffered;
}

function* readStatus(): Part<{ readonly ok: boolean; readonly said: string } | undefined> {
  const line = yield* readLine();
  const [, sign] = /^(\+OK|-ERR)(?:\s|$)/.exec(line) ?? [];
  return sign === undefined ? undefined : { ok: sign === "+OK", said: line };
}

/** Reads a list up to the line of a dot (RFC 1939 §3), and whether one of its lines fits. */
function* lists(wanted: RegExp): Part<boolean> {
  let found = false;
  for (;;) {
    const line = yield* readLine();
    if (line === ".") return found;
    found ||= wanted.test(line);
  }
}

/** RFC 9051 §6.2.1. Who is logged in already (PREAUTH) can no longer begin TLS: §7.1.4. */
export function* imap(): Dialogue {
  const [, greeting, text = ""] = /^\* (OK|PREAUTH|BYE)(?: (.*))?$/is.exec(yield* readLine()) ?? [];
  if (greeting === undefined) return otherProtocol;
  if (/^bye$/i.test(greeting)) return refused(text);
  if (/^preauth$/i.test(greeting)) return notOffered;
  yield* sayLine("a1 CAPABILITY");
  const capable = yield* readTagged("a1");
  if (capable.kind !== "ok") return outcomeOf(capable);
  if (!capable.untagged.some((line) => /^\* capability .*\bstarttls(?:\s|$)/i.test(line))) return notOffered;
  yield* sayLine("a2 STARTTLS");
  return outcomeOf(yield* readTagged("a2"));
}

type Tagged =
  | { readonly kind: "ok"; readonly untagged: readonly string[] }
  | { readonly kind: "refused"; readonly said: string }
  | { readonly kind: "unreadable" };

/** The untagged lines up to the tagged one. */
function* readTagged(tag: string): Part<Tagged> {
  const untagged: string[] = [];
  for (;;) {
    const line = yield* readLine();
    if (/^\* bye\b/i.test(line)) return { kind: "refused", said: line.slice(2) };
    if (line.startsWith("* ")) {
      untagged.push(line);
      continue;
    }
    const [, given, state = ""] = /^(\S+) (OK|NO|BAD)\b/i.exec(line) ?? [];
    if (given?.toLowerCase() !== tag) return { kind: "unreadable" };
    if (/^ok$/i.test(state)) return { kind: "ok", untagged };
    return { kind: "refused", said: line.slice(tag.length + 1) };
  }
}

function outcomeOf(tagged: Tagged): Outcome {
  switch (tagged.kind) {
    case "ok":
      return beginTls;
    case "refused":
      return refused(tagged.said);
    case "unreadable":
      return otherProtocol;
  }
}
