/**
 * A runtime that shows no refused chain: the server is asked once more for it, and only for it. On Node, whose facts are
 * told to be Bun's or Deno's; `interop/runtimes` has the runtimes themselves.
 */
import { createSecureContext, type TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import {
  answering,
  mintIdentity,
  openOrigin,
  reply,
  root,
  until,
  whenEmpty,
  type Origin,
} from "../../test/client/origin.ts";
import { openProxy } from "../../test/client/tunnel-proxy.ts";
import { dayMs, mintRoot } from "../../test/pki/today.ts";
import { compilePolicy, SessionStore, type TrustOptions, type TrustPolicy } from "../admission/index.ts";
import { HttpsError } from "../core/index.ts";
import { bun, deno, node, type Runtime } from "../runtime/index.ts";
import { directly, type DialRequest, type ProxySetting } from "./dial-request.ts";
import { dial } from "./dial.ts";
import { shakeHands } from "./shake-hands.ts";
import { startTls } from "./start-tls.ts";

const good = createSecureContext(mintIdentity());
const late = createSecureContext(mintIdentity({ notAfterAt: Date.now() - dayMs }));
const patient = { dnsMs: Infinity, connectMs: Infinity, proxyMs: Infinity, tlsMs: Infinity };

function policyOn(runtime: Runtime, options: TrustOptions = {}): TrustPolicy {
  return compilePolicy({ roots: root.der, ...options }, {}, runtime);
}

function to({ port }: Pick<Origin, "port">, changes: Partial<DialRequest> = {}): DialRequest {
  const usual = { scheme: "https", host: "localhost", alpn: ["http/1.1"], signal: undefined } as const;
  return { ...directly, ...usual, port, policy: policyOn(bun), timeouts: patient, ...changes };
}

/** A server that shows these, one for each connection and the last again; `heard` is what it was sent within TLS. */
async function showing(
  ...contexts: readonly (typeof good)[]
): Promise<Origin & { readonly heard: string[]; readonly shown: () => number }> {
  let count = 0;
  const heard: string[] = [];
  const origin = await openOrigin(
    (socket) => {
      socket.on("data", () => heard.push("bytes"));
    },
    {
      tls: {
        SNICallback: (_name, done) => done(null, contexts[Math.min(count++, contexts.length - 1)]),
      },
    },
  );
  return Object.assign(origin, { heard, shown: () => count });
}

async function failure(work: Promise<unknown>): Promise<HttpsError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HttpsError) return error;
  throw new Error(`it did not fail with an HttpsError: ${String(error)}`);
}

