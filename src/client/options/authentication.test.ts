/** What credentials have to be, and what goes out for them unasked: RFC 7617, RFC 6750. */
import { describe, expect, test } from "vitest";
import { firstAuthorization, readAuthentication, type Authentication } from "./authentication.ts";

const username = "me";
const password = "secret";

/** The detail of a refusal. */
function refusal(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    expect(error).toMatchObject({ code: "option-invalid" });
    return (error as { readonly detail: unknown }).detail;
  }
}

describe("credentials", () => {
  test.each<Authentication>([
    { scheme: "basic", username, password },
    { scheme: "basic", username: "", password: "" },
    { scheme: "bearer", token: "t" },
    { scheme: "digest", username, password },
  ])("are read: %j", (given) => {
    expect(readAuthentication(given, "authentication")).toMatchObject(given);
  });

  test.each([
    ["basic without a user name", { scheme: "basic", password }, "username"],
    ["basic without a password", { scheme: "basic", username }, "password"],
    ["digest without a user name", { scheme: "digest", password }, "username"],
    ["digest without a password", { scheme: "digest", username }, "password"],
    ["bearer without a token", { scheme: "bearer", username, password }, "token"],
    ["a scheme alone", { scheme: "bearer" }, "token"],
    ["no scheme", { username, password }, "scheme"],
  ])("are refused where something is missing: %s", (_what, given, name) => {
    expect(refusal(() => readAuthentication(given, "authentication"))).toMatchObject({
      option: `authentication.${name}`,
    });
  });
});

describe("the first request", () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

  test.each<[law: string, given: Authentication | null | undefined, field: string | undefined]>([
    ["carries nothing without credentials", undefined, undefined],
    ["carries nothing where they are turned off", null, undefined],
    [
      "carries nothing for digest, which answers a challenge",
      { scheme: "digest", username, password },
      undefined,
    ],
    ["carries user name and password", { scheme: "basic", username, password }, "Basic bWU6c2VjcmV0"],
    ["carries them in UTF-8", { scheme: "basic", username: "é", password: "€" }, basic("é:€")],
    ["carries a password with colons", { scheme: "basic", username, password: "a:b" }, basic("me:a:b")],
    ["carries empty ones", { scheme: "basic", username: "", password: "" }, basic(":")],
    ["carries a token", { scheme: "bearer", token: "aZ09-._~+/==" }, "Bearer aZ09-._~+/=="],
  ])("%s", (_law, given, field) => {
    expect(firstAuthorization(given)).toBe(field);
  });

  const controls = "credentials with a control character";
  const noB64 = "a token with characters that a bearer token cannot have";
  const rfc7617 = "ones without (RFC 7617 §2)";
  const rfc6750 = "a b64token (RFC 6750 §2.1)";

  test.each<[given: Authentication, value: string, expected: string]>([
    [{ scheme: "basic", username: "m:e", password }, "a user name with a colon", "one without (RFC 7617 §2)"],
    [{ scheme: "basic", username: "m\u0000e", password }, controls, rfc7617],
    [{ scheme: "basic", username, password: "a\u001Fb" }, controls, rfc7617],
    [{ scheme: "basic", username, password: "a\u007Fb" }, controls, rfc7617],
    [{ scheme: "bearer", token: "" }, noB64, rfc6750],
    [{ scheme: "bearer", token: "a b" }, noB64, rfc6750],
    [{ scheme: "bearer", token: "a\nb" }, noB64, rfc6750],
    [{ scheme: "bearer", token: "=a" }, noB64, rfc6750],
  ])("does not go out with %j, and does not show them", (given, value, expected) => {
    expect(refusal(() => firstAuthorization(given))).toEqual({ option: "authentication", value, expected });
  });
});
