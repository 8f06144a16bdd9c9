/** The reader's life over one connection: pauses, idle bytes, reuse, tunnels, and the caller's buffer. */
import { describe, expect, test } from "vitest";
import { ResponseReader } from "../../src/http1/index.ts";
import { Transcript, octets, readEveryWay, readPieces, renderHead } from "./transcript.ts";

const response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

describe("an idle connection", () => {
  test.each([
    ["a whole response", response],
    ["one byte", "x"],
    ["an empty line and a byte", "\r\nx"],
    ["CR alone, then a byte", "\rx"],
    ["LF alone", "\n"],
  ])("is poisoned by %s", (_what, text) => {
    const reader = new ResponseReader();
    const transcript = new Transcript();
    reader.push(octets(text), 0, text.length, transcript);
    expect(transcript.failure?.code).toBe("unsolicited-bytes");
    expect(transcript.heads).toEqual([]);
    expect(reader.phase).toBe("closed");
  });

  test("may receive empty lines, in any pieces (RFC 9112 §9.2)", () => {
    const reader = new ResponseReader();
    const transcript = new Transcript();
    for (let at = 0; at < 4; at++)
      expect(reader.push(octets("\r\n\r\n"), at, at + 1, transcript)).toBe(at + 1);
    expect(transcript.outcomes).toBe(0);
    reader.begin({ method: "GET" });
    reader.push(octets(response), 0, response.length, transcript);
    expect(String(transcript)).toBe('1.1 200 length 5 | "hello" | persists');
  });

  test("does not join half an empty line with the other half behind the next response", () => {
    const reader = new ResponseReader();
    const transcript = new Transcript();
    reader.push(octets("\r"), 0, 1, transcript);
    reader.begin({ method: "GET" });
    reader.push(octets(response), 0, response.length, transcript);
    reader.push(octets("\n"), 0, 1, transcript);
    expect(transcript.failure?.code).toBe("unsolicited-bytes");
  });

  test("says how many bytes came, and the first of them", () => {
    const reader = new ResponseReader();
    const transcript = new Transcript();
    reader.begin({ method: "HEAD" });
    const end = reader.push(octets(response), 0, response.length, transcript);
    expect(response.slice(end)).toBe("hello");
    reader.push(octets(response), end, response.length, transcript);
    expect(transcript.failure).toEqual({ code: "unsolicited-bytes", detail: { bytes: 5, excerpt: "hello" } });
  });

  test("shows no more than an excerpt of them, and nothing behind them", () => {
    for (const count of [8, 32, 33, 40]) {
      const reader = new ResponseReader();
      const transcript = new Transcript();
      reader.push(octets("x".repeat(40)), 0, count, transcript);
      expect(transcript.failure?.detail).toEqual({ bytes: count, excerpt: "x".repeat(Math.min(count, 32)) });
    }
  });

  test("that ends is not a failure", () => {
    const reader = new ResponseReader();
    const transcript = new Transcript();
    reader.end("close-notify", transcript);
    expect(transcript.outcomes).toBe(0);
    expect(reader.phase).toBe("closed");
  });
});

describe("a pause", () => {
  class Pausing extends Transcript {
    readonly pieces: string[] = [];
    override onBody(bytes: Uint8Array, start: number, end: number): boolean {
      this.pieces.push(Buffer.from(bytes.subarray(start, end)).toString("latin1"));
      return false;
    }
  }

  test("leaves the rest of the bytes unread, and goes on from there", () => {
    const text =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\nT: u\r\n\r\n";
    const bytes = octets(text);
    const reader = new ResponseReader();
    const sink = new Pausing();
    reader.begin({ method: "GET" });
    const first = reader.push(bytes, 0, bytes.length, sink);
    expect(text.slice(first)).toBe("\r\n3\r\ncde\r\n0\r\nT: u\r\n\r\n");
    const second = reader.push(bytes, first, bytes.length, sink);
    expect(text.slice(second)).toBe("\r\n0\r\nT: u\r\n\r\n");
    expect(sink.outcomes).toBe(0);
    expect(reader.push(bytes, second, bytes.length, sink)).toBe(bytes.length);
    expect(sink.pieces).toEqual(["ab", "cde"]);
    expect(String(sink)).toBe("1.1 200 chunked | trailers T: u | persists");
  });

  test("asked for with the last byte of a length does not hold back its completion", () => {
    const reader = new ResponseReader();
    const sink = new Pausing();
    reader.begin({ method: "GET" });
    reader.push(octets(response), 0, response.length, sink);
    expect(sink.outcomes).toBe(1);
  });
});

