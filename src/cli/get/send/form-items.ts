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
    return formKinds[name] === "a file" && fileSign.test(value) ? [fileOf(readPart(value).content)] : [];
  });
}

/** What curl reads behind a part's content. */
const partParameters = /;\s*(type|filename|headers|encoder)=("(?:[^"\\]|\\.)*"|[^;]*)/g;

export interface PartText {
  readonly content: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export function readPart(value: string): PartText {
  const parameters = [...value.matchAll(partParameters)].map(
    ([, key = "", text = ""]) => [key, unquote(text.trimEnd())] as const,
  );
  return { content: value.replaceAll(partParameters, ""), parameters: new Map(parameters) };
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
