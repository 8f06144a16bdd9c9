/**
 * What is cheap and safe to ask of a server once TLS is up, in the words of its protocol: what it can do. Nobody is logged in
 * and nothing is changed by it. Text in, text out; of other protocols nothing is asked.
 */
import type { StartTlsProtocol } from "../core/index.ts";

export interface WithinWords {
  /** How a greeting ends, which comes first where TLS began at once. */
  readonly greeting: RegExp;
  readonly say: string;
  /** How the answer ends. */
  readonly end: RegExp;
  /** What the answer says, in one line. */
  readonly describe: (answer: string) => string;
}

/** RFC 5321 §4.2.1: the last line of a reply has no hyphen behind its code. */
const replyEnd = /^[2-5]\d\d(?: [^\n]*)?\r?\n/m;

const words: Partial<Readonly<Record<StartTlsProtocol, WithinWords>>> = {
  smtp: {
    greeting: replyEnd,
    say: "EHLO localhost\r\n",
    end: replyEnd,
    describe: (answer) => {
      const lines = linesOf(answer);
      const last = lines.at(-1) ?? "";
      // RFC 5321 §4.1.1.1: the first line is the server's name, each other one an extension.
      return last.startsWith("250") ? list(lines.slice(1).map((line) => line.slice(4))) : last;
    },
  },
  imap: {
    greeting: /^\* [^\n]*\n/,
    say: "a1 CAPABILITY\r\n",
    end: /^a1 (?:OK|NO|BAD)[^\n]*\n/im,
    describe: (answer) => {
      const [, capabilities] = /^\* CAPABILITY ([^\r\n]*)/im.exec(answer) ?? [];
      return capabilities === undefined ? (linesOf(answer).at(-1) ?? "") : list(capabilities.split(" "));
    },
  },
  pop3: {
    greeting: /^(?:\+OK|-ERR)[^\n]*\n/,
    say: "CAPA\r\n",
    end: /^\.\r?\n|^-ERR[^\n]*\n/m,
    describe: (answer) => {
      const lines = linesOf(answer);
      return lines[0]?.startsWith("+OK") === true ? list(lines.slice(1, -1)) : (lines.at(-1) ?? "");
    },
  },
};

/** Its words, or `undefined` where nothing is asked. */
export function withinWords(protocol: StartTlsProtocol): WithinWords | undefined {
  return words[protocol];
}

function linesOf(answer: string): readonly string[] {
  return answer.split(/\r?\n/).filter((line) => line !== "");
}

function list(items: readonly string[]): string {
  return `it offers ${items
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .join(", ")}`;
}
