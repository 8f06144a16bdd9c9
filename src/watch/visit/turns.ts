/** Makes connections wait their turn: in the order in which they ask for an address, as `Pace` allows, a bounded number at once. */
import { HttpsError, onAbort } from "../../core/index.ts";
import { visitLimits } from "./limits.ts";
import { networkOf, Pace, politeRates, type Rates } from "./pace.ts";

/** A connection that may begin now. */
export interface Turn {
  /** The connection has ended. Only the first time counts. */
  readonly end: () => void;
}

interface Waiting {
  readonly go: (turn: Turn) => void;
}

/** Those who wait for one address. */
interface Line {
  readonly address: string;
  readonly network: string;
  readonly waiting: Waiting[];
  timer: NodeJS.Timeout | undefined;
}

export class Turns {
  readonly #pace: Pace;
  readonly #atOnce: number;
  readonly #lines = new Map<string, Line>();
  /** Lines that wait for their time, by their network: an end in it may bring that forward. */
  readonly #timed = new Map<string, Set<Line>>();
  /** Lines whose time has come while too many connections were open. */
  readonly #held = new Set<Line>();
  #open = 0;

  constructor({
    rates = politeRates,
    atOnce = visitLimits.connectionsAtOnce.value,
  }: { readonly rates?: Rates; readonly atOnce?: number } = {}) {
    this.#pace = new Pace(rates);
    this.#atOnce = atOnce;
  }

  /** Waits until a connection to `address` may begin; whoever gets the turn has to end it. @throws HttpsError `aborted` */
  async take(
    address: string,
    { host, signal }: { readonly host: string; readonly signal: AbortSignal },
  ): Promise<Turn> {
    const aborted = (): HttpsError =>
      new HttpsError("aborted", { host, phase: "connect" }, { cause: signal.reason });
    if (signal.aborted) throw aborted();
    return new Promise((resolve, reject) => {
      const line = this.#lineOf(address);
      const abort = (): void => {
        line.waiting.splice(line.waiting.indexOf(waiting), 1);
        reject(aborted());
        this.#look(line);
      };
      const waiting: Waiting = {
        go: (turn) => {
          stopListening();
          resolve(turn);
        },
      };
      const stopListening = onAbort(signal, abort);
      line.waiting.push(waiting);
      this.#look(line);
    });
  }

  #lineOf(address: string): Line {
    let line = this.#lines.get(address);
    if (line === undefined)
      this.#lines.set(
        address,
        (line = { address, network: networkOf(address), waiting: [], timer: undefined }),
      );
    return line;
  }

  /** Lets the first of a line go, if it may; otherwise looks again when it can. */
  #look(line: Line): void {
    this.#untime(line);
    const { address, waiting } = line;
    const [first] = waiting;
    if (first === undefined) {
      this.#held.delete(line);
      this.#lines.delete(address);
      return;
    }
    const now = performance.now();
    const at = this.#pace.nextAt(address, now);
    if (at > now) {
      // Where a connection to the address is open, its end leads back here.
      if (at !== Infinity) this.#time(line, at - now);
      return;
    }
    if (this.#open >= this.#atOnce) return void this.#held.add(line);
    this.#held.delete(line);
    waiting.shift();
    this.#pace.begin(address, now);
    this.#open++;
    first.go({ end: once(() => this.#end(line)) });
    // Those behind it wait for its end.
  }

  #end({ address, network }: Line): void {
    this.#open--;
    this.#pace.end(address, performance.now());
    for (const line of Array.from(this.#held)) {
      if (this.#open >= this.#atOnce) break;
      this.#look(line);
    }
    const own = this.#lines.get(address);
    if (own !== undefined) this.#look(own);
    for (const line of Array.from(this.#timed.get(network) ?? [])) this.#look(line);
  }

  #time(line: Line, ms: number): void {
    line.timer = setTimeout(() => this.#look(line), Math.ceil(ms));
    const near = this.#timed.get(line.network);
    if (near === undefined) this.#timed.set(line.network, new Set([line]));
    else near.add(line);
  }

  #untime(line: Line): void {
    clearTimeout(line.timer);
    const near = this.#timed.get(line.network);
    near?.delete(line);
    if (near?.size === 0) this.#timed.delete(line.network);
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
