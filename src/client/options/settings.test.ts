/** What two requests must share to share a connection, and what of the options goes along to another origin. */
import * as dns from "node:dns";
import type { LookupFunction } from "node:net";
import { describe, expect, test } from "vitest";
import { identityOf, mintCrl, mintLeaf, mintRoot } from "../../../test/pki/index.ts";
import { readOptions } from "../../core/index.ts";
import { writePem } from "../../x509/index.ts";
import { clientChecks, naming, type ClientOptions, type RequestOptions } from "./options.ts";
import { readRequest } from "./request-options.ts";
import { SettingsCompiler, type Settings } from "./settings.ts";

const root = mintRoot();
const other = mintRoot({ name: "Other Root" });
const leaf = mintLeaf(root);
const pin = `sha256/${Buffer.alloc(32).toString("base64")}`;
const clientCertificate = identityOf(leaf);
const usual: ClientOptions = { roots: root.der };
const insecure = { reason: "a test" };

/** The settings of a client's requests, as a client has them compiled. */
function compiler(client: ClientOptions): (options: RequestOptions) => Settings {
  const compiled = new SettingsCompiler(readOptions(client, clientChecks, naming), {});
  return (options) => compiled.settingsFor(options, readRequest(options).shared);
}

function compile(options: RequestOptions = {}, client: ClientOptions = {}): Settings {
  return compiler({ ...usual, ...client })(options);
}

function refusal(options: object, client: object = {}): unknown {
  try {
    return compile(options, client);
  } catch (error) {
    return error;
  }
}

describe("a connection is shared by requests that agree in", () => {
  test.each<[string, RequestOptions]>([
    ["roots", { roots: other.der }],
    ["further roots", { addRoots: other.der }],
    ["profile", { profile: "rfc5280" }],
    ["pins", { pins: { "a.example": [pin] } }],
    ["revocation", { revocation: "off" }],
    ["CRLs", { crls: [mintCrl(root)] }],
    ["the moment of validation", { at: 1 }],
    ["an exception", { insecure }],
    ["the client's certificate", { clientCertificate }],
    ["the lowest version", { minVersion: "TLSv1.3" }],
    ["the highest version", { maxVersion: "TLSv1.2" }],
    ["ciphers", { ciphers: "ECDHE+AESGCM" }],
    ["the name to check", { identity: "a.example" }],
    ["the name to send", { sni: "a.example" }],
    ["no name to send", { sni: null }],
    ["addresses", { resolve: { "a.example:443": "127.0.0.1" } }],
    ["the family of addresses", { family: 4 }],
    ["the Unix socket", { socketPath: "/run/a.sock" }],
    ["the proxy", { proxy: "http://proxy.example:3128" }],
    ["no proxy", { proxy: null }],
    ["what the proxy is held to", { proxyTrust: { roots: other.der } }],
  ])("%s", (_, options) => {
    const plain = compile().connectionKey;
    expect(compile(options).connectionKey).not.toBe(plain);
    expect(compile({ ...options }).connectionKey).toBe(compile(options).connectionKey);
    // As the client's own option it counts just the same.
    expect(compile({}, options).connectionKey).toBe(compile(options).connectionKey);
  });

  test.each<[string, RequestOptions, RequestOptions]>([
    ["the name to check", { identity: "a.example" }, { identity: "b.example" }],
    ["which of two names it is", { identity: "a.example" }, { sni: "a.example" }],
    ["no name to send, which is not the usual one", { sni: null }, {}],
    ["no proxy, which is not the environment's", { proxy: null }, {}],
  ])("%s", (_, one, another) => {
    expect(compile(one).connectionKey).not.toBe(compile(another).connectionKey);
  });

  test("the function that finds addresses, which is told by itself", () => {
    const [one, another] = [1, 2].map(
      (): LookupFunction =>
        (...asked) =>
          dns.lookup(...asked),
    );
    const keys = [one, another, one, undefined].map(
      (lookup) => compile(lookup === undefined ? {} : { lookup }).connectionKey,
    );
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe(keys[0]);
  });

  test.each<[string, RequestOptions]>([
    ["a method", { method: "POST" }],
    ["fields", { headers: { a: "b" } }],
    ["a body", { body: "x" }],
    ["deadlines", { timeouts: { headMs: 7 } }],
    ["redirects", { redirects: 1 }],
    ["secret fields", { secretHeaders: ["x-api-key"] }],
    ["credentials", { authentication: { scheme: "bearer", token: "t" } }],
    ["a user agent", { userAgent: "x" }],
    ["nothing at all", { identity: undefined } as never],
  ])("whatever else they say: %s", (_, options) => {
    expect(compile(options).connectionKey).toBe(compile().connectionKey);
  });
});

