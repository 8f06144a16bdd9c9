/** Numbers in what somebody pasted, and whose errors they are. */
import type { ForeignError, ForeignProgram } from "./foreign-program.ts";
import { foreignPrograms } from "./programs.ts";

interface NumberReading {
  readonly program: ForeignProgram;
  readonly error: ForeignError;
}

/** Every program that has the number. A sign that is missing may have been left out; one that is there counts. */
export function readNumber(number: number): readonly NumberReading[] {
  const exact = foreignPrograms.flatMap((program) => readIn(program, number));
  if (exact.length > 0) return exact;
  return foreignPrograms.flatMap((program) =>
    program.numberFor === undefined ? [] : readIn(program, program.numberFor(number)),
  );
}

function readIn(program: ForeignProgram, number: number): NumberReading[] {
  return program.errors
    .filter((error) => error.number === number || (number > 0 && error.number === -number))
    .map((error) => ({ program, error }));
}

/** A number as its program writes it. */
export function renderForeignNumber(number: number, { radix = 10 }: Pick<ForeignProgram, "radix">): string {
  if (radix === 10) return String(number);
  const digits = Math.abs(number).toString(16);
  return `${number < 0 ? "-" : ""}0x${digits.padStart(digits.length > 4 ? 8 : 4, "0")}`;
}

/** Words that say of the number behind them only that it is an error's. */
export const fillers: ReadonlySet<string> = new Set(
  "err error errors code exit num number returned returns result ret rc status failed with was is".split(" "),
);

// "::1" is an address, whatever stands around it.
const aloneNumber = /^(?!.*::)[^\w-]*(-?)(0x[\da-f]{1,8}|\d{1,10})\W*$/i;
const aloneOpenssl = /^\W*((?:0a|14)[\da-f]{6})\W*$/i;

/** The number that the text is, and nothing else; `exit code 60` says no more than `60`. */
export function numberAlone(pasted: string): number | undefined {
  const text = pasted.replace(/^(?:\W*[a-z]+\b)+/i, (words) =>
    words.match(/[a-z]+/gi)?.every((word) => fillers.has(word.toLowerCase())) === true ? "" : words,
  );
  const openssl = aloneOpenssl.exec(text);
  if (openssl !== null) return Number(`0x${openssl[1] ?? ""}`);
  const alone = aloneNumber.exec(text);
  return alone === null ? undefined : signed(alone[1], alone[2]);
}

/** A word as a number without a sign. */
export function readWord(word: string): number | undefined {
  return /^(?:0x[\da-f]{1,8}|\d{1,10})$/.test(word) ? Number(word) : undefined;
}

// Hexadecimal; OpenSSL's after "error:"; negative with three digits, without a time zone's zero; "(-76)".
// What stands behind "errno" is the system's.
const telling =
  /(?<![\w.-])(?<!errno\W{0,3})(-?)(0x[\da-f]{1,8})(?!\w)|error:([\da-f]{8}):|(?<![\w.-])(?<!errno\W{0,3})(-)([1-9]\d{2,9})(?![\w.-])|\((-)([1-9]\d?)\)/gi;

/** The numbers in a sentence that can be nothing but an error's. */
export function findNumbers(text: string): number[] {
  return [...text.matchAll(telling)].map(([, hexSign, hex, openssl, sign, digits, shortSign, short]) => {
    if (openssl !== undefined) return Number(`0x${openssl}`);
    return signed(hexSign ?? sign ?? shortSign, hex ?? digits ?? short);
  });
}

function signed(sign = "", digits = ""): number {
  return sign === "-" ? -Number(digits) : Number(digits);
}