describe("where a refused chain is not shown", () => {
  test.each([bun, deno])("on $name the code is the rule's, and nothing was sent", async (runtime) => {
    await using origin = await showing(late);
    const error = await failure(dial(to(origin, { policy: policyOn(runtime) })));
    expect(error).toMatchObject({ code: "expired", trust: { kind: "refused" } });
    expect(error.trust?.openssl).toMatchObject({ accepted: false, code: "CERT_HAS_EXPIRED" });
    await whenEmpty(origin);
    expect(origin.shown()).toBe(2);
    expect(origin.heard).toEqual([]);
  });

  test("on Node it is shown, and nobody is asked twice", async () => {
    await using origin = await showing(late);
    const error = await failure(dial(to(origin, { policy: policyOn(node) })));
    expect(error).toMatchObject({ code: "expired" });
    await whenEmpty(origin);
    expect(origin.shown()).toBe(1);
  });

  test("a good chain at the second look does not admit what was refused", async () => {
    await using origin = await showing(late, good);
    const error = await failure(dial(to(origin)));
    expect(error).toMatchObject({ code: "keys-disagree", detail: { library: "BoringSSL" } });
    await whenEmpty(origin);
    expect(origin.heard).toEqual([]);
  });

  test("where none is shown the second time either, that is said", async () => {
    let count = 0;
    await using origin = await openOrigin(() => {}, {
      tls: {
        SNICallback: (_name, done) => (count++ === 0 ? done(null, late) : done(new Error("no more"))),
      },
    });
    const error = await failure(dial(to(origin)));
    expect(error).toMatchObject({
      code: "chain-not-shown",
      detail: { host: "localhost", runtime: "Bun", library: "BoringSSL", libraryCode: "CERT_HAS_EXPIRED" },
    });
  });

  test("the client's own certificate is not shown at the second look", async () => {
    const shown: boolean[] = [];
    await using origin = await openOrigin(
      (socket) => shown.push("subject" in (socket as TLSSocket).getPeerCertificate()),
      {
        // In TLS 1.2 a server has the client's certificate before the client is done.
        tls: {
          ...mintIdentity({}, mintRoot("Another Root")),
          maxVersion: "TLSv1.2",
          requestCert: true,
          rejectUnauthorized: false,
        },
      },
    );
    const { cert, key } = mintIdentity();
    const policy = policyOn(bun, { clientCertificate: { cert, key } });
    await failure(dial(to(origin, { policy })));
    await until(() => shown.length === 2);
    expect(shown.at(-1)).toBe(false);
  });

  test("a caller who gives up in between is obeyed", async () => {
    const giving = new AbortController();
    let count = 0;
    await using origin = await openOrigin(() => {}, {
      tls: {
        SNICallback: (_name, done) => {
          if (count++ > 0) giving.abort(new Error("enough"));
          done(null, late);
        },
      },
    });
    const error = await failure(dial(to(origin, { signal: giving.signal })));
    expect(error).toMatchObject({ code: "aborted" });
    await whenEmpty(origin);
  });

  test("behind a proxy the second look goes the same way", async () => {
    await using origin = await showing(late);
    await using proxy = await openProxy({ tls: false });
    const setting: ProxySetting = {
      scheme: "http",
      host: "localhost",
      port: proxy.port,
      authorization: undefined,
      login: undefined,
      url: `http://localhost:${proxy.port}`,
      source: "a test",
      mode: "tunnel",
      policy: policyOn(bun),
    };
    const error = await failure(dial(to(origin, { proxy: setting })));
    expect(error).toMatchObject({ code: "expired" });
    expect(proxy.heads).toHaveLength(2);
  });

  test("a proxy over TLS is judged by the same rules", async () => {
    await using proxy = await showing(late);
    const setting: ProxySetting = {
      scheme: "https",
      host: "localhost",
      port: proxy.port,
      authorization: "Basic c2VjcmV0",
      login: undefined,
      url: `https://localhost:${proxy.port}`,
      source: "a test",
      mode: "tunnel",
      policy: policyOn(bun),
    };
    const error = await failure(dial(to(proxy, { proxy: setting })));
    expect(error).toMatchObject({ code: "proxy-unreachable", cause: { code: "expired" } });
    await whenEmpty(proxy);
    expect(proxy.heard).toEqual([]);
  });

  test("TLS begun on a plain link is, too", async () => {
    await using origin = await showing(late);
    const request = to(origin);
    const plain = await dial({ ...request, scheme: "http" });
    expect(await failure(startTls(plain, request))).toMatchObject({ code: "expired" });
  });

  test("a handshake for its own sake shows the chain and the refusal", async () => {
    await using origin = await showing(late);
    const { openssl, sent } = await shakeHands(to(origin));
    expect(openssl).toMatchObject({ accepted: false, code: "CERT_HAS_EXPIRED" });
    expect(sent).toHaveLength(2); // Completed from the roots.
  });

  test("what nobody need vouch for is shown whatever it is, and asked for once", async () => {
    await using origin = await showing(late);
    const policy = policyOn(deno, { insecure: { reason: "a test" } });
    const link = await dial(to(origin, { policy }));
    expect(link.trust).toMatchObject({ kind: "unverified", rejection: { code: "expired" } });
    link.socket.destroy();
    expect(origin.shown()).toBe(1);
  });
});

describe("a link on another runtime", () => {
  test.each([bun, deno])("on $name does not say what was not seen", async (runtime) => {
    await using origin = await openOrigin(answering(() => reply("x")));
    const { facts, socket } = await dial(to(origin, { policy: policyOn(runtime) }));
    expect(facts.clientCertificate).toBe("unseen");
    socket.destroy();
  });

  test("offers no session where a resumed one could not be told", async () => {
    await using origin = await openOrigin(() => {}, { tls: { maxVersion: "TLSv1.2" } });
    const dialTwice = async (runtime: Runtime): Promise<boolean> => {
      const sessions = new SessionStore();
      const request = to(origin, { policy: policyOn(runtime), sessions });
      const links = [await dial(request), await dial(request)];
      for (const { socket } of links) socket.destroy();
      return links.some(({ facts }) => facts.resumed);
    };
    expect(await dialTwice(bun)).toBe(true);
    expect(await dialTwice(deno)).toBe(false);
  });

  test("what it lacks is a failure with a sentence, where Node's would be a bug", async () => {
    await using origin = await openOrigin(() => {});
    const broken = { ...policyOn(bun), secureContext: { context: undefined } as never };
    const error = await failure(dial(to(origin, { policy: broken })));
    expect(error).toMatchObject({ code: "runtime-unfit", detail: { runtime: "Bun" } });
    expect(error.message).toMatch(/^This cannot be done on Bun: .+\.$/);
    await expect(dial(to(origin, { policy: { ...broken, runtime: node } }))).rejects.toBeInstanceOf(
      TypeError,
    );
  });
});
