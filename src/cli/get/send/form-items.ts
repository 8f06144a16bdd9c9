/** The parts of a form as they were typed: which flags make one up, and which files they name (curl(1), --form). */
import { formKinds } from "../flags/request-flags.ts";
import type { Given } from "../line/read-words.ts";

export const formPart: RegExp = /^([^=]+)=(.*)$/s;
export const fileSign: RegExp = /^[@<]/;

/** A value of one of the flags that make up a form. */
export interface FormItem {
  readonly name: keyof typeof formKinds;
  readonly text: string;
}

/** The parts of a command line, in its order. */
export function formItems(given: readonly Given[]): readonly FormItem[] {
  return given.filter((one): one is FormItem => Object.hasOwn(formKinds, one.name));
}

/** The files that these are read from. */
export function filesOfForm(items: readonly FormItem[]): readonly string[] {
  return items.flatMap(({ name, text }) => {
    const value = formPart.exec(text)?.[2] ?? "";
    if (formKinds[name] !== "a file") return [];
    const parts = (value.startsWith("@") ? splitFiles(value) : [value]).map(readPart);
    return parts.flatMap(({ content, headers }) => [
      ...(fileSign.test(content) ? [fileOf(content)] : []),
      ...headers.filter((one) => fileSign.test(one)).map((one) => one.slice(1)),
    ]);
  });
}

/** `@a;type=x,b`: each file with what stands behind it, and the sign in front. */
export function splitFiles(value: string): readonly string[] {
  const pieces = value.slice(1).match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|"(?![^]*"))+/gs) ?? [""];
  return pieces.map((one) => `@${one}`);
}

/** What curl reads behind a part's content. */
const partParameters = /;\s*(type|filename|headers|encoder)=("(?:[^"\\]|\\.)*"|[^;]*)/g;

export interface PartText {
  readonly content: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** Of `headers=`, which may be repeated. */
  readonly headers: readonly string[];
}

export function readPart(value: string): PartText {
  const found = [...value.matchAll(partParameters)].map(
    ([, key = "", text = ""]) => [key, unquote(text.trimEnd())] as const,
  );
  return {
    content: value.replaceAll(partParameters, ""),
    parameters: new Map(found.filter(([key]) => key !== "headers")),
    headers: found.filter(([key]) => key === "headers").map(([, text]) => text),
  };
}

function unquote(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(text)?.[1];
  return quoted === undefined ? text : unescape(quoted);
}

export function unescape(quoted: string): string {
  return quoted.replaceAll(/\\(["\\])/g, "$1");
}

/** Without the sign in front, and the quotes around it. */
export function fileOf(content: string): string {
  return unquote(content.slice(1));
}
