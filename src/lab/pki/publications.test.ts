/** What the CA publishes: that nothing a client sends to it makes it fall over, and its limit. */
import { get, request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ocspRequestLimit } from "../limits.ts";
import { openListener, type Listener } from "../wire/listener.ts";
import { Authority } from "./authority.ts";
import { Publications } from "./publications.ts";
import { parseOcspRequest } from "./revocation.ts";

/** OCSPResponse with responseStatus malformedRequest (1) and nothing else: RFC 6960 §4.2.1. */
const malformedRequest = Buffer.from("30030a0101", "hex");

describe("the CA's responder", () => {
  let listener: Listener;
  let ocspUrl = "";
  beforeAll(async () => {
    listener = await openListener({ port: 0, families: "ipv4" }, (socket) =>
      server.emit("connection", socket),
    );
    const publications = new Publications(Date.now(), `http://127.0.0.1:${listener.port}`);
    const server = publications.openServer();
    const authority = new Authority(Date.now(), publications);
    ocspUrl = publications.publishRevocation(authority.intermediate).ocsp;
  });
  afterAll(() => listener.close());

  const post = (body: Uint8Array): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const posted = request(ocspUrl, { method: "POST", agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          resolve(Buffer.concat(chunks));
        });
      });
      posted.on("error", reject);
      posted.end(body);
    });

  /** A request about one certificate, made `length` bytes long by its serial number. */
  const requestOf = (length: number): Uint8Array => {
    const parts = (serialBytes: number): Buffer => {
      const element = (tag: number, ...content: readonly Buffer[]): Buffer => {
        const body = Buffer.concat(content);
        return Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 0xff]), body]);
      };
      const certId = element(
        0x30,
        Buffer.from("300906052b0e03021a0500", "hex"),
        Buffer.from("040100040100", "hex"),
        element(0x02, Buffer.alloc(serialBytes, 0x11)),
      );
      return element(0x30, element(0x30, element(0x30, element(0x30, certId))));
    };
    const overhead = parts(256).length - 256;
    return parts(length - overhead);
  };

  test("a request at the limit is answered, and one past it is malformed", async () => {
    expect(requestOf(ocspRequestLimit.value)).toHaveLength(ocspRequestLimit.value);
    expect((await post(requestOf(ocspRequestLimit.value))).length).toBeGreaterThan(malformedRequest.length);
    expect(await post(requestOf(ocspRequestLimit.value + 1))).toEqual(malformedRequest);
    expect(await post(Buffer.alloc(1_000_000))).toEqual(malformedRequest);
  });

  test("bytes that are not a request are called malformed", async () => {
    expect(await post(Buffer.from("what?"))).toEqual(malformedRequest);
    expect(await post(new Uint8Array(0))).toEqual(malformedRequest);
  });

  test("nothing is published at another address", async () => {
    const status = await new Promise((resolve) =>
      get(new URL("/issuer/none.der", ocspUrl), { agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }),
    );
    expect(status).toBe(404);
  });
});

test("no bytes make the reading of a request throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const serial = parseOcspRequest(bytes);
      expect(serial === undefined || serial instanceof Uint8Array).toBe(true);
    }),
  );
});
