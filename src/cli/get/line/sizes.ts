/** A number of bytes as curl takes it: `1000`, `200K`, `3m`, `1G`. */

const factors: Readonly<Record<string, number>> = { "": 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

export function parseSize(text: string): number | undefined {
  const [, number = "", unit = ""] = /^(\d{1,12})([bkmg]?)$/i.exec(text) ?? [];
  return number === "" ? undefined : Number(number) * (factors[unit.toLowerCase()] ?? 1);
}
