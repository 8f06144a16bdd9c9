/** The figures as JSON: median and quartiles, the ratio to Meerkat's own, and what each round gave. */
import { figureNames, ratioOf, spreadOf } from "../sample.ts";
import { ownRowFor } from "./own-row.ts";
import type { Result } from "./result.ts";

export function renderJson({ rows, ...about }: Result): string {
  const described = rows.map((row) => {
    const own = ownRowFor(row, rows);
    return {
      scenario: row.scenario,
      client: row.client,
      figures: Object.fromEntries(figureNames.map((name) => [name, spreadOf(row, name)])),
      cpuOfOwn: own === undefined ? null : ratioOf(own, row, "cpuUsPerRequest"),
      rounds: row.rounds,
    };
  });
  return JSON.stringify({ ...about, rows: described }, undefined, 2);
}
