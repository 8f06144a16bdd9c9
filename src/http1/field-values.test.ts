/** Field values that have a grammar of their own: challenges, dates, media types, codings, hints. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  computeDigest,
  fieldsFrom,
  findDigestChallenge,
  parseChallenges,
  parseHttpDate,
  parseKeepAlive,
  parseMediaType,
  parseRetryAfter,
  singleField,
  type Challenge,
  type DigestRequest,
  type Field,
} from "./index.ts";

const plain = (challenges: readonly Challenge[]): unknown =>
  challenges.map(({ scheme, token68, parameters }) => [scheme, token68 ?? Object.fromEntries(parameters)]);

describe("challenges (RFC 9110 §11.6.1)", () => {
  test.each<readonly [string, string, unknown]>([
    ["a scheme alone", "Negotiate", [["negotiate", {}]]],
    ["a parameter", 'Basic realm="a b"', [["basic", { realm: "a b" }]]],
    [
      "parameters",
      'Digest realm="x", NONCE=abc , qop="auth,auth-int"',
      [["digest", { realm: "x", nonce: "abc", qop: "auth,auth-int" }]],
    ],
    [
      "Base64 without its quotes",
      "Digest realm=x, nonce=dGVz/+A==, qop=auth",
      [["digest", { realm: "x", nonce: "dGVz/+A==", qop: "auth" }]],
    ],
    [
      "two challenges",
      'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
      [
        ["newauth", { realm: "apps", type: "1", title: 'Login to "apps"' }],
        ["basic", { realm: "simple" }],
      ],
    ],
    [
      "token68",
      "NTLM TlRMTVNTUAAB==, Basic realm=x",
      [
        ["ntlm", "TlRMTVNTUAAB=="],
        ["basic", { realm: "x" }],
      ],
    ],
    [
      "schemes alone in a list",
      "Negotiate, NTLM,Basic realm=x",
      [
        ["negotiate", {}],
        ["ntlm", {}],
        ["basic", { realm: "x" }],
      ],
    ],
    [
      "empty elements",
      ", Basic , ,realm=x,, Digest a = b",
      [
        ["basic", { realm: "x" }],
        ["digest", { a: "b" }],
      ],
    ],
    ["a repeated parameter: the first", "Basic realm=a, realm=b", [["basic", { realm: "a" }]]],
    ["a broken one ends the list", 'Basic realm=a, Digest realm="b', [["basic", { realm: "a" }]]],
    ["nothing", "", []],
    ["no scheme", "=x", []],
  ])("%s", (_law, value, expected) => {
    expect(plain(parseChallenges(value))).toEqual(expected);
  });

  test("no text makes the parser throw or hang", () => {
    const pieces = fc.array(
      fc.constantFrom("Basic", " ", ",", "=", '"', "\\", "realm", "x", "\t", "==", "é"),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        expect(Array.isArray(parseChallenges(parts.join("")))).toBe(true);
      }),
    );
    for (const text of [
      "a".repeat(60_000),
      `Basic a="${"\\".repeat(60_000)}`,
      ",".repeat(60_000),
      "a ".repeat(30_000),
    ]) {
      expect(parseChallenges(text).length).toBeLessThanOrEqual(1);
    }
  });
});

describe("digest (RFC 7616)", () => {
  const names = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" } as const;
  const parameters =
    'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const answer = (challenge: string, change: Partial<DigestRequest> = {}): string => {
    const [first] = parseChallenges(challenge);
    if (first === undefined) throw new Error("no challenge");
    const result = computeDigest({
      challenge: first,
      method: "GET",
      target: "/dir/index.html",
      username: "Mufasa",
      password: "Circle of Life",
      cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
      nonceCount: 1,
      hash: (algorithm, text) => createHash(names[algorithm]).update(text, "utf8").digest("hex"),
      hashBody: (algorithm) => createHash(names[algorithm]).update("v=1").digest("hex"),
      ...change,
    });
    return result.ok ? result.value : `refused: ${result.reason}`;
  };

  // The worked example of RFC 7616 §3.9.1, for both algorithms.
  test.each([
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ])("%s answers as the worked example does", (algorithm, response) => {
    const value = answer(`Digest ${parameters}, algorithm=${algorithm}`);
    expect(value).toContain(`response="${response}"`);
    expect(value).toContain('uri="/dir/index.html"');
    expect(value).toContain("nc=00000001");
    expect(value).toContain("qop=auth,");
    expect(value).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
    expect(parseChallenges(value)).toHaveLength(1);
  });

  test("without qop as RFC 2069 has it (its corrected example)", () => {
    const value = answer(
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
      {
        password: "CircleOfLife",
      },
    );
    expect(value).toContain('response="1949323746fe6a43ef61f9606e7febea"');
    expect(value).not.toContain("cnonce");
  });

  test("-sess hashes nonce and cnonce into the secret (RFC 7616 §3.4.2), and counts in hexadecimal", () => {
    const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
    const a1 = md5(`${md5("Mufasa:r:Circle of Life")}:n:c`);
    const response = md5(`${a1}:n:0000000b:c:auth:${md5("GET:/dir/index.html")}`);
    const value = answer("Digest realm=r, nonce=n, qop=auth, algorithm=MD5-sess", {
      cnonce: "c",
      nonceCount: 11,
    });
    expect(value).toContain(`response="${response}"`);
    expect(value).toContain("algorithm=MD5-sess");
  });

  test("a name beyond ASCII is encoded, and quotes are escaped", () => {
    expect(answer(`Digest ${parameters}`, { username: "Jäsøn (1)" })).toContain(
      "username*=UTF-8''J%C3%A4s%C3%B8n%20%281%29,",
    );
    expect(answer(`Digest ${parameters}`, { username: 'a"b\\' })).toContain(String.raw`username="a\"b\\"`);
    expect(answer(`Digest ${parameters}`, { username: "\ud800" })).toContain("username*=UTF-8''%EF%BF%BD,");
    expect(answer(`Digest ${parameters}, userhash=true`)).toMatch(
      /^Digest username="[0-9a-f]{32}", .*userhash=true$/,
    );
  });

  test("what cannot be answered is refused, and passed over for what can", () => {
    expect(answer(`Digest ${parameters}, algorithm=SHA-1`)).toMatch(/^refused: its algorithm/);
    expect(answer('Digest realm="a"')).toMatch(/^refused: it has no realm or no nonce/);
    expect(answer('Digest realm=a, nonce=b, qop="auth-conf"')).toMatch(/^refused: it offers/);
    const challenges = parseChallenges(
      "Basic realm=x, Digest realm=a, nonce=b, algorithm=NEW, Digest realm=c, nonce=d, algorithm=SHA-256-sess",
    );
    expect(findDigestChallenge(challenges, { isBodyKnown: true })?.parameters.get("realm")).toBe("c");
  });

  test("the body is covered where the server wants it, and only where it is known", () => {
    const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
    const challenge = 'Digest realm=a, nonce=b, qop="auth-int"';
    const value = answer(challenge, { method: "POST" });
    const a1 = md5("Mufasa:a:Circle of Life");
    const a2 = md5(`POST:/dir/index.html:${md5("v=1")}`);
    const cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    expect(value).toContain(`response="${md5(`${a1}:b:00000001:${cnonce}:auth-int:${a2}`)}"`);
    expect(value).toContain("qop=auth-int, nc=00000001");
    expect(answer(challenge, { hashBody: () => undefined })).toMatch(/^refused: it wants the body covered/);
    expect(findDigestChallenge(parseChallenges(challenge), { isBodyKnown: false })).toBeUndefined();
    expect(answer('Digest realm=a, nonce=b, qop="auth-int, auth"')).toContain("qop=auth,");
  });
});

describe("dates (RFC 9110 §5.6.7)", () => {
  const at = Date.UTC(2026, 0, 1);
  const example = Date.UTC(1994, 10, 6, 8, 49, 37);
  test.each<readonly [string, number | undefined]>([
    ["Sun, 06 Nov 1994 08:49:37 GMT", example],
    ["Sunday, 06-Nov-94 08:49:37 GMT", example],
    ["Sun Nov  6 08:49:37 1994", example],
    ["Thu, 31 Dec 2099 23:59:60 GMT", Date.UTC(2100, 0, 1)],
    ["Wednesday, 01-Jan-75 00:00:00 GMT", Date.UTC(2075, 0, 1)],
    ["Wednesday, 01-Jan-76 00:00:00 GMT", Date.UTC(2076, 0, 1)],
    ["Friday, 02-Jan-76 00:00:00 GMT", Date.UTC(1976, 0, 2)],
    ["Friday, 01-Jan-77 00:00:00 GMT", Date.UTC(1977, 0, 1)],
    ["Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
    ["Wed, 29 Feb 2023 00:00:00 GMT", undefined],
    ["Sun, 31 Apr 2023 00:00:00 GMT", undefined],
    ["Sun, 06 Nov 1994 24:00:00 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:37 +0000", undefined],
    ["Sun, 6 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 06 Foo 1994 08:49:37 GMT", undefined],
    ["1994-11-06T08:49:37Z", undefined],
    ["0", undefined],
    ["", undefined],
  ])("%s", (text, expected) => {
    expect(parseHttpDate(text, at)).toBe(expected);
  });

  test("every instant is read back from what JavaScript writes", () => {
    const instants = fc.integer({ min: 0, max: 253_402_300_799 }).map((seconds) => seconds * 1_000);
    fc.assert(
      fc.property(instants, (instant) => {
        expect(parseHttpDate(new Date(instant).toUTCString(), at)).toBe(instant);
      }),
    );
  });

  test.each<readonly [string, number | undefined]>([
    ["120", 120_000],
    ["0", 0],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60_000],
    ["Thu, 01 Jan 2025 00:00:00 GMT", 0],
    ["-1", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["9".repeat(400), undefined],
  ])("Retry-After: %s", (value, waitMs) => {
    expect(parseRetryAfter(value, at)).toBe(waitMs);
  });
});

describe("small values", () => {
  const fields = (...lines: readonly Field[]): ReturnType<typeof fieldsFrom> => fieldsFrom(lines);

  test.each<readonly [string, string | undefined, Record<string, string>]>([
    ["text/HTML", "text/html", {}],
    ['text/html; Charset="UTF-8" ;a=b', "text/html", { charset: "UTF-8", a: "b" }],
    ["text/html;;charset=x", "text/html", { charset: "x" }],
    ["text/html;charset=a;charset=b", "text/html", { charset: "a" }],
    ["text/html;charset=a;broken", "text/html", { charset: "a" }],
    ["text", undefined, {}],
    ["/html", undefined, {}],
    ["", undefined, {}],
  ])("the media type %j", (value, essence, parameters) => {
    const type = parseMediaType(value);
    expect(type?.essence).toBe(essence);
    expect(Object.fromEntries(type?.parameters ?? [])).toEqual(parameters);
  });

  test.each<readonly [string | undefined, object]>([
    ["timeout=5, max=100", { timeoutMs: 5_000, max: 100 }],
    ["timeout=5", { timeoutMs: 5_000 }],
    ["MAX=1,Timeout = 2", { max: 1, timeoutMs: 2_000 }],
    ["timeout=-1", {}],
    ["timeout=99999999999", {}],
    ["xtimeout=5", {}],
    [undefined, {}],
  ])("Keep-Alive: %s", (value, expected) => {
    expect(parseKeepAlive(value === undefined ? fields() : fields(["Keep-Alive", value]))).toEqual(expected);
  });

  test("a field that has one value has one, or is refused with all of them", () => {
    expect(singleField(fields(["Location", "/a"], ["location", "/a"]), "location")).toEqual({
      ok: true,
      value: "/a",
    });
    expect(singleField(fields(), "location")).toEqual({ ok: true, value: undefined });
    expect(singleField(fields(["Location", "/a"], ["Location", "/b"]), "location")).toEqual({
      ok: false,
      values: ["/a", "/b"],
    });
  });
});
