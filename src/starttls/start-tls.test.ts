/** What is said before TLS: each protocol's dialogue, how it can end, and that no partition and no bytes change it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { protocolNames, type StartTlsProtocol } from "../core/index.ts";
import { startTlsLimits } from "./limits.ts";
import { StartTls, type StartTlsStep } from "./start-tls.ts";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** How a dialogue ends that is given these chunks, and all that it said. */
function hold(protocol: StartTlsProtocol, chunks: readonly Uint8Array[]): { said: string; end: string } {
  const dialogue = new StartTls(protocol, { host: "host.example" });
  let said = "";
  let step: StartTlsStep = dialogue.begin();
  for (const chunk of [undefined, ...chunks]) {
    if (chunk !== undefined) step = dialogue.push(chunk);
    if (step.kind === "problem") return { said, end: wordsOf(step) };
    said += textOf(step.send);
    if (step.kind === "tls") return { said, end: "tls" };
  }
  return { said, end: "more" };
}

function wordsOf(step: StartTlsStep): string {
  if (step.kind !== "problem") return step.kind;
  const { problem } = step;
  switch (problem.kind) {
    case "refused":
      return `refused: ${problem.said}`;
    case "injection":
      return `injection: ${problem.bytes}`;
    case "not-offered":
      return "not-offered";
    case "other-protocol":
    case "too-long":
    case "closed":
      return `${problem.kind}: ${problem.firstBytes}`;
  }
}

const ldapAnswer = (code: number, said = "", { id = 1, long = false } = {}): string => {
  const text = (value: string): string => `\x04${String.fromCharCode(value.length)}${value}`;
  const result = `\x0a\x01${String.fromCharCode(code)}${text("")}${text(said)}`;
  const size = (length: number): string =>
    long ? `\x84\0\0\0${String.fromCharCode(length)}` : String.fromCharCode(length);
  const message = `\x02\x01${String.fromCharCode(id)}\x78${size(result.length)}${result}`;
  return `\x30${size(message.length)}${message}`;
};
const mysqlPacket = (payload: string): string => `${String.fromCharCode(payload.length)}\0\0\0${payload}`;
const mysqlGreeting = (flags: string): string =>
  mysqlPacket(`\x0a8.0.36\0\x01\0\0\0challeng\0${flags}\x2d\x02\0`);
const xmppStream =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='>' version='1.0'>";
const xmppOffer = `${xmppStream}<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>`;

/** What a server says, part by part, and how the dialogue ends. */
type Case = readonly [law: string, protocol: StartTlsProtocol, answers: readonly string[], end: string];

