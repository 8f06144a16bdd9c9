/** What a SOCKS 5 proxy is told, and what its answers are taken for: RFC 1928 and RFC 1929, octet by octet. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SocksDialogue, type SocksDestination, type SocksLogin, type SocksStep } from "./socks-dialogue.ts";

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const named: SocksDestination = { host: "origin.example", port: 443 };
const login: SocksLogin = { username: octets("me"), password: octets("pässword") };
const opened = [5, 0, 0, 1, 127, 0, 0, 1, 0x1f, 0x90];

interface Outcome {
  /** Everything that was sent, in hexadecimal, a message each. */
  readonly sent: readonly string[];
  readonly end: SocksStep;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** A dialogue whose answers come message by message, or cut anywhere. */
function speak(
  answers: readonly (readonly number[])[],
  { to = named, as }: { readonly to?: SocksDestination; readonly as?: SocksLogin } = {},
): Outcome {
  const dialogue = new SocksDialogue(to, as);
  const sent = [hex(dialogue.begin())];
  let end: SocksStep = { kind: "more", send: new Uint8Array(0) };
  for (const answer of answers) {
    if (end.kind !== "more") break;
    end = dialogue.push(Uint8Array.from(answer));
    if (end.kind === "more" && end.send.length > 0) sent.push(hex(end.send));
  }
  return { sent, end };
}

/** The end in few words. */
function endOf(...args: Parameters<typeof speak>): string {
  const { end } = speak(...args);
  if (end.kind !== "problem") return end.kind;
  const { problem } = end;
  if (problem.kind === "refused") return `refused: ${problem.reply}`;
  return problem.kind === "malformed" ? problem.reason : problem.kind;
}

describe("a proxy is told", () => {
  test.each<[law: string, to: SocksDestination, request: string]>([
    ["a name as it is, for it to look up", named, `0501000 30e${hex(octets("origin.example"))}01bb`],
    ["an address of IPv4 as its four octets", { host: "192.0.2.7", port: 80 }, "0501000 1c00002070050"],
    [
      "an address of IPv6 as its sixteen octets",
      { host: "2001:db8::1", port: 65_535 },
      "0501000 420010db8000000000000000000000001ffff",
    ],
    ["a name of 255 octets whole", { host: "n".repeat(255), port: 1 }, `0501000 3ff${"6e".repeat(255)}0001`],
  ])("%s", (_law, to, request) => {
    expect(speak([[5, 0], opened], { to })).toEqual({
      sent: ["050100", request.replace(" ", "")],
      end: { kind: "open", rest: new Uint8Array(0) },
    });
  });

  test("a user name and a password where it chooses them, and no sooner", () => {
    expect(speak([[5, 2], [1, 0], opened], { as: login }).sent).toEqual([
      "05020002",
      `0102${hex(login.username)}09${hex(login.password)}`,
      `05010003 0e${hex(octets("origin.example"))}01bb`.replace(" ", ""),
    ]);
    const { sent, end } = speak([[5, 0], opened], { as: login });
    expect(end.kind).toBe("open");
    expect(sent.join()).not.toContain(hex(login.password));
  });

  test("of 255 octets each, whole", () => {
    const long = { username: octets("u".repeat(255)), password: octets("p".repeat(255)) };
    expect(speak([[5, 2]], { as: long }).sent[1]).toBe(`01ff${"75".repeat(255)}ff${"70".repeat(255)}`);
  });
});

