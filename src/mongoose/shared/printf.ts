/**
 * `printf` as ISO C has it (§7.21.6.1) on a machine whose `int` has 32 bits and whose `long` has 64: flags, width,
 * precision and `*`; hh h l ll z j t; d i u x X o c s p f F e E g G %. Width and precision of text count bytes of UTF-8.
 */
import { HttpsError } from "../../core/index.ts";
import { mongooseLimits } from "../limits.ts";
import { exponential, fixed, shortest } from "./decimal.ts";
import { mg_str } from "./str.ts";

/** What a conversion can be given. */
export type Printable = string | number | bigint | boolean | mg_str | Uint8Array | null | undefined;

const conversion = /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?(hh|h|ll|l|z|j|t)?([diuxXocspfFeEgG%])/g;
const utf8 = new TextDecoder();
const utf8Writer = new TextEncoder();

/**
 * The text that a format and its arguments amount to.
 * @throws HttpsError `option-invalid` for a conversion that is none, or that has no argument: in C, undefined behaviour
 */
export function formatText(format: string, args: readonly Printable[]): string {
  let taken = 0;
  const take = (): Printable => {
    if (taken >= args.length) throw invalid(format, `${taken} arguments`);
    return args[taken++];
  };
  const rest = format.replaceAll(conversion, "");
  if (rest.includes("%")) throw invalid(format, "a conversion that is none");
  const text = format.replaceAll(conversion, (...match: unknown[]) => {
    const [, flags = "", width = "0", precision, size = "", kind = ""] = match as (string | undefined)[];
    if (kind === "%") return "%";
    const wide = Number(width === "*" ? take() : width);
    const exact = precision === "*" ? Number(take()) : precision && Number(precision);
    return writeOne({
      flags,
      wide,
      // A negative one is as if it were left out.
      exact: precision === "" ? 0 : typeof exact === "number" && exact >= 0 ? exact : undefined,
      bits: bitsOf(size),
      kind,
      value: take(),
    });
  });
  if (taken < args.length) throw invalid(format, `${args.length} arguments`);
  return text;
}

interface Piece {
  readonly flags: string;
  readonly wide: number;
  readonly exact: number | undefined;
  readonly bits: number;
  readonly kind: string;
  readonly value: Printable;
}

function bitsOf(size: string): number {
  return size === "" ? 32 : size === "hh" ? 8 : size === "h" ? 16 : 64;
}

function writeOne(piece: Piece): string {
  const { kind, value } = piece;
  switch (kind) {
    case "s":
      return padText(cutText(value, piece.exact), piece);
    case "c":
      return padText(
        typeof value === "number" ? String.fromCharCode(value & 0xff) : cutText(value, 1),
        piece,
      );
    case "d":
    case "i":
      return padNumber(BigInt.asIntN(piece.bits, integer(value)), digitsOf, piece);
    case "p":
      return padText(
        value === null || value === undefined ? "(nil)" : `0x${integer(value).toString(16)}`,
        piece,
      );
    case "u":
    case "x":
    case "X":
    case "o":
      return padNumber(BigInt.asUintN(piece.bits, integer(value)), digitsOf, piece);
    default:
      return padNumber(Number(value), decimalsOf, piece);
  }
}

/** The digits of a whole number, without a sign, and what stands before them. */
function digitsOf(value: bigint, { kind, flags, exact = 1 }: Piece): string {
  if (value === 0n && exact === 0) return kind === "o" && flags.includes("#") ? "0" : "";
  const least = bounded(exact, mongooseLimits.printfWidth.value);
  const base = kind === "o" ? 8 : kind === "x" || kind === "X" ? 16 : 10;
  const digits = (value < 0n ? -value : value).toString(base).padStart(least, "0");
  if (!flags.includes("#") || base === 10 || value === 0n) return digits;
  if (base === 8) return digits.startsWith("0") ? digits : `0${digits}`;
  return kind === "X" ? digits.toUpperCase() : digits;
}

/** A number as `f`, `e` or `g` writes it, without a sign. */
function decimalsOf(value: number, { kind, flags, exact = 6 }: Piece): string {
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return Number.isNaN(size) ? "nan" : "inf";
  const digits = bounded(exact, mongooseLimits.printfWidth.value);
  const keepsPoint = flags.includes("#");
  const lower = kind.toLowerCase();
  const text =
    lower === "f"
      ? fixed(size, digits)
      : lower === "e"
        ? exponential(size, digits)
        : shortest(size, digits, keepsPoint);
  return keepsPoint && !text.includes(".") ? text.replace(/^\d+/, "$&.") : text;
}

function padNumber<N extends number | bigint>(
  value: N,
  write: (value: N, piece: Piece) => string,
  piece: Piece,
): string {
  const { flags, kind, wide, exact } = piece;
  const isSigned = !"uxXo".includes(kind);
  const isNegative = value < 0 || Object.is(value, -0);
  const plus = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const sign = isNegative ? "-" : isSigned ? plus : "";
  const prefix =
    flags.includes("#") && (kind === "x" || kind === "X") && value !== (0n as N) ? `0${kind}` : "";
  const written = write(value, piece);
  const digits = /[XEFG]/.test(kind) ? written.toUpperCase() : written;
  const isWhole = typeof value === "bigint";
  const fillsZeros = flags.includes("0") && (isWhole ? exact === undefined : Number.isFinite(value));
  const head = sign + prefix;
  if (!fillsZeros || isLeft(piece)) return padText(head + digits, piece);
  return head + digits.padStart(widthOf(wide) - head.length, "0");
}

function padText(text: string, piece: Piece): string {
  const missing = Math.max(0, widthOf(piece.wide) - utf8Writer.encode(text).length);
  return isLeft(piece) ? text + " ".repeat(missing) : " ".repeat(missing) + text;
}

function isLeft({ flags, wide }: Piece): boolean {
  return flags.includes("-") || wide < 0;
}

function widthOf(wide: number): number {
  return bounded(Math.abs(wide), mongooseLimits.printfWidth.value);
}

/** Text of anything, so many bytes of it at most. */
function cutText(value: Printable, exact: number | undefined): string {
  const shown = value instanceof mg_str ? value.p : value;
  if (!(shown instanceof Uint8Array) && exact === undefined) return textOf(shown);
  const bytes = shown instanceof Uint8Array ? shown : utf8Writer.encode(textOf(shown));
  return utf8.decode(bytes.subarray(0, exact));
}

function textOf(value: Exclude<Printable, mg_str | Uint8Array>): string {
  return value === null || value === undefined ? "(null)" : String(value);
}

function integer(value: Printable): bigint {
  if (typeof value === "bigint") return value;
  const number = Math.trunc(Number(value));
  return Number.isFinite(number) ? BigInt(number) : 0n;
}

function bounded(wanted: number, most: number): number {
  return Math.min(most, wanted);
}

function invalid(format: string, given: string): HttpsError {
  return new HttpsError("option-invalid", {
    option: "fmt",
    value: given,
    expected: `one argument for each conversion of ${JSON.stringify(format)}`,
  });
}
