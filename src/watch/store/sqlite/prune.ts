/**
 * Forgets what is past: facts that ended before, closed alerts, diagnoses, endpoints that were taken off the list, and then the
 * values and certificates that nothing names any more. The newest fact of each subject stays, however old it is.
 */
import type { Database } from "./driver.ts";

export function prune(database: Database, before: number): void {
  database.transaction(() => {
    for (const table of ["mark", "fact", "forecast", "alert", "why", "tag", "telling"])
      database
        .prepare(
          `DELETE FROM ${table} WHERE endpoint IN
           (SELECT id FROM endpoint WHERE listed = 0 AND gone_at < ?)`,
        )
        .run(before);
    database.prepare("DELETE FROM endpoint WHERE listed = 0 AND gone_at < ?").run(before);
    database
      .prepare(
        `DELETE FROM fact WHERE last_at < ? AND first_at < (SELECT MAX(first_at) FROM fact newer
         WHERE newer.endpoint = fact.endpoint AND newer.subject = fact.subject)`,
      )
      .run(before);
    database.prepare("DELETE FROM alert WHERE closed_at < ?").run(before);
    database.prepare("DELETE FROM why WHERE at < ?").run(before);
    database.exec("DELETE FROM value WHERE id NOT IN (SELECT value FROM fact)");
    database.exec(
      `DELETE FROM certificate WHERE sha256 NOT IN
       (SELECT c.value FROM value v, json_each(v.json, '$.value.chain') c)`,
    );
  });
}
