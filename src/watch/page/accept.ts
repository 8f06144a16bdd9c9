/** Which of two kinds of content somebody prefers, by their Accept field (RFC 9110 §12.5.1). */

/** The first of `offers` with the highest weight; `undefined` where none is accepted. */
export function preferred<Offer extends string>(
  accept: string | undefined,
  offers: readonly Offer[],
): Offer | undefined {
  if (accept === undefined || accept.trim() === "") return offers[0];
  const ranges = accept.split(",").map(readRange);
  let best: { readonly offer: Offer; readonly weight: number } | undefined;
  for (const offer of offers) {
    const weight = weightOf(offer, ranges);
    if (weight > 0 && (best === undefined || weight > best.weight)) best = { offer, weight };
  }
  return best?.offer;
}

interface Range {
  readonly type: string;
  readonly weight: number;
}

function readRange(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const [, weight = "1"] =
    parameters.map((one) => /^q=([\d.]+)$/.exec(one)).find((one) => one !== null) ?? [];
  return { type, weight: Math.min(1, Number(weight)) };
}

/** The most specific range counts (RFC 9110 §12.5.1). */
function weightOf(offer: string, ranges: readonly Range[]): number {
  for (const type of [offer, `${offer.split("/")[0] ?? ""}/*`, "*/*"]) {
    const weights = ranges.filter((range) => range.type === type).map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}
