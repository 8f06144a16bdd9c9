/** TLS begun on a plain connection: the link is one of TLS, and what fails leaves no connection. */
import { describe, expect, test } from "vitest";
import { mintIdentity, openOrigin, root, until, whenEmpty } from "../../test/client/origin.ts";
import { mintRoot } from "../../test/pki/today.ts";
import { compilePolicy } from "../admission/index.ts";
import { directly, type DialRequest } from "./dial-request.ts";
import { dial } from "./dial.ts";
import { startTls } from "./start-tls.ts";

const policy = compilePolicy({ roots: root.der }, {});
const timeouts = { dnsMs: Infinity, connectMs: Infinity, proxyMs: Infinity, tlsMs: Infinity };

function plainly({ port }: { readonly port: number }, signal?: AbortSignal): DialRequest {
  return { ...directly, scheme: "http", host: "localhost", port, policy, alpn: [], timeouts, signal };
}

test("what was known of the plain link is known of the other, and more", async () => {
  await using origin = await openOrigin((socket) => socket.write("hello"), {
    tls: { maxVersion: "TLSv1.3" },
  });
  const startedAt = performance.now();
  const plain = await dial(plainly(origin));
  const link = await startTls(plain, plainly(origin));
  expect(link.facts).toEqual({
    ...plain.facts,
    protocol: "TLSv1.3",
    cipher: "TLS_AES_256_GCM_SHA384",
    group: link.facts.group,
    sni: "localhost",
  });
  const { tlsMs, ...before } = link.timings;
  expect({ ...before, tlsMs: 0 }).toEqual(plain.timings);
  expect(tlsMs).toBeGreaterThan(0);
  expect(tlsMs).toBeLessThanOrEqual(performance.now() - startedAt);
  expect([link.trust.kind, link.proof?.by]).toEqual(["verified", "path"]);

  let heard = "";
  link.receiver.handTo({
    onBytes: (buffer, length) => {
      heard += Buffer.from(buffer.subarray(0, length)).toString("latin1");
      return true;
    },
    onEnd: () => {},
    onDrain: () => {},
  });
  await until(() => heard === "hello" || link.socket.readableLength > 0);
  expect(heard).toBe("hello");
  link.socket.destroy();
});

describe("no connection is left", () => {
  test("to a server that nobody vouches for", async () => {
    await using origin = await openOrigin(() => {}, { tls: mintIdentity({}, mintRoot("Stranger")) });
    const plain = await dial(plainly(origin));
    await expect(startTls(plain, plainly(origin))).rejects.toMatchObject({ code: "missing-intermediate" });
    await whenEmpty(origin);
    expect(plain.socket.destroyed).toBe(true);
  });

  test("to one that speaks something else, which is named", async () => {
    await using origin = await openOrigin(
      (socket) => socket.once("data", () => socket.write("220 mail.example ESMTP\r\n")),
      { tls: false },
    );
    const plain = await dial(plainly(origin));
    await expect(startTls(plain, plainly(origin))).rejects.toMatchObject({
      code: "not-tls",
      detail: { speaks: "SMTP" },
    });
    await whenEmpty(origin);
  });

  test("where the caller has given up", async () => {
    await using origin = await openOrigin(() => {});
    const plain = await dial(plainly(origin));
    const request = plainly(origin, AbortSignal.abort(new Error("enough")));
    await expect(startTls(plain, request)).rejects.toMatchObject({
      code: "aborted",
      detail: { phase: "tls" },
    });
    await whenEmpty(origin);
  });
});
