/**
 * Validates a value against a JSON Schema, as far as the schemas in `docs/` use the language. A keyword that is not
 * known here is an error, so that nothing in the schema goes unchecked.
 */
import { readFileSync } from "node:fs";

export type Schema = Readonly<Record<string, unknown>>;

/** The schema of what `why --json` prints. */
export const whySchema: Schema = readSchema("why");

/** The schema of `docs/NAME.schema.json`. */
export function readSchema(name: string): Schema {
  const file = new URL(`../../docs/${name}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Schema;
}

/** Every place where the value breaks the schema. */
export function findViolations(value: unknown, schema: Schema = whySchema): string[] {
  return check(value, schema, { root: schema, path: "$" });
}

interface Place {
  readonly root: Schema;
  readonly path: string;
}

type Keyword = (value: unknown, argument: unknown, place: Place, schema: Schema) => string[];

const passes: Keyword = () => [];

const keywords: Readonly<Record<string, Keyword>> = {
  $schema: passes,
  title: passes,
  description: passes,
  $defs: passes,
  required: passes, // With properties, below.
  additionalProperties: passes,
  $ref: (value, reference, place) => {
    const name = String(reference).replace("#/$defs/", "");
    const target = (place.root["$defs"] as Readonly<Record<string, Schema>>)[name];
    if (target === undefined) throw new Error(`The schema refers to ${String(reference)}, which it lacks.`);
    return check(value, target, place);
  },
  type: (value, type, { path }) => (typeOf(value, type) ? [] : [`${path} is no ${String(type)}`]),
  enum: (value, options, { path }) =>
    (options as unknown[]).includes(value) ? [] : [`${path} is none of ${JSON.stringify(options)}`],
  const: (value, wanted, { path }) => (value === wanted ? [] : [`${path} is not ${String(wanted)}`]),
  minimum: (value, least, { path }) =>
    typeof value === "number" && value >= Number(least) ? [] : [`${path} is below ${String(least)}`],
  items: (value, schema, place) =>
    (value as unknown[]).flatMap((item, index) =>
      check(item, schema as Schema, { ...place, path: `${place.path}[${index}]` }),
    ),
  oneOf: (value, options, place) => {
    const fits = (options as Schema[]).filter((option) => check(value, option, place).length === 0);
    return fits.length === 1 ? [] : [`${place.path} fits ${fits.length} of the alternatives`];
  },
  properties: (value, properties, place, schema) =>
    checkProperties(value, properties as Schema, { place, schema }),
};

function check(value: unknown, schema: Schema, place: Place): string[] {
  // What has the wrong type has nothing else to be looked at.
  const type = schema["type"];
  if (typeof type === "string" && !typeOf(value, type)) return [`${place.path} is no ${type}`];
  return Object.entries(schema).flatMap(([name, argument]) => {
    const keyword = keywords[name];
    if (keyword === undefined)
      throw new Error(`The schema has the keyword ${name}, which is not known here.`);
    return keyword(value, argument, place, schema);
  });
}

function checkProperties(
  value: unknown,
  properties: Schema,
  { place, schema }: { readonly place: Place; readonly schema: Schema },
): string[] {
  const object = value as Readonly<Record<string, unknown>>;
  const required = (schema["required"] as readonly string[] | undefined) ?? [];
  const missing = required
    .filter((name) => object[name] === undefined)
    .map((name) => `${place.path} has no ${name}`);
  const found = Object.entries(object).flatMap(([name, inner]) => {
    const known = properties[name] as Schema | undefined;
    if (inner === undefined) return [];
    if (known === undefined)
      return schema["additionalProperties"] === false ? [`${place.path} has ${name} too many`] : [];
    return check(inner, known, { ...place, path: `${place.path}.${name}` });
  });
  return [...missing, ...found];
}

function typeOf(value: unknown, type: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
