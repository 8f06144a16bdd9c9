/** The door `meerkat` as the compiler sees it: what a program may write, what it gets, and what does not compile. */
import type { Agent } from "node:https";
import type { Socket } from "node:net";
import type { CookieJar as ToughCookieJar } from "tough-cookie";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  createFetch,
  HttpsError,
  request,
  trustOf,
  version,
  type Authentication,
  type BodyInput,
  type Client,
  type ClientEvent,
  type ClientOptions,
  type ConnectOptions,
  type Code,
  type CookieJar,
  type Details,
  type Diagnosis,
  type Explanation,
  type Fault,
  type FieldsInput,
  type HttpsErrorOf,
  type MeerkatAgent,
  type RequestOptions,
  type Response,
  type Stage,
  type StartTlsOptions,
  type StreamLink,
  type Timeouts,
  type TrustOptions,
  type TrustReport,
  type Unasked,
} from "../../src/index.ts";

describe("an HttpsError", () => {
  test("caught as unknown, is narrowed by instanceof to a union over the codes", () => {
    const caught: unknown = new HttpsError("client-closed", { host: "a.example" });
    if (!(caught instanceof HttpsError)) throw new Error("it is not an HttpsError");
    expectTypeOf(caught).toEqualTypeOf<HttpsError>();
    expectTypeOf(caught.code).toEqualTypeOf<Code>();
    // @ts-expect-error A code that does not exist can be compared with nothing.
    expect(caught.code === "client-close").toBe(false);
  });

  test("has the detail of its code", () => {
    type Expired = Extract<HttpsError, { readonly code: "expired" }>;
    expectTypeOf<Expired>().toEqualTypeOf<HttpsErrorOf<"expired">>();
    expectTypeOf<Expired["detail"]>().toEqualTypeOf<Details["expired"]>();
    expectTypeOf<HttpsErrorOf<"url-bad-port">["detail"]>().not.toHaveProperty("notAfterAt");
  });

  test("has a member for every code and no other", () => {
    expectTypeOf<HttpsError["code"]>().toEqualTypeOf<keyof Details>();
    expectTypeOf<{ readonly [C in Code]: HttpsErrorOf<C> }[Code]>().toEqualTypeOf<HttpsError>();
  });

  test("says where it ended, who can fix it, and who vouched for the server", () => {
    expectTypeOf<HttpsError["stage"]>().toEqualTypeOf<Stage>();
    expectTypeOf<HttpsError["fault"]>().toEqualTypeOf<Fault>();
    expectTypeOf<HttpsError["hint"]>().toEqualTypeOf<string>();
    expectTypeOf<HttpsError["trust"]>().toEqualTypeOf<TrustReport | undefined>();
  });

  test("asked why, gives an Explanation or an Unasked, told apart by kind", () => {
    type Found = Awaited<ReturnType<HttpsError["why"]>>;
    expectTypeOf<Found>().toEqualTypeOf<Explanation | Unasked>();
    expectTypeOf<Extract<Found, { readonly kind: "asked" }>>().toEqualTypeOf<Explanation>();
    expectTypeOf<Extract<Found, { readonly kind: "unasked" }>["reason"]>().toEqualTypeOf<
      string | undefined
    >();
    expectTypeOf<Found["explain"]>().returns.toEqualTypeOf<string>();
    expectTypeOf<Explanation["diagnosis"]>().toEqualTypeOf<Diagnosis>();
    expectTypeOf<Explanation["toJSON"]>().returns.toEqualTypeOf<Diagnosis>();
    expectTypeOf<ReturnType<Unasked["toJSON"]>["code"]>().toEqualTypeOf<Code>();
  });
});

describe("a Diagnosis", () => {
  test("is data: findings with a code and a remedy, stages, chain, paths and experiments", () => {
    expectTypeOf<Diagnosis["schema"]>().toEqualTypeOf<1>();
    expectTypeOf<Diagnosis["headline"]["sentence"]>().toEqualTypeOf<string>();
    type Finding = Diagnosis["findings"][number];
    expectTypeOf<Finding["remedy"]["client"]>().toEqualTypeOf<string>();
    expectTypeOf<Finding["evidence"]>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<Diagnosis["headline"]["code"]>().toEqualTypeOf<Finding["code"] | "healthy">();
    expectTypeOf<Diagnosis["headline"]["certainty"]>().toEqualTypeOf<Finding["certainty"]>();
    expectTypeOf<Finding["code"]>().not.toEqualTypeOf<string>();
    expectTypeOf<NonNullable<Diagnosis["answer"]>["status"]>().toEqualTypeOf<number>();
  });
});