describe("to another origin goes", () => {
  const elsewhere = (options: RequestOptions, client: ClientOptions = {}): Settings =>
    compile(options, client).elsewhere();

  test("everything that is about no origin", () => {
    const options = { pins: { "a.example": [pin] }, addRoots: other.der, redirects: 3 };
    const settings = compile(options);
    expect(settings.elsewhere()).toBe(settings);
  });

  test("no name to check and none to send", () => {
    const away = elsewhere({ identity: "a.example", sni: "b.example" });
    expect([away.options.identity, away.options.sni]).toEqual([undefined, undefined]);
    expect(away.connectionKey).toBe(compile().connectionKey);
  });

  test.each<[string, RequestOptions]>([
    ["identity", { identity: "a.example" }],
    ["sni", { sni: null }],
    ["clientCertificate", { clientCertificate }],
    ["insecure", { insecure }],
  ])("%s alone is left behind", (name, options) => {
    const away = elsewhere({ ...options, redirects: 3 });
    expect(away.options[name as "sni"]).toBeUndefined();
    expect(away.redirects).toBe(3);
    // The client's own were given for whatever it asks, but for those of one origin.
    const kept = name === "insecure" ? options : {};
    expect(elsewhere({}, options).options).toEqual(compile({}, kept).options);
  });

  test("no certificate of the client's", () => {
    expect(compile({ clientCertificate }).policy.hasClientCertificate).toBe(true);
    expect(elsewhere({ clientCertificate }).policy.hasClientCertificate).toBe(false);
    expect(elsewhere({}, { clientCertificate }).policy.hasClientCertificate).toBe(false);
  });

  test("no exception that the request made, though the client's own", () => {
    expect(elsewhere({ insecure }).policy.insecure).toBeUndefined();
    expect(elsewhere({}, { insecure }).policy.insecure).toEqual(insecure);
    const own = { reason: "the client's" };
    expect(elsewhere({ insecure }, { insecure: own }).policy.insecure).toEqual(own);
    // A redirect from there leads on under the same.
    expect(elsewhere({ insecure }, { insecure: own }).elsewhere().policy.insecure).toEqual(own);
  });

  test("the same again, each time it is asked for", () => {
    const settings = compile({ identity: "a.example" });
    expect(settings.elsewhere()).toBe(settings.elsewhere());
    expect(settings.elsewhere().elsewhere()).toBe(settings.elsewhere());
  });
});

describe("a proxy is held", () => {
  test("to what the origin is, without exception, pin or certificate made for that", () => {
    const options = { insecure, pins: { "proxy.example": [pin] }, clientCertificate, addRoots: other.der };
    const policy = compile(options).proxyPolicy();
    expect([policy.insecure, policy.pins.size, policy.hasClientCertificate]).toEqual([undefined, 0, false]);
    expect(policy.anchors.length).toBe(2);
  });

  test("to what is said of it, where something is", () => {
    const policy = compile({ proxyTrust: { roots: other.der, insecure } }).proxyPolicy();
    expect([policy.insecure, policy.anchors.map(({ subject }) => subject.display)]).toEqual([
      insecure,
      ["Other Root"],
    ]);
  });
});

describe("options are compiled", () => {
  test("once for the same object that says the same", () => {
    const settingsFor = compiler(usual);
    const options = { identity: "a.example" };
    expect(settingsFor(options)).toBe(settingsFor(options));
    expect(settingsFor({})).toBe(settingsFor({ method: "POST" }));
  });

  test("anew when the object says something else", () => {
    const settingsFor = compiler(usual);
    const options: { identity?: string; redirects?: number } = { identity: "a.example" };
    const first = settingsFor(options);
    options.identity = "b.example";
    expect(settingsFor(options).options.identity).toBe("b.example");
    options.redirects = 2;
    expect(settingsFor(options).redirects).toBe(2);
    delete options.identity;
    expect(settingsFor(options).options.identity).toBeUndefined();
    expect(first.options.identity).toBe("a.example");
  });

  test("anew when something within it may have changed", () => {
    const settingsFor = compiler(usual);
    const pins: Record<string, readonly string[]> = {};
    const options = { pins };
    expect(settingsFor(options).policy.pins.size).toBe(0);
    pins["a.example"] = [pin];
    expect(settingsFor(options).policy.pins.size).toBe(1);
  });

  test("to one policy for equal texts, and to one each for bytes", () => {
    const text = compiler({ roots: writePem("CERTIFICATE", root.der) });
    expect(text({ redirects: 1 }).policy).toBe(text({ redirects: 2 }).policy);
    expect(text({ identity: "a" }).policy).toBe(text({}).policy);
    const bytes = compiler(usual);
    expect(bytes({ redirects: 1 }).policy).not.toBe(bytes({ redirects: 2 }).policy);
    // Bytes within a list are bytes too: as text they would all look alike.
    const list = compiler({});
    const policyOf = (der: Uint8Array): unknown => list({ roots: [der] }).policy.fingerprint;
    expect(policyOf(root.der)).not.toBe(policyOf(other.der));
  });

  test("over those of the client, name by name; nothing takes nothing away", () => {
    const client: ClientOptions = { redirects: 3, identity: "a.example", timeouts: { headMs: 7, dnsMs: 9 } };
    const merged = compile({ redirects: undefined, timeouts: { headMs: 8 } } as never, client);
    expect([merged.redirects, merged.options.identity]).toEqual([3, "a.example"]);
    expect([merged.timeouts.headMs, merged.timeouts.dnsMs]).toEqual([8, 9]);
    expect(compile().redirects).toBe(20);
  });

  test.each<[string, object, object, string]>([
    ["an unknown option", { pin: 1 }, {}, "option-unknown"],
    ["an option that is the client's alone", { connections: 1 }, {}, "option-unknown"],
    ["an option of a request, in a client", {}, { method: "GET" }, "option-unknown"],
    ["an option that a client does not know", {}, { pin: 1 }, "option-unknown"],
    ["redirects below none", { redirects: -1 }, {}, "option-invalid"],
    ["half a redirect", { redirects: 0.5 }, {}, "option-invalid"],
    ["too many attempts", { retry: { attempts: 11 } }, {}, "option-invalid"],
    ["too many resumptions", { resume: 1001 }, {}, "option-invalid"],
    ["no resumption", { resume: { attempts: 0 } }, {}, "option-invalid"],
    ["resuming in words", { resume: "yes" }, {}, "option-invalid"],
    ["an exception without a reason", { insecure: {} }, {}, "option-invalid"],
    ["an unknown deadline", { timeouts: { headMS: 1 } }, {}, "option-unknown"],
  ])("unless there is %s", (_, options, client, code) => {
    expect(refusal(options, client)).toMatchObject({ code });
  });
});
