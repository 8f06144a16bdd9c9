/** Refuses what an adapter was given and would have to drop: by the table, with what to do instead. */
import { HttpsError, objectWith } from "../../core/index.ts";
import type { Client } from "../client.ts";
import type { Narrowing, OptionRows, Refused } from "./option-rows.ts";

/** How the adapter is made with an option of its client's, for a hint. */
export type Door = (option: string) => string;

const doors = new WeakMap<object, Door>();

/** Has the hints of an adapter say how it was made, where its user has not called its constructor. */
export function nameDoor(adapter: object, door: Door): void {
  doors.set(adapter, door);
}

/** How an adapter was made; `usual`: by who called its constructor. */
export function doorOf(adapter: object, usual: Door): Door {
  return doors.get(adapter) ?? usual;
}

/** The error of the first option that is refused. */
export function findRefusal(
  given: Readonly<Record<string, unknown>>,
  rows: OptionRows,
  door: Door,
): HttpsError | undefined {
  for (const name of Object.keys(given)) {
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
    if (row?.kind !== "refused" && row?.kind !== "narrowing") continue;
    const value = given[name];
    if (value === undefined || value === null) continue;
    const isTaken = row.kind === "narrowing" ? row.narrows(value) : row.passes(value, given);
    if (!isTaken) return refuse(name, row, door);
  }
  return undefined;
}

export function refuse(option: string, row: Refused | Narrowing, door: Door): HttpsError {
  const { kind, says, instead } = row;
  const [first] = instead;
  return new HttpsError("option-invalid", {
    option,
    value: "a value here",
    expected: `${kind === "narrowing" ? "only what takes away from the client's" : "none"}: ${says.replaceAll("`", "")}`,
    instead:
      first === undefined
        ? `Leave "${option}" out.`
        : `The client has ${instead.join(" or ")} for that: ${door(first)}.`,
  });
}

const client = objectWith<Client>(["request", "connect"], "a Client: new Client({ ... })");

/** The client that an adapter is made of; its options alone are refused here, before anything is installed. */
export function requireClient(given: Client): Client {
  return client(given, "client");
}
