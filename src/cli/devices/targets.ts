/** The URLs that a command is about: those on the command line, and those of a file, one a line. */
import { ownValue, parseUrl, requireUrl } from "../../core/index.ts";
import { readInput } from "../frame/files.ts";
import { CommandError } from "../frame/failure.ts";
import { urlListBytes, visitedUrls } from "../limits.ts";

/** The URLs in their order, each once. Throws a `CommandError` for one that is not `https:`. */
export async function collectUrls(
  typed: readonly string[],
  file: string | undefined,
): Promise<readonly string[]> {
  const listed = file === undefined ? [] : await readUrlList(file);
  const urls = [...typed.map((url) => checkUrl(url, "")), ...listed];
  const unique = [...new Set(urls)];
  if (unique.length > visitedUrls.value) {
    throw new CommandError(`${unique.length} URLs are more than ${visitedUrls.value}.`, {
      hint: "Split the list.",
    });
  }
  return unique;
}

async function readUrlList(file: string): Promise<readonly string[]> {
  const hint = "--from takes a text file with one URL a line; # begins a comment.";
  return parseUrlList((await readInput(file, { most: urlListBytes, hint })).toString(), file);
}

/** A list's URLs: one a line, what follows a `#` at the beginning of a word is a remark. */
export function parseUrlList(text: string, file: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const url = line.replace(/(?:^|\s)#.*$/, "").trim();
    return url === "" ? [] : [checkUrl(url, ` (${file}, line ${index + 1})`)];
  });
}

/** Nothing is guessed: a name without a scheme may mean either kind of site. */
function checkUrl(text: string, place: string): string {
  const reading = parseUrl(text);
  if (!reading.ok) {
    const { code, message, hint } = reading.error;
    const own = "Leave it out: the certificates are the same without.";
    throw new CommandError(message.replace(/\.$/, `${place}.`), {
      hint: code === "url-credentials" ? own : (hintForTls(text) ?? hint),
    });
  }
  const { scheme, href } = reading.target;
  if (scheme === "https") return href;
  throw new CommandError(`"${text}"${place} is http:, and a site without TLS shows no certificate.`, {
    hint: "Write its https:// URL.",
  });
}

/** Schemes of other protocols that begin with TLS, and their ports (IANA's registries). */
const tlsPorts: Readonly<Record<string, number>> = {
  amqps: 5671,
  ftps: 990,
  imaps: 993,
  ldaps: 636,
  mqtts: 8883,
  pop3s: 995,
  sips: 5061,
  smtps: 465,
  wss: 443,
};

/** The certificates of a broker or a mail server come with its handshake, whatever it speaks within. */
function hintForTls(text: string): string | undefined {
  const [, scheme = "", rest = ""] = /^([a-z0-9]{1,16})(:\/\/.*)$/is.exec(text) ?? [];
  const port = ownValue(tlsPorts, scheme.toLowerCase());
  const reading = parseUrl(`https${rest}`);
  if (port === undefined || !reading.ok) return undefined;
  const { target } = reading;
  const { authority } = target.port === 443 ? requireUrl(`https://${target.authority}:${port}/`) : target;
  return `Write https://${authority}/: the certificates are the same.`;
}
