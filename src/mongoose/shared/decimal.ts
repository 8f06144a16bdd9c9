/**
 * Numbers in decimal as C writes them (ISO C §7.21.6.1, `f`, `e` and `g`): the exact value of the double, rounded once, a
 * tie to the even digit.
 */

/** `[-]ddd.ddd`, with so many digits behind the point. */
export function fixed(value: number, digits: number): string {
  const scaled = scaledBy(Math.abs(value), digits)
    .toString()
    .padStart(digits + 1, "0");
  const whole = scaled.slice(0, scaled.length - digits);
  return signOf(value) + whole + (digits === 0 ? "" : `.${scaled.slice(-digits)}`);
}

/** `[-]d.ddde±dd`, with so many digits behind the point. */
export function exponential(value: number, digits: number): string {
  const { text, exponent } = significant(value, digits);
  const magnitude = String(Math.abs(exponent)).padStart(2, "0");
  const fraction = digits === 0 ? "" : `.${text.slice(1)}`;
  return `${signOf(value)}${text.slice(0, 1)}${fraction}e${exponent < 0 ? "-" : "+"}${magnitude}`;
}

/** Whichever of the two is shorter, with so many significant digits; `keepsZeros`: with those at its end. */
export function shortest(value: number, digits: number, keepsZeros: boolean): string {
  const count = Math.max(1, digits);
  const { exponent } = significant(value, count - 1);
  const isFixed = exponent >= -4 && exponent < count;
  const text = isFixed ? fixed(value, count - 1 - exponent) : exponential(value, count - 1);
  if (keepsZeros || !text.includes(".")) return text;
  return text.replace(/\.?0+(?=e|$)/, "");
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

/** The first digits of a number, and its power of ten. */
function significant(value: number, digits: number): { readonly text: string; readonly exponent: number } {
  const size = Math.abs(value);
  if (size === 0) return { text: "0".repeat(digits + 1), exponent: 0 };
  // With so many digits hardly a double is rounded up to the next power; one that is, is below too.
  const exponent = Number(size.toExponential(20).split("e")[1]);
  const text = scaledBy(size, digits - exponent).toString();
  // Rounded up to it here: 9.96 with two digits is 10.
  return text.length > digits + 1 ? { text: text.slice(0, -1), exponent: exponent + 1 } : { text, exponent };
}

/** A number times a power of ten, as a whole number, a tie to the even one. */
function scaledBy(size: number, power: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, size);
  const exponentBits = bits.getUint16(0) >> 4;
  const fraction = bits.getBigUint64(0) & 0xf_ffff_ffff_ffffn;
  const mantissa = exponentBits === 0 ? fraction : fraction | 0x10_0000_0000_0000n;
  const exponent = Math.max(1, exponentBits) - 1_075;
  const above = mantissa * power2(exponent) * power10(power);
  const below = power2(-exponent) * power10(-power);
  const quotient = above / below;
  const twice = 2n * (above % below);
  return twice > below || (twice === below && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

const power2 = (exponent: number): bigint => (exponent > 0 ? 2n ** BigInt(exponent) : 1n);
const power10 = (exponent: number): bigint => (exponent > 0 ? 10n ** BigInt(exponent) : 1n);
