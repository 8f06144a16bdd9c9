/**
 * Readings over SQLite: asked and answered at once. Nothing else of this process comes in between; another process may. What is
 * long and sums up what changes all the time is read a question at a time instead, so that others are answered in between.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Dialect, Reading } from "../reading.ts";
import type { Database } from "./driver.ts";

export const dialect: Dialect = {
  contains: (column) => `instr(${column}, ?) > 0`,
  among: (column) => `${column} IN (SELECT value FROM json_each(?))`,
  walked: (column) => `+${column}`,
};

export function readNow<T>(database: Database, reading: Reading<T>): T {
  let step = reading.next();
  while (step.done !== true) {
    const { sql, values } = step.value;
    step = reading.next(database.prepare(sql).all(...values));
  }
  return step.value;
}

export async function readInTurns<T>(database: Database, reading: Reading<T>): Promise<T> {
  let step = reading.next();
  while (step.done !== true) {
    await nextTurn();
    const { sql, values } = step.value;
    step = reading.next(database.prepare(sql).all(...values));
  }
  return step.value;
}
