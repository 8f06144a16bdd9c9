/** What PostgreSQL says in words of its own. */
import type { Dialect } from "../reading.ts";

export const dialect: Dialect = {
  contains: (column) => `strpos(${column}, ?) > 0`,
  // An array that is made once: indexes are looked up by it.
  among: (column) => `${column} = ANY (ARRAY (SELECT json_array_elements_text(?)))`,
  // Its planner knows what there is of each, and chooses by that.
  walked: (column) => column,
};
