/** The URLs that a command is about: those on the command line, and those of a file, one a line. */
import { readFile, stat } from "node:fs/promises";
import { exitCode } from "../exit-codes.ts";
import { CommandError } from "../failure.ts";
import { urlListBytes, visitedUrls } from "../limits.ts";

/** The URLs in their order, each once. Throws a `CommandError` for one that is not `https:`. */
export async function collectUrls(
  typed: readonly string[],
  file: string | undefined,
): Promise<readonly string[]> {
  const listed = file === undefined ? [] : parseUrlList(await readList(file), file);
  const urls = [...typed.map((url) => checkUrl(url, "")), ...listed];
  const unique = [...new Set(urls)];
  if (unique.length > visitedUrls.value) {
    throw new CommandError(`${unique.length} URLs are more than ${visitedUrls.value}.`, {
      hint: "Split the list.",
    });
  }
  return unique;
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
  const refuse = (why: string, hint: string): CommandError =>
    new CommandError(`"${text}"${place} ${why}.`, { hint });
  const hint = "Write the whole URL, such as https://example.com/.";
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw refuse("has no scheme", hint);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refuse("is no URL", hint);
  if (url.protocol !== "https:") {
    throw refuse(
      `is ${url.protocol}, and a site without TLS shows no certificate`,
      "Write its https:// URL.",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw refuse("holds credentials", "Leave them out: the certificates are the same without.");
  }
  url.hash = "";
  return url.href;
}

async function readList(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > urlListBytes.value) throw new Error(`it has ${size} bytes, more than ${urlListBytes.value}`);
    return await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : message;
    throw new CommandError(`"${file}" cannot be read: ${reason}.`, {
      hint: "--from takes a text file with one URL a line; # begins a remark.",
      exitCode: exitCode.readFailed,
    });
  }
}
