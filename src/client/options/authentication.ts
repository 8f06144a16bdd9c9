/** Credentials that the caller gave, and those that go as the Authorization field unasked: RFC 7617, RFC 6750. */
import { HttpsError, needed, oneOf, record, text, type Check } from "../../core/index.ts";

/**
 * Credentials for the server: RFC 7617 (basic), RFC 6750 (bearer), RFC 7616 (digest). They do not cross to another
 * origin.
 */
export type Authentication =
  | { readonly scheme: "basic"; readonly username: string; readonly password: string }
  | { readonly scheme: "bearer"; readonly token: string }
  /** Sent only in answer to a server's challenge, so the first request costs a 401. */
  | { readonly scheme: "digest"; readonly username: string; readonly password: string };

/** What the three have together. */
interface Parts {
  readonly scheme: Authentication["scheme"];
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

const readParts: Check<Parts> = record<Parts>({
  scheme: needed(oneOf<Authentication["scheme"]>(["basic", "bearer", "digest"])),
  username: text,
  password: text,
  token: text,
});

/** What the scheme needs has to be there: without it nothing would be sent. */
export const readAuthentication: Check<Authentication> = (value, option) => {
  const parts = readParts(value, option);
  const needs = parts.scheme === "bearer" ? (["token"] as const) : (["username", "password"] as const);
  for (const name of needs) text(parts[name], `${option}.${name}`);
  return parts as Authentication;
};

/** What goes with the first request; digest has to be asked first. @throws HttpsError `option-invalid` */
export function firstAuthorization(authentication: Authentication | null | undefined): string | undefined {
  if (authentication === undefined || authentication === null) return undefined;
  switch (authentication.scheme) {
    case "basic":
      return basicAuthorization(authentication.username, authentication.password);
    case "bearer":
      // RFC 6750 §2.1: b64token.
      if (/^[A-Za-z0-9._~+/-]+=*$/.test(authentication.token)) return `Bearer ${authentication.token}`;
      throw invalid("a token with characters that a bearer token cannot have", "a b64token (RFC 6750 §2.1)");
    case "digest":
      return undefined;
  }
}

/** RFC 7617 §2; the user name has no colon, neither has a control character. @throws HttpsError `option-invalid` */
export function basicAuthorization(username: string, password: string): string {
  if (username.includes(":")) throw invalid("a user name with a colon", "one without (RFC 7617 §2)");
  if (/[\u0000-\u001F\u007F]/.test(username + password)) {
    throw invalid("credentials with a control character", "ones without (RFC 7617 §2)");
  }
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function invalid(value: string, expected: string): HttpsError {
  return new HttpsError("option-invalid", { option: "authentication", value, expected });
}
