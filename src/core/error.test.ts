/** The class that is thrown, as the compiler sees it: what `instanceof` and `code` narrow, and what it refuses. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { setInquiry, HttpsError, Unasked, type Code, type Details, type HttpsErrorOf } from "./index.ts";

/** What a `catch` has in hand. */
const caught: unknown = new HttpsError("expired", {
  subject: "example.com",
  issuer: "Example CA",
  fingerprint: "00",
  notAfterAt: 0,
  at: 1,
});

describe("the type of an HttpsError", () => {
  it("is narrowed by instanceof to a union over every code", () => {
    if (!(caught instanceof HttpsError)) throw new Error("it is not an HttpsError");
    expectTypeOf(caught).not.toBeAny();
    expectTypeOf(caught).toEqualTypeOf<HttpsError>();
    expectTypeOf(caught.code).toEqualTypeOf<Code>();
    expectTypeOf(caught.detail).not.toBeAny();
    // @ts-expect-error A code that does not exist can be compared with nothing.
    expect(caught.code === "expierd").toBe(false);
  });

  it("narrows the detail by the code, in a switch and in a comparison", () => {
    if (!(caught instanceof HttpsError)) throw new Error("it is not an HttpsError");
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- as a caller writes it: the codes that matter to them
    switch (caught.code) {
      case "expired":
        expectTypeOf(caught.detail).toEqualTypeOf<Details["expired"]>();
        expect(caught.detail.notAfterAt).toBe(0);
        break;
      case "tls-alert":
        expectTypeOf(caught.detail.number).toEqualTypeOf<number>();
        // @ts-expect-error The detail of another code.
        expect(caught.detail.notAfterAt).toBeUndefined();
        break;
    }
    if (caught.code === "url-bad-port") expectTypeOf(caught.detail.port).toEqualTypeOf<string>();
  });

  it("of one code is the union's member", () => {
    expectTypeOf<HttpsError<"expired">>().toEqualTypeOf<HttpsErrorOf<"expired">>();
    expectTypeOf<HttpsError<"expired">>().toExtend<HttpsError>();
    expectTypeOf(new HttpsError("client-closed", { host: "a" })).toEqualTypeOf<
      HttpsErrorOf<"client-closed">
    >();
    if (HttpsError.is(caught, "expired")) expectTypeOf(caught.detail.at).toEqualTypeOf<number>();
  });

  it("is an Error with a message and a stack", () => {
    expectTypeOf<HttpsError>().toExtend<Error>();
    expect(caught).toBeInstanceOf(Error);
    expect(String(caught)).toMatch(/^HttpsError: The certificate of example\.com expired/);
  });
});

describe("the constructor", () => {
  it("takes the detail of the code and no other", () => {
    // @ts-expect-error A detail without its field.
    expect(new HttpsError("client-closed", {}).code).toBe("client-closed");
    // @ts-expect-error A detail of another code.
    expect(new HttpsError("client-closed", { url: "https://a/" }).code).toBe("client-closed");
    // @ts-expect-error A code that does not exist.
    expect(() => new HttpsError("expierd", {})).toThrow(TypeError);
  });

  it("takes a trust report for `trust`, nothing that looks similar", () => {
    const lookalike = { explain: () => "", toJSON: () => ({}) };
    // @ts-expect-error Only what trust/ declares is a report.
    expect(new HttpsError("client-closed", { host: "a" }, { trust: lookalike }).trust).toBe(lookalike);
  });
});

describe("why()", () => {
  it("says what the error itself says where nothing can be asked again", async () => {
    const error = new HttpsError("client-closed", { host: "a" });
    const found = await error.why();
    expect(found).toBeInstanceOf(Unasked);
    expect(found).toMatchObject({ kind: "unasked", reason: undefined });
    expect(found.explain()).toBe(error.explain());
    expect(found.toJSON()).toEqual(error.toJSON());
  });

  it("asks whoever made the request, once they have said how", async () => {
    const error = new HttpsError("client-closed", { host: "a" });
    setInquiry(error, () => Promise.resolve(new Unasked(error, "It was a test.")));
    expect((await error.why()).explain()).toBe(`${error.explain()}\nIt was a test.`);
  });
});
