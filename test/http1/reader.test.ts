/** The laws of reading responses, as tables. Each row is read whole, octet by octet, and cut at every place. */
import { describe, expect, test } from "vitest";
import { ResponseReader } from "../../src/http1/index.ts";
import { readEveryWay, readPieces, octets, renderHead, Transcript, type Reading } from "./transcript.ts";
import { rows, type Row } from "./vectors.ts";

for (const [section, table] of Object.entries(rows)) {
  describe(section, () => {
    test.each(table.map((row) => [row.law, row] as const))("%s", (_law, row) => {
      expect(String(readEveryWay(row.input, row))).toBe(row.says);
    });
  });
}

const all: readonly Row[] = Object.values(rows).flat();

describe("whatever comes behind", () => {
  const complete = all.filter(
    ({ says, ending }) => ending === undefined && /\| (?:persists|closes [^|]*)$/.test(says),
  );

  test("bytes after a complete response are left unread, and are nobody's response", () => {
    expect(complete.length).toBeGreaterThan(20);
    for (const row of complete) {
      expect(String(readEveryWay(`${row.input}HTTP/1.1 200 OK\r\n\r\n`, row))).toBe(
        `${row.says} | unread 19`,
      );
    }
  });

  test("with a further request outstanding they are its response", () => {
    const next = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok";
    for (const row of complete.filter(({ says }) => says.endsWith("persists"))) {
      const exchanges = [...(row.exchanges ?? [{ method: "GET" }]), { method: "GET" }];
      const transcript = readEveryWay(row.input + next, { ...row, exchanges });
      expect(String(transcript)).toBe(`${row.says} | 1.1 201 length 2 | "ok" | persists`);
    }
  });

  test("a failure comes once, whatever follows it", () => {
    const failed = all.filter(({ says, ending }) => ending === undefined && / @\d+$|^[a-z-]+$/.test(says));
    expect(failed.length).toBeGreaterThan(20);
    for (const row of failed) {
      const transcript = readPieces(octets(`${row.input}HTTP/1.1 200 OK\r\n\r\n`), [row.input.length], row);
      expect(String(transcript)).toBe(row.says);
    }
  });
});

describe("every prefix", () => {
  test("of every case has, once the connection ends, at most one outcome for each request", () => {
    for (const row of all) {
      for (let length = 0; length <= row.input.length; length++) {
        const reading: Reading = { ...row, ending: "fin" };
        const transcript = readPieces(octets(row.input.slice(0, length)), [], reading);
        const tunnel = String(transcript).includes("tunnel");
        const most = row.exchanges?.length ?? 1;
        const ended = transcript.outcomes > 0 || tunnel || length === 0;
        if (transcript.outcomes > most || !ended)
          expect.fail(`${row.input.slice(0, length)}: ${String(transcript)}`);
      }
    }
  });

  test("of a response with a length is incomplete, with the counts", () => {
    const input = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    const head = input.length - 5;
    for (let received = 0; received < 5; received++) {
      const { failure } = readPieces(octets(input.slice(0, head + received)), [], { ending: "bare-fin" });
      expect(failure).toEqual({
        code: "body-truncated",
        detail: { framing: "length", expectedBytes: 5, receivedBytes: received, ending: "bare-fin" },
      });
    }
    for (let received = 1; received < head; received++) {
      const { failure } = readPieces(octets(input.slice(0, received)), [], { ending: "reset" });
      expect(failure).toEqual({
        code: "head-truncated",
        detail: { receivedBytes: received, ending: "reset" },
      });
    }
  });
});

test("a line skipped in an interim head or in the trailers closes the connection too", () => {
  const options = { allow: ["ignore-invalid-field-lines"] } as const;
  const interim = "HTTP/1.1 100 x\r\nbad\r\n\r\nHTTP/1.1 204 x\r\n\r\n";
  expect(String(readEveryWay(interim, { options }))).toBe("100 | 1.1 204 none | closes ignored-lines");
  const trailers = "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbad\r\n\r\n";
  expect(String(readEveryWay(trailers, { options }))).toBe("1.1 200 chunked | closes ignored-lines");
});

