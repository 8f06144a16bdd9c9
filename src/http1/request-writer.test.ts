/** What is written is exactly one request, or is refused before a byte leaves. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HttpsError } from "../core/index.ts";
import {
  checkBodySent,
  writeChunkHead,
  writeLastChunk,
  writeRequestHead,
  type RequestHead,
} from "./index.ts";

const normal: RequestHead = {
  method: "GET",
  target: "/a?b",
  fields: [
    ["Accept", "*/*"],
    ["host", "example.org:8443"],
    ["X-Y", "z"],
  ],
  content: { kind: "none" },
};

function refusal(change: Partial<RequestHead>): { code: string; message: string } {
  try {
    writeRequestHead({ ...normal, ...change });
  } catch (error) {
    if (error instanceof HttpsError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: "written", message: "" };
}

function withField(name: string, value: string): Partial<RequestHead> {
  return { fields: [...normal.fields, [name, value]] };
}

describe("a request head", () => {
  test("is one line, Host first, the fields in their order, and an empty line", () => {
    expect(writeRequestHead(normal)).toBe(
      "GET /a?b HTTP/1.1\r\nHost: example.org:8443\r\nAccept: */*\r\nX-Y: z\r\n\r\n",
    );
  });

  test.each([
    ["a known length", "POST", { kind: "length", bytes: 5 }, "Content-Length: 5\r\n"],
    ["a length of none", "PUT", { kind: "length", bytes: 0 }, "Content-Length: 0\r\n"],
    ["an unknown length", "POST", { kind: "chunked" }, "Transfer-Encoding: chunked\r\n"],
    ["no content where PUT has some", "PUT", { kind: "none" }, "Content-Length: 0\r\n"],
    ["no content where POST has some", "POST", { kind: "none" }, "Content-Length: 0\r\n"],
    ["no content where PATCH has some", "PATCH", { kind: "none" }, "Content-Length: 0\r\n"],
    ["no content where QUERY has some", "QUERY", { kind: "none" }, "Content-Length: 0\r\n"],
    ["no content where GET has none", "GET", { kind: "none" }, "X-Y: z\r\n"],
    ["no content where DELETE has none", "DELETE", { kind: "none" }, "X-Y: z\r\n"],
  ] as const)("says %s once", (_what, method, content, line) => {
    const head = writeRequestHead({ ...normal, method, content });
    expect(head.endsWith(`${line}\r\n`)).toBe(true);
    expect(head.match(/content-length|transfer-encoding/gi)?.length ?? 0).toBe(line.startsWith("X") ? 0 : 1);
  });

  test.each([
    ["content-length", "5", { kind: "length", bytes: 5 }, "Content-Length: 5"],
    ["transfer-encoding", " Chunked", { kind: "chunked" }, "Transfer-Encoding: chunked"],
  ] as const)(
    "takes the caller's own %s where it is true, and writes it once",
    (name, value, content, line) => {
      const fields = [
        ["Host", "h"],
        [name, value],
      ] as const;
      expect(writeRequestHead({ ...normal, method: "POST", fields, content })).toBe(
        `POST /a?b HTTP/1.1\r\nHost: h\r\n${line}\r\n\r\n`,
      );
    },
  );

  test.each([
    ["CR LF in a method", { method: "GET / HTTP/1.1\r\nA: b\r\n\r\nGET" }, "request-method-invalid"],
    ["an empty method", { method: "" }, "request-method-invalid"],
    ["a space in a target", { target: "/a b" }, "request-target-invalid"],
    ["CR LF in a target", { target: "/ HTTP/1.1\r\nA: b" }, "request-target-invalid"],
    ["NUL in a target", { target: "/\0" }, "request-target-invalid"],
    ["a target beyond ASCII", { target: "/ü" }, "request-target-invalid"],
    ["an empty target", { target: "" }, "request-target-invalid"],
    ["a fragment", { target: "/a#b" }, "request-target-invalid"],
    ["credentials in an absolute target", { target: "http://u:p@h/" }, "request-target-invalid"],
    ["a target that is a bare host", { target: "example.org" }, "request-target-invalid"],
    ["* with GET", { target: "*" }, "request-target-invalid"],
    ["a path with CONNECT", { method: "CONNECT", target: "/a" }, "request-target-invalid"],
    ["CONNECT without a port", { method: "CONNECT", target: "h" }, "request-target-invalid"],
    ["a name with a space", withField("A b", "c"), "request-field-invalid"],
    ["a name with a colon", withField("A:", "c"), "request-field-invalid"],
    ["an empty name", withField("", "c"), "request-field-invalid"],
    ["CR LF in a value", withField("A", "b\r\nC: d"), "request-field-invalid"],
    ["LF in a value", withField("A", "b\nC: d"), "request-field-invalid"],
    ["CR in a value", withField("A", "b\rC"), "request-field-invalid"],
    ["LF at the end of a value", withField("A", "b\n"), "request-field-invalid"],
    ["DEL in a value", withField("A", "b\x7f"), "request-field-invalid"],
    ["NUL in a value", withField("A", "b\0"), "request-field-invalid"],
    ["a value beyond ISO 8859-1", withField("A", "\u010a"), "request-field-invalid"],
    [
      "a value that would be joined from an array",
      withField("A", ["b\r\n"] as unknown as string),
      "request-field-invalid",
    ],
    ["Upgrade with CR LF", withField("Upgrade", "websocket\r\n\r\nGET /"), "request-field-invalid"],
    ["a second Host", withField("HOST", "other"), "request-field-invalid"],
    ["no Host", { fields: [] }, "request-field-invalid"],
    ["a Host with a path", { fields: [["Host", "h/a"]] }, "request-field-invalid"],
    ["a Host with CR LF", { fields: [["Host", "h\r\nA: b"]] }, "request-field-invalid"],
    ["two hosts in one Host", { fields: [["Host", "a, b"]] }, "request-field-invalid"],
    ["a length that is none", withField("Content-Length", "+5"), "request-field-invalid"],
    ["a length with no content", withField("Content-Length", "5"), "request-framing-invalid"],
    [
      "another length than the content's",
      { ...withField("Content-Length", "6"), content: { kind: "length", bytes: 5 } },
      "request-framing-invalid",
    ],
    [
      "a length beside chunked",
      { ...withField("Content-Length", "5"), content: { kind: "chunked" } },
      "request-framing-invalid",
    ],
    [
      "a length of none beside chunked",
      { ...withField("Content-Length", "0"), content: { kind: "chunked" } },
      "request-framing-invalid",
    ],
    [
      "chunked beside a length",
      { ...withField("Transfer-Encoding", "chunked"), content: { kind: "length", bytes: 5 } },
      "request-framing-invalid",
    ],
    [
      "another coding",
      { ...withField("Transfer-Encoding", "gzip, chunked"), content: { kind: "chunked" } },
      "request-framing-invalid",
    ],
    [
      "content with TRACE",
      { method: "TRACE", content: { kind: "length", bytes: 1 } },
      "request-framing-invalid",
    ],
    [
      "content with CONNECT",
      { method: "CONNECT", target: "h:443", content: { kind: "chunked" } },
      "request-framing-invalid",
    ],
    ["a length that is not whole", { content: { kind: "length", bytes: 1.5 } }, "request-framing-invalid"],
    ["a length of 2^53", { content: { kind: "length", bytes: 2 ** 53 } }, "request-framing-invalid"],
    ["a length below zero", { content: { kind: "length", bytes: -1 } }, "request-framing-invalid"],
  ] as const satisfies readonly (readonly [string, Partial<RequestHead>, string])[])(
    "with %s is refused",
    (_what, change, code) => {
      const { code: found, message } = refusal(change);
      expect(found).toBe(code);
      expect(message).toMatch(/\.$/);
      expect(message).not.toMatch(/[\r\n\0]/);
    },
  );

  test.each([
    ["OPTIONS", "*"],
    ["GET", "http://h:80/a?b"],
    ["CONNECT", "h:443"],
    ["CONNECT", "[::1]:443"],
  ])("%s takes %s", (method, target) => {
    expect(writeRequestHead({ ...normal, method, target })).toContain(`${method} ${target} HTTP/1.1\r\n`);
  });

  test("that is refused shows no credential", () => {
    expect(refusal(withField("Authorization", "Bearer secret\n")).message).not.toContain("secret");
    expect(refusal(withField("Cookie", "id=secret\n")).message).not.toContain("secret");
  });

  test("whatever is given, is one head or none", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("a\r\nb: c", "\r\n\r\n", "x\n"),
    );
    fc.assert(
      fc.property(text, text, fc.array(fc.tuple(text, text)), (method, target, fields) => {
        const change = {
          method: method || "GET",
          target: `/${target}`,
          fields: [["Host", "h"] as const, ...fields],
        };
        let head = "";
        try {
          head = writeRequestHead({ ...normal, ...change });
        } catch (error) {
          expect(error).toBeInstanceOf(HttpsError);
          return;
        }
        const lines = head.split("\r\n");
        expect(lines.length).toBeLessThanOrEqual(2 + 1 + fields.length + 1);
        expect(lines.slice(-2)).toEqual(["", ""]);
        expect(lines.slice(0, -2).every((line) => line !== "" && !/[\r\n\0]/.test(line))).toBe(true);
      }),
    );
  });
});