describe("a Client", () => {
  test("takes options alone, and closes itself at the end of its scope", () => {
    expectTypeOf<typeof Client>().toBeConstructibleWith();
    expectTypeOf<typeof Client>().toBeConstructibleWith({ headers: { accept: "text/html" }, redirects: 0 });
    expectTypeOf<Client>().toExtend<AsyncDisposable>();
    expectTypeOf<Client["close"]>().toEqualTypeOf<() => Promise<void>>();
    expectTypeOf<Client["destroy"]>().toEqualTypeOf<() => void>();
  });

  test("answers a request with a Response, and a connect with a StreamLink", () => {
    expectTypeOf<Client["request"]>().toEqualTypeOf<
      (url: string | URL, options?: RequestOptions) => Promise<Response>
    >();
    expectTypeOf<Client["connect"]>().toEqualTypeOf<
      (url: string | URL, options?: ConnectOptions) => Promise<StreamLink>
    >();
    expectTypeOf<Client["startTls"]>().toEqualTypeOf<
      (socket: Socket, options: StartTlsOptions) => Promise<StreamLink>
    >();
    expectTypeOf<StreamLink["socket"]>().toEqualTypeOf<Socket>();
    expectTypeOf<StreamLink["trust"]>().toEqualTypeOf<TrustReport>();
  });

  test("has the same request as the one without a client", () => {
    expectTypeOf(request).toExtend<Client["request"]>();
    expectTypeOf(request.get).toEqualTypeOf<Client["get"]>();
  });
});

describe("the options", () => {
  test("are all optional and readonly", () => {
    expectTypeOf<object>().toExtend<ClientOptions>();
    expectTypeOf<object>().toExtend<RequestOptions>();
    expectTypeOf<ClientOptions>().toEqualTypeOf<Readonly<ClientOptions>>();
    expectTypeOf<RequestOptions>().toEqualTypeOf<Readonly<RequestOptions>>();
  });

  test("of a client and of a request have trust and deadlines in common; the pool is the client's, the body the request's", () => {
    expectTypeOf<ClientOptions>().toExtend<TrustOptions>();
    expectTypeOf<RequestOptions>().toExtend<TrustOptions>();
    expectTypeOf<RequestOptions["timeouts"]>().toEqualTypeOf<ClientOptions["timeouts"]>();
    expectTypeOf<ClientOptions["timeouts"]>().toEqualTypeOf<Partial<Timeouts> | undefined>();
    expectTypeOf<Timeouts>().toEqualTypeOf<{ readonly [Name in keyof Timeouts]: number }>();
    expectTypeOf<RequestOptions>().not.toHaveProperty("connections");
    expectTypeOf<ClientOptions>().not.toHaveProperty("body");
    expectTypeOf<RequestOptions["body"]>().toEqualTypeOf<BodyInput | null | undefined>();
  });

  test("that are misspelt do not compile, nested ones neither", () => {
    // @ts-expect-error: `redirects`
    expectTypeOf<typeof Client>().toBeConstructibleWith({ redirect: 0 });
    // @ts-expect-error: `totalMs`
    expectTypeOf<typeof Client>().toBeConstructibleWith({ timeouts: { total: 1 } });
    // @ts-expect-error: `headBytes`
    expectTypeOf<typeof Client>().toBeConstructibleWith({ limits: { headByte: 1 } });
    // @ts-expect-error: no such tolerance
    expectTypeOf<typeof Client>().toBeConstructibleWith({ allow: ["bare-line-feeds"] });
  });

  test("have no boolean that turns verification off: insecure takes a reason", () => {
    expectTypeOf<TrustOptions["insecure"]>().toEqualTypeOf<{ readonly reason: string } | undefined>();
    expectTypeOf<ClientOptions>().not.toHaveProperty("rejectUnauthorized");
  });

  test("take credentials by scheme, each with its own parts", () => {
    expectTypeOf<Authentication["scheme"]>().toEqualTypeOf<"basic" | "bearer" | "digest">();
    expectTypeOf<Extract<Authentication, { readonly scheme: "bearer" }>>().toEqualTypeOf<{
      readonly scheme: "bearer";
      readonly token: string;
    }>();
    expectTypeOf<{ readonly scheme: "basic"; readonly token: string }>().not.toExtend<Authentication>();
  });

  test("take tough-cookie's jar", () => {
    expectTypeOf<ToughCookieJar>().toExtend<CookieJar>();
  });

  test("take fields as a record, as pairs, as a Map and as the platform's Headers", () => {
    expectTypeOf<Record<string, string>>().toExtend<FieldsInput>();
    expectTypeOf<{ readonly accept: null; readonly cookie: readonly string[] }>().toExtend<FieldsInput>();
    expectTypeOf<readonly (readonly [string, string])[]>().toExtend<FieldsInput>();
    expectTypeOf<Map<string, string>>().toExtend<FieldsInput>();
    expectTypeOf<Headers>().toExtend<FieldsInput>();
  });

  test("take a body as text, bytes, a form, a Blob or a stream; an object is not one", () => {
    expectTypeOf<string | Buffer | ArrayBuffer | URLSearchParams | FormData | Blob>().toExtend<BodyInput>();
    expectTypeOf<AsyncGenerator<Uint8Array>>().toExtend<BodyInput>();
    expectTypeOf<NodeJS.ReadableStream>().toExtend<BodyInput>();
    expectTypeOf<{ readonly name: string }>().not.toExtend<BodyInput>();
  });
});

