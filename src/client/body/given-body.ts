/** The body of a request from the one option that says it: `body`, `json` or `form`. */
import { HttpsError, messageOf } from "../../core/index.ts";
import { encodePairs, type Pairs } from "./pairs.ts";
import { bytesBody, formType, parseBody, type BodyInput, type RequestBody } from "./request-body.ts";

export interface GivenBodies {
  readonly body: BodyInput | null | undefined;
  readonly json: unknown;
  /** As it was read. */
  readonly form: Pairs | undefined;
}

/** @throws HttpsError `option-invalid` for a value that is not a body, and for several bodies */
export function givenBody(parts: GivenBodies): RequestBody {
  const { body, json, form } = parts;
  if (json === undefined && form === undefined) return parseBody(body);
  const given = Object.entries({ body: body ?? undefined, json, form })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  const [first = "", second] = given;
  if (second !== undefined)
    throw new HttpsError("option-invalid", {
      option: second,
      value: `beside ${first}, and a request has one body`,
      expected: "its place alone",
      instead: `Leave one of ${given.join(", ")} out.`,
    });
  return form === undefined
    ? bytesBody(writeJson(json), "application/json")
    : bytesBody(encodePairs(form), formType);
}

function writeJson(value: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text !== undefined) return text;
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  throw new HttpsError(
    "option-invalid",
    { option: "json", value: `a value that has no JSON${why}`, expected: "what JSON.stringify takes" },
    cause === undefined ? {} : { cause },
  );
}