describe("the error of a field that cannot be sent", () => {
  const shown = (name: string, value: unknown, secretNames?: readonly string[]): unknown => {
    try {
      return writeRequestHead({ ...normal, ...withField(name, value as string), secretNames });
    } catch (error) {
      return (error as HttpsError<"request-field-invalid">).detail.value;
    }
  };

  test("shows its value", () => {
    expect(shown("A", "b\0")).toBe("b\0");
    expect(shown("A", 7)).toBe("7");
    expect(shown("A", 7, ["B"])).toBe("7");
  });

  test.each([
    "Authorization",
    "proxy-authorization",
    "COOKIE",
    "X-Amz-Credential",
    "X-CSRF",
    "X-XSRF",
    "X-Api-Key",
    "X-Password",
    "X-Client-Secret",
    "X-Session-Id",
    "X-Signature",
    "PRIVATE-TOKEN",
    "X-Own",
  ])("does not show that of %s", (name) => {
    for (const value of ["b\0", 7]) expect(shown(name, value, ["A", "x-OWN"])).toBe("(not shown)");
  });

  test("does not show that of a name which is none, and may be a secret's misspelt", () => {
    expect(shown("Authorization ", "b")).toBe("(not shown)");
  });
});

describe("a chunked request body", () => {
  test("is sizes in hexadecimal, and ends with the chunk of none and its trailers", () => {
    expect(writeChunkHead(255)).toBe("ff\r\n");
    expect(writeLastChunk()).toBe("0\r\n\r\n");
    expect(writeLastChunk([["A", "b"]])).toBe("0\r\nA: b\r\n\r\n");
  });

  test("has no chunk of none before its end", () => {
    expect(() => writeChunkHead(0)).toThrow(/a chunk has data/);
  });

  test.each([["Content-Length"], ["transfer-encoding"], ["Host"], ["A\r\n"]])("has no trailer %j", (name) => {
    expect(() => writeLastChunk([[name, "1"]])).toThrow(HttpsError);
  });
});

test("a body of another length than announced is refused, with both", () => {
  expect(() => checkBodySent(5, 5)).not.toThrow();
  expect(() => checkBodySent(5, 4)).toThrow("announced a body of 5 bytes, and 4 were given");
});