const cases: readonly Case[] = [
  [
    "a mail server that offers it begins TLS",
    "smtp",
    ["220 mx\r\n", "250-mx\r\n250-SIZE\r\n250 STARTTLS\r\n", "220 go\r\n"],
    "tls",
  ],
  [
    "a greeting may have several lines",
    "smtp",
    ["220-mx\r\n220 ready\r\n", "250-mx\r\n250 starttls \r\n", "220 go\r\n"],
    "tls",
  ],
  [
    "a line may end in LF alone, and a reply without text",
    "smtp",
    ["220\n", "250-mx\n250 STARTTLS\n", "220\n"],
    "tls",
  ],
  ["the server's own name is not an offer", "smtp", ["220 mx\r\n", "250 STARTTLS\r\n"], "not-offered"],
  ["a server without extensions offers none", "smtp", ["220 mx\r\n", "502 what\r\n"], "not-offered"],
  ["a mail server may refuse at once", "smtp", ["554 no\r\n"], "refused: 554 no"],
  ["a mail server may refuse the greeting", "smtp", ["220 mx\r\n", "421 busy\r\n"], "refused: 421 busy"],
  [
    "it may refuse what it offers",
    "smtp",
    ["220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "454 no\r\n"],
    "refused: 454 no",
  ],
  ["two codes are not one reply", "smtp", ["220-mx\r\n250 mx\r\n"], "other-protocol: 220-mx..250 mx.."],
  [
    "a web server is not a mail server",
    "smtp",
    ["HTTP/1.1 400 Bad\r\n"],
    "other-protocol: HTTP/1.1 400 Bad..",
  ],
  [
    "text behind the consent is never taken for TLS's",
    "smtp",
    ["220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "220 go\r\n250 x\r\n"],
    "injection: 7",
  ],
  ["POP3 begins TLS", "pop3", ["+OK hi\r\n", "+OK\r\nTOP\r\nSTLS\r\n.\r\n", "+OK go\r\n"], "tls"],
  ["POP3 without a list is asked all the same", "pop3", ["+OK hi\r\n", "-ERR what\r\n", "+OK go\r\n"], "tls"],
  ["POP3 that lists others does not offer it", "pop3", ["+OK hi\r\n", "+OK\r\nTOP\r\n.\r\n"], "not-offered"],
  [
    "POP3 that knows neither does not offer it",
    "pop3",
    ["+OK hi\r\n", "-ERR what\r\n", "-ERR what\r\n"],
    "not-offered",
  ],
  [
    "POP3 may refuse what it offers",
    "pop3",
    ["+OK hi\r\n", "+OK\r\nSTLS\r\n.\r\n", "-ERR no\r\n"],
    "refused: -ERR no",
  ],
  ["POP3 may refuse at once", "pop3", ["-ERR busy\r\n"], "refused: -ERR busy"],
  ["IMAP is not POP3", "pop3", ["* OK hi\r\n"], "other-protocol: * OK hi.."],
  [
    "text behind POP3's consent is refused",
    "pop3",
    ["+OK hi\r\n", "+OK\r\nSTLS\r\n.\r\n", "+OK go\r\nx"],
    "injection: 1",
  ],
  [
    "IMAP begins TLS",
    "imap",
    ["* OK hi\r\n", "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n", "a2 OK go\r\n"],
    "tls",
  ],
  [
    "IMAP may say other things meanwhile",
    "imap",
    ["* OK hi\r\n", "* OK note\r\n* capability starttls idle\r\nA1 ok\r\n", "* OK note\r\na2 OK\r\n"],
    "tls",
  ],
  [
    "IMAP without the capability does not offer it",
    "imap",
    ["* OK hi\r\n", "* CAPABILITY IMAP4rev1 XSTARTTLSX\r\na1 OK\r\n"],
    "not-offered",
  ],
  ["IMAP that is logged in already does not offer it", "imap", ["* PREAUTH hi\r\n"], "not-offered"],
  ["IMAP may refuse at once", "imap", ["* BYE busy\r\n"], "refused: busy"],
  ["IMAP may say goodbye", "imap", ["* OK hi\r\n", "* BYE busy\r\n"], "refused: BYE busy"],
  [
    "IMAP may refuse what it offers",
    "imap",
    ["* OK hi\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "a2 BAD no\r\n"],
    "refused: BAD no",
  ],
  [
    "another tag's answer is not IMAP",
    "imap",
    ["* OK hi\r\n", "a9 OK\r\n"],
    "other-protocol: * OK hi..a9 OK..",
  ],
  [
    "text behind IMAP's consent is refused",
    "imap",
    ["* OK hi\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "a2 OK\r\n* BAD x\r\n"],
    "injection: 9",
  ],
  ["FTP begins TLS", "ftp", ["220-Welcome\r\n  220 rules\r\nto all\r\n220 go on\r\n", "234 go\r\n"], "tls"],
  ["FTP may not be ready yet", "ftp", ["120 wait\r\n", "220 hi\r\n", "234 go\r\n"], "tls"],
  [
    "FTP that does not know the command does not offer it",
    "ftp",
    ["220 hi\r\n", "502 what\r\n"],
    "not-offered",
  ],
  ["FTP may refuse it", "ftp", ["220 hi\r\n", "431 no\r\n"], "refused: 431 no"],
  ["FTP may refuse at once", "ftp", ["421 busy\r\n"], "refused: 421 busy"],
  ["SMTP is not FTP, though it greets alike", "ftp", ["220 mx ESMTP\r\n"], "other-protocol: 220 mx ESMTP.."],
  ["text behind FTP's consent is refused", "ftp", ["220 hi\r\n", "234 go\r\nx"], "injection: 1"],
  ["LDAP begins TLS", "ldap", [ldapAnswer(0)], "tls"],
  ["LDAP may write lengths in four octets", "ldap", [ldapAnswer(0, "", { long: true })], "tls"],
  ["LDAP that does not know the operation does not offer it", "ldap", [ldapAnswer(2, "what")], "not-offered"],
  ["LDAP may refuse it", "ldap", [ldapAnswer(52, "no certificate")], "refused: 52 no certificate"],
  ["LDAP may end the connection", "ldap", [ldapAnswer(2, "bye", { id: 0 })], "refused: 2 bye"],
  ["a consent to nobody is none", "ldap", [ldapAnswer(0, "", { id: 0 })], "refused: 0"],
  ["a sequence of something else is not LDAP", "ldap", ["\x30\x02\x05\0"], "other-protocol: 0..."],
  ["an indefinite length is not LDAP", "ldap", ["\x30\x80"], "other-protocol: 0."],
  ["text is not LDAP", "ldap", ["HTTP/1.1 400\r\n"], "other-protocol: HTTP/1.1 400.."],
  ["a message of gigabytes is not waited for", "ldap", ["\x30\x84\xff\xff\xff\xff"], "too-long: 0....."],
  ["bytes behind LDAP's consent are refused", "ldap", [`${ldapAnswer(0)}xy`], "injection: 2"],
  ["PostgreSQL begins TLS", "postgres", ["S"], "tls"],
  ["PostgreSQL may not offer it", "postgres", ["N"], "not-offered"],
  ["PostgreSQL's error is not shown, as nobody vouches for it", "postgres", ["EVIL"], "refused: "],
  ["another letter is not PostgreSQL", "postgres", ["HTTP"], "other-protocol: HTTP"],
  ["bytes behind PostgreSQL's consent are refused", "postgres", ["SR\0\0\0\x08\0\0\0\0"], "injection: 9"],
  ["MySQL begins TLS", "mysql", [mysqlGreeting("\0\x08")], "tls"],
  ["MySQL without the flag does not offer it", "mysql", [mysqlGreeting("\xff\xf7")], "not-offered"],
  ["MySQL of old does not offer it", "mysql", [mysqlPacket("\x093.20\0")], "not-offered"],
  [
    "MySQL may refuse at once",
    "mysql",
    [mysqlPacket("\xff\x6a\x04Host is not allowed")],
    "refused: 1130 Host is not allowed",
  ],
  [
    "MySQL may refuse with a state",
    "mysql",
    [mysqlPacket("\xff\x10\x04#08004Too many connections")],
    "refused: 1040 Too many connections",
  ],
  [
    "a greeting that breaks off is not MySQL's",
    "mysql",
    [mysqlPacket("\x0a8.0.36\0\x01")],
    "other-protocol: .....8.0.36..",
  ],
  [
    "a greeting of another version is not MySQL's",
    "mysql",
    [mysqlPacket("\x0b9\0")],
    "other-protocol: .....9.",
  ],
  ["text is not MySQL", "mysql", ["220 mx\r\n"], "other-protocol: 220 mx.."],
  ["bytes behind MySQL's greeting are refused", "mysql", [`${mysqlGreeting("\0\x08")}x`], "injection: 1"],
  ["XMPP begins TLS", "xmpp", [xmppOffer, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"], "tls"],
  [
    "XMPP may close its consent by a tag",
    "xmpp",
    [xmppOffer, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'></proceed>"],
    "tls",
  ],
  [
    "XMPP without the feature does not offer it",
    "xmpp",
    [`${xmppStream}<stream:features>\n<bind xmlns='a'/>text</stream:features>`],
    "not-offered",
  ],
  ["XMPP without any feature does not either", "xmpp", [`${xmppStream}<stream:features/>`], "not-offered"],
  [
    "a feature of another namespace is not an offer",
    "xmpp",
    [`${xmppStream}<features><starttls xmlns='a'/></features>`],
    "not-offered",
  ],
  ["XMPP may fail", "xmpp", [xmppOffer, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"], "refused: "],
  [
    "XMPP may not know the host",
    "xmpp",
    [`${xmppStream}<stream:error><host-unknown xmlns='a'/></stream:error>`],
    "refused: host-unknown",
  ],
  ["XMPP may end its stream", "xmpp", [`${xmppStream}</stream:stream>`], "refused: "],
  ["a page is not XMPP", "xmpp", ["<!doctype html>"], "other-protocol: <!doctype html>"],
  ["text is not XMPP", "xmpp", ["SSH-2.0-x\r\n"], "other-protocol: SSH-2.0-x.."],
  [
    "controls are not XML",
    "xmpp",
    [`${xmppStream}\x01<stream:features/>`],
    "other-protocol: <?xml version='1.0'?><stream:str",
  ],
  [
    "text behind XMPP's consent is refused",
    "xmpp",
    [xmppOffer, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/> "],
    "injection: 1",
  ],
];

describe("a dialogue", () => {
  it.each(cases)("%s (%s)", (_law, protocol, answers, end) => {
    expect(hold(protocol, answers.map(bytesOf)).end).toBe(end);
  });

  it.each(cases)("is the same byte by byte: %s (%s)", (_law, protocol, answers, end) => {
    const single = Array.from(bytesOf(answers.join("")), (byte) => Uint8Array.of(byte));
    const { end: read } = hold(protocol, single);
    // What comes in a packet of its own behind the consent is read by TLS, which refuses it.
    if (end.startsWith("injection")) expect(read).toBe("tls");
    else expect(read.replace(/: .*/s, "")).toBe(end.replace(/: .*/s, ""));
  });

  it.each(cases)("says the same, however the bytes come: %s (%s)", (_law, protocol, answers, end) => {
    const whole = bytesOf(answers.join(""));
    const asked = hold(protocol, answers.map(bytesOf));
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((to, index) => whole.subarray(at[index], to));
        const read = hold(protocol, chunks);
        expect(read.said.startsWith(asked.said) || asked.said.startsWith(read.said)).toBe(true);
        const kinds = end.startsWith("injection") ? ["tls", "injection"] : [end.replace(/: .*/s, "")];
        expect(kinds).toContain(read.end.replace(/: .*/s, ""));
      }),
      { numRuns: 20 },
    );
  });
});

describe("what is said", () => {
  it.each<[StartTlsProtocol, string]>([
    ["smtp", "EHLO localhost\r\nSTARTTLS\r\n"],
    ["pop3", "CAPA\r\nSTLS\r\n"],
    ["imap", "a1 CAPABILITY\r\na2 STARTTLS\r\n"],
    ["ftp", "AUTH TLS\r\n"],
    ["ldap", "\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"],
    ["postgres", "\0\0\0\x08\x04\xd2\x16\x2f"],
    ["mysql", `\x20\0\0\x01\0\x8a\0\0\0\0\0\x01\x2d${"\0".repeat(23)}`],
    [
      "xmpp",
      "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='host.example' version='1.0'><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    ],
  ])("by %s is its specification's words and no more", (protocol, said) => {
    const [, , answers = []] = cases.find(([, of, , end]) => of === protocol && end === "tls") ?? [];
    expect(hold(protocol, answers.map(bytesOf))).toEqual({ said, end: "tls" });
  });

  it("by xmpp names the host with what XML would obey written as numbers", () => {
    const step = new StartTls("xmpp", { host: "a'><b" }).begin();
    expect(step.kind === "more" && textOf(step.send)).toContain("to='a&#39;&#62;&#60;b'");
  });

  it("is said once: a dialogue that has ended says nothing more", () => {
    const dialogue = new StartTls("mysql", { host: "host" });
    dialogue.begin();
    expect(dialogue.push(bytesOf(mysqlGreeting("\0\x08")))).toMatchObject({
      kind: "tls",
      send: { length: 36 },
    });
    expect(dialogue.push(bytesOf("x"))).toMatchObject({ kind: "tls", send: { length: 0 } });
    expect(dialogue.close()).toMatchObject({ kind: "tls" });
  });
});

describe("a bound", () => {
  const { unitBytes, receivedBytes, saidCharacters } = startTlsLimits;
  const line = (length: number): string => `220-${"x".repeat(length - 6)}\r\n`;

  it("of one line is reached, and not passed", () => {
    expect(hold("ftp", [bytesOf(line(unitBytes.value))]).end).toBe("more");
    expect(hold("ftp", [bytesOf(line(unitBytes.value + 1))]).end).toMatch(/^too-long: 220-x/);
  });

  it("holds for a line that never ends", () => {
    expect(hold("ftp", [bytesOf("x".repeat(unitBytes.value))]).end).toBe("more");
    expect(hold("ftp", [bytesOf("x".repeat(unitBytes.value)), bytesOf("x")]).end).toMatch(/^too-long/);
  });

  it.each([1, 7, 1_000_000])("of all lines is reached, and not passed, in chunks of %d", (size) => {
    const chunksOf = (bytes: Uint8Array): Uint8Array[] =>
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
    const most = bytesOf("220-\r\n".repeat(receivedBytes.value / 6).padEnd(receivedBytes.value, "x"));
    expect(hold("ftp", chunksOf(most)).end).toBe("more");
    expect(hold("ftp", [...chunksOf(most), bytesOf("x")]).end).toMatch(/^too-long/);
    expect(hold("ftp", chunksOf(bytesOf(textOf(most) + "x"))).end).toMatch(/^too-long/);
  });

  it("of the server's text is held, and what a terminal obeys is written as numbers", () => {
    expect(hold("pop3", [bytesOf("-ERR \x1b[2J\x9b\r\n")]).end).toBe("refused: -ERR \\x1b[2J\\x9b");
    const { end } = hold("pop3", [bytesOf(`-ERR ${"\x1b".repeat(2_000)}\r\n`)]);
    expect(end.length).toBe("refused: ".length + saidCharacters.value);
  });
});

it("a connection that closes early is told with what it began with", () => {
  const dialogue = new StartTls("smtp", { host: "host" });
  dialogue.begin();
  dialogue.push(bytesOf("220-hi\r\n"));
  const problem = { kind: "closed", firstBytes: "220-hi..", speaks: "something else" };
  expect(dialogue.close()).toEqual({ kind: "problem", problem });
});

it("a peer that speaks TLS from the start is known by its first bytes", () => {
  const dialogue = new StartTls("postgres", { host: "host" });
  dialogue.begin();
  expect(dialogue.push(bytesOf("\x15\x03\x03\0\x02\x02\x46"))).toMatchObject({
    problem: { kind: "other-protocol", speaks: "TLS" },
  });
});

it("the greeting is what was said before anything was heard, and no more of it", () => {
  const dialogue = new StartTls("smtp", { host: "host" });
  dialogue.begin();
  expect(dialogue.greeting).toBeUndefined();
  dialogue.push(bytesOf("220-mx\r\n220 ready\r\n"));
  dialogue.push(bytesOf("250-mx\r\n250 STARTTLS\r\n"));
  expect(dialogue.greeting).toEqual(bytesOf("220-mx\r\n220 ready\r\n"));
  const silent = new StartTls("postgres", { host: "host" });
  silent.begin();
  silent.push(bytesOf("S"));
  expect(silent.greeting).toBeUndefined();
});

it.each(Object.keys(protocolNames) as StartTlsProtocol[])(
  "no bytes make %s throw, or say more than its words",
  (protocol) => {
    const piece = fc.oneof(
      fc.constantFrom(...cases.filter(([, of]) => of === protocol).flatMap(([, , answers]) => answers)),
      fc.string({ unit: "binary-ascii", maxLength: 40 }),
      fc.constantFrom("\r\n", "\n", "<", ">", "'", "220 ", "250-", "* ", "\x30\x84", "\xff", "\0\0\0\0"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { said, end } = hold(protocol, pieces.map(bytesOf));
        expect(end).toMatch(/^(?:tls|more|not-offered|refused|injection|other-protocol|too-long)/);
        expect(said.length).toBeLessThan(300);
      }),
    );
  },
);
