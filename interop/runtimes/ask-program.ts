/** Runs on the runtime that is tested: makes the requests that stand in the file it is given, and prints what came of each. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Client, HttpsError, type ClientOptions, type RequestOptions } from "../../src/index.ts";

/** One request, or the same several times over one client. */
export interface Ask {
  readonly url: string;
  readonly options?: RequestOptions;
  readonly client?: ClientOptions;
  /** CRLs, DER as base64. */
  readonly crls?: readonly string[];
  readonly times?: number;
  /** So many at once, over one client. */
  readonly atOnce?: number;
  /** Give up when the head is there. */
  readonly abort?: true;
}

export interface Told {
  readonly code: string | null;
  readonly message: string;
  readonly status: number | null;
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly text: string;
  readonly completeness: string;
  readonly kind: string;
  readonly explained: string;
  readonly openssl: string | undefined;
  readonly reused: boolean;
  readonly resumed: boolean;
  readonly clientCertificate: string | undefined;
  readonly httpVersion: string;
  readonly alpn: string | undefined;
  readonly attempts: number;
}

const nothing: Told = {
  code: null,
  message: "",
  status: null,
  url: "",
  bytes: 0,
  sha256: "",
  text: "",
  completeness: "",
  kind: "",
  explained: "",
  openssl: undefined,
  reused: false,
  resumed: false,
  clientCertificate: undefined,
  httpVersion: "",
  alpn: undefined,
  attempts: 0,
};

const asks = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as readonly Ask[];
// Several at once, each with a client of its own: most sites of the lab make a client wait.
const told: Told[][] = [];
const next = asks.entries();
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (const [i, ask] of next) told[i] = await askAll(ask);
  }),
);
process.stdout.write(JSON.stringify(told), () => process.exit(0));

async function askAll(ask: Ask): Promise<Told[]> {
  const all: Told[] = [];
  try {
    await using client = new Client({
      proxy: null,
      environment: {},
      ...(ask.crls && { crls: ask.crls.map((der) => new Uint8Array(Buffer.from(der, "base64"))) }),
      ...ask.client,
    });
    for (let i = 0; i < (ask.times ?? 1); i++) {
      const together = Array.from({ length: ask.atOnce ?? 1 }, () => askOnce(client, ask));
      all.push(...(await Promise.all(together)));
    }
  } catch (error) {
    all.push(describe(error));
  }
  return all;
}

async function askOnce(client: Client, { url, options, abort }: Ask): Promise<Told> {
  const stop = new AbortController();
  try {
    const response = await client.request(url, { ...options, signal: stop.signal });
    if (abort) stop.abort(new Error("enough"));
    const bytes = await response.bytes();
    const report = response.trust.toJSON();
    return {
      ...nothing,
      status: response.status,
      url: response.url,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      text: bytes.length < 500 ? Buffer.from(bytes).toString() : "",
      completeness: response.completeness,
      kind: report.kind,
      explained: response.trust.explain(),
      openssl: report.openssl,
      reused: response.connection.reused,
      resumed: response.connection.resumed,
      clientCertificate: response.connection.clientCertificate,
      httpVersion: response.httpVersion,
      alpn: response.connection.alpn,
      attempts: response.attempts.length,
    };
  } catch (error) {
    return describe(error);
  }
}

/** What is not an HttpsError has no code of the catalogue: its name stands in the code's place, and fails the test. */
function describe(error: unknown): Told {
  if (!(error instanceof HttpsError)) return { ...nothing, code: `not an HttpsError: ${String(error)}` };
  const { code, message, trust } = error;
  return { ...nothing, code, message, kind: trust?.kind ?? "", openssl: trust?.toJSON().openssl };
}
