/** When a request is sent again: by itself once, on a fresh connection, or because the caller asked for it. */
import { describe, expect, test } from "vitest";
import { HttpsError } from "../../core/index.ts";
import { fieldsFrom, noFields, type ResponseHead } from "../../http1/index.ts";
import type { RequestBody } from "../body/request-body.ts";
import { mergeTimeouts } from "../options/timeouts.ts";
import { Call, type Answer } from "../pool/call.ts";
import { Attempts } from "./attempts.ts";

const none: RequestBody = { kind: "none" };
/** A stream that can be read once. */
const once: RequestBody = {
  kind: "stream",
  length: undefined,
  contentType: undefined,
  replayable: false,
  open: () => {
    throw new Error("nobody reads it here");
  },
};
const lost = new HttpsError("empty-response", { ending: "fin" });
const gone = (errorCode: string): HttpsError =>
  new HttpsError("http2-goaway", { lastStream: 2 ** 31 - 1, errorCode, debug: "", isProcessed: true });
const late = new HttpsError("head-timeout", { host: "localhost", limitMs: 1, bytesReceived: 0 });
const malformed = new HttpsError("client-closed", { host: "localhost" });
const asked = { attempts: 2, delayMs: 0 };

/** A GET that went over a connection which had been used before, and got no byte back; or what differs from that. */
function sent(
  changes: { reused?: boolean; firstByteAt?: number; bodyOpened?: boolean; method?: string } = {},
): Call {
  const { reused = true, firstByteAt = 0, bodyOpened = false, method = "GET" } = changes;
  const call = new Call(
    {
      method,
      host: "localhost",
      head: "",
      octets: undefined,
      body: none,
      secretHeaders: undefined,
      closes: false,
      expectContinueMs: undefined,
      idempotent: method === "GET",
      timeouts: mergeTimeouts(undefined),
      asker: { onEvent: undefined, onSending: () => {}, onInformational: () => {} },
      onUploadProgress: undefined,
      onDownloadProgress: undefined,
    },
    0,
  );
  call.reused = reused;
  call.instants.firstByteAt = firstByteAt;
  call.bodyOpened = bodyOpened;
  return call;
}

/** An answer of this status to a call. */
function answer(status: number, call: Call = sent()): Answer {
  const fields = status === 503 ? fieldsFrom([["Retry-After", "0"]]) : noFields;
  const head = { status, fields } as Partial<ResponseHead> as ResponseHead;
  return { call, head } as Partial<Answer> as Answer;
}

describe("a request whose kept connection ended without an answer", () => {
  test("is sent again at once, once, and on a fresh connection", () => {
    const attempts = new Attempts(undefined, "auto");
    expect(attempts.needsFresh).toBe(false);
    expect(attempts.afterFailure(sent(), lost, none)).toBe("at once");
    expect(attempts.needsFresh).toBe(true);
    expect(attempts.afterFailure(sent(), lost, none)).toBeUndefined();
    expect(attempts.needsFresh).toBe(false);
  });

  test.each<[string, Call, HttpsError, RequestBody]>([
    ["its connection was a fresh one", sent({ reused: false }), lost, none],
    ["a byte of an answer had come", sent({ firstByteAt: 1 }), lost, none],
    ["it failed in another way", sent(), late, none],
    ["doing it twice may do more", sent({ method: "POST" }), lost, none],
    ["its body cannot be read again", sent({ bodyOpened: true }), lost, once],
  ])("is not sent again by itself where %s", (_, call, error, body) => {
    const attempts = new Attempts(undefined, "auto");
    expect(attempts.afterFailure(call, error, body)).toBeUndefined();
    expect(attempts.list).toMatchObject([{ outcome: { code: error.code }, retried: undefined }]);
  });

  test("is sent again by itself after others that were asked for, too", () => {
    const attempts = new Attempts(asked, "auto");
    expect(attempts.afterFailure(sent({ reused: false }), late, none)).toBe(0);
    expect(attempts.afterFailure(sent(), lost, none)).toBe("at once");
  });

  test("is sent again where nothing of its body was read", () => {
    expect(new Attempts(undefined, "auto").afterFailure(sent(), lost, once)).toBe("at once");
  });
});

