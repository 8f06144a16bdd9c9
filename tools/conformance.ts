/**
 * `npm run conformance -- [--webcrypto] FILE...`: runs vectors that others wrote (JSON, or JSON under gzip) and compares.
 * Which they are is seen from the file: x509-limbo's cases go through the trust engine, with the flag by WebCrypto's
 * signatures in place of OpenSSL's; http2jp's stories of header blocks and its frames through HTTP/2's readers.
 *
 * Each case of x509-limbo has two seconds. It runs in a process of its own, so that one that hangs is really cut off.
 * Differences accepted for a reason stand in the ledger; one that has gone, or has changed, is a failure too.
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { judgeFrames, judgeStories, type FrameFile, type Judged, type StoryFile } from "./http2-vectors.ts";
import { type Answer, answerByWebcrypto, answerCase, type LimboCase, type LimboFile } from "./limbo.ts";

const caseLimitMs = 2_000;
const childMark = "--answer-cases";
const webcryptoFlag = "--webcrypto";
const ledgerFile = new URL("../test/trust/conformance-ledger.json", import.meta.url);

/** A difference that is accepted. */
interface LedgerEntry {
  readonly id: string;
  readonly expected: string;
  readonly ours: string;
  readonly reason: string;
}

/** An answer and the time it took. */
type Timed = Answer & { readonly ms: number };
type Outcome = Timed | { readonly result: "TIMEOUT" | "CRASH"; readonly why: string; readonly ms: number };

async function main(args: readonly string[]): Promise<number> {
  const flags = args.filter((arg) => arg === webcryptoFlag);
  const files = args.filter((arg) => arg !== webcryptoFlag);
  if (files.length === 0) {
    console.error("error: no file given\nusage: npm run conformance -- [--webcrypto] FILE...");
    return 2;
  }
  const ledger = readLedger();
  const bench = new Bench(flags);
  const count = { passed: 0, failed: 0, soft: 0 };
  let slowest = { id: "none", ms: 0 };
  for (const file of files) {
    const vectors = readVectors(file);
    for (const { id, complaint } of judgeHttp2(vectors)) {
      if (complaint === undefined) count.passed++;
      else {
        count.failed++;
        console.log(`${id} ${complaint}`);
      }
    }
    for (const limbo of "testcases" in vectors ? vectors.testcases : []) {
      const outcome = await bench.run(limbo);
      if (outcome.ms > slowest.ms) slowest = { id: limbo.id, ms: outcome.ms };
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
  bench.close();
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

/** Runs one case at a time in a process; one that does not answer in time is killed and replaced. */
class Bench {
  #child: ChildProcess | undefined;
  readonly #flags: readonly string[];

  constructor(flags: readonly string[]) {
    this.#flags = flags;
  }

  run(limbo: LimboCase): Promise<Outcome> {
    const child = (this.#child ??= fork(fileURLToPath(import.meta.url), [childMark, ...this.#flags], {
      execArgv: ["--import", "tsx"],
    }));
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (outcome: Outcome): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (outcome.result === "TIMEOUT" || outcome.result === "CRASH") {
          this.#child = undefined;
          child.kill("SIGKILL");
        }
        resolve(outcome);
      };
      child.on("message", (message: "started" | Timed) => {
        // Starting takes a moment of its own: the clock runs from the child's first word about the case.
        if (message !== "started") finish(message);
        else {
          timer = setTimeout(() => {
            finish({ result: "TIMEOUT", why: `no answer in ${caseLimitMs} ms`, ms: caseLimitMs });
          }, caseLimitMs);
        }
      });
      child.on("exit", (code, signal) => {
        finish({ result: "CRASH", why: `the process ended with ${code ?? signal}`, ms: 0 });
      });
      child.send(limbo);
    });
  }

  close(): void {
    this.#child?.disconnect();
  }
}

/** The child's side. */
function serve(byWebcrypto: boolean): void {
  process.on("message", (limbo: LimboCase) => {
    process.send?.("started");
    const startedAt = performance.now();
    const send = (answer: Answer): void =>
      void process.send?.({ ...answer, ms: performance.now() - startedAt });
    if (byWebcrypto) void answerByWebcrypto(limbo, Date.now()).then(send);
    else send(answerCase(limbo, Date.now()));
  });
}

type VectorFile = LimboFile | StoryFile | FrameFile;

function readVectors(file: string): VectorFile {
  const bytes = readFileSync(file);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (isGzip ? gunzipSync(bytes) : bytes).toString("utf8");
  return JSON.parse(text) as VectorFile;
}

function judgeHttp2(vectors: VectorFile): readonly Judged[] {
  if ("stories" in vectors) return judgeStories(vectors);
  return "cases" in vectors ? judgeFrames(vectors) : [];
}

function readLedger(): ReadonlyMap<string, LedgerEntry> {
  const entries = JSON.parse(readFileSync(ledgerFile, "utf8")) as readonly LedgerEntry[];
  return new Map(entries.map((entry) => [entry.id, entry]));
}

if (process.argv[2] === childMark) serve(process.argv.includes(webcryptoFlag));
else process.exitCode = await main(process.argv.slice(2));
