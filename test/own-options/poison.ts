/** What is written to Object.prototype. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** For every option of every door a value that would be seen, were it read. */
export function poison(foreignPem: string): Readonly<Record<string, unknown>> {
  const never = AbortSignal.abort(new Error("the poisoned signal"));
  const tell = (): never => {
    throw new Error("a poisoned function was called");
  };
  return {
    // whom to trust
    insecure: { reason: "poison" },
    roots: foreignPem,
    addRoots: foreignPem,
    profile: "private",
    pins: { localhost: [`sha256/${Buffer.alloc(32).toString("base64")}`] },
    revocation: "off",
    crls: [new Uint8Array([0x30, 0])],
    at: 0,
    clientCertificate: { cert: "no", key: "no" },
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.2",
    ciphers: "aNULL",
    identity: "elsewhere.example",
    sni: "elsewhere.example",
    reason: "poison",
    // where to go, and for how long
    resolve: { "localhost:443": "192.0.2.1" },
    socketPath: "/nowhere.sock",
    proxy: "http://127.0.0.1:1",
    proxyTrust: { insecure: { reason: "poison" } },
    timeouts: { dnsMs: 1, connectMs: 1, tlsMs: 1, headMs: 1, totalMs: 1 },
    dnsMs: 1,
    connectMs: 1,
    proxyMs: 1,
    tlsMs: 1,
    openMs: 1,
    poolMs: 1,
    sendMs: 1,
    headMs: 1,
    bodyIdleMs: 1,
    unreadBodyMs: 1,
    totalMs: 1,
    connections: 0,
    waiting: 0,
    pipelining: 0,
    idleMs: -1,
    lifetimeMs: -1,
    // what to send, and what to take
    method: "DELETE",
    headers: { "x-poison": "1" },
    body: "poison",
    signal: never,
    userAgent: "poison",
    redirects: 99,
    allowDowngrade: true,
    secretHeaders: ["x"],
    retry: { attempts: 99 },
    resume: { attempts: 99 },
    attempts: 99,
    statuses: [200],
    delayMs: 99_999,
    maxDelayMs: 99_999,
    decompress: "poison",
    maxDecodedBytes: 0,
    maxDecodedRatio: 0,
    maxBodyBytes: 0,
    authentication: { scheme: "bearer", token: "poison" },
    cookies: { getCookieString: () => Promise.resolve("poison=1"), setCookie: tell },
    expectContinue: true,
    onEvent: tell,
    onInformational: tell,
    onUploadProgress: tell,
    onDownloadProgress: tell,
    limits: { headBytes: 1 },
    headBytes: 1,
    lineBytes: 1,
    fieldCount: 1,
    trailerBytes: 1,
    bodyBytes: 1,
    allow: ["bare-lf-head"],
    decodeLatin1: tell,
    allowUpgrade: ["poison"],
    close: true,
    environment: { HTTPS_PROXY: "http://127.0.0.1:1" },
    // the variables of the environment
    HTTPS_PROXY: "http://127.0.0.1:1",
    https_proxy: "http://127.0.0.1:1",
    ALL_PROXY: "http://127.0.0.1:1",
    NO_PROXY: "*",
    SSL_CERT_FILE: "/nowhere.pem",
    NODE_EXTRA_CA_CERTS: "/nowhere.pem",
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
    // fetch, and Node's agent
    redirect: "error",
    integrity: "sha256-AAAA",
    keepAlive: false,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    // Mongoose
    ssl_ca_cert: "*",
    ssl_server_name: "*",
    ssl_cert: "/nowhere.pem",
    ssl_key: "/nowhere.pem",
    ssl_cipher_suites: "aNULL",
    ssl_psk_identity: "poison",
    ssl_psk_key: "poison",
    nameserver: "192.0.2.1",
    flags: 0xff_ff_ff,
    skip_verification: 1,
    success: tell,
    // the engine, bundles, devices, the lab
    purpose: "client",
    extendedKeyUsages: ["1.2.3"],
    keyUsages: ["cRLSign"],
    maxDepth: 0,
    stapleRequested: true,
    inProgramme: true,
    distrustAfterAt: 0,
    rules: { minds: {}, takesIntermediates: false, checksAnchorDates: false, firstOfNameOnly: true },
    maxAnchors: 0,
    refuse: () => "poison",
    loses: ["crlf"],
    maxNodes: 0,
    clockSet: false,
    serverVersions: ["TLSv1"],
    sitesAt: 0,
    redundancy: 99,
    agent: "poison",
    timeoutMs: 1,
    sites: ["nowhere"],
    port: 1,
  };
}

/** Words of property descriptors: with one of these on Object.prototype no property can be defined any more. */
const descriptorWords: ReadonlySet<string> = new Set([
  "value",
  "get",
  "set",
  "writable",
  "enumerable",
  "configurable",
]);

/** The name of every property that may be left out of anything in `src/`. */
export function optionalNames(): readonly string[] {
  const root = fileURLToPath(new URL("../../src/", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  const names = files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .flatMap((file) => [
      ...readFileSync(`${root}${file}`, "utf8").matchAll(/^\s+(?:readonly )?"?([A-Za-z_]\w*)"?\?: /gm),
    ])
    .flatMap(([, name = ""]) => (descriptorWords.has(name) ? [] : name));
  return [...new Set(names)].toSorted();
}
