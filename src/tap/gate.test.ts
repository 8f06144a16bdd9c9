/** Laws of what is held back: everything that can carry a certificate, wherever the bytes are cut. */
import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { connect as connectTls, createServer, type TLSSocket } from "node:tls";
import fc from "fast-check";
import { expect, test } from "vitest";
import { identityOf, mintLeaf, mintRoot } from "../../test/pki/index.ts";
import { Gate } from "./gate.ts";
import { openTap } from "./tap.ts";

function record(type: number, ...body: readonly number[]): Buffer {
  return Buffer.from([type, 3, 3, body.length >> 8, body.length & 255, ...body]);
}

const hello = record(22, 1, ...Array.from({ length: 700 }, (_, index) => index & 255));
const changeCipher = record(20, 1);
const alert = record(21, 2, 42);
const certificate = record(22, 11, 9, 9, 9);
const encrypted = record(23, 1, 2, 3);

test.each([
  ["a ClientHello, and a second one, pass", [hello, changeCipher, hello], []],
  ["an alert passes", [hello, alert], []],
  ["a certificate in the clear is held, and what follows it", [hello], [certificate, changeCipher, hello]],
  ["what is encrypted is held", [hello, changeCipher], [encrypted, alert]],
])("%s, however the bytes are cut", (_law, passing, held) => {
  const all = Buffer.concat([...passing, ...held]);
  fc.assert(
    fc.property(fc.array(fc.nat(all.length), { maxLength: 6 }), (cuts) => {
      const gate = new Gate();
      const edges = [0, ...cuts.toSorted((a, b) => a - b), all.length];
      const passed = edges.slice(1).map((end, index) => gate.pass(all.subarray(edges[index], end)));
      expect(Buffer.concat(passed)).toEqual(Buffer.concat(passing));
      expect(gate.isHolding).toBe(held.length > 0);
      expect(gate.open()).toEqual(Buffer.concat(held));
      expect(gate.pass(certificate)).toEqual(certificate);
    }),
  );
});

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "over %s a client's certificate waits for the word, and then goes",
  async (version) => {
    const identity = identityOf(mintLeaf(mintRoot()));
    const asking = { requestCert: true, rejectUnauthorized: false, minVersion: version, maxVersion: version };
    const server = createServer({ ...identity, ...asking }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const tcp = connect((server.address() as AddressInfo).port, "127.0.0.1");
    let onHold = (): void => {};
    const held = new Promise<void>((resolve) => (onHold = resolve));
    const tap = openTap(tcp, {}, () => onHold());
    const client = connectTls({ socket: tap.stream, rejectUnauthorized: false, ...identity });
    await held;
    // A hello alone: nothing behind it has gone.
    expect(tap.read().clientHello?.recordBytes).toBeGreaterThan(0);
    expect(tap.read().clientCertificates).toBeUndefined();
    expect(tcp.bytesWritten).toBeLessThan(
      (tap.read().clientHello?.recordBytes ?? 0) + identity.cert.length / 2,
    );
    const [shown] = [once(server, "secureConnection"), tap.release()];
    const [socket] = (await shown) as [TLSSocket];
    expect(socket.getPeerCertificate().subject).toMatchObject({ CN: "host.example.com" });
    client.destroy();
    server.close();
    await once(server, "close");
  },
);