describe("what a head says", () => {
  test("keeps order, case and repetition, and trims white space", () => {
    const input =
      "HTTP/1.1 404 N\xf6t Found\r\nFoo:  a\t\r\nSET-cookie: x=1\r\nset-Cookie:y=2\r\nEmpty:\r\nfOO:b c\r\n\r\n";
    const [head] = readEveryWay(input).heads;
    expect(head && renderHead(head)).toEqual({
      version: "1.1",
      status: 404,
      reason: "N\xf6t Found",
      ignoredLines: 0,
      fields: [
        ["Foo", "a"],
        ["SET-cookie", "x=1"],
        ["set-Cookie", "y=2"],
        ["Empty", ""],
        ["fOO", "b c"],
      ],
    });
    expect(head?.fields.get("FOO")).toBe("a, b c");
    expect(head?.fields.get("set-cookie")).toBe("x=1");
    expect(head?.fields.getAll("Set-Cookie")).toEqual(["x=1", "y=2"]);
    expect(head?.fields.get("empty")).toBe("");
    expect(head?.fields.get("none")).toBeUndefined();
  });

  test.each([
    ["a fold becomes spaces", "A: 1\r\n  2", "1    2"],
    ["a fold of a tab too", "A: 1\r\n\t2", "1   2"],
    ["several folds", "A: 1\r\n 2\r\n 3", "1   2   3"],
    ["a fold before any value", "A:\r\n 2", "2"],
    ["a fold of nothing", "A: 1\r\n  ", "1"],
    ["a fold of nothing, then of something", "A:\r\n \r\n 2", "2"],
  ])("%s (RFC 9112 §5.2)", (_law, line, value) => {
    const [head] = readEveryWay(
      `HTTP/1.1 200 OK\r\nX: y\r\n${line}\r\nZ: z\r\nContent-Length: 0\r\n\r\n`,
    ).heads;
    expect(head && [...head.fields]).toEqual([
      ["X", "y"],
      ["A", value],
      ["Z", "z"],
      ["Content-Length", "0"],
    ]);
  });

  test("bytes are left as they came, folds too", () => {
    const text = "HTTP/1.1 200 OK\r\nA: 1 \r\n\t2\r\nContent-Length: 0\r\n\r\n";
    const bytes = octets(text);
    const reader = new ResponseReader();
    reader.begin({ method: "GET" });
    reader.push(bytes, 0, bytes.length, new Transcript());
    expect(bytes).toEqual(octets(text));
  });

  test("lines that are not fields can be skipped, with their folds, and close the connection", () => {
    const input =
      "HTTP/1.1 200 OK\r\n led by space\r\nno colon\r\n\tfolded\r\nGood: 1\r\nBad name: x\r\nNul: a\0b\r\nCr: a\rb\r\nCr: a\r\r\nAlso: 2\r\n: empty\r\nContent-Length: 0\r\n\r\n";
    const transcript = readEveryWay(input, { options: { allow: ["ignore-invalid-field-lines"] } });
    const [head] = transcript.heads;
    expect(head && [...head.fields].map(([name]) => name)).toEqual(["Good", "Also", "Content-Length"]);
    expect(head?.ignoredLines).toBe(7);
    expect(String(transcript)).toBe("1.1 200 length 0 | closes ignored-lines");
  });

  test("a fold of a skipped line is skipped with it, and is not of the field before", () => {
    const input = "HTTP/1.1 204 x\r\nGood: 1\r\nbad line\r\n more\r\n\tand more\r\nAlso: 2\r\n\r\n";
    const [head] = readEveryWay(input, { options: { allow: ["ignore-invalid-field-lines"] } }).heads;
    expect(head && [...head.fields]).toEqual([
      ["Good", "1"],
      ["Also", "2"],
    ]);
    expect(head?.ignoredLines).toBe(1);
  });
});
