/** Errors of a handshake in the words of each TLS that a runtime may have: OpenSSL's, BoringSSL's, those of rustls. */
import { describe, expect, test } from "vitest";
import { isNotTls, translateHandshake, translateLate, type HandshakeState } from "./translate.ts";

const state: HandshakeState = {
  host: "host.example.com",
  port: 443,
  bytesSent: undefined,
  bytesReceived: undefined,
  offered: "TLSv1.2 to TLSv1.3",
  alpn: ["http/1.1"],
  hasClientCertificate: false,
};

function errorOf(message: string, code = "ERR_SSL_SOMETHING"): Error {
  return Object.assign(new Error(message), { code });
}

describe("an alert is the same one in every library's words", () => {
  const openssl = (reason: string, number: number): string =>
    `80CC02:error:0A000410:SSL routines:ssl3_read_bytes:${reason}:rec_layer_s3.c:1601:SSL alert number ${number}\n`;
  const boringssl = (number: number): string =>
    `error:10000${(1000 + number).toString(16)}:SSL routines:OPENSSL_internal:AN_ALERT`;
  test.each<[code: string, number: number, rustls: string]>([
    ["tls-alert", 40, "HandshakeFailure"],
    ["tls-alert", 112, "UnrecognisedName"],
    ["tls-alert", 80, "InternalError"],
    ["tls-alert", 48, "UnknownCA"],
    ["tls-version", 70, "ProtocolVersion"],
    ["alpn-mismatch", 120, "NoApplicationProtocol"],
    ["client-certificate-required", 116, "CertificateRequired"],
  ])("%s, by alert %d", (code, number, rustls) => {
    for (const message of [
      openssl("an alert", number),
      boringssl(number),
      `received fatal alert: ${rustls}`,
    ]) {
      expect(translateHandshake(errorOf(message), state)).toMatchObject({ code });
      expect(translateLate(errorOf(message), state)).toMatchObject({ code });
    }
  });

  test("BoringSSL's other reasons are no alerts", () => {
    const error = errorOf("error:100000f2:SSL routines:OPENSSL_internal:WRONG_CIPHER_RETURNED");
    expect(translateHandshake(error, state)).toMatchObject({ code: "tls-failed" });
  });
});

test("rustls says of a server's version that it has none in common", () => {
  const error = errorOf("peer is incompatible: ServerDoesNotSupportTls12Or13", "ERR_SSL_SSLV3_ALERT");
  expect(translateHandshake(error, state)).toMatchObject({ code: "tls-version" });
});

test.each<[string, boolean]>([
  ["wrong version number", true],
  ["received corrupt message of type InvalidContentType (SSL routines)", true],
  ["received corrupt message of type HandshakePayloadTooLarge (SSL routines)", false],
])("that the peer does not speak TLS, by %j: %s", (message, expected) => {
  expect(isNotTls(errorOf(message, "ERR_SSL_WRONG_VERSION_NUMBER"))).toBe(expected);
});

test("bytes that nobody counted are not told", () => {
  const closed = Object.assign(new Error("gone"), { code: "ECONNRESET" });
  const error = translateHandshake(closed, state);
  expect(error.message).toBe("host.example.com closed the connection during the TLS handshake.");
  expect(error.hint).not.toContain("Nothing at all");
  const counted = translateHandshake(closed, { ...state, bytesSent: 517, bytesReceived: 0 });
  expect(counted.message).toContain("after 517 bytes sent and 0 received");
});