describe("the caller's buffer", () => {
  test("is handed on in place: a body's bytes are the same memory", () => {
    const bytes = octets(`____${response}____`);
    const seen: Uint8Array[] = [];
    class Looking extends Transcript {
      override onBody(given: Uint8Array): boolean {
        seen.push(given);
        return true;
      }
    }
    const reader = new ResponseReader();
    reader.begin({ method: "GET" });
    expect(reader.push(bytes, 4, 4 + response.length, new Looking())).toBe(4 + response.length);
    expect(seen[0]).toBe(bytes);
  });

  test("may be overwritten between reads: fields are still what they were", () => {
    const reader = new ResponseReader();
    const transcript = new Transcript();
    const bytes = octets(response);
    reader.begin({ method: "GET" });
    reader.push(bytes, 0, 25, transcript);
    const rest = octets(response.slice(25));
    bytes.fill(0);
    reader.push(rest, 0, rest.length, transcript);
    rest.fill(0);
    expect(transcript.heads[0]?.fields.get("content-length")).toBe("5");
  });
});

describe("what lies around the bytes that have come is not read:", () => {
  const text = "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\nC:\r\n d\r\n\r\nok";

  test.each(["\r\n\r\n", "\n\r\n", ": x\r\n\r\n", " x\r\n", text])("%j behind them", (behind) => {
    const whole = readPieces(octets(text), []);
    for (let from = 0; from <= text.length; from++) {
      const reader = new ResponseReader();
      const transcript = new Transcript();
      reader.begin({ method: "GET" });
      const first = octets(text.slice(0, from) + behind);
      expect(reader.push(first, 0, from, transcript)).toBe(from);
      reader.push(octets(text), from, text.length, transcript);
      expect(transcript.heads.map(renderHead)).toEqual(whole.heads.map(renderHead));
      expect(transcript.completion).toEqual(whole.completion);
    }
  });

  // Each octet is what the one as far behind the line's beginning has to be: `HTTP/1.1 200 `, backwards.
  const before = " x0x x.1/PTT";
  test.each([
    ["HTXP/1.1 200 OK", "not-http"],
    ["HTTP/2.1 200 OK", "http-version-unsupported"],
    ["HTTP/1x1 200 OK", "status-line-malformed"],
    ["HTTP/1.1x200 OK", "status-line-malformed"],
    ["HTTP/1.1 2x0 OK", "status-line-malformed"],
    ["HTTP/1.1 200xOK", "status-line-malformed"],
  ])("the body before the line %s", (line, code) => {
    const exchanges = [{ method: "GET" }, { method: "GET" }];
    const input = `HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n${before}${line}\r\n\r\n`;
    const transcript = readEveryWay(input, { exchanges });
    expect(transcript.events.slice(1, 3)).toEqual([JSON.stringify(before), "persists"]);
    expect(transcript.failure?.code).toBe(code);
  });
});

