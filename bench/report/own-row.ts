/** With which of Meerkat's rows another one is compared. */
import type { Row } from "../sample.ts";

/** Rows that others are compared with, and what is measured beside them. */
const ownShapes: ReadonlySet<string> = new Set(["meerkat", "meerkat.fetch", "meerkat get"]);

/** The same client of this checkout for a baseline's; for a peer the program where a program is measured, else the client. */
export function ownRowFor({ scenario, client }: Row, rows: readonly Row[]): Row | undefined {
  const find = (name: string): Row | undefined =>
    rows.find((row) => row.scenario === scenario && row.client === name);
  if (client.endsWith("@baseline")) return find(client.slice(0, -"@baseline".length));
  return ownShapes.has(client) ? undefined : (find("meerkat") ?? find("meerkat get"));
}
