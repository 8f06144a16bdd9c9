/** What people paste is read as the error it is, and hostile text is only text. */
import { describe, expect, it, test } from "vitest";
import { findForeign, foreignNames, foreignPrograms, openCodes, opensslNumber } from "./index.ts";
import { pastedCharacters } from "./limits.ts";

function firstNames(pasted: string): string[] {
  return findForeign(pasted).map(({ error }) => error.names[0] ?? "");
}

describe("a line without an error of TLS names none", () => {
  it.each([
    "HTTP/1.1 500 internal error",
    "403 Access Denied",
    "Date: Tue, 05 Nov 2024 12:00:00 -0200",
    "connect failed { errno: -111, syscall: 'connect' }",
    "the protocol version is 1.3",
    "process exited with code 1",
    "GET /a-101-b HTTP/1.1",
    "margin: x -300px",
    "it took 60 days and 20 hours on port 62",
    "WebSocket connection was not closed cleanly",
    "the reason is unspecified",
  ])("%s", (line) => {
    expect(findForeign(line)).toEqual([]);
  });
});

test("where a line names a cause and the failure around it, the cause decides what is open", () => {
  const line = "curl: (60) SSL certificate problem: certificate has expired";
  expect(findForeign(line).map(({ program }) => program.name)).toEqual([
    "OpenSSL verification",
    "curl exit code",
  ]);
  expect(openCodes(findForeign(line))).toEqual(["expired", "clock-wrong"]);
});

test("case, spaces and punctuation make no difference to a name", () => {
  for (const written of ["unable-to verify leaf:signature", "Unable_To_Verify_Leaf_Signature"])
    expect(firstNames(written)).toEqual(["UNABLE_TO_VERIFY_LEAF_SIGNATURE"]);
});

test("a name inside a longer name is not read for itself", () => {
  expect(firstNames("self-signed certificate in certificate chain")).toEqual(["SELF_SIGNED_CERT_IN_CHAIN"]);
});

test("the reading that leaves the fewest codes open comes first", () => {
  const [first] = findForeign("CERTIFICATE_VERIFY_FAILED certificate verify failed: certificate has expired");
  expect(first?.error.codes).toEqual(["expired", "clock-wrong"]);
});

describe("a number alone", () => {
  it.each([
    ["60", ["curl exit code", "BearSSL", "OpenSSL verification"]],
    ["(20)", ["OpenSSL verification", "BearSSL"]],
    ["62", ["OpenSSL verification", "BearSSL"]],
    ["-9984", ["mbedTLS"]],
    ["9984", ["mbedTLS"]],
    ["0x2700", ["mbedTLS"]],
    ["0x08", ["mbedTLS verify flags"]],
    ["0x801a", ["ESP-IDF"]],
    ["-348", ["GnuTLS"]],
    ["14090086", ["OpenSSL handshake"]],
    ["-2146893019", ["Windows"]],
    ["-0x23e2", ["mbedTLS"]],
    ["296", ["BearSSL"]],
  ])("%s is read in every way there is", (number, programs) => {
    expect(findForeign(number).map(({ program }) => program.name)).toEqual(expect.arrayContaining(programs));
  });

  it("with a sign is only of programs that count downwards", () => {
    expect(findForeign("-60").map(({ program }) => program.name)).toEqual(["GnuTLS"]);
  });

  it("with the words of an error's before it is still a number alone", () => {
    expect(findForeign("exit code 60")).toEqual(findForeign("60"));
    expect(findForeign("error:0A000410")).toEqual(findForeign("alert 40"));
  });
});

test.each(foreignPrograms.map((program) => [program.name, program] as const))(
  "every name and number of %s leads to its row",
  (_name, { errors }) => {
    for (const error of errors) {
      for (const asked of [...error.names, ...(error.number === undefined ? [] : [String(error.number)])])
        expect(findForeign(asked).map((reading) => reading.error)).toContain(error);
    }
  },
);

test("no program has one number for two errors", () => {
  for (const { errors } of foreignPrograms) {
    const numbers = errors.flatMap(({ number }) => (number === undefined ? [] : [number]));
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

test("OpenSSL's results are numbered from 1 to 94 without a gap", () => {
  const numbers = foreignPrograms[0]?.errors.map(({ number }) => number ?? 0).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 94 }, (_, i) => i + 1));
  expect(opensslNumber("CERT_HAS_EXPIRED")).toBe(10);
});

test.each(["::1", "[::1]", "error: ::1", "::ffff:1"])(
  "%s is an address, and no number of an error",
  (address) => {
    expect(findForeign(address)).toEqual([]);
  },
);

test("a name that can be mistyped is one word", () => {
  expect(foreignNames()).toContain("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  expect(foreignNames().filter((name) => /\s/.test(name))).toEqual([]);
});

test("hostile text never throws, and only its beginning is looked at", () => {
  const pieces = [
    "err ",
    "-",
    "0x",
    "(",
    "x509 ",
    "\0",
    "\ud800",
    "curl error ",
    "__proto__ ",
    "9".repeat(50),
    "- ",
    "'",
  ];
  for (const piece of pieces) {
    const long = piece.repeat(200_000);
    expect(findForeign(long)).toEqual(findForeign(long.slice(0, pastedCharacters.value)));
  }
});
