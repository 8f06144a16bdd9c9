/** What a request sends: `-d` as curl reads it, `-F` as a form of parts, `-T` as a file. */
import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { addAbortSignal } from "node:stream";
import type { BodyInput } from "../../client/index.ts";
import type { Context } from "../frame/context.ts";
import { readInput, readStdin, streamOf, unreadable } from "../frame/files.ts";
import { CommandError } from "../frame/failure.ts";
import { dataFileBytes } from "../limits.ts";
import type { GetFlags } from "./flags.ts";

type Streams = Pick<Context, "stdin" | "signal">;

/** The body; `undefined` where nothing is sent. */
export async function readBody(
  { data, form, uploadFile }: GetFlags,
  streams: Streams,
): Promise<BodyInput | undefined> {
  const given = [data, form, uploadFile].filter((one) => one !== undefined);
  if (given.length > 1) {
    throw new CommandError(
      "A request has one body: --data, --form and --upload-file cannot stand together.",
      {
        hint: "Leave all but one of them out.",
      },
    );
  }
  if (uploadFile === "-") return addAbortSignal(streams.signal, streams.stdin) as AsyncIterable<Uint8Array>;
  if (uploadFile !== undefined) return openUpload(uploadFile, streams.signal);
  return form === undefined ? joinData(data ?? [], streams) : buildForm(form, streams);
}

/** The files that a body is read from, as they were named. */
export function filesOfBody({ data = [], form = [], uploadFile }: GetFlags): readonly string[] {
  const ofData = data.filter((value) => value.startsWith("@")).map((value) => value.slice(1));
  const ofForm = form.flatMap((part) => {
    const value = formPart.exec(part)?.[2] ?? "";
    return fileSign.test(value) ? [readPart(value).content.slice(1)] : [];
  });
  return [...ofData, ...ofForm, ...(uploadFile === undefined ? [] : [uploadFile])];
}

const formPart = /^([^=]+)=(.*)$/s;
const fileSign = /^[@<]/;

/** The values of `-d` joined by `&`, files read as curl reads them. */
async function joinData(values: readonly string[], streams: Streams): Promise<Uint8Array | undefined> {
  if (values.length === 0) return undefined;
  const parts: Buffer[] = [];
  for (const [index, value] of values.entries()) {
    if (index > 0) parts.push(Buffer.from("&"));
    if (value.startsWith("@")) parts.push(withoutLineEnds(await readSource(value.slice(1), streams)));
    else parts.push(Buffer.from(value));
  }
  return Buffer.concat(parts);
}

/** `name=value`; `name=<file` for a file's text; `name=@file` for a file, with `;type=` and `;filename=`. */
async function buildForm(parts: readonly string[], streams: Streams): Promise<FormData> {
  const form = new FormData();
  for (const [index, part] of parts.entries()) {
    const [, name, value] = formPart.exec(part) ?? [];
    if (name === undefined || value === undefined) {
      throw new CommandError(`Part ${index + 1} of ${parts.length} is not of the form name=value.`, {
        hint: '"name=value" sends a value, "name=<file" a file\'s text, "name=@file" a file, "name=@file;type=image/png" one of that type.',
      });
    }
    const sign = fileSign.exec(value)?.[0];
    const { content, parameters } = sign === undefined ? readValue(name, value) : readPart(value);
    const file = content.slice(1);
    refuseUnmetPart(name, { sign, file, parameters });
    if (sign === undefined) form.append(name, content);
    else if (sign === "<") form.append(name, (await readSource(file, streams)).toString("utf8"));
    else
      form.append(
        name,
        await openPart(file, { type: parameters.get("type"), signal: streams.signal }),
        parameters.get("filename") ?? basename(file),
      );
  }
  return form;
}

/** What curl reads behind a part's content. */
const partParameters = /;\s*(type|filename|headers|encoder)=([^;]*)/g;

interface PartText {
  readonly content: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** A value, in quotes or without. What stands behind its end curl leaves out without a word. */
function readValue(name: string, value: string): PartText {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  if (quoted !== undefined) return { content: quoted.replaceAll(/\\(["\\])/g, "$1"), parameters: new Map() };
  const read = readPart(value);
  if (/^"|;/.test(read.content))
    throw new CommandError(`curl ends the value of the part ${JSON.stringify(name)} at a quote or a ";".`, {
      hint: `Put all of it in quotes: 'name="a;b"'; a quote in it is written \\".`,
    });
  return read;
}

function readPart(value: string): PartText {
  const parameters = [...value.matchAll(partParameters)].map(
    ([, key = "", text = ""]) => [key, text] as const,
  );
  return { content: value.replaceAll(partParameters, ""), parameters: new Map(parameters) };
}

interface Part {
  readonly sign: string | undefined;
  readonly file: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** What curl does with a part and nothing here can. */
function refuseUnmetPart(name: string, { sign, file, parameters }: Part): void {
  const known = sign === "@" ? ["type", "filename"] : [];
  const unmet = [...parameters.keys()].find((key) => !known.includes(key));
  const several = sign !== undefined && /^"|,/.test(file);
  if (unmet === undefined && !several) return;
  throw new CommandError(`The part ${JSON.stringify(name)} asks for more than a part can have here.`, {
    hint:
      unmet === undefined
        ? "A part is one file, whose name has neither a comma nor quotes around it."
        : `";${unmet}=" is not known ${sign === "@" ? "here" : "for a value; it is for a file (name=@file)"}.`,
  });
}

/** A file as a body, read as it is sent; of known length, but for what a pipe or a device gives. */
async function openUpload(file: string, signal: AbortSignal): Promise<BodyInput> {
  try {
    return (await isStream(file)) ? await streamOf(file, signal) : await openAsBlob(file);
  } catch (error) {
    throw unreadable(file, error, dataFile);
  }
}

/** The same as a part, whose length has to be known: what a pipe or a device gives is read before. */
async function openPart(
  file: string,
  { type, signal }: { readonly type: string | undefined; readonly signal: AbortSignal },
): Promise<Blob> {
  const typed = type === undefined ? {} : { type };
  try {
    if (!(await isStream(file))) return await openAsBlob(file, typed);
  } catch (error) {
    throw unreadable(file, error, dataFile);
  }
  return new Blob(
    [new Uint8Array(await readInput(file, { ...dataFile, most: dataFileBytes, signal }))],
    typed,
  );
}

/** Throws where nothing is there, or a folder: openAsBlob names every failure alike. */
async function isStream(file: string): Promise<boolean> {
  const found = await stat(file);
  if (found.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  return !found.isFile();
}

const dataFile = { what: "The data file", hint: "Relative paths start at the working directory." };

function readSource(file: string, { stdin, signal }: Streams): Promise<Buffer> {
  const asked = { ...dataFile, most: dataFileBytes, signal };
  return file === "-" ? readStdin(stdin, asked) : readInput(file, asked);
}

/** curl(1), --data: "carriage returns, newlines and null bytes are stripped out" of a file. */
function withoutLineEnds(content: Buffer): Buffer {
  return content.filter((octet) => octet !== 0x0d && octet !== 0x0a && octet !== 0x00) as Buffer;
}
