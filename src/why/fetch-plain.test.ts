/** Fetching what a certificate points to: bounded in every way, whatever answers. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { writeOid, writeSequence, writeSet, writeConstructed, writeInteger } from "../der/index.ts";
import { readCertificateBag } from "../x509/index.ts";
import { noAddressRules } from "../net/index.ts";
import { fetchPlain, type Fetched } from "./fetch-plain.ts";
import { experimentLimits } from "./limits.ts";
import { waitedMsDuring } from "../../test/cost.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const { signal } = new AbortController();

/** Asked by a site of this machine's own, so that this machine may be asked. */
const fetchLocally = (url: string): Promise<Fetched> =>
  fetchPlain({ url, namedBy: ownSite, addressRules: noAddressRules, signal });
const ownSite = { host: "site.localhost", address: "127.0.0.1" };

describe("what is fetched", () => {
  test("comes whole up to the limit, and not at all past it", async () => {
    const limit = experimentLimits.fetchBytes.value;
    const base = await serve((request, response) => {
      response.end(Buffer.alloc(Number(request.url?.slice(1))));
    });
    const whole = await fetchLocally(`${base}/${limit}`);
    expect(whole.ok && whole.bytes.length).toBe(limit);
    expect(await fetchLocally(`${base}/${limit + 1}`)).toEqual({
      ok: false,
      reason: `it is longer than ${limit} bytes`,
    });
  });

  test("is given up when it does not end, in bytes or in time", async () => {
    const base = await serve((request, response) => {
      if (request.url === "/endless") {
        const more = (): void => {
          while (response.write(Buffer.alloc(65_536)));
          response.once("drain", more);
        };
        more();
      }
    });
    expect(await fetchLocally(`${base}/endless`)).toMatchObject({ ok: false });
    const waitedMs = await waitedMsDuring(async () => {
      expect(await fetchLocally(`${base}/silent`)).toEqual({
        ok: false,
        reason: `no answer within ${experimentLimits.fetchMs.value} ms`,
      });
    });
    expect(waitedMs).toBeLessThan(experimentLimits.fetchMs.value + 1_000);
  });

  test("is followed over as many redirects as are allowed, and over no more", async () => {
    const most = experimentLimits.fetchRedirects.value;
    const base = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end("there");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    expect(await fetchLocally(`${base}/${most}`)).toMatchObject({ ok: true });
    expect(await fetchLocally(`${base}/${most + 1}`)).toEqual({
      ok: false,
      reason: "it redirects too often",
    });
  });

  test("is plain HTTP's alone, also behind a redirect", async () => {
    const base = await serve((_request, response) => {
      response.writeHead(301, { location: "https://127.0.0.1/" }).end();
    });
    for (const url of ["https://127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", base])
      expect(await fetchLocally(url)).toMatchObject({
        ok: false,
        reason: /^it is not an http: URL/ as never,
      });
  });

  test("never comes from a private network that the asking server is not in", async () => {
    let asked = 0;
    const base = await serve((_request, response) => {
      asked++;
      response.end("secret");
    });
    const strangers = [
      { host: "site.example", address: "192.0.2.1" },
      { host: "site.example", address: "2001:db8::1" },
      { host: "site.example", address: "127.0.0.1" },
      { host: "localhost", address: "127.0.0.1" },
      { host: "127.0.0.1", address: "127.0.0.1" },
      { host: "site.localhost", address: "192.0.2.1" },
      undefined,
    ];
    for (const namedBy of strangers)
      expect(await fetchPlain({ url: base, namedBy, addressRules: noAddressRules, signal })).toEqual({
        ok: false,
        reason: "it leads to 127.0.0.1, inside a private network",
      });
    expect(asked).toBe(0);
  });

  test("is an answer of 200 and nothing else", async () => {
    const base = await serve((_request, response) => {
      response.writeHead(404).end("no");
    });
    expect(await fetchLocally(base)).toEqual({ ok: false, reason: "it answered 404" });
    expect(await fetchLocally("http://127.0.0.1:1/")).toMatchObject({ ok: false });
    expect(await fetchLocally("http://[")).toMatchObject({ ok: false });
  });
});

describe("a bag of certificates", () => {
  const first = writeSequence(writeInteger(1));
  const second = writeSequence(writeInteger(2));
  const bagOf = (...certificates: readonly Uint8Array[]): Uint8Array =>
    writeSequence(
      writeOid("1.2.840.113549.1.7.2"),
      writeConstructed(
        0,
        writeSequence(
          writeInteger(1),
          writeSet(),
          writeSequence(writeOid("1.2.840.113549.1.7.1")),
          ...(certificates.length === 0 ? [] : [writeConstructed(0, ...certificates)]),
          writeSet(),
        ),
      ),
    );

  test("gives each of them, and a file that is not a bag gives itself", () => {
    expect(readCertificateBag(bagOf(first, second)).map((der) => [...der])).toEqual([
      [...first],
      [...second],
    ]);
    expect(readCertificateBag(bagOf())).toEqual([]);
    expect(readCertificateBag(first)).toEqual([first]);
  });

  test("gives no more than sixteen, and never throws", () => {
    expect(readCertificateBag(bagOf(...Array.from({ length: 40 }, () => first)))).toHaveLength(16);
    const bag = bagOf(first, second);
    for (let length = 0; length < bag.length; length++)
      expect(() => readCertificateBag(bag.subarray(0, length))).not.toThrow();
  });
});
