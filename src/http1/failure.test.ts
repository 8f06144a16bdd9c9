/** A failure becomes the error that a caller sees, with its code and its facts. */
import { describe, expect, test } from "vitest";
import { HttpsError } from "../core/index.ts";
import { ResponseReader, errorFromFailure, type Exchange, type Failure, type ResponseSink } from "./index.ts";

function failureOf(
  input: string,
  exchange: Exchange = { method: "GET" },
  end: number = input.length,
): Failure {
  let found: Failure | undefined;
  const sink: ResponseSink = {
    onInformational() {},
    onHead() {},
    onBody: () => true,
    onTrailers() {},
    onComplete() {},
    onFailure: (failure) => (found = failure),
  };
  const reader = new ResponseReader({ allow: ["ctl-in-value"] });
  reader.begin(exchange);
  reader.push(Buffer.from(input, "latin1"), 0, end, sink);
  if (found === undefined) throw new Error("nothing failed");
  return found;
}

describe("the error of a failure", () => {
  test("is a sentence with the place, the rule and the bytes", () => {
    const error = errorFromFailure(failureOf("HTTP/1.1 200 OK\r\nFoo\x1b: a\r\n\r\n"));
    expect(error).toBeInstanceOf(HttpsError);
    expect(error.code).toBe("field-malformed");
    expect(error.stage).toBe("http");
    expect(error.fault).toBe("peer");
    expect(error.message).toBe(
      String.raw`A field line is malformed: it breaks the rule that a field line is a token directly followed by a colon, at byte 20, the last of "HTTP/1.1 200 OK\r\nFoo\x1b".`,
    );
  });

  // 0x9b and ESC [ begin commands of a terminal.
  const hostile = '\x9b31m\x1b[2J"\xff';
  test.each([
    ["a length", `Content-Length: ${hostile}`],
    ["a coding", `Transfer-Encoding: ${hostile}`],
    ["a coding beside a length", `Content-Length: ${hostile}\r\nTransfer-Encoding: chunked`],
    ["a field name", `a${hostile}: b`],
    ["a status line's protocol", `A: b\r\n\r\nHTTP/1.1 ${hostile}`],
  ])("shows nothing of %s that a terminal would obey", (_what, lines) => {
    const input = `HTTP/1.1 ${lines.startsWith("A: b") ? "100" : "200"} OK\r\n${lines}\r\n\r\n`;
    expect(errorFromFailure(failureOf(input)).message).toMatch(/^[\x20-\x7e]+\.$/);
  });

  test("of what is not HTTP shows its first octets, of those that came", () => {
    const text = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3 and more\r\n";
    expect(failureOf(text).detail).toEqual({ speaks: "SSH", firstBytes: text.slice(0, 32) });
    expect(failureOf(text, { method: "GET" }, 9).detail).toEqual({ speaks: "SSH", firstBytes: "SSH-2.0-O" });
  });

  test("shows nothing of an upgrade that a terminal would obey", () => {
    const failure = failureOf(`HTTP/1.1 101 x\r\nUpgrade: ${hostile}\r\n\r\n`);
    expect(failure.code).toBe("unasked-upgrade");
    expect(errorFromFailure(failure).message).toMatch(/^[\x20-\x7e]+\.$/);
  });
});

describe("an answer that is not HTTP", () => {
  test.each([
    ["SSH-2.0-OpenSSH_9.2p1\r\n", "SSH"],
    ["220 mail.example.org ESMTP\r\n", "SMTP or FTP"],
    ["* OK IMAP4rev1 ready\r\n", "IMAP"],
    ["+OK POP3 ready\r\n", "POP3"],
    ["<!DOCTYPE html><html>", "HTML"],
    ["\x15\x03\x01\x00\x02\x02\x0a", "TLS"],
    ["\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80", "HTTP/2"],
    ["\x05\xff", "something else"],
  ])("%j is told as %s", (input, speaks) => {
    const failure = failureOf(input);
    expect(failure).toMatchObject({ code: "not-http", detail: { speaks } });
    expect(errorFromFailure(failure).message).toMatch(/^[\x20-\x7e]+\.$/);
  });
});
