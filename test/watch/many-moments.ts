/** At how many moments a program is ended: a few, where every change is tried; `MEERKAT_MOMENTS=50` for as many as were promised. */

export function manyMoments(usual: number): number {
  const asked = Number(process.env["MEERKAT_MOMENTS"]);
  return Number.isSafeInteger(asked) && asked > 0 ? asked : usual;
}
