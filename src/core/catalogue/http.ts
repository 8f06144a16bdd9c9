/** Codes of HTTP messages: requests that must not be sent, and responses that cannot be believed. */
import type { Entries } from "./entry.ts";

export interface HttpDetails {
  readonly "request-method-invalid": { readonly method: string };
  readonly "request-field-invalid": {
    readonly name: string;
    readonly value: string;
    readonly reason: string;
  };
}

export const httpEntries: Entries<HttpDetails> = {
  "request-method-invalid": {
    stage: "http",
    fault: "caller",
    title: "Request method that is not a token",
    means: "A method is a token of letters, digits and a few signs. Anything else could smuggle a second request.",
    remedy: { client: "Correct the method." },
    authority: "RFC 9110 §9.1, §5.6.2",
    sentence: ({ method }) => `The method ${JSON.stringify(method)} is not a token.`,
    hint: () => "Methods are words such as GET and POST.",
  },
  "request-field-invalid": {
    stage: "http",
    fault: "caller",
    title: "Request field that must not be sent",
    means:
      "A field name must be a token, and no value may hold CR, LF or NUL: they would end the field and begin another.",
    remedy: { client: "Correct the field; encode values that come from outside." },
    authority: "RFC 9110 §5.1, §5.5",
    sentence: ({ name, value, reason }) =>
      `The request field ${JSON.stringify(name)} with the value ${JSON.stringify(value)} cannot be sent: ${reason}.`,
    hint: () => "Encode values that come from outside before they become a field.",
  },
};
