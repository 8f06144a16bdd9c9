/** What a caller can get wrong: each is refused before any connection, by a code of its own, with the value in it. */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, HttpsError, type ClientOptions, type RequestOptions } from "../../src/index.ts";
import { pemOf } from "../pki/index.ts";
import { mintLeaf } from "../pki/today.ts";
import { answering, identity, openOrigin, reply, root, rootPem, type Origin } from "./origin.ts";

describe("bad input", () => {
  let origin: Origin;
  let folder: string;
  let client: Client;
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "meerkat-input-"));
    origin = await openOrigin(answering(() => reply("reached")));
    client = new Client({ roots: rootPem, proxy: null });
  });
  afterAll(async () => {
    client.destroy();
    rmSync(folder, { recursive: true });
    // Law of the whole table: nothing was connected to.
    expect(origin.accepted).toEqual([]);
    await origin.close();
  });

  const refusal = async (options: RequestOptions, url = origin.url): Promise<HttpsError> => {
    const error: unknown = await client.request(url, options).catch((error: unknown) => error);
    if (!(error instanceof HttpsError)) throw new Error("it was not refused", { cause: error });
    expect(error.fault).toBe("caller");
    expect(error.hint).not.toBe("");
    return error;
  };

  test.each([
    ["localhost", "url-no-scheme", 'The URL "localhost" has no scheme.'],
    ["localhost:PORT/x", "url-no-scheme", 'The URL "localhost:PORT/x" has no scheme.'],
    ["//localhost:PORT/", "url-no-scheme", 'The URL "//localhost:PORT/" has no scheme.'],
    ["/path", "url-no-scheme", 'The URL "/path" has no scheme.'],
    ["", "url-no-scheme", "The URL is empty."],
    ["ftp://localhost:PORT/", "url-unknown-scheme", 'has the scheme "ftp", which is neither https nor http.'],
    ["wss://localhost:PORT/", "url-unknown-scheme", 'has the scheme "wss"'],
    ["javascript:alert(1)", "url-unknown-scheme", 'has the scheme "javascript"'],
    ["https://localhost:0/", "url-bad-port", 'has the port "0"'],
    ["https://localhost:65536/", "url-bad-port", 'has the port "65536"'],
    ["https://localhost:99999999999/", "url-bad-port", 'has the port "99999999999"'],
    ["https://localhost:-1/", "url-bad-port", 'has the port "***"'],
    ["https://localhost:https/", "url-bad-port", 'has the port "***"'],
    ["https://localhost:4 43/", "url-malformed", "is not a URL that can be read."],
    ["https://user:secret@localhost:PORT/", "url-credentials", 'The URL for "localhost:PORT" carries'],
    ["https://user@localhost:PORT/", "url-credentials", 'The URL for "localhost:PORT" carries'],
    ["https:localhost:PORT", "url-malformed", '"https:localhost:PORT" is not a URL'],
    ["https:/localhost:PORT/", "url-malformed", "is not a URL that can be read."],
    ["https:///path", "url-malformed", "is not a URL that can be read."],
    ["https://", "url-malformed", "is not a URL that can be read."],
    ["https://local host:PORT/", "url-malformed", "is not a URL that can be read."],
    ["https://localhost:PORT/a b", "url-malformed", "is not a URL that can be read."],
    ["https://localhost:PORT/a\r\nX: 1", "url-malformed", "is not a URL that can be read."],
    ["https://localhost:PORT/\t", "url-malformed", "is not a URL that can be read."],
    ["https://localhost:PORT/\u0000", "url-malformed", "is not a URL that can be read."],
    ["https://[::1/", "url-malformed", "is not a URL that can be read."],
    ["https://local%00host/", "url-malformed", "is not a URL that can be read."],
  ])("the URL %j is refused with %s", async (template, code, sentence) => {
    const fill = (text: string): string => text.replaceAll("PORT", String(origin.port));
    const error = await refusal({}, `${fill(template)}${/[\t\u0000]$/.test(template) ? "x" : ""}`);
    expect(error.code).toBe(code);
    expect(error.message).toContain(fill(sentence));
    expect(error.message + error.hint + JSON.stringify(error.detail)).not.toContain("secret");
  });

  test.each([
    ["ftp://localhost/", /^Requests are for https: and http:\..*client\.connect\(url\)/],
    ["Postgres://localhost/", /`meerkat why URL`/],
    ["gopher://localhost/", /^Use an https:\/\/ URL\.$/],
  ])("what leads to %j, if anything, is in the hint", async (url, hint) => {
    expect((await refusal({}, url)).hint).toMatch(hint);
  });

  test.each([
    [
      "ftp://user:secret@localhost:PORT/",
      "url-unknown-scheme",
      '"ftp://***@localhost:PORT/" has the scheme "ftp"',
    ],
    ["user:secret@localhost:PORT/", "url-unknown-scheme", '"***@localhost:PORT/" has the scheme "***"'],
    ["secret:x-oauth-basic@localhost:PORT/", "url-unknown-scheme", '"***@localhost:PORT/" has'],
    ["secret_1:x@localhost:PORT/", "url-no-scheme", '"***@localhost:PORT/" has no scheme'],
    ["user:1/secret@localhost:PORT/", "url-no-scheme", '"***@localhost:PORT/" has no scheme'],
    ["//user:secret@localhost:PORT/", "url-no-scheme", '"//***@localhost:PORT/" has no scheme'],
    ["https:/user:secret@localhost:PORT", "url-malformed", '"https:/***@localhost:PORT" is not'],
    ["https:user:secret@localhost:PORT", "url-malformed", '"https:***@localhost:PORT" is not'],
    ["https:\\\\user:secret@localhost:PORT/", "url-malformed", '"https:\\\\***@localhost:PORT/" is not'],
    ["https:///user:secret@localhost:PORT/", "url-malformed", '"https:///***@localhost:PORT/" is not'],
    [
      "https://user:secret/1@localhost:PORT/",
      "url-bad-port",
      '"https://***@localhost:PORT/" has the port "***"',
    ],
    [
      "https://user:secret#1@localhost:PORT/",
      "url-bad-port",
      '"https://***@localhost:PORT/" has the port "***"',
    ],
    [
      "https://user:secret?1@localhost:PORT/",
      "url-bad-port",
      '"https://***@localhost:PORT/" has the port "***"',
    ],
    ["https://user:secret\\1@localhost:PORT/", "url-bad-port", '"https://***@localhost:PORT/" has the port'],
    ["https://user:1@secret/1@localhost:PORT/", "url-credentials", 'The URL for "***" carries'],
    ["https://user:\u0000secret@localhost:PORT/", "url-credentials", 'The URL for "localhost:PORT" carries'],
  ])("the password in the URL %j is not in the error", async (template, code, sentence) => {
    const fill = (text: string): string => text.replaceAll("PORT", String(origin.port));
    const error = await refusal({}, fill(template));
    expect(error.code).toBe(code);
    expect(error.message).toContain(fill(sentence));
    expect(error.message + error.hint + JSON.stringify(error.detail) + String(error.cause)).not.toContain(
      "secret",
    );
  });

  test.each<[string, RequestOptions, string, string]>([
    ["a method with a space", { method: "GET /x HTTP/1.1\r\nX:" }, "request-method-invalid", "GET /x"],
    ["an empty method", { method: "" }, "request-method-invalid", ""],
    // It is a token.
    ["CONNECT", { method: "CONNECT" }, "request-method-invalid", "CONNECT is for tunnels"],
    ["a field with a newline", { headers: { "x-a": "1\r\nx-b: 2" } }, "request-field-invalid", "x-a"],
    ["a field with a bare LF", { headers: { "x-a": "1\nx-b: 2" } }, "request-field-invalid", "x-a"],
    ["a field with a bare CR", { headers: { "x-a": "1\rx" } }, "request-field-invalid", "x-a"],
    ["a field with a NUL", { headers: { "x-a": "1\u0000" } }, "request-field-invalid", "x-a"],
    ["a field beyond Latin-1", { headers: { "x-a": "\u{1F600}" } }, "request-field-invalid", "x-a"],
    ["one bad line among several", { headers: { "x-a": ["1", "2\r\n3"] } }, "request-field-invalid", "x-a"],
    ["a field name with a newline", { headers: { "x-a\r\nx-b": "1" } }, "request-field-invalid", "x-b"],
    ["a field name with a space", { headers: { "x a": "1" } }, "request-field-invalid", "x a"],
    ["a field name with a colon", { headers: { "x:a": "1" } }, "request-field-invalid", "x:a"],
    ["an empty field name", { headers: { "": "1" } }, "request-field-invalid", ""],
    ["a pair with a newline", { headers: [["x-a", "1\r\n"]] }, "request-field-invalid", "x-a"],
    [
      "a second Host",
      {
        headers: [
          ["host", "a"],
          ["Host", "b"],
        ],
      },
      "request-field-invalid",
      "Host",
    ],
    ["a Host with a path", { headers: { host: "a/b" } }, "request-field-invalid", "host"],
    ["no Host", { headers: { host: null } }, "request-field-invalid", "Host"],
    ["a user agent with a newline", { userAgent: "a\r\nb" }, "request-field-invalid", "User-Agent"],
    [
      "a length that is not the body's",
      { method: "POST", body: "abc", headers: { "content-length": "2" } },
      "request-framing-invalid",
      "2",
    ],
    ["a length without a body", { headers: { "content-length": "5" } }, "request-framing-invalid", "5"],
    [
      "two framings",
      { method: "POST", body: "abc", headers: { "transfer-encoding": "chunked" } },
      "request-framing-invalid",
      "chunked",
    ],
    [
      "an unknown coding",
      { method: "POST", body: stream("x"), headers: { "transfer-encoding": "gzip, chunked" } },
      "request-framing-invalid",
      "gzip",
    ],
    ["a body of TRACE", { method: "TRACE", body: "x" }, "request-framing-invalid", "TRACE"],
  ])("%s is refused", async (_, options, code, value) => {
    const error = await refusal(options);
    expect(error.code).toBe(code);
    expect(error.message).toContain(value);
  });

  test.each<[string, unknown]>([
    ["an object that becomes text", { toString: () => "1\r\nx-b: 2" }],
    ["a number's impostor", Object.assign(Object(1), { toString: () => "1\r\nx-b: 2" })],
    ["a list of objects", [{ toString: () => "1\r\nx-b: 2" }]],
    ["a list in a list", [["1\r\nx-b: 2"]]],
    ["true", true],
    ["a symbol", Symbol("x")],
  ])("a field whose value is %s is refused, not coerced", async (_, value) => {
    const error = await refusal({ headers: { "x-a": value } as never });
    expect(error.code).toBe("request-field-invalid");
  });

  test.each([
    ["an object", { toString: () => "GET\r\n" }],
    ["a number", 7],
    ["a list", ["GET"]],
  ])("a method that is %s is refused, not coerced", async (_, method) => {
    const error = await refusal({ method: method as never });
    expect(error.code).toBe("request-method-invalid");
  });

  test("a secret in a refused field is not in the error", async () => {
    for (const name of ["authorization", "Cookie", "Proxy-Authorization"]) {
      const error = await refusal({ headers: { [name]: "hunter2\r\n" } });
      expect(JSON.stringify(error) + error.message + error.hint).not.toContain("hunter2");
    }
  });

  test.each<[string, RequestOptions, string]>([
    ["a body that is a number", { method: "POST", body: 7 as never }, "body"],
    ["a body that is an object", { method: "POST", body: {} as never }, "body"],
    ["an insecure without a reason", { insecure: {} as never }, "insecure"],
    ["an insecure with an empty reason", { insecure: { reason: " " } }, "insecure"],
    ["insecure: true", { insecure: true as never }, "insecure"],
    ["a deadline of 0", { timeouts: { tlsMs: 0 } }, "timeouts.tlsMs"],
    ["a deadline that is not a number", { timeouts: { tlsMs: "1" as never } }, "timeouts.tlsMs"],
    ["a deadline of NaN", { timeouts: { totalMs: Number.NaN } }, "timeouts.totalMs"],
    ["redirects below 0", { redirects: -1 }, "redirects"],
    ["half a redirect", { redirects: 0.5 }, "redirects"],
    ["too many retries", { retry: { attempts: 11 } }, "retry.attempts"],
    ["a pin that is none", { pins: { localhost: ["sha256/short"] } }, "pins"],
    ["no pins for a host", { pins: { localhost: [] } }, "pins"],
    ["roots that are a number", { roots: 7 as never }, "roots"],
    ["an empty list of roots", { roots: [] }, "roots"],
    ["a version below 1.2", { minVersion: "TLSv1.1" as never }, "minVersion"],
    ["versions that exclude each other", { minVersion: "TLSv1.3", maxVersion: "TLSv1.2" }, "minVersion"],
    ["ciphers that there are none of", { ciphers: "ROT13" }, "ciphers"],
    ["a moment that is none", { at: Number.NaN }, "at"],
    ["damaged CRLs", { crls: [new Uint8Array([1, 2])] }, "crls"],
    ["revocation by hope", { revocation: "hope" as never }, "revocation"],
    [
      "a user name with a colon",
      { authentication: { scheme: "basic", username: "a:b", password: "" } },
      "authentication",
    ],
    ["a token with a newline", { authentication: { scheme: "bearer", token: "a\r\nb" } }, "authentication"],
    ["an override that is not an address", { resolve: { KEY: "example.com" } }, "resolve"],
  ])("%s is refused as an option", async (_, options, option) => {
    const { resolve } = options;
    const filled =
      resolve === undefined ? options : { resolve: { [`localhost:${origin.port}`]: "example.com" } };
    const error = await refusal(filled);
    expect(error.code).toBe("option-invalid");
    expect(error.detail).toMatchObject({ option });
    expect(error.message).toContain(option);
  });

  test.each<[string, ClientOptions, string]>([
    ["connections: 0", { connections: 0 }, "connections"],
    ["half a connection", { connections: 1.5 }, "connections"],
    ["waiting: -1", { waiting: -1 }, "waiting"],
    ["pipelining: 0", { pipelining: 0 }, "pipelining"],
    ["idleMs: -1", { idleMs: -1 }, "idleMs"],
    ["lifetimeMs: NaN", { lifetimeMs: Number.NaN }, "lifetimeMs"],
  ])("a client with %s is not made", (_, options, option) => {
    expect(() => new Client(options)).toThrow(
      expect.objectContaining({
        code: "option-invalid",
        detail: expect.objectContaining({ option }) as object,
      }) as Error,
    );
  });

  describe("a CA file", () => {
    const leaf = mintLeaf("leaf.example", root);
    test.each<[string, () => string | Uint8Array, string]>([
      ["that is not there", () => join(folder, "nowhere.pem"), "ca-file-unreadable"],
      ["that is a folder", () => folder, "ca-file-unreadable"],
      ["that is empty", () => file("empty.pem", ""), "ca-file-empty"],
      ["with nothing but text", () => file("text.pem", "hello\n"), "ca-file-empty"],
      ["that holds only a leaf", () => file("leaf.pem", pemOf(leaf)), "ca-file-only-leaf"],
      ["that holds a private key", () => file("key.pem", identity.key), "ca-file-private-key"],
      [
        "that holds a private key beside a root",
        () => file("both.pem", `${rootPem}${identity.key}`),
        "ca-file-private-key",
      ],
      [
        "that is a key store",
        () => file("store.jks", Uint8Array.of(0xfe, 0xed, 0xfe, 0xed)),
        "ca-file-other-form",
      ],
      [
        "that is a web page",
        () => file("page.pem", "<!doctype html><title>404</title>"),
        "ca-file-other-form",
      ],
      ["that is cut off", () => file("cut.pem", rootPem.slice(0, -40)), "ca-file-malformed"],
      ["whose base64 is damaged", () => file("damaged.pem", rootPem.replace(/M/g, "!")), "ca-file-malformed"],
      ["whose DER is damaged", () => file("damaged.der", root.der.slice(0, -3)), "ca-file-malformed"],
    ])("%s is refused by name", async (_, make, code) => {
      const roots = make();
      const error = await refusal({ roots });
      expect(error.code).toBe(code);
      expect(error.message).toContain(roots);
    });

    test("in another form is refused with the command that converts it", async () => {
      const form = file("store.jks", Uint8Array.of(0xfe, 0xed, 0xfe, 0xed));
      expect((await refusal({ roots: form })).hint).toContain(`keytool -list -rfc -keystore ${form}`);
    });

    test("of more bytes than a CA file may have is refused by its size", async () => {
      const error = await refusal({ roots: file("huge.pem", new Uint8Array(16_777_217)) });
      expect(error.code).toBe("ca-file-unreadable");
      expect(error.message).toContain("16777216");
    });

    test("of just as many bytes is read", async () => {
      const error = await refusal({ roots: file("large.pem", new Uint8Array(16_777_216).fill(0x20)) });
      expect(error.code).toBe("ca-file-empty");
    });
  });

  test("a client certificate that cannot be used is refused", async () => {
    const error = await refusal({ clientCertificate: { cert: identity.cert, key: "no key" } });
    expect(error.code).toBe("option-invalid");
    const other = await refusal({ clientCertificate: { pfx: new Uint8Array([1, 2, 3]) } });
    expect(other.code).toBe("client-certificate-unusable");
  });

  test("a proxy that is not a URL is refused, and its credentials are not told", async () => {
    for (const proxy of [
      "socks4://me:hunter2@localhost",
      "socks5://:hunter2@localhost",
      "socks5h://me:hunter2%@localhost",
      "socks5h://me:hunter2@host:port",
      "http://",
      "http://me:hunter2@host:port",
      "http://me:hunter2%@host",
      "http://hunter2%:x@host",
      "http://me:hunter2%ff@host",
      "http://me%3Ahunter2:x@host",
      "http://me:hunter2%0A@host",
    ]) {
      const error = await refusal({ proxy });
      expect(error.code).toBe("proxy-url-invalid");
      expect(JSON.stringify(error.detail) + error.message + String(error.cause)).not.toContain("hunter2");
    }
  });

  test("everything is refused as a rejection, never as an exception", () => {
    expect(() => void client.request("nonsense").catch(() => {})).not.toThrow();
    expect(() => void client.request(7 as never).catch(() => {})).not.toThrow();
    expect(() => void client.connect("nonsense").catch(() => {})).not.toThrow();
  });
});

