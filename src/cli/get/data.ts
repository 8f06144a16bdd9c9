/** What a request sends: `-d` as curl reads it, `-F` as a form of parts, `-T` as a file. */
import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import type { BodyInput } from "../../client/index.ts";
import { readInput, unreadable } from "../frame/files.ts";
import { CommandError } from "../frame/failure.ts";
import type { GetFlags } from "./flags.ts";

/** The body; `undefined` where nothing is sent. */
export async function readBody(
  { data, form, uploadFile }: GetFlags,
  stdin: Readable,
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
  if (uploadFile === "-") return stdin as AsyncIterable<Uint8Array>;
  if (uploadFile !== undefined) return openFile(uploadFile);
  return form === undefined ? joinData(data ?? [], stdin) : buildForm(form);
}

/** The values of `-d` joined by `&`, files read as curl reads them. */
async function joinData(values: readonly string[], stdin: Readable): Promise<Uint8Array | undefined> {
  if (values.length === 0) return undefined;
  const parts: Buffer[] = [];
  for (const [index, value] of values.entries()) {
    if (index > 0) parts.push(Buffer.from("&"));
    if (value.startsWith("@")) parts.push(withoutLineEnds(await readSource(value.slice(1), stdin)));
    else parts.push(Buffer.from(value));
  }
  return Buffer.concat(parts);
}

/** `name=value`, or `name=@file` with `;type=` and `;filename=`. */
async function buildForm(parts: readonly string[]): Promise<FormData> {
  const form = new FormData();
  for (const part of parts) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(part) ?? [];
    if (name === undefined || value === undefined) {
      throw new CommandError(`The part ${JSON.stringify(part)} is not of the form name=value.`, {
        hint: '"name=value" sends a value, "name=@file" a file, "name=@file;type=image/png" one of that type.',
      });
    }
    if (!value.startsWith("@")) {
      form.append(name, value);
      continue;
    }
    const [file = "", ...parameters] = value.slice(1).split(";");
    const parameter = (key: string): string | undefined =>
      parameters.find((text) => text.startsWith(`${key}=`))?.slice(key.length + 1);
    form.append(name, await openFile(file, parameter("type")), parameter("filename") ?? basename(file));
  }
  return form;
}

/** A file as a body: read as it is sent, and of known length. */
async function openFile(file: string, type?: string): Promise<Blob> {
  try {
    await stat(file); // openAsBlob names every failure alike.
    return await openAsBlob(file, type === undefined ? {} : { type });
  } catch (error) {
    throw unreadable(file, error, dataFile);
  }
}

const dataFile = { what: "The data file", hint: "Relative paths start at the working directory." };

async function readSource(file: string, stdin: Readable): Promise<Buffer> {
  if (file !== "-") return readInput(file, dataFile);
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** curl(1), --data: "carriage returns, newlines and null bytes are stripped out" of a file. */
function withoutLineEnds(content: Buffer): Buffer {
  return content.filter((octet) => octet !== 0x0d && octet !== 0x0a && octet !== 0x00) as Buffer;
}
