/** What a request sends out of `-d` and its like: values and files, joined in the order in which they were given (curl(1), --data). */
import type { Context } from "../../frame/context.ts";
import { readInput, readStdin } from "../../frame/files.ts";
import { dataFileBytes } from "../../limits.ts";
import { dataKinds } from "../flags/request-flags.ts";
import type { Given } from "../line/read-words.ts";

export type Streams = Pick<Context, "stdin" | "signal">;
type DataName = keyof typeof dataKinds;

/** A value of one of the flags that make up a body. */
export interface DataItem {
  readonly name: DataName;
  readonly text: string;
}

/** Those of a command line, in its order. */
export function dataItems(given: readonly Given[]): readonly DataItem[] {
  return given.filter((one): one is DataItem => Object.hasOwn(dataKinds, one.name));
}

/** The values of all of them: `&` stands between two, but for JSON, which goes on where it ended. */
export async function joinData(
  items: readonly DataItem[],
  streams: Streams,
): Promise<Buffer<ArrayBuffer> | undefined> {
  if (items.length === 0) return undefined;
  const parts: Buffer[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && item.name !== "json") parts.push(Buffer.from("&"));
    parts.push(await readItem(item, streams));
  }
  return Buffer.concat(parts);
}

async function readItem({ name, text }: DataItem, streams: Streams): Promise<Buffer> {
  const kind = dataKinds[name];
  if (kind === "a file, encoded") return Buffer.from(await urlencode(text, streams));
  if (kind === "itself" || !text.startsWith("@")) return Buffer.from(text);
  const content = await readSource(text.slice(1), streams);
  return kind === "a file" ? content : withoutLineEnds(content);
}

/** The files that these are read from. */
export function filesOfData(items: readonly DataItem[]): readonly string[] {
  return items.flatMap(({ name, text }) => {
    const kind = dataKinds[name];
    if (kind === "a file, encoded") return fileOfPair(text) ?? [];
    return kind !== "itself" && text.startsWith("@") ? [text.slice(1)] : [];
  });
}

/** curl(1), --data-urlencode: `content`, `=content`, `name=content`, `@file`, `name@file`; a name stands as it is. */
export async function urlencode(pair: string, streams: Streams): Promise<string> {
  const { name, content } = await readPair(pair, streams);
  const encoded = percentEncode(content).replaceAll("%20", "+");
  return name === "" ? encoded : `${name}=${encoded}`;
}

async function readPair(pair: string, streams: Streams): Promise<{ name: string; content: Buffer }> {
  const [, name = "", sign, rest = ""] = /^([^=@]*)([=@])(.*)$/s.exec(pair) ?? [];
  if (sign === undefined) return { name: "", content: Buffer.from(pair) };
  return { name, content: sign === "=" ? Buffer.from(rest) : await readSource(rest, streams) };
}

function fileOfPair(pair: string): string | undefined {
  return /^[^=@]*@(.*)$/s.exec(pair)?.[1];
}

/** RFC 3986 §2.3: all but the unreserved characters. */
export function percentEncode(content: Buffer): string {
  return content
    .toString("latin1")
    .replace(
      /[^A-Za-z0-9._~-]/g,
      (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    );
}

export const dataFile = { what: "The data file", hint: "Relative paths start at the working directory." };

export function readSource(file: string, { stdin, signal }: Streams): Promise<Buffer> {
  const asked = { ...dataFile, most: dataFileBytes, signal };
  return file === "-" ? readStdin(stdin, asked) : readInput(file, asked);
}

/** curl(1), --data: carriage returns, line feeds and null bytes of a file are left out. */
export function withoutLineEnds(content: Buffer): Buffer {
  return content.filter((octet) => octet !== 0x0d && octet !== 0x0a && octet !== 0x00) as Buffer;
}
