/** Which Digest challenges are answered, how often, and with what (RFC 7616 §3.3, §3.4). */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fieldsFrom, parseChallenges } from "../../http1/index.ts";
import { parseBody } from "../body/request-body.ts";
import type { Authentication } from "../options/authentication.ts";
import { DigestExchange } from "./digest-exchange.ts";

const digest: Authentication = { scheme: "digest", username: "Mufasa", password: "Circle of Life" };
const basic: Authentication = { ...digest, scheme: "basic" };
const none = parseBody(null);
const bytes = parseBody("abc");
const stream = parseBody(new ReadableStream<Uint8Array>());

const usual = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256';
const covering = 'Digest realm="r", nonce="n", qop="auth-int", algorithm=SHA-256';
const challenge = (
  text: string,
  body = none,
): { fields: ReturnType<typeof fieldsFrom>; body: typeof none } => ({
  fields: fieldsFrom([["WWW-Authenticate", text]]),
  body,
});

/** The parameters of what answers the challenge, on a request for `/dir`. */
function answer(exchange: DigestExchange, body = none): ReadonlyMap<string, string> | undefined {
  const field = exchange.authorization(digest, { method: "GET", target: "/dir", body });
  return field === undefined ? undefined : parseChallenges(field)[0]?.parameters;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("a challenge", () => {
  test.each<
    [law: string, given: Authentication | null | undefined, text: string, body: typeof none, taken: boolean]
  >([
    ["is answered with credentials for it", digest, usual, none, true],
    ["is answered among others", digest, `Basic realm="b", ${usual}`, none, true],
    ["is answered for a body that is streamed", digest, usual, stream, true],
    ["that covers the body is answered where the body is known", digest, covering, bytes, true],
    ["that covers the body is not answered for one that is streamed", digest, covering, stream, false],
    ["is not answered without credentials", undefined, usual, none, false],
    ["is not answered where they are turned off", null, usual, none, false],
    ["is not answered with credentials of another scheme", basic, usual, none, false],
    ["of another scheme is not answered", digest, 'Basic realm="b"', none, false],
  ])("%s", (...row) => {
    const [, given, text, body, taken] = row;
    const exchange = new DigestExchange();
    expect(exchange.isOpen).toBe(false);
    expect(exchange.take(given, challenge(text, body))).toBe(taken);
    expect(exchange.isOpen).toBe(taken);
  });

  test("is answered once, and once more where its nonce went stale, in any case of letters", () => {
    const exchange = new DigestExchange();
    const again = (text: string): boolean => exchange.take(digest, challenge(text));
    expect(again(`${usual}, stale=true`)).toBe(true);
    expect([again(usual), again(`${usual}, stale=false`)]).toEqual([false, false]);
    expect(again(`${usual}, stale=TRUE`)).toBe(true);
    expect(again(`${usual}, stale=true`)).toBe(false);
  });
});

describe("the answer", () => {
  test("proves the password, and not for twice the same (RFC 7616 §3.4.1)", () => {
    const exchange = new DigestExchange();
    exchange.take(digest, challenge(usual));
    const [first, second] = [answer(exchange), answer(exchange)];
    expect([first?.get("nc"), second?.get("nc")]).toEqual(["00000001", "00000002"]);
    expect(first?.get("cnonce")).toMatch(/^[0-9a-f]{32}$/);
    expect(first?.get("cnonce")).not.toBe(second?.get("cnonce"));
    const secret = hash("Mufasa:r:Circle of Life");
    expect(first?.get("response")).toBe(
      hash(`${secret}:n:00000001:${first?.get("cnonce")}:auth:${hash("GET:/dir")}`),
    );
  });

  test.each([
    ["bytes", bytes, "abc"],
    ["nothing", none, ""],
  ])("covers a body of %s, where that is asked for (RFC 7616 §3.4.3)", (_what, body, text) => {
    const exchange = new DigestExchange();
    exchange.take(digest, challenge(covering, body));
    const given = answer(exchange, body);
    const secret = hash("Mufasa:r:Circle of Life");
    const what = hash(`GET:/dir:${hash(text)}`);
    expect(given?.get("response")).toBe(
      hash(`${secret}:n:00000001:${given?.get("cnonce")}:auth-int:${what}`),
    );
  });

  test("counts anew for a new nonce", () => {
    const exchange = new DigestExchange();
    exchange.take(digest, challenge(usual));
    answer(exchange);
    exchange.take(digest, challenge(usual.replace('"n"', '"m"') + ", stale=true"));
    expect(answer(exchange)?.get("nc")).toBe("00000001");
    expect(answer(exchange)?.get("nonce")).toBe("m");
  });

  test("is none before a challenge, with other credentials, where the body became a stream, and at another origin", () => {
    const exchange = new DigestExchange();
    expect(answer(exchange)).toBeUndefined();
    exchange.take(digest, challenge(covering, bytes));
    expect(exchange.authorization(basic, { method: "GET", target: "/", body: none })).toBeUndefined();
    expect(exchange.authorization(null, { method: "GET", target: "/", body: none })).toBeUndefined();
    expect(answer(exchange, stream)).toBeUndefined();
    exchange.forget();
    expect([exchange.isOpen, answer(exchange)]).toEqual([false, undefined]);
  });
});