describe("a ClientEvent", () => {
  test("is told apart by its kind", () => {
    type EventOf<K extends ClientEvent["kind"]> = Extract<ClientEvent, { readonly kind: K }>;
    expectTypeOf<NonNullable<ClientOptions["onEvent"]>>().parameter(0).toEqualTypeOf<ClientEvent>();
    expectTypeOf<EventOf<"sent">["head"]>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<EventOf<"response">["status"]>().toEqualTypeOf<number>();
    expectTypeOf<EventOf<"retry">["delayMs"]>().toEqualTypeOf<number>();
    expectTypeOf<EventOf<"failed">>().not.toHaveProperty("status");
  });
});

describe("a Response", () => {
  test("has a status, fields that repeat, and the report of who vouched for the server", () => {
    expectTypeOf<Response["status"]>().toEqualTypeOf<number>();
    expectTypeOf<Response["ok"]>().toEqualTypeOf<boolean>();
    expectTypeOf<Response["headers"]["get"]>().toEqualTypeOf<(name: string) => string | null>();
    expectTypeOf<Response["headers"]["getAll"]>().toEqualTypeOf<(name: string) => string[]>();
    expectTypeOf<Response["trust"]>().toEqualTypeOf<TrustReport>();
    expectTypeOf<Response["redirects"][number]["trust"]>().toEqualTypeOf<TrustReport>();
  });

  test("has a body that is bytes, text, JSON of unknown shape, a stream, or read chunk by chunk", () => {
    expectTypeOf<Response["bytes"]>().returns.resolves.toEqualTypeOf<Uint8Array>();
    expectTypeOf<Response["text"]>().returns.resolves.toEqualTypeOf<string>();
    expectTypeOf<Response["json"]>().returns.resolves.toBeUnknown();
    expectTypeOf<Response["stream"]>().returns.toEqualTypeOf<ReadableStream<Uint8Array>>();
    expectTypeOf<Response>().toExtend<AsyncIterable<Uint8Array>>();
  });

  test("says how each attempt ended: with a status, or with a code", () => {
    expectTypeOf<Response["attempts"][number]["outcome"]>().toEqualTypeOf<
      { readonly status: number } | { readonly code: Code }
    >();
    expectTypeOf<Response["completeness"]>().toEqualTypeOf<
      "pending" | "complete" | "unverifiable" | "failed"
    >();
    expectTypeOf<Response["timings"]>().toEqualTypeOf<{
      readonly [Name in keyof Response["timings"]]: number;
    }>();
  });
});

describe("a TrustReport", () => {
  test("has one of six kinds, the engine's verdict and OpenSSL's word", () => {
    expectTypeOf<TrustReport["kind"]>().toEqualTypeOf<
      "verified" | "pinned" | "unverified" | "plaintext" | "refused" | "none"
    >();
    expectTypeOf<
      Extract<TrustReport["verdict"], { readonly trusted: true }>["path"]["anchor"]
    >().toEqualTypeOf<NonNullable<TrustReport["anchor"]>>();
    expectTypeOf<
      Extract<TrustReport["openssl"], { readonly accepted: false }>["code"]
    >().toEqualTypeOf<string>();
    expectTypeOf<NonNullable<TrustReport["rejection"]>["code"]>().toExtend<Code>();
    expectTypeOf<ReturnType<TrustReport["toJSON"]>["schema"]>().toEqualTypeOf<1>();
  });
});

describe("for other libraries", () => {
  test("createFetch makes the platform's fetch, and MeerkatAgent is one of Node's", () => {
    expectTypeOf(createFetch).toEqualTypeOf<(client: Client) => typeof fetch>();
    expectTypeOf<MeerkatAgent>().toExtend<Agent>();
    expectTypeOf<typeof MeerkatAgent>().constructorParameters.toHaveProperty(0).toEqualTypeOf<Client>();
    expectTypeOf(trustOf).toEqualTypeOf<(holder: object) => TrustReport | undefined>();
    expectTypeOf(version).toEqualTypeOf<string>();
  });
});
