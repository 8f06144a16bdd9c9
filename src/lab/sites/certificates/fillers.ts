/** Names to fill a certificate with. */

/** `count` DNS names that no site has. */
export function renderFillers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `dns:filler-${index}.lab.localhost`);
}
