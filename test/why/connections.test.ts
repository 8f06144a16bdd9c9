/** Laws of what several connections of one diagnosis show together: servers that differ, sizes, and whose patience ended. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer } from "node:tls";
import { describe, expect, test } from "vitest";
import { HttpsError, libraryNames, requireUrl } from "../../src/core/index.ts";
import { compilePolicy } from "../../src/admission/index.ts";
import { diagnose, type Diagnosis } from "../../src/diagnosis/index.ts";
import { runWhy } from "../../src/why/index.ts";
import { mintIdentity, openOrigin, rootPem } from "../client/origin.ts";
import { rsaKeys, type Shape } from "../pki/index.ts";
import { endedBy, evidenceOf, gave, tls } from "./made-up.ts";

const good = mintIdentity();
const expired = mintIdentity({ notAfterAt: Date.now() - 86_400_000 });

async function ask(url: string, resolve?: Readonly<Record<string, string>>): Promise<Diagnosis> {
  const target = requireUrl(url);
  const { diagnosis } = await runWhy({
    target,
    fields: [
      ["Host", target.authority],
      ["User-Agent", "test"],
    ],
    policy: compilePolicy({ roots: rootPem }, {}),
    ownRoots: true,
    environment: {},
    addressRules: { resolve, lookup: undefined, family: undefined },
  });
  return diagnosis;
}

function answer(socket: Socket): void {
  socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
}

describe("servers behind one name that differ are told to differ", () => {
  test.each([
    ["the good one first", [good, expired]],
    ["the bad one first", [expired, good]],
  ])("behind a balancer, %s", async (_law, identities) => {
    let count = 0;
    const contexts = identities.map((identity) => createSecureContext(identity));
    await using origin = await openOrigin(answer, {
      tls: { SNICallback: (_name, done) => done(null, contexts[count++ % contexts.length]) },
    });
    const { headline, healthy, findings, ruledOut } = await ask(`${origin.url}/`);
    expect(headline).toMatchObject({ code: "servers-differ", certainty: "certain" });
    expect(headline.sentence).toContain("(expired)");
    expect(healthy).toBe(false);
    expect(findings[0]?.evidence.length).toBeGreaterThan(1);
    expect(ruledOut.join(" ")).not.toContain("Not the certificate");
  });

  test("at two addresses of one name", async () => {
    await using first = await openOrigin(answer);
    const second = createTlsServer(expired, answer).listen(first.port, "127.0.0.2");
    await once(second, "listening");
    try {
      const resolve = { [`localhost:${first.port}`]: "127.0.0.1,127.0.0.2" };
      const { headline, findings } = await ask(`${first.url}/`, resolve);
      expect(headline.code).toBe("servers-differ");
      expect(findings[0]?.evidence.join("\n")).toMatch(/127\.0\.0\.2: refused as expired/);
    } finally {
      second.close();
    }
  });

  test.each<readonly [law: string, rsa: Partial<Shape>, code: string, says: RegExp]>([
    [
      "the one that was not shown is not trusted",
      { notAfterAt: Date.now() - 86_400_000 },
      "certificates-differ",
      /with an ECDSA key is trusted, and the one with an RSA key is not \(expired\)/,
    ],
    ["both are trusted, and nothing is said", {}, "healthy", /./],
  ])("with a certificate for each kind of key: %s", async (_law, rsa, code, says) => {
    const other = mintIdentity({ ...rsa, keys: rsaKeys() });
    const both = {
      cert: [good.cert, other.cert],
      key: [good.key, other.key],
      maxVersion: "TLSv1.2" as const,
    };
    const ecFirst = { ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256" };
    await using origin = await openOrigin(answer, { tls: { ...both, ...ecFirst, honorCipherOrder: true } });
    const { headline } = await ask(`${origin.url}/`);
    expect(headline).toMatchObject({ code, certainty: "certain" });
    expect(headline.sentence).toMatch(says);
  });

  test("the certificate that was shown is not trusted and the other is: both are said", async () => {
    const other = mintIdentity({ keys: rsaKeys() });
    const both = {
      cert: [expired.cert, other.cert],
      key: [expired.key, other.key],
      maxVersion: "TLSv1.2" as const,
    };
    const ecFirst = { ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256" };
    await using origin = await openOrigin(answer, { tls: { ...both, ...ecFirst, honorCipherOrder: true } });
    const { findings } = await ask(`${origin.url}/`);
    expect(findings.map((finding) => finding.code)).toEqual(["expired", "certificates-differ"]);
  });

  test("and those that are alike are not", async () => {
    await using first = await openOrigin(answer);
    expect((await ask(`${first.url}/`)).headline.code).toBe("healthy");
    await using bad = await openOrigin(answer, { tls: expired });
    const { findings } = await ask(`${bad.url}/`);
    expect(findings.map(({ code }) => code)).toEqual(["expired"]);
  });
});

test("a server that resets a long ClientHello is not said to refuse TLS 1.3", async () => {
  await using origin = await openOrigin(answer);
  const guard = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (hello: Buffer) => {
      if (hello.length > 300) return void socket.resetAndDestroy();
      socket.unshift(hello);
      const there = connect(origin.port, "127.0.0.1").on("error", () => socket.destroy());
      socket.pipe(there).pipe(socket);
    });
  }).listen(0, "127.0.0.1");
  await once(guard, "listening");
  try {
    const { headline } = await ask(`https://localhost:${(guard.address() as AddressInfo).port}/`);
    expect(headline.sentence).toContain("size of the ClientHello");
    expect(headline.sentence).not.toContain(" It is the offer of TLS 1.3");
  } finally {
    guard.close();
  }
});

describe("a wait that this diagnosis ended", () => {
  test.each([
    new HttpsError("tls-timeout", { limitMs: 3_500, host: "site.example", bytesSent: 400, bytesReceived: 0 }),
    new HttpsError("connect-timeout", { host: "site.example", limitMs: 3_500, attempts: [] }),
    new HttpsError("proxy-timeout", { proxy: "http://p", target: "site.example:443", limitMs: 3_500 }),
    new HttpsError("dns-timeout", { host: "site.example", limitMs: 3_500, asked: "resolver" }),
  ])("is likely at most, and says how long it waited: %s", (error) => {
    const seen = {
      ended: endedBy(error),
      trust: undefined,
      exchange: undefined,
      tls: { ...tls, bytesReceived: 0 },
    };
    const silent = gave(
      { kind: "handshake", change: "tls-1.2" },
      {
        completed: false,
        ended: endedBy(error),
        version: undefined,
        cipher: undefined,
        group: undefined,
        alpn: undefined,
        leaf: undefined,
      },
    );
    const { headline, findings } = diagnose(evidenceOf(seen, { results: [silent] }), {
      ...libraryNames,
      whyMs: "--max-time",
    });
    expect(headline.certainty).toBe("likely");
    expect(headline.sentence).toContain("waited 3.5 s");
    expect(headline.sentence).not.toContain("not TLS at all");
    expect(findings[0]?.remedy.client).toContain("--max-time 30");
  });
});

/** A site that answers those who carry the cookie, and leads all others back to itself, or refuses them. */
function cookieWall(status: number): (socket: Socket) => void {
  return (socket) => {
    socket.on("data", (request: Buffer) => {
      const passes = request.toString("latin1").includes("Cookie: pass=1\r\n");
      const head = passes ? "200 OK" : `${status} No\r\nLocation: /\r\nSet-Cookie: pass=1; Path=/; HttpOnly`;
      socket.write(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`);
    });
  };
}

test("a loop that a cookie ends is told to be one, and a refusal that it turns is told so", async () => {
  await using loop = await openOrigin(cookieWall(302));
  const [first] = (await ask(`${loop.url}/`)).findings;
  expect(first?.code).toBe("redirect-loop");
  expect(first?.evidence.join(" ")).toContain("With the cookie that it set, it answers 200.");
  expect(first?.remedy.client).toContain("Keep cookies");
  await using wall = await openOrigin(cookieWall(403));
  const { headline } = await ask(`${wall.url}/`);
  expect(headline).toMatchObject({ code: "fields-refused", certainty: "certain" });
  expect(headline.sentence).toContain("with the cookie that the answer set");
});
