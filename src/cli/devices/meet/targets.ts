/** The endpoints that a command is about: those on the command line, and those of a file, one a line. */
import { endpointSchemes, parseEndpoint } from "../../../core/index.ts";
import { renderFacts } from "../../frame/layout.ts";
import { readInput } from "../../frame/files.ts";
import { CommandError } from "../../frame/failure.ts";
import { urlListBytes, visitedUrls } from "../../limits.ts";

/** What an endpoint may be, for the help of a command that does this with an `https:` URL. */
export function renderEndpointHelp(
  width: number,
  https:
    | "is visited, and redirects are followed"
    | "is visited, and no redirect is followed"
    | "is connected to, and nothing is asked for",
): string[] {
  const schemes = [...endpointSchemes].filter(([scheme]) => scheme !== "https");
  const named = (isPlain: boolean): string =>
    schemes
      .filter(([, { startTls }]) => (startTls !== undefined) === isPlain)
      .map(([scheme]) => scheme)
      .join(", ");
  const facts = [
    ["https://", https],
    ["host:port", "begins with TLS, whatever is spoken within; so do the schemes"],
    ["", named(false)],
    ["STARTTLS", `comes first with ${named(true)}`],
  ] as const;
  return ["Endpoints:", ...renderFacts(facts, { width, indent: "  " })];
}

/** The URLs in their order, each once. Throws a `CommandError` for what is not an endpoint with TLS. */
export async function collectUrls(
  typed: readonly string[],
  from?: { readonly file: string | undefined; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const listed = from?.file === undefined ? [] : await readUrlList(from.file, from.signal);
  const urls = [...typed.map((url) => checkEndpoint(url, "")), ...listed];
  const unique = [...new Set(urls)];
  if (unique.length > visitedUrls.value) {
    throw new CommandError(`${unique.length} URLs are more than ${visitedUrls.value}.`, {
      hint: "Split the list.",
    });
  }
  return unique;
}

async function readUrlList(file: string, signal: AbortSignal): Promise<readonly string[]> {
  const hint = "--from takes a text file with one URL a line; # begins a comment.";
  return parseUrlList((await readInput(file, { most: urlListBytes, hint, signal })).toString(), file);
}

/** A list's URLs: one a line, what follows a `#` at the beginning of a word is a remark. */
export function parseUrlList(text: string, file: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const url = line.replace(/(?:^|\s)#.*$/, "").trim();
    return url === "" ? [] : [checkEndpoint(url, ` (${file}, line ${index + 1})`)];
  });
}

/** Nothing is guessed: a name alone may mean any port, and any protocol. */
function checkEndpoint(text: string, place: string): string {
  const reading = parseEndpoint(text);
  if (reading.ok) return reading.endpoint.href;
  const { code, message, hint } = reading.error;
  throw new CommandError(message.replace(/\.$/, `${place}.`), {
    hint: code === "url-credentials" ? "Leave it out: the certificates are the same without." : hint,
  });
}
