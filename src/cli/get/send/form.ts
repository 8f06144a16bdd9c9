/** A form of parts as curl reads `-F` (curl(1), --form), written as multipart/form-data (RFC 7578). */
import { basename } from "node:path";
import { CommandError } from "../../frame/failure.ts";
import { formKinds } from "../flags/request-flags.ts";
import {
  fileOf,
  fileSign,
  formPart,
  readPart,
  splitFiles,
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

/** `name=value`; `name=<file` for a file's text; `name=@file` or `name=@file,file` for files, with `;type=`, `;filename=` and others. */
export async function buildForm(items: readonly FormItem[], streams: Streams): Promise<Form> {
  const parts: FormPart[] = [];
  for (const [index, { name: flag, text }] of items.entries()) {
    const [, name, value] = formPart.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new CommandError(`Part ${index + 1} of ${items.length} is not of the form name=value.`, {
        hint: '"name=value" sends a value, "name=<file" a file\'s text, "name=@file" a file, "name=@file;type=image/png" one of that type.',
      });
    }
    const disposition = `form-data; name="${escapeName(name)}"`;
    parts.push(
      formKinds[flag] === "itself"
        ? { disposition, content: value }
        : await openNamedPart(name, value, { disposition, streams }),
    );
  }
  return joinParts(parts);
}

/** A multipart body of these (RFC 2046 §5.1.1). */
function joinParts(parts: readonly FormPart[]): Form {
  const boundary = `meerkat-${crypto.randomUUID().replaceAll("-", "").slice(-24)}`;
  const pieces = parts.flatMap((part) => [`--${boundary}\r\n${headOf(part)}\r\n\r\n`, part.content, "\r\n"]);
  return { body: new Blob([...pieces, `--${boundary}--\r\n`]), boundary };
}

interface FormPart {
  readonly disposition: string;
  readonly content: Blob | string | Uint8Array<ArrayBuffer>;
  readonly type?: string | undefined;
  readonly filename?: string | undefined;
  readonly encoder?: string | undefined;
  /** Whole lines. */
  readonly headers?: readonly string[];
}

function headOf({ disposition, type, filename, encoder, headers = [] }: FormPart): string {
  const file = filename === undefined ? "" : `; filename="${escapeName(filename)}"`;
  const own = type !== undefined && !headers.some((line) => /^content-type:/i.test(line));
  return [
    `Content-Disposition: ${disposition}${file}`,
    ...(own ? [`Content-Type: ${type}`] : []),
    ...(encoder === undefined ? [] : [`Content-Transfer-Encoding: ${encoder}`]),
    ...headers,
  ].join("\r\n");
}

// RFC 7578 §4.2 leaves the escape open; the HTML standard settles it so, and servers follow browsers.
function escapeName(name: string): string {
  return name.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}

interface Around {
  readonly disposition: string;
  readonly streams: Streams;
}

/** Several files under one name are a body of parts within the part (curl(1), --form), which RFC 7578 §4.3 leaves to older servers. */
async function openNamedPart(name: string, value: string, around: Around): Promise<FormPart> {
  const files = value.startsWith("@") ? splitFiles(value) : [value];
  const [only = ""] = files;
  if (files.length < 2) return openFormPart(name, only, around);
  const parts: FormPart[] = [];
  for (const file of files)
    parts.push(await openFormPart(name, file, { ...around, disposition: "attachment" }));
  const { body, boundary } = joinParts(parts);
  return { disposition: around.disposition, content: body, type: `multipart/mixed; boundary=${boundary}` };
}

async function openFormPart(
  name: string,
  value: string,
  { disposition, streams }: Around,
): Promise<FormPart> {
  const sign = fileSign.exec(value)?.[0];
  const {
    content,
    parameters,
    headers: typed,
  } = sign === undefined ? readValue(name, value) : readPart(value);
  const file = fileOf(content);
  const type = checkType(name, parameters.get("type"));
  const encoder = checkEncoder(name, parameters.get("encoder"));
  const given = parameters.get("filename");
  const headers = await readHeaders(name, typed, streams);
  const common = { disposition, encoder, headers };
  if (sign === undefined)
    return { ...common, content: await encode(content, encoder), type, filename: given };
  if (sign === "<")
    return { ...common, content: await encode(await bytesOf(file, streams), encoder), type, filename: given };
  const filename = given ?? (file === "-" ? "-" : basename(file));
  const opened = file === "-" ? await bytesOf(file, streams) : await openPart(file, streams.signal);
  return {
    ...common,
    content: await encode(opened, encoder),
    type: type ?? (file === "-" ? knownType(filename) : typeOfName(filename, file)),
    filename,
  };
}

const encoders = ["binary", "8bit", "7bit", "base64"];

function checkEncoder(name: string, encoder: string | undefined): string | undefined {
  if (encoder === undefined || encoders.includes(encoder)) return encoder;
  throw new CommandError(`The part ${JSON.stringify(name)} cannot be encoded as "${encoder}".`, {
    hint: `Those that are known are ${encoders.join(", ")}.`,
  });
}

/** RFC 2045 §6.8: base64 in lines of 76 signs. */
async function encode(
  content: FormPart["content"],
  encoder: string | undefined,
): Promise<FormPart["content"]> {
  if (encoder !== "base64") return content;
  const octets = Buffer.from(await new Blob([content]).arrayBuffer());
  return octets.toString("base64").replaceAll(/.{76}(?=.)/g, "$&\r\n");
}

/** Lines of a part's own head: each typed, or a file's, in which `#` begins a comment. */
async function readHeaders(
  name: string,
  typed: readonly string[],
  streams: Streams,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const one of typed) {
    if (!fileSign.test(one)) lines.push(one);
    else {
      const text = (await readSource(one.slice(1), streams)).toString();
      lines.push(...text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#")));
    }
  }
  const bad = lines.find((line) => !/^[\w!#$%&'*+.^`|~-]+:[^\r\n\0]*$/.test(line));
  if (bad === undefined) return lines;
  throw new CommandError(
    `A line of ";headers=" of the part ${JSON.stringify(name)} is not of the form "Name: value".`,
    {
      hint: 'Write headers="X-Name: value", or headers=@FILE with such lines.',
    },
  );
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

/** By the first name with an end that is known. */
function typeOfName(...names: readonly string[]): string {
  return names.map(knownType).find((type) => type !== undefined) ?? "application/octet-stream";
}

function knownType(name: string): string | undefined {
  return types.get(/\.[^.]*$/.exec(name.toLowerCase())?.[0] ?? "");
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
    const read = readPart(rest);
    if (read.content.trim() === "") return { ...read, content: unescape(quoted) };
  }
  const read = readPart(value);
  if (/^"|;/.test(read.content))
    throw new CommandError(`curl ends the value of the part ${JSON.stringify(name)} at a quote or a ";".`, {
      hint: `Put all of it in quotes: 'name="a;b"'; a quote in it is written \\".`,
    });
  return read;
}
