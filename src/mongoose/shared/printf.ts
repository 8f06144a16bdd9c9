/**
 * `printf` as far as requests and log lines need it: flags, width, precision and `*`; d i u x X o c s p f e g %.
 * Length modifiers (`l ll z h j t`) are read and mean nothing: a number is a number.
 */
import { HttpsError } from "../../core/index.ts";
import { mongooseLimits } from "../limits.ts";
import { mg_str } from "./str.ts";

/** What a conversion can be given. */
export type Printable = string | number | bigint | boolean | mg_str | Uint8Array | null | undefined;

const conversion = /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?(?:hh|h|ll|l|z|j|t)?([diuxXocspfFeEgG%])/g;
const utf8 = new TextDecoder();

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
    const [, flags, width, precision, kind] = match as [
      string,
      string,
      string | undefined,
      string | undefined,
      string,
    ];
    if (kind === "%") return "%";
    const wide = width === "*" ? Number(take()) : Number(width ?? 0);
    const exact =
      precision === "*" ? Number(take()) : precision === undefined ? undefined : Number(precision);
    return pad(convert(kind, { value: take(), flags, exact }), kind, { flags, wide, exact });
  });
  if (taken < args.length) throw invalid(format, `${args.length} arguments`);
  return text;
}

interface Piece {
  readonly value: Printable;
  readonly flags: string;
  readonly exact: number | undefined;
}

function convert(kind: string, { value, flags, exact }: Piece): string {
  switch (kind) {
    case "s":
      return asText(value, exact);
    case "c":
      return typeof value === "number" ? String.fromCharCode(value) : asText(value, 1);
    case "d":
    case "i":
    case "u":
      return signed(
        integer(value)
          .toString()
          .padStart(exact ?? 0, "0"),
        flags,
      );
    case "x":
    case "p":
      return `${flags.includes("#") || kind === "p" ? "0x" : ""}${integer(value).toString(16)}`;
    case "X":
      return integer(value).toString(16).toUpperCase();
    case "o":
      return integer(value).toString(8);
    case "f":
    case "F":
      return signed(Number(value).toFixed(bounded(exact ?? 6)), flags);
    case "e":
    case "E":
      // C writes two digits of exponent at least.
      return signed(
        Number(value)
          .toExponential(bounded(exact ?? 6))
          .replace(/([+-])(\d)$/, "$10$2"),
        flags,
      );
    default: {
      const digits = bounded(exact ?? 6);
      return signed(String(Number(Number(value).toPrecision(digits === 0 ? 1 : digits))), flags);
    }
  }
}

/** Text of anything; a precision counts bytes, as in C, where it is bytes that are given. */
function asText(value: Printable, exact: number | undefined): string {
  const shown = value instanceof mg_str ? value.p : value;
  if (shown instanceof Uint8Array) return utf8.decode(exact === undefined ? shown : shown.subarray(0, exact));
  const text = shown === null || shown === undefined ? "(null)" : String(shown);
  return exact === undefined ? text : text.slice(0, exact);
}

function integer(value: Printable): bigint {
  if (typeof value === "bigint") return value;
  const number = Math.trunc(Number(value));
  return Number.isFinite(number) ? BigInt(number) : 0n;
}

function signed(digits: string, flags: string): string {
  if (digits.startsWith("-")) return digits;
  if (flags.includes("+")) return `+${digits}`;
  return flags.includes(" ") ? ` ${digits}` : digits;
}

function bounded(digits: number): number {
  return Math.min(100, digits);
}

function pad(
  text: string,
  kind: string,
  {
    flags,
    wide,
    exact,
  }: { readonly flags: string; readonly wide: number; readonly exact: number | undefined },
): string {
  const width = Math.min(Math.abs(wide), mongooseLimits.printfWidth.value);
  if (flags.includes("-") || wide < 0) return text.padEnd(width);
  const zeros =
    flags.includes("0") && kind !== "s" && kind !== "c" && (exact === undefined || "feg".includes(kind));
  if (!zeros) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function invalid(format: string, given: string): HttpsError {
  return new HttpsError("option-invalid", {
    option: "fmt",
    value: given,
    expected: `one argument for each conversion of ${JSON.stringify(format)}`,
  });
}
