/** The query of a database's URL: what may stand there, and nothing beside. Libraries would take anything from it. */
import { WatchError } from "../watch-error.ts";

/** `name` shows no credentials. @throws WatchError */
export function checkQuery({ searchParams }: URL, name: string, known: readonly string[]): void {
  // What is not known is not shown: it may be a piece of a password.
  const isTaken = (parameter: string): boolean =>
    known.includes(parameter) && searchParams.getAll(parameter).length === 1;
  if (![...searchParams.keys()].every(isTaken))
    throw new WatchError(`The address of ${name} says something in its query that cannot stand there.`, {
      hint: `Its query takes ${known.join(", ")}, each once; user, password and port stand before the database.`,
    });
}
