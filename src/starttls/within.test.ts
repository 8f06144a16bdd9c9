/** What a server says of itself within TLS, in one line. */
import { expect, it } from "vitest";
import type { StartTlsProtocol } from "../core/index.ts";
import { withinWords } from "./index.ts";

it.each<[law: string, protocol: StartTlsProtocol, answer: string, described: string]>([
  [
    "extensions of SMTP",
    "smtp",
    "250-mx\r\n250-SIZE 100\r\n250 AUTH PLAIN\r\n",
    "it offers SIZE 100, AUTH PLAIN",
  ],
  ["a refusal of SMTP", "smtp", "421 4.7.0 too many\r\n", "421 4.7.0 too many"],
  ["capabilities of IMAP", "imap", "* CAPABILITY IMAP4rev1 IDLE\r\na1 OK x\r\n", "it offers IMAP4rev1, IDLE"],
  ["a refusal of IMAP", "imap", "a1 BAD what\r\n", "a1 BAD what"],
  ["capabilities of POP3", "pop3", "+OK\r\nTOP\r\nUIDL\r\n.\r\n", "it offers TOP, UIDL"],
  ["a refusal of POP3", "pop3", "-ERR no\r\n", "-ERR no"],
])("%s", (_law, protocol, answer, described) => {
  const words = withinWords(protocol);
  expect(words?.end.test(answer)).toBe(true);
  expect(words?.describe(answer)).toBe(described);
});

it.each<[StartTlsProtocol, string]>([
  ["smtp", "250-mx\r\n250-SIZE"],
  ["smtp", "250-mx\r\n250-SIZE\r\n"],
  ["imap", "* CAPABILITY IMAP4rev1\r\n"],
  ["pop3", "+OK\r\nTOP\r\n"],
])("an answer of %s that has not ended is waited for: %j", (protocol, answer) => {
  expect(withinWords(protocol)?.end.test(answer)).toBe(false);
});

it.each(["postgres", "mysql", "ldap", "xmpp", "ftp"] as const)("nothing is asked of %s", (protocol) => {
  expect(withinWords(protocol)).toBeUndefined();
});
