/**
 * What a console shows of an object: its values as they came from a peer, and nothing of them that a terminal obeys. Node
 * escapes C0 and C1 in the strings of an object, but no marks of direction, and nothing in the message of a cause.
 */
import { bare } from "./options/own.ts";
import { showControlsInLines } from "./shown-text.ts";

type Inspect = (value: unknown, options: object) => string;

interface Options {
  readonly colors?: boolean;
}

/** Has the objects of a class shown so, by util.inspect and by whoever asks as it does; they are shown as usual otherwise. */
export function makeShowable(prototype: object): void {
  Object.defineProperty(prototype, Symbol.for("nodejs.util.inspect.custom"), { value: inspectSafely });
}

/** Has the objects of a class, whose values are behind getters, shown by these, and by a name that no bundler changes. */
export function showAs<T extends object>(prototype: T, name: string, valuesOf: (shown: T) => object): void {
  const value = function (this: T, depth: number | null, options: Options, inspect: Inspect): unknown {
    if (this === prototype) return this;
    const text = inspect(valuesOf(this), bare({ ...options, depth }));
    return `${name} ${withoutControls(text, options)}`;
  };
  Object.defineProperty(prototype, Symbol.for("nodejs.util.inspect.custom"), { value });
}

const underWay = new WeakSet<object>();

function inspectSafely(this: object, depth: number | null, options: Options, inspect: Inspect): unknown {
  // Asked again from below: whoever gives itself is shown as usual.
  if (underWay.has(this)) return this;
  underWay.add(this);
  try {
    return withoutControls(inspect(this, bare({ ...options, depth })), options);
  } finally {
    underWay.delete(this);
  }
}

function withoutControls(text: string, options: Options): string {
  return bare(options).colors === true ? showBesideColours(text) : showControlsInLines(text);
}

/** What util.inspect colours with: bold, italic and underlined, the colours of its styles, and their ends. */
const inspectColours = /(\x1b\[(?:1|3|4|2[234]|3[1-6]|39|90)m)/;

function showBesideColours(text: string): string {
  return text
    .split(inspectColours)
    .map((part, at) => (at % 2 === 1 ? part : showControlsInLines(part)))
    .join("");
}
