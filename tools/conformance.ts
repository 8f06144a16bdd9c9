/**
 * `npm run conformance -- FILE...`: runs cases in x509-limbo's schema (JSON, or JSON under gzip) through the trust
 * engine and compares.
 *
 * Each case has two seconds. It runs in a thread of its own making, so that one that hangs is really cut off.
 * Differences accepted for a reason stand in the ledger; one that has gone, or has changed, is a failure too.
 */
/* oxlint-disable unicorn/require-post-message-target-origin -- threads have no origins */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { type Answer, answerCase, type LimboCase, type LimboFile } from "./limbo.ts";

const caseLimitMs = 2_000;
const ledgerFile = new URL("../test/trust/conformance-ledger.json", import.meta.url);

/** A difference that is accepted. */
interface LedgerEntry {
  readonly id: string;
  readonly expected: string;
  readonly ours: string;
  readonly reason: string;
}

type Outcome = Answer | { readonly result: "TIMEOUT" | "CRASH"; readonly why: string };

async function main(files: readonly string[]): Promise<number> {
  if (files.length === 0) {
    console.error("error: no file given\nusage: npm run conformance -- FILE...");
    return 2;
  }
  const ledger = readLedger();
  const bench = new Bench();
  const count = { passed: 0, failed: 0, soft: 0 };
  let slowest = { id: "none", ms: 0 };
  for (const file of files) {
    for (const limbo of readCases(file)) {
      const startedAt = performance.now();
      const outcome = await bench.run(limbo);
      const ms = performance.now() - startedAt;
      if (ms > slowest.ms) slowest = { id: limbo.id, ms };
      const complaint = judge(limbo, outcome, ledger.get(limbo.id));
      if (complaint === undefined) count.passed++;
      else if (limbo.features?.includes("soft") === true) {
        count.soft++;
        console.log(`soft: ${complaint}`);
      } else {
        count.failed++;
        console.log(complaint);
      }
    }
  }
  await bench.close();
  if (count.soft > 0) console.log(`soft differences: ${count.soft} (not counted)`);
  console.log(`slowest: ${slowest.id}, ${slowest.ms.toFixed(1)} ms`);
  console.log(`${count.passed} passed, ${count.failed} failed`);
  return count.failed === 0 ? 0 : 1;
}

/** What is wrong with an outcome: a difference without an entry, or an entry without its difference. */
function judge(limbo: LimboCase, outcome: Outcome, entry: LedgerEntry | undefined): string | undefined {
  const { id, expected_result: expected } = limbo;
  const differs = outcome.result !== expected;
  if (entry === undefined) {
    return differs ? `${id} expected ${expected} got ${outcome.result} ${outcome.why}` : undefined;
  }
  if (!differs)
    return `${id} expected ${expected} got ${outcome.result} although the ledger says otherwise: remove it`;
  const isStale = entry.expected !== expected || entry.ours !== outcome.result;
  return isStale ? `${id} expected ${expected} got ${outcome.result}; its ledger entry is stale` : undefined;
}

/** Runs one case at a time in a thread; a thread that does not answer in time is ended and replaced. */
class Bench {
  #worker: Worker | undefined;

  run(limbo: LimboCase): Promise<Outcome> {
    const worker = (this.#worker ??= startWorker());
    return new Promise((resolve) => {
      const finish = (outcome: Outcome): void => {
        clearTimeout(timer);
        worker.removeAllListeners();
        if (outcome.result === "TIMEOUT" || outcome.result === "CRASH") {
          this.#worker = undefined;
          void worker.terminate();
        }
        resolve(outcome);
      };
      // Starting a thread takes a moment of its own: the clock runs from its first sign of life.
      let timer = setTimeout(() => undefined, 0);
      worker.on("message", (message: "started" | Answer) => {
        if (message === "started") {
          clearTimeout(timer);
          timer = setTimeout(() => {
            finish({ result: "TIMEOUT", why: `no answer in ${caseLimitMs} ms` });
          }, caseLimitMs);
        } else finish(message);
      });
      worker.on("error", (error) => {
        finish({ result: "CRASH", why: String(error) });
      });
      worker.postMessage(limbo);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}

function startWorker(): Worker {
  return new Worker(fileURLToPath(import.meta.url), { execArgv: ["--import", "tsx"] });
}

/** The thread's side. */
function serve(): void {
  parentPort?.on("message", (limbo: LimboCase) => {
    parentPort?.postMessage("started");
    parentPort?.postMessage(answerCase(limbo, Date.now()));
  });
}

function readCases(file: string): readonly LimboCase[] {
  const bytes = readFileSync(file);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (isGzip ? gunzipSync(bytes) : bytes).toString("utf8");
  return (JSON.parse(text) as LimboFile).testcases;
}

function readLedger(): ReadonlyMap<string, LedgerEntry> {
  const entries = JSON.parse(readFileSync(ledgerFile, "utf8")) as readonly LedgerEntry[];
  return new Map(entries.map((entry) => [entry.id, entry]));
}

if (isMainThread) process.exitCode = await main(process.argv.slice(2));
else serve();
