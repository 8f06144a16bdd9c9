/**
 * Asks each URL once, over a new connection of HTTP/2 each: the client that test suites for clients want.
 *
 *     npm run h2 -- [--insecure] [--fail] [--seconds N] [--stay N] URL...
 *
 * `https:` by ALPN and nothing but h2, `http:` without being asked (RFC 9113 §3.3). A URL that is given several times is
 * asked as often, one after another; a failure ends nothing but its own request. A connection is left open until the
 * server closes it, or for `--stay` seconds (1), so that what comes behind an answer is met, too. A request has `--seconds`
 * (5) for all of it.
 *
 * stdout has a line for each: the URL, then its status and the bytes of its body, or the code and the sentence. It ends
 * with 0; with `--fail`, with 1 where a request failed. SIGINT and SIGTERM end it at once.
 */
import { parseArgs } from "node:util";
import { Client, HttpsError, type ClientEvent } from "../src/index.ts";

const usage = "npm run h2 -- [--insecure] [--fail] [--seconds N] [--stay N] URL...";

interface Asked {
  readonly insecure: boolean;
  readonly totalMs: number;
  readonly stayMs: number;
}

interface Arguments extends Asked {
  readonly urls: readonly string[];
  readonly fail: boolean;
}

/** Follows the connection of a request, and ends the request where it would be sent a second time. */
class OneConnection {
  readonly #again = new AbortController();
  readonly #closed: Promise<void>;
  #onClosed!: () => void;
  #sent = 0;
  #isOpen = false;

  constructor() {
    this.#closed = new Promise((resolve) => (this.#onClosed = resolve));
  }

  get signal(): AbortSignal {
    return this.#again.signal;
  }

  readonly tell = ({ kind }: ClientEvent): void => {
    if (kind === "connected") this.#isOpen = true;
    else if (kind === "retired") this.#onClosed();
    else if ((kind === "sent" && ++this.#sent > 1) || (kind === "phase" && this.#sent > 0))
      this.#again.abort();
  };

  /** When it carries nothing any more, or has stayed for as long as that. */
  async over(stayMs: number): Promise<void> {
    if (!this.#isOpen) return;
    let timer: NodeJS.Timeout | undefined;
    const stayed = new Promise((resolve) => (timer = setTimeout(resolve, stayMs)));
    await Promise.race([this.#closed, stayed]);
    clearTimeout(timer);
  }
}

const asked = readArguments();
if (asked === undefined) {
  process.stderr.write(`error: no URL, an unknown option, or a time that is none\nhint: ${usage}\n`);
  process.exitCode = 2;
} else {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit());
  for (const url of asked.urls) if (!(await askOnce(url, asked)) && asked.fail) process.exitCode = 1;
}

/** `undefined`: they say nothing that could be done. */
function readArguments(): Arguments | undefined {
  try {
    const { values, positionals: urls } = parseArgs({
      allowPositionals: true,
      options: {
        insecure: { type: "boolean", default: false },
        fail: { type: "boolean", default: false },
        seconds: { type: "string", default: "5" },
        stay: { type: "string", default: "1" },
      },
    });
    const { insecure, fail } = values;
    const [totalMs, stayMs] = [Number(values.seconds) * 1000, Number(values.stay) * 1000];
    const isWhole = urls.length > 0 && totalMs > 0 && stayMs >= 0;
    return isWhole ? { urls, insecure, fail, totalMs, stayMs } : undefined;
  } catch {
    // Of parseArgs: an unknown option, or one without its value.
    return undefined;
  }
}

/** Asks, tells what came of it, and waits for the server to be done. Whether there was an answer. */
async function askOnce(url: string, { insecure, totalMs, stayMs }: Asked): Promise<boolean> {
  const connection = new OneConnection();
  const client = new Client({
    protocol: "h2",
    environment: {},
    redirects: 0,
    timeouts: { totalMs },
    ...(insecure ? { insecure: { reason: "a test server's own certificate" } } : {}),
    onEvent: connection.tell,
  });
  let isAnswered = false;
  try {
    const response = await client.request(url, { signal: connection.signal });
    const { length } = await response.bytes();
    process.stdout.write(`${url} ${response.status} ${length} bytes\n`);
    isAnswered = true;
  } catch (error) {
    process.stdout.write(`${url} ${describe(error, connection)}\n`);
  }
  await connection.over(stayMs);
  await client.close();
  return isAnswered;
}

/** What ended the first attempt, where a second was not let begin. */
function describe(error: unknown, { signal }: OneConnection): string {
  if (!(error instanceof HttpsError)) throw error;
  const outcome = signal.aborted ? error.attempts?.[0]?.outcome : undefined;
  if (outcome === undefined) return `${error.code}: ${error.message}`;
  return "code" in outcome ? outcome.code : `${outcome.status}`;
}
