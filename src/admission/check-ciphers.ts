/**
 * Whether OpenSSL can begin a handshake with a cipher list. It alone can read its lists, and only when it writes the hello does
 * it find that one leaves no suite for the versions in force.
 */
import { Duplex } from "node:stream";
import { connect, createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import { bare, HttpsError, shownWord } from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";

/** @throws HttpsError `option-invalid` */
export function checkCiphers(ciphers: string, settings: SecureContextOptions, runtime: Runtime): void {
  const context = openContext({ ...settings, ca: [] });
  if (context === undefined) throw unusable(ciphers, "a cipher list of OpenSSL's that matches a cipher");
  if (runtime.name === "Node" && !makesHello(context))
    throw unusable(
      ciphers,
      "a cipher list that leaves a suite for the versions from minVersion to maxVersion",
    );
}

function openContext(settings: SecureContextOptions): SecureContext | undefined {
  try {
    return createSecureContext(bare(settings));
  } catch {
    return undefined;
  }
}

/** RFC 8446 §5.1: the type of a record that holds a hello. In its place OpenSSL writes an alert. */
const handshakeRecord = 22;

/** What would be sent first goes nowhere. */
function makesHello(secureContext: SecureContext): boolean {
  let first: number | undefined;
  const nowhere = new Duplex({
    read: () => {},
    write: (chunk: Uint8Array, _encoding, done) => {
      first ??= chunk[0];
      done();
    },
  });
  const socket = connect(bare({ socket: nowhere, secureContext, rejectUnauthorized: true }));
  for (const stream of [socket, nowhere]) stream.on("error", () => {}).destroy();
  return first === handshakeRecord;
}

function unusable(ciphers: string, expected: string): HttpsError {
  return new HttpsError("option-invalid", {
    option: "ciphers",
    value: JSON.stringify(shownWord(ciphers)),
    expected,
  });
}
