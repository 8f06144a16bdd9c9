/** What the first bytes of a peer say it speaks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isTlsRecord, sniffAnswer, sniffPeer } from "./sniff.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ["HTTP", "HTTP/1.1 400 Bad Request\r\n"],
  ["HTTP", "\r\nHTTP/1.0 400 Bad request\r\n"],
  ["HTTP", "<html>\r\n<head><title>400 Bad Request"],
  ["HTTP", "<!DOCTYPE HTML PUBLIC"],
  ["HTTP", "\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"],
  ["SSH", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"],
  ["IMAP", "* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n"],
  ["IMAP", "* BYE too many connections\r\n"],
  ["POP3", "+OK POP3 ready <1.2@host>\r\n"],
  ["SMTP", "220 mail.example.org ESMTP Postfix\r\n"],
  ["SMTP", "220 mx.example.org at your service\r\n"],
  ["SMTP", "220-mx.example.org\r\n"],
  ["SMTP", "500 5.5.1 Invalid command\r\n"],
  ["FTP", "220 (vsFTPd 3.0.3)\r\n"],
  ["FTP", "220---------- Welcome to Pure-FTPd ----------\r\n"],
  ["FTP", "220 ftp.example.org Microsoft FTP Service\r\n"],
  ["XMPP", "<?xml version='1.0'?><stream:stream xmlns="],
  ["MySQL", "J\0\0\0\n8.0.36\0\x01\0\0\0"],
  ["MySQL", "Y\0\0\0\n5.5.5-10.11.19-MariaDB\0"],
  ["something else", "J\0\0\x01\n8.0.36\0"],
  ["something else", "220 ready\r\n"],
  ["something else", "-ERR unknown command\r\n"],
  ["something else", "HTTPS\r\n"],
  ["something else", "RFB 003.008\n"],
  ["something else", "+OKAY"],
  ["something else", ""],
] as const)("%s is what opens with %j", (speaks, text) => {
  expect(sniffPeer(ascii(text)).speaks).toBe(speaks);
});

test.each([
  ["TLS", "\x15\x03\x01\0\x02\x02\x28"],
  ["HTTP/2", "\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"],
  ["HTML", "<html>"],
  ["HTML", '<?xml version="1.0"?>'],
  ["SSH", "SSH-2.0-x\r\n"],
  ["SMTP or FTP", "220 ready\r\n"],
  ["SMTP or FTP", "220 mail.example.org ESMTP Postfix\r\n"],
  ["SMTP or FTP", "220 (vsFTPd 3.0.3)\r\n"],
  ["something else", "HTTP/x"],
  ["something else", "HTTP/9.9 200\r\n"],
] as const)("in place of HTTP/1.1, %s is what opens with %j", (speaks, text) => {
  expect(sniffAnswer(ascii(text))).toBe(speaks);
});

test("the first bytes are shown as at most 32 printable characters, dots for the rest", () => {
  expect(sniffPeer(ascii("SSH-2.0-x\r\n\x7fé")).firstBytes).toBe("SSH-2.0-x.....");
  expect(sniffPeer(ascii("a".repeat(33))).firstBytes).toBe("a".repeat(32));
});

test.each([
  [true, [0x16, 3, 1]],
  [true, [0x15, 3, 3, 0, 2]],
  [true, [0x16]],
  [false, [0x16, 2, 0]],
  [false, [0x48, 0x54]],
  [false, []],
] as const)("that a TLS record begins so is %s of %j", (expected, bytes) => {
  expect(isTlsRecord(Uint8Array.from(bytes))).toBe(expected);
});

test("no bytes make it throw, and no letter of the answer is unprintable", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
      expect(sniffPeer(bytes).firstBytes).toMatch(/^[ -~]{0,32}$/);
    }),
  );
});