describe("an answer", () => {
  test.each<[answers: readonly (readonly number[])[], end: string]>([
    [[[5, 0xff]], "no-method"],
    [
      [
        [5, 2],
        [1, 1],
      ],
      "login-refused",
    ],
    [
      [
        [5, 2],
        [1, 0xff],
      ],
      "login-refused",
    ],
    [[[5, 2], [5, 0], opened], "open"],
    [[[5, 1]], "It chose the method 1, which was not offered."],
    [
      [
        [5, 2],
        [0, 0],
      ],
      "It answered the login with the version 0, which is not 1.",
    ],
    [
      [
        [5, 0],
        [4, 0],
      ],
      "It answered with the version 4, which is not 5.",
    ],
    [
      [
        [5, 0],
        [5, 0, 0, 2, 0],
      ],
      "It answered with an address of the type 2, which there is not.",
    ],
    [[[5, 0, 5]], "It said more before it had been asked for a connection."],
    [
      [
        [5, 2],
        [1, 0, 5],
      ],
      "It said more before it had been asked for a connection.",
    ],
    [[[0, 91]], "It answered as SOCKS 4 does, and SOCKS 5 was asked for."],
    [[[...octets("HTTP/1.1 400 Bad")]], 'It answered in HTTP ("HTTP/1.1 400 Bad"): is it an http:// proxy?'],
    [[[...octets("H")]], 'It answered in HTTP ("H"): is it an http:// proxy?'],
    [[[...octets("SSH-2.0-x\r\n")]], 'It speaks SSH ("SSH-2.0-x.."), and not SOCKS 5.'],
    [[[7, 65]], 'It did not answer in SOCKS 5: its answer begins with ".A".'],
    [
      [
        [5, 0],
        [5, 0, 0, 1, 0, 0, 0, 0, 0],
      ],
      "more",
    ],
    [
      [
        [5, 0],
        [5, 0, 0, 4, ...Array<number>(17).fill(9)],
      ],
      "more",
    ],
    [
      [
        [5, 0],
        [5, 0, 0, 4, ...Array<number>(18).fill(9)],
      ],
      "open",
    ],
    [
      [
        [5, 0],
        [5, 0, 0, 3, 2, 65, 65, 0],
      ],
      "more",
    ],
    [
      [
        [5, 0],
        [5, 0, 0, 3, 2, 65, 65, 0, 0],
      ],
      "open",
    ],
    [
      [
        [5, 0],
        [5, 0, 0, 3, 0, 0, 0],
      ],
      "open",
    ],
  ])("%j: %s", (answers, end) => {
    expect(endOf(answers, { as: login })).toBe(end);
  });

  test("of a method that was not offered is not answered", () => {
    const { sent, end } = speak([[5, 2]]);
    expect([sent, end.kind]).toEqual([["050100"], "problem"]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 255])("of %i to a request is a refusal, however short", (reply) => {
    expect(
      endOf([
        [5, 0],
        [5, reply],
      ]),
    ).toBe(`refused: ${reply}`);
    expect(
      endOf([
        [5, 0],
        [5, reply, 0, 1, 0, 0, 0, 0, 0, 0],
      ]),
    ).toBe(`refused: ${reply}`);
  });

  test("is followed by the server's first bytes, none of them lost", () => {
    const { end } = speak([
      [5, 0],
      [...opened, 22, 3, 1],
    ]);
    expect(end).toEqual({ kind: "open", rest: Uint8Array.of(22, 3, 1) });
  });

  test("that is an end says where it stood", () => {
    const atOnce = new SocksDialogue(named, undefined);
    expect(atOnce.close()).toMatchObject({
      problem: { reason: "It closed the connection at the greeting: it may not be a SOCKS 5 proxy." },
    });
    const later = new SocksDialogue(named, undefined);
    later.push(Uint8Array.of(5, 0));
    expect(later.close()).toMatchObject({ problem: { reason: "It closed the connection." } });
  });
});

test("an answer is the same whole, byte by byte and cut anywhere", () => {
  const answers: readonly (readonly number[])[] = [
    [5, 2],
    [1, 0],
    [5, 0, 0, 3, 3, 65, 65, 65, 0, 80],
  ];
  const whole = speak(answers, { as: login });
  expect(whole.end.kind).toBe("open");
  // Whoever answers before being asked is refused, so that cuts are within a message.
  expect(
    speak(
      answers.flatMap((answer) => answer.map((octet) => [octet])),
      { as: login },
    ),
  ).toEqual(whole);
});

test("whatever comes, nothing is thrown, little is kept, and nothing is sent after the end", () => {
  const fuzz = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });
  const begin = fc.constantFrom(
    [],
    [[5, 0]],
    [
      [5, 2],
      [1, 0],
    ],
    [[5, 2]],
    [
      [5, 0],
      [5, 0, 0, 3, 255],
    ],
  );
  fc.assert(
    fc.property(begin, fuzz, (first, then) => {
      const dialogue = new SocksDialogue(named, login);
      dialogue.begin();
      let hasEnded = false;
      let messages = 0;
      for (const bytes of [...first.map((each) => Uint8Array.from(each)), ...then]) {
        const step = dialogue.push(bytes);
        if (step.kind === "more" && step.send.length > 0) messages++;
        if (hasEnded) expect(step).toEqual({ kind: "more", send: new Uint8Array(0) });
        hasEnded ||= step.kind !== "more";
      }
      expect(messages).toBeLessThanOrEqual(2);
    }),
  );
});