function stream(text: string): ReadableStream<string> {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(text);
      controller.close();
    },
  });
}

describe("a client certificate that cannot be used", () => {
  const { cert: certPem, key: keyPem } = identity;
  // Keys of the tests are shared: a second EC key has to be made for itself.
  const otherKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  });
  const locked = createPrivateKey(keyPem).export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "right",
  });

  const refusedWith = async (clientCertificate: unknown): Promise<HttpsError> => {
    await using client = new Client({ proxy: null, clientCertificate } as ClientOptions);
    const error: unknown = await client.request("https://localhost:1/").catch((error: unknown) => error);
    if (!(error instanceof HttpsError)) throw new Error("it was not refused", { cause: error });
    return error;
  };

  test.each<[string, unknown, string, string]>([
    [
      "no key",
      { cert: certPem, key: certPem },
      "it holds a certificate and no private key",
      "clientCertificate.key",
    ],
    [
      "another certificate as the key",
      { cert: certPem, key: rootPem },
      "the key given holds a certificate",
      "clientCertificate.key",
    ],
    ["the two swapped", { cert: keyPem, key: certPem }, "the certificate stands as the key", "Exchange"],
    ["two keys", { cert: keyPem, key: keyPem }, "as the certificate holds none", "clientCertificate.cert"],
    [
      "a locked key and no passphrase",
      { cert: certPem, key: locked },
      "no passphrase is given",
      "clientCertificate.passphrase",
    ],
    [
      "a wrong passphrase",
      { cert: certPem, key: locked, passphrase: "x" },
      "passphrase of the key is wrong",
      "clientCertificate.passphrase",
    ],
    [
      "another's key",
      { cert: certPem, key: otherKey },
      "the key does not belong to the certificate",
      "Give the key",
    ],
  ])("%s is named", async (_, given, reason, hint) => {
    const error = await refusedWith(given);
    expect(error.code).toBe("client-certificate-unusable");
    expect(error.message).toContain(reason);
    expect(error.hint).toContain(hint);
    expect(error.hint).not.toContain("pkcs12");
  });

  test.each<[string, unknown, string]>([
    ["a path", "client.pem", "not paths"],
    ["a certificate alone", { cert: certPem }, '"clientCertificate.key" was given nothing'],
    ["paths", { cert: "client.pem", key: "key.pem" }, "PEM text or bytes, not a path"],
    ["the path of a PKCS#12 file", { pfx: "client.pfx" }, "not its path"],
  ])("%s is not a value of the option", async (_, given, words) => {
    const error = await refusedWith(given);
    expect(error.code).toBe("option-invalid");
    expect(error.message).toContain(words);
  });
});
