/** FTP: AUTH TLS (RFC 4217 §4). The data connections, which begin TLS by themselves, are another matter. */
import { type Reply, saidIn } from "./mail.ts";
import {
  beginTls,
  type Dialogue,
  notOffered,
  otherProtocol,
  type Part,
  readLine,
  refused,
  sayLine,
} from "./words.ts";

export function* ftp(): Dialogue {
  let greeting = yield* readReply();
  // RFC 959 §5.4: 120 says that the server will be ready in some minutes.
  if (greeting?.code === "120") greeting = yield* readReply();
  if (greeting === undefined) return otherProtocol;
  // Both greet with 220, and what a mail server makes of AUTH says nothing of FTP.
  if (greeting.lines.some((line) => /\bE?SMTP\b/.test(line))) return otherProtocol;
  if (greeting.code !== "220") return refused(saidIn(greeting));
  yield* sayLine("AUTH TLS");
  const consent = yield* readReply();
  if (consent === undefined) return otherProtocol;
  if (consent.code === "234") return beginTls;
  // RFC 2228 §3: a command, or a mechanism, that is not known.
  return ["500", "502", "504"].includes(consent.code) ? notOffered : refused(saidIn(consent));
}

/** RFC 959 §4.2: between the first line and the one with the same code and a space, any text may stand. */
function* readReply(): Part<Reply | undefined> {
  const [, code = "", mark = "", text = ""] = /^([1-5]\d\d)([ -]?)(.*)$/s.exec(yield* readLine()) ?? [];
  if (code === "" || (mark === "" && text !== "")) return undefined;
  const lines = [text];
  if (mark !== "-") return { code, lines };
  for (;;) {
    const line = yield* readLine();
    if (line.startsWith(`${code} `) || line === code) return { code, lines: [...lines, line.slice(4)] };
    lines.push(line);
  }
}
