/** The configuration's JSON Schema (draft 2020-12), as it is published. */
import * as z from "zod";
import { configSchema } from "./schema.ts";

export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, { target: "draft-2020-12" });
}
