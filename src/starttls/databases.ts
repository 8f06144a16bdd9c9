/** Databases: PostgreSQL's SSLRequest, and the SSL request of MySQL and MariaDB. */
import {
  beginTls,
  type Dialogue,
  latin1,
  notOffered,
  otherProtocol,
  readOctets,
  refused,
  say,
} from "./words.ts";

/** PostgreSQL 17, §53.2.11 and §53.7: eight octets, answered by one. */
const sslRequest = Uint8Array.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

export function* postgres(): Dialogue {
  yield* say(sslRequest);
  const answer = latin1(yield* readOctets(1));
  if (answer === "S") return beginTls;
  if (answer === "N") return notOffered;
  // An error of a server that is too old or too busy. Its text is not shown: nobody vouches for it (CVE-2024-10977).
  return answer === "E" ? refused("") : otherProtocol;
}

/** MySQL's internals, protocol basics: three octets of length, one of the sequence. */
const headerBytes = 4;
const errorPacket = 0xff;
const handshakeV10 = 10;
const oldestHandshake = 9;

/** Flags of capabilities: MySQL's internals, §14.1.3.2 (CLIENT_PROTOCOL_41, CLIENT_SSL, CLIENT_SECURE_CONNECTION). */
const protocol41 = 0x0200;
const clientSsl = 0x0800;
const secureConnection = 0x8000;

/** More than any greeting has: a server's version is a short text. Also keeps other protocols' text from being a length. */
const longestGreeting = 1_024;

export function* mysql(): Dialogue {
  const header = yield* readOctets(headerBytes);
  const [low = 0, middle = 0, high = 0, sequence] = header;
  const length = low + middle * 0x100 + high * 0x1_0000;
  if (sequence !== 0 || length === 0 || length > longestGreeting) return otherProtocol;
  const greeting = yield* readOctets(length);
  const [version] = greeting;
  if (version === errorPacket) return refused(errorText(greeting));
  if (version === oldestHandshake) return notOffered; // Of servers before 3.21, which have no flags.
  const flags = version === handshakeV10 ? capabilities(greeting) : undefined;
  if (flags === undefined) return otherProtocol;
  if ((flags & clientSsl) === 0) return notOffered;
  yield* say(sslRequestPacket());
  return beginTls; // The server gives no answer: what comes next is TLS.
}

/** The lower half, behind version, server version and NUL, thread, eight octets of a challenge, and a NUL. */
function capabilities(greeting: Uint8Array): number | undefined {
  const end = greeting.indexOf(0, 1);
  const at = end + 1 + 4 + 8 + 1;
  const [low, high] = [greeting[at], greeting[at + 1]];
  return end === -1 || low === undefined || high === undefined ? undefined : low + high * 0x100;
}

/** A number, a SQLSTATE behind "#" where there is one, and the text. */
function errorText(packet: Uint8Array): string {
  const [, low = 0, high = 0] = packet;
  const text = latin1(packet.subarray(3)).replace(/^#.{5}/s, "");
  return `${low + high * 0x100} ${text}`.trim();
}

/** Capabilities, the longest packet (16 MiB), the character set utf8mb4, and 23 octets that stand for nothing. */
function sslRequestPacket(): Uint8Array {
  const flags = protocol41 | clientSsl | secureConnection;
  const head = [32, 0, 0, 1, flags & 0xff, flags >> 8, 0, 0, 0, 0, 0, 1, 45];
  return Uint8Array.from([...head, ...Array.from({ length: 23 }, () => 0)]);
}
