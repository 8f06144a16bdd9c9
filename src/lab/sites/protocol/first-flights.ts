/** Servers that OpenSSL 3 cannot be: their first flights are written by hand, and end there. */
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { rsaTestKey } from "../../pki/key.ts";
import { signBytes } from "../../pki/signature.ts";
import { fails, type Definition, type Raw } from "../../site.ts";
import {
  signedParameters,
  ssl30,
  tls12,
  writeCertificates,
  writeDhParameters,
  writeHandshakeRecord,
  writeServerHello,
  writeServerHelloDone,
  writeServerKeyExchange,
  type ServerHello,
} from "../../wire/canned.ts";

// Cipher suites (IANA).
const rsaWithRc4 = 0x0005; // TLS_RSA_WITH_RC4_128_SHA
const ecdheWithAes = 0xc02f; // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
const dheWithAes = 0x009e; // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256

/** A safe prime of 512 bits, as export rules once made them; a million times too short today. */
const shortPrime =
  "A44BED51F88DDF1861608ADA377A1BF9CE7DDD806E936CA015973A6CAEB039FC" +
  "DA92D52A741038E4C4F5E10C444F7BA478CC095EBA1482215C481E2DE2A81C2F";

export const firstFlightSites: readonly Definition[] = [
  {
    name: "sslv3",
    title: "SSL 3.0",
    wrong: "The server answers with SSL 3.0, which RFC 7568 forbids.",
    ...fails("tls-version", "tls-version"),
    serving: opens({ version: ssl30, cipherSuite: rsaWithRc4, secureRenegotiation: false }),
  },
  {
    name: "rc4",
    title: "RC4",
    wrong: "The server chooses RC4, which RFC 7465 forbids and which the client did not offer.",
    ...fails("tls-failed", "cipher"),
    serving: opens({ version: tls12, cipherSuite: rsaWithRc4, secureRenegotiation: true }),
  },
  {
    name: "legacy-renegotiation",
    title: "No secure renegotiation",
    wrong: "The server's hello lacks the renegotiation_info extension of RFC 5746.",
    ...fails("legacy-renegotiation", "renegotiation"),
    serving: opens({ version: tls12, cipherSuite: ecdheWithAes, secureRenegotiation: false }),
  },
  {
    name: "weak-parameters",
    title: "A Diffie-Hellman group of 512 bits",
    wrong: "The server offers a Diffie-Hellman exchange over 512 bits, which anybody can break.",
    ...fails("weak-parameters", "group"),
    serving: { kind: "raw", answer: offerShortGroup },
  },
  {
    name: "unreadable-certificate",
    title: "A certificate that is none",
    wrong: "What the server sends as its certificate is not DER.",
    ...fails("tls-failed", "encoding"),
    serving: {
      kind: "raw",
      answer: (socket) => {
        const hello = writeServerHello({
          version: tls12,
          cipherSuite: ecdheWithAes,
          secureRenegotiation: true,
        });
        const certificate = writeCertificates([Buffer.from("not a certificate")]);
        stayAfter(socket, writeHandshakeRecord(tls12, hello, certificate, writeServerHelloDone()));
      },
    },
  },
];

/** A server that says hello and nothing more. */
function opens(hello: ServerHello): Raw {
  return {
    kind: "raw",
    answer: (socket) => {
      stayAfter(socket, writeHandshakeRecord(hello.version, writeServerHello(hello)));
    },
  };
}

/** RFC 5246 §7.4.3: a key exchange signed as it should be, over a group that is far too small. */
function offerShortGroup(...[socket, hello, { authority, host }]: Parameters<Raw["answer"]>): void {
  if (hello === undefined) return;
  const keys = rsaTestKey(2048);
  const random = randomBytes(32);
  const parameters = writeDhParameters({
    prime: Buffer.from(shortPrime, "hex"),
    generator: 2,
    publicValue: randomBytes(60), // Below the prime; nobody will ever use it.
  });
  const signature = new Uint8Array(signBytes(signedParameters(hello, random, parameters), keys, "sha256"));
  const certificates = authority.identify(host, { keys }).sent.map(({ der }) => der);
  stayAfter(
    socket,
    writeHandshakeRecord(
      tls12,
      writeServerHello({ version: tls12, cipherSuite: dheWithAes, random, secureRenegotiation: true }),
      writeCertificates(certificates),
      writeServerKeyExchange(parameters, signature),
      writeServerHelloDone(),
    ),
  );
}

/** Sends, and leaves it to the client to end the connection. */
function stayAfter(socket: Socket, bytes: Uint8Array): void {
  socket.write(bytes);
  socket.once("end", () => socket.end());
}
