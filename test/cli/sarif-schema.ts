/**
 * SARIF 2.1.0 (OASIS Standard, errata 01), as far as our logs use it: which properties each object may and must have, by its
 * sections. Written from the standard's text and not from what is printed.
 */
import type { Schema } from "../why/schema.ts";

interface Shape {
  readonly must: Readonly<Record<string, Schema>>;
  readonly may?: Readonly<Record<string, Schema>>;
}

/** The standard's own schema closes every object but property bags. */
function object({ must, may = {} }: Shape): Schema {
  return {
    type: "object",
    additionalProperties: false,
    required: Object.keys(must),
    properties: { ...must, ...may },
  };
}

const text: Schema = { type: "string" };
const list = (items: Schema): Schema => ({ type: "array", items });
/** §3.27.10, §3.50.3. */
const level: Schema = { enum: ["none", "note", "warning", "error"] };
/** §3.12: a message string has its text. */
const messageString = object({ must: { text }, may: { markdown: text } });
/** §3.11: a message has text or the id of one; ours have text. */
const message = object({ must: { text }, may: { id: text, markdown: text, arguments: list(text) } });

/** §3.49: only the id has to be there; §3.50.3 for the level that is meant by default. */
const reportingDescriptor = object({
  must: { id: text },
  may: {
    name: text,
    shortDescription: messageString,
    fullDescription: messageString,
    help: messageString,
    helpUri: text,
    defaultConfiguration: object({ must: {}, may: { level, enabled: { type: "boolean" } } }),
  },
});

/** §3.28, §3.29, §3.4, §3.30: lines count from 1. */
const location = object({
  must: {},
  may: {
    physicalLocation: object({
      must: { artifactLocation: object({ must: {}, may: { uri: text, uriBaseId: text } }) },
      may: { region: object({ must: {}, may: { startLine: { type: "integer", minimum: 1 } } }) },
    }),
  },
});

/** §3.27: the message alone has to be there. §3.27.17: fingerprints are strings by names of the tool's own. */
const result = object({
  must: { message },
  may: {
    ruleId: text,
    ruleIndex: { type: "integer", minimum: 0 },
    level,
    locations: list(location),
    partialFingerprints: { type: "object", properties: { "meerkat/v1": text } },
  },
});

/** §3.13, §3.14, §3.18, §3.19, §3.20. */
export const sarifSchema: Schema = object({
  must: {
    version: { const: "2.1.0" },
    runs: list(
      object({
        must: {
          tool: object({
            must: {
              driver: object({
                must: { name: text },
                may: {
                  version: text,
                  semanticVersion: text,
                  informationUri: text,
                  rules: list(reportingDescriptor),
                },
              }),
            },
          }),
        },
        may: {
          invocations: list(
            object({
              must: { executionSuccessful: { type: "boolean" } },
              may: { exitCode: { type: "integer" } },
            }),
          ),
          // §3.14.17.
          columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
          results: list(result),
        },
      }),
    ),
  },
  may: { $schema: text },
});
