/** What the router reads of a ClientHello: real ones by OpenSSL, cut, spread over records, and broken. */
import { connect, type ConnectionOptions } from "node:tls";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clientHelloLimit } from "../limits.ts";
import { parseFirstBytes, supportedVersions } from "./client-hello.ts";

/** The ClientHello that OpenSSL writes with these options. */
function helloOf(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    // Nothing is ever answered, so the ClientHello is all that is written.
    const socket = new Duplex({ read: () => undefined, write: resolve });
    connect({ ...options, socket });
  });
}

/** The same handshake bytes in records of `size` bytes each. */
function inRecordsOf(size: number, record: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 5; at < record.length; at += size) {
    const content = record.subarray(at, at + size);
    parts.push(Buffer.from([22, 3, 1, content.length >> 8, content.length & 0xff]), content);
  }
  return Buffer.concat(parts);
}

describe("the first bytes of a connection", () => {
  test("a ClientHello names the server, in lower case", async () => {
    const bytes = await helloOf({ servername: "Good.Lab.localhost" });
    expect(parseFirstBytes(bytes)).toMatchObject({
      kind: "hello",
      hello: { serverName: "good.lab.localhost" },
    });
  });

  test("a ClientHello without a server name has none", async () => {
    const opening = parseFirstBytes(await helloOf({ servername: "" }));
    expect(opening.kind === "hello" && opening.hello.serverName).toBeUndefined();
  });

  test("only a client that offers TLS 1.3 sends supported_versions", async () => {
    const older = parseFirstBytes(await helloOf({ maxVersion: "TLSv1.2" }));
    const newer = parseFirstBytes(await helloOf({ maxVersion: "TLSv1.3" }));
    expect(older.kind === "hello" && older.hello.extensions.includes(supportedVersions)).toBe(false);
    expect(newer.kind === "hello" && newer.hello.extensions.includes(supportedVersions)).toBe(true);
  });

  test("every beginning of a ClientHello asks for more", async () => {
    const bytes = await helloOf({ servername: "good.lab.localhost" });
    for (let length = 0; length < bytes.length; length++) {
      expect(parseFirstBytes(bytes.subarray(0, length)).kind).toBe("more");
    }
  });

  test.each([1, 7, 100])("a ClientHello in records of %i bytes reads the same", async (size) => {
    const bytes = await helloOf({ servername: "good.lab.localhost" });
    expect(parseFirstBytes(inRecordsOf(size, bytes))).toEqual(parseFirstBytes(bytes));
  });

  test("HTTP is something other than TLS", () => {
    expect(parseFirstBytes(Buffer.from("GET / HTTP/1.1\r\n")).kind).toBe("other");
  });

  test("a ClientHello is awaited up to the limit and no further", () => {
    const announcing = (length: number): Buffer =>
      Buffer.from([22, 3, 1, 0, 4, 1, length >> 16, (length >> 8) & 0xff, length & 0xff]);
    expect(parseFirstBytes(announcing(clientHelloLimit.value - 4)).kind).toBe("more");
    expect(parseFirstBytes(announcing(clientHelloLimit.value - 3)).kind).toBe("other");
  });

  test("records that carry the message a byte at a time are read up to the limit and no further", () => {
    const bytes = Buffer.concat([
      Buffer.from([22, 3, 1, 0, 4, 1, 0, 0x70, 0]),
      Buffer.concat(Array.from({ length: 6_000 }, () => Buffer.from([22, 3, 1, 0, 1, 0]))),
    ]);
    expect(parseFirstBytes(bytes.subarray(0, clientHelloLimit.value - 1)).kind).toBe("more");
    expect(parseFirstBytes(bytes).kind).toBe("other");
  });

  test("no bytes make it throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, asHello) => {
        const hello = Buffer.concat([Buffer.from([22, 3, 1, bytes.length >> 8, bytes.length & 0xff]), bytes]);
        expect(["more", "hello", "other"]).toContain(parseFirstBytes(asHello ? hello : bytes).kind);
      }),
    );
  });

  test("a ClientHello with any byte changed does not make it throw", async () => {
    const bytes = await helloOf({ servername: "good.lab.localhost" });
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = value;
        expect(["more", "hello", "other"]).toContain(parseFirstBytes(changed).kind);
      }),
    );
  });
});