describe("a reader", () => {
  test.each(["Content-Length: 0", "Transfer-Encoding: chunked"])("with %s blanks a fold once", (framing) => {
    const folded = `HTTP/1.1 200 OK\r\n${framing}\r\nA: b\r\n  c\r\n\r\n`;
    const plain = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLong: abcdefghijklmnopqrstuvwxyz\r\n\r\n";
    const chunks = framing.endsWith("chunked") ? "0\r\nT: abcdefghijklmnopqrstuvwxyz0123456789\r\n\r\n" : "";
    const exchanges = [{ method: "GET" }, { method: "GET" }];
    const transcript = readEveryWay(folded + chunks + plain, { exchanges });
    expect(transcript.heads[0]?.fields.get("a")).toBe("b    c");
    expect(transcript.heads[1]?.fields.get("long")).toBe("abcdefghijklmnopqrstuvwxyz");
    if (chunks !== "")
      expect(transcript.events).toContain("trailers T: abcdefghijklmnopqrstuvwxyz0123456789");
  });

  test("keeps all of a head that is longer than any before it, in any pieces", () => {
    const value = Array.from({ length: 900 }, (_, at) => String(at)).join(" ");
    const text = `HTTP/1.1 204 x\r\nA: ${value}\r\n\r\n`;
    for (const piece of [1, 100, 700, 2_000]) {
      const cuts = Array.from({ length: Math.ceil(text.length / piece) - 1 }, (_, at) => (at + 1) * piece);
      expect(readPieces(octets(text), cuts).heads[0]?.fields.get("a")).toBe(value);
    }
  });

  test.each([
    ["until-close", "HTTP/1.1 200 OK\r\n\r\nok"],
    ["chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok"],
    ["chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n"],
  ])("says of a body cut short that it was %s, and no length where none was announced", (framing, text) => {
    const { failure } = readEveryWay(text, { ending: "reset" });
    expect(failure?.detail).toEqual({ framing, receivedBytes: 2, ending: "reset" });
  });

  test("reads one exchange after another, with nothing left over from the one before", () => {
    const reader = new ResponseReader();
    for (const text of [
      response,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n1;e\r\nx\r\n0\r\nT: u\r\n\r\n",
      "HTTP/1.1 204\r\n\r\n",
      response,
    ]) {
      const transcript = new Transcript();
      reader.begin({ method: "GET" });
      for (let at = 0; at < text.length; at++) reader.push(octets(text), at, at + 1, transcript);
      expect(transcript.outcomes).toBe(1);
      expect(transcript.completion?.receivedBytes).toBe(text.length);
      expect(reader.receivedBytes).toBe(text.length);
    }
  });

  test("refuses to begin an exchange inside another: that would be our fault", () => {
    const reader = new ResponseReader();
    reader.begin({ method: "GET" });
    expect(() => reader.begin({ method: "GET" })).toThrow(/Bug in Meerkat/);
  });

  test("keeps its hands off a tunnel's bytes", () => {
    const reader = new ResponseReader();
    const transcript = new Transcript();
    const text = "HTTP/1.1 200 OK\r\n\r\n\x16\x03\x01";
    reader.begin({ method: "CONNECT" });
    const end = reader.push(octets(text), 0, text.length, transcript);
    expect(end).toBe(19);
    expect(reader.push(octets(text), end, text.length, transcript)).toBe(end);
    expect(reader.phase).toBe("tunnel");
    reader.end("fin", transcript);
    expect(String(transcript)).toBe("1.1 200 tunnel");
  });

  test("makes the same text with its own decoder as with another", () => {
    const text = "HTTP/1.1 200 \xe4\xff\r\nA: \x80\xfe\r\nContent-Length: 0\r\n\r\n";
    const decodeLatin1 = (bytes: Uint8Array, start: number, end: number): string =>
      Buffer.from(bytes.subarray(start, end)).toString("latin1");
    const heads = [{}, { decodeLatin1 }].map((options) => {
      const reader = new ResponseReader(options);
      const transcript = new Transcript();
      reader.begin({ method: "GET" });
      reader.push(octets(text), 0, text.length, transcript);
      return [transcript.heads[0]?.reason, ...(transcript.heads[0]?.fields ?? [])];
    });
    expect(heads[0]).toEqual(heads[1]);
  });
});
