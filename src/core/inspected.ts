/**
 * What a console shows of an object: its values as they came from a peer, and nothing of them that a terminal obeys. Node
 * escapes C0 and C1 in the strings of an object, but no marks of direction, and nothing in the message of a cause.
 */
import { bare } from "./options/own.ts";
import { showControlsInLines } from "./shown-text.ts";

type Inspect = (value: unknown, options: object) => string;

/** Has the objects of a class shown so, by util.inspect and by whoever asks as it does; they are shown as usual otherwise. */
export function makeShowable(prototype: object): void {
  Object.defineProperty(prototype, Symbol.for("nodejs.util.inspect.custom"), { value: inspectSafely });
}

const underWay = new WeakSet<object>();

function inspectSafely(
  this: object,
  depth: number | null,
  options: { readonly colors?: boolean },
  inspect: Inspect,
): unknown {
  // Asked again from below: whoever gives itself is shown as usual.
  if (underWay.has(this)) return this;
  underWay.add(this);
  try {
    const text = inspect(this, bare({ ...options, depth }));
    return bare(options).colors === true ? showBesideColours(text) : showControlsInLines(text);
  } finally {
    underWay.delete(this);
  }
}

/** What util.inspect colours with: bold, italic and underlined, the colours of its styles, and their ends. */
const inspectColours = /(\x1b\[(?:1|3|4|2[234]|3[1-6]|39|90)m)/;

function showBesideColours(text: string): string {
  return text
    .split(inspectColours)
    .map((part, at) => (at % 2 === 1 ? part : showControlsInLines(part)))
    .join("");
}
