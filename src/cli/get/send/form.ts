/** A form of parts as curl reads `-F` (curl(1), --form), written as multipart/form-data (RFC 7578). */
import { basename } from "node:path";
import { CommandError } from "../../frame/failure.ts";
import { formKinds } from "../flags/request-flags.ts";
import {
  fileOf,
  fileSign,
  formPart,
  readPart,
  unescape,
  type FormItem,
  type PartText,
} from "./form-items.ts";
import { readSource, type Streams } from "./data.ts";
import { openPart } from "./upload.ts";

/** A body with its type, and the boundary between its parts. */
export interface Form {
  readonly body: Blob;
  readonly boundary: string;
}

/** `name=value`; `name=<file` for a file's text; `name=@file` for a file, with `;type=` and `;filename=`. */
export async function buildForm(items: readonly FormItem[], streams: Streams): Promise<Form> {
  const boundary = `meerkat-${crypto.randomUUID().replaceAll("-", "").slice(-24)}`;
  const pieces: (Blob | string | Uint8Array<ArrayBuffer>)[] = [];
  for (const [index, { name: flag, text }] of items.entries()) {
    const [, name, value] = formPart.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new CommandError(`Part ${index + 1} of ${items.length} is not of the form name=value.`, {
        hint: '"name=value" sends a value, "name=<file" a file\'s text, "name=@file" a file, "name=@file;type=image/png" one of that type.',
      });
    }
    const part = formKinds[flag] === "itself" ? { content: value } : await openFormPart(name, value, streams);
    pieces.push(`--${boundary}\r\n${headOf(name, part)}\r\n\r\n`, part.content, "\r\n");
  }
  pieces.push(`--${boundary}--\r\n`);
  return { body: new Blob(pieces), boundary };
}

interface FormPart {
  readonly content: Blob | string | Uint8Array<ArrayBuffer>;
  readonly type?: string | undefined;
  readonly filename?: string | undefined;
}

function headOf(name: string, { type, filename }: FormPart): string {
  const file = filename === undefined ? "" : `; filename="${escapeName(filename)}"`;
  const line = `Content-Disposition: form-data; name="${escapeName(name)}"${file}`;
  return type === undefined ? line : `${line}\r\nContent-Type: ${type}`;
}

// RFC 7578 §4.2 leaves the escape open; the HTML standard settles it so, and servers follow browsers.
function escapeName(name: string): string {
  return name.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}

async function openFormPart(name: string, value: string, streams: Streams): Promise<FormPart> {
  const sign = fileSign.exec(value)?.[0];
  const { content, parameters } = sign === undefined ? readValue(name, value) : readPart(value);
  const file = fileOf(content);
  refuseUnmetPart(name, { sign, file: content.slice(1), parameters });
  const type = checkType(name, parameters.get("type"));
  const given = parameters.get("filename");
  if (sign === undefined) return { content, type, filename: given };
  if (sign === "<") return { content: await bytesOf(file, streams), type, filename: given };
  const filename = given ?? (file === "-" ? "-" : basename(file));
  return {
    content: file === "-" ? await bytesOf(file, streams) : await openPart(file, streams.signal),
    type: type ?? typeOfName(filename),
    filename,
  };
}

async function bytesOf(file: string, streams: Streams): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readSource(file, streams));
}

/** What curl takes the content of a file for, by the end of its name. */
const types: ReadonlyMap<string, string> = new Map([
  [".gif", "image/gif"],
  [".jpg", "image/jpeg"],
  [".jpeg", "image/jpeg"],
  [".png", "image/png"],
  [".svg", "image/svg+xml"],
  [".txt", "text/plain"],
  [".htm", "text/html"],
  [".html", "text/html"],
  [".pdf", "application/pdf"],
  [".xml", "application/xml"],
]);

function typeOfName(name: string): string {
  return types.get(/\.[^.]*$/.exec(name.toLowerCase())?.[0] ?? "") ?? "application/octet-stream";
}

function checkType(name: string, type: string | undefined): string | undefined {
  if (type === undefined || /^[\x20-\x7e]+$/.test(type)) return type;
  throw new CommandError(`The type of the part ${JSON.stringify(name)} has characters that no type has.`, {
    hint: "A type is such as image/png.",
  });
}

/** A value, in quotes or without. What stands behind its end curl leaves out without a word. */
function readValue(name: string, value: string): PartText {
  const [, quoted, rest = ""] = /^"((?:[^"\\]|\\.)*)"(.*)$/s.exec(value) ?? [];
  if (quoted !== undefined) {
    const { content, parameters } = readPart(rest);
    if (content.trim() === "") return { content: unescape(quoted), parameters };
  }
  const read = readPart(value);
  if (/^"|;/.test(read.content))
    throw new CommandError(`curl ends the value of the part ${JSON.stringify(name)} at a quote or a ";".`, {
      hint: `Put all of it in quotes: 'name="a;b"'; a quote in it is written \\".`,
    });
  return read;
}

interface Part {
  readonly sign: string | undefined;
  readonly file: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** What curl does with a part and nothing here can. */
function refuseUnmetPart(name: string, { sign, file, parameters }: Part): void {
  const unmet = [...parameters.keys()].find((key) => key === "headers" || key === "encoder");
  const several = sign !== undefined && !/^"(?:[^"\\]|\\.)*"$/s.test(file) && /^"|,/.test(file);
  if (unmet === undefined && !several) return;
  throw new CommandError(`The part ${JSON.stringify(name)} asks for more than a part can have here.`, {
    hint:
      unmet === undefined
        ? 'A part is one file; a name with a comma stands in quotes: name=@"a,b".'
        : `";${unmet}=" is not known here; ";type=" and ";filename=" are.`,
  });
}