describe("a request whose new connection ended without an answer behind GOAWAY", () => {
  const fresh = (changes: { firstByteAt?: number; method?: string } = {}): Call =>
    sent({ reused: false, ...changes });

  test("is sent again at once, once, and on another, where the server left without blaming anybody", () => {
    const attempts = new Attempts(undefined, "auto");
    expect(attempts.afterFailure(fresh(), gone("NO_ERROR"), none)).toBe("at once");
    expect(attempts.needsFresh).toBe(true);
    expect(attempts.afterFailure(fresh(), gone("NO_ERROR"), none)).toBeUndefined();
  });

  test("is not sent again where that was done once because a kept connection ended", () => {
    const attempts = new Attempts(undefined, "auto");
    expect(attempts.afterFailure(sent(), lost, none)).toBe("at once");
    expect(attempts.afterFailure(fresh(), gone("NO_ERROR"), none)).toBeUndefined();
  });

  test.each<[string, Call, HttpsError]>([
    ["the server blames the client", fresh(), gone("ENHANCE_YOUR_CALM")],
    ["the server broke", fresh(), gone("INTERNAL_ERROR")],
    ["a byte of an answer had come", fresh({ firstByteAt: 1 }), gone("NO_ERROR")],
    ["doing it twice may do more", fresh({ method: "POST" }), gone("NO_ERROR")],
  ])("is not sent again by itself where %s", (_, call, error) => {
    expect(new Attempts(undefined, "auto").afterFailure(call, error, none)).toBeUndefined();
  });
});

describe("a failure after which the caller asked for another attempt", () => {
  test("is followed by so many, each with its reason", () => {
    const attempts = new Attempts(asked, "auto");
    expect([1, 2, 3].map(() => attempts.afterFailure(sent(), late, none))).toEqual([0, 0, undefined]);
    const retried = "asked for: head-timeout";
    expect(attempts.list).toMatchObject([{ retried }, { retried }, { retried: undefined }]);
  });

  test("is followed by none where the request cannot be sent twice", () => {
    expect(new Attempts(asked, "auto").afterFailure(sent({ bodyOpened: true }), late, once)).toBeUndefined();
    expect(new Attempts(asked, "auto").afterFailure(sent({ method: "POST" }), late, none)).toBeUndefined();
  });

  test("costs none of the attempts where none follows", () => {
    const attempts = new Attempts({ ...asked, attempts: 1 }, "auto");
    expect(attempts.afterFailure(sent(), malformed, none)).toBeUndefined();
    expect(attempts.afterFailure(sent(), late, none)).toBe(0);
  });
});

describe("an answer after which the caller asked for another attempt", () => {
  test("is followed by so many, each with its reason", () => {
    const attempts = new Attempts(asked, "auto");
    expect([1, 2, 3].map(() => attempts.afterAnswer(answer(503), none))).toEqual([0, 0, undefined]);
    const retried = "asked for: status 503";
    expect(attempts.list).toMatchObject([{ outcome: { status: 503 }, retried }, { retried }]);
  });

  test("is an error: no other status is asked for again, whatever the list says", () => {
    const statuses = [399, 400];
    const after = (status: number): number | undefined =>
      new Attempts({ ...asked, statuses }, "auto").afterAnswer(answer(status), none);
    expect([399, 400].map(after)).toEqual([undefined, 0]);
  });

  test("is followed by none where the request cannot be sent twice, or nobody asked for it", () => {
    const post = sent({ method: "POST" });
    expect(new Attempts(asked, "auto").afterAnswer(answer(503, post), none)).toBeUndefined();
    expect(
      new Attempts(asked, "auto").afterAnswer(answer(503, sent({ bodyOpened: true })), once),
    ).toBeUndefined();
    expect(new Attempts(undefined, "auto").afterAnswer(answer(503), none)).toBeUndefined();
  });
});
