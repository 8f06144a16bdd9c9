/** The house, as data: which room may know which, which rooms are pure, and which packages each may use. */

export interface Room {
  /** The rooms it may import from, besides itself. */
  readonly knows: readonly string[];
  /** Pure: no Node, no clock, no randomness, no I/O. Time and the machine come in as arguments. */
  readonly pure: boolean;
  /** Packages from outside that it may import. */
  readonly packages: readonly string[];
}

const pure = (...knows: string[]): Room => ({ knows, pure: true, packages: [] });
const world = (packages: readonly string[], ...knows: string[]): Room => ({ knows, pure: false, packages });

/** The whole house: every folder of `src/`. A room that is not listed does not exist. */
export const rooms: Readonly<Record<string, Room>> = {
  core: pure(),
  der: pure("core"),
  x509: pure("core", "der"),
  http1: pure("core"),
  http2: pure("core", "http1"),
  websocket: pure("core", "http1"),
  starttls: pure("core"),
  coding: world([], "core", "http1", "runtime"),
  html: pure(),
  manifest: world([]),
  runtime: world([]),
  trust: pure("core", "x509"),
  bundle: pure("core", "der", "x509"),
  device: pure("core", "x509", "trust", "bundle"),
  diagnosis: pure("core", "x509", "trust", "http1"),
  foreign: pure("core", "diagnosis"),
  fleet: pure("core", "x509", "trust", "bundle", "device"),
  tap: world([], "core"),
  webcrypto: world([], "core", "der", "x509", "trust"),
  admission: world([], "core", "x509", "trust", "runtime"),
  net: world([], "core", "x509", "http1", "starttls", "trust", "runtime", "tap", "admission"),
  survey: world([], "core", "x509", "trust", "tap", "admission", "net"),
  client: world(
    ["eventsource-parser", "http-cache-semantics"],
    "core",
    "http1",
    "http2",
    "websocket",
    "coding",
    "manifest",
    "runtime",
    "trust",
    "admission",
    "net",
  ),
  why: world(
    [],
    "core",
    "der",
    "x509",
    "http1",
    "starttls",
    "trust",
    "diagnosis",
    "runtime",
    "tap",
    "admission",
    "net",
    "client",
  ),
  watch: world(
    ["better-sqlite3", "bullmq", "ioredis", "nodemailer", "pg", "yaml", "zod"],
    "core",
    "x509",
    "http1",
    "html",
    "manifest",
    "trust",
    "bundle",
    "device",
    "fleet",
    "admission",
    "net",
    "survey",
    "client",
  ),
  mongoose: world([], "core", "http1", "websocket", "runtime", "trust", "admission", "net"),
  lab: world(
    ["@peculiar/asn1-schema", "@peculiar/asn1-x509"],
    "core",
    "der",
    "x509",
    "html",
    "trust",
    "device",
    "admission",
  ),
  cli: world(
    ["commander", "pac-resolver", "quickjs-wasi", "tough-cookie"],
    "core",
    "x509",
    "http1",
    "coding",
    "html",
    "manifest",
    "trust",
    "bundle",
    "device",
    "diagnosis",
    "foreign",
    "runtime",
    "admission",
    "survey",
    "client",
    "why",
    "fleet",
    "watch",
    "lab",
  ),
};

/** Folders of one room that have a direction among them: each knows those before it. */
export const folderOrders: Readonly<Record<string, readonly string[]>> = {
  client: [
    "body",
    "options",
    "tracing",
    "pool",
    "journey",
    "middleware",
    "cache",
    "recording",
    "event-stream",
    "pages",
    "websocket",
    "adapters",
  ],
};
