/**
 * Connects to the first address that answers: RFC 8305 §5. The next attempt starts 250 ms after the last one,
 * or as soon as it failed; earlier attempts go on meanwhile. Whoever connects first wins, the others are closed.
 * Every address's outcome is kept for the error.
 */
import { isIP, type Socket } from "node:net";
import { HttpsError, isWithheld, shownWord, type AddressOutcome } from "../core/index.ts";
import { runtimeHere } from "../runtime/index.ts";
import { keepEarlyError } from "./early-errors.ts";
import { runGuarded } from "./guard.ts";
import { netLimits } from "./limits.ts";

export interface Race<S extends Socket> {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** Begins to connect; `connect` or `error` is emitted later. */
  readonly open: (address: string) => S;
}

export interface Winner<S extends Socket> {
  readonly socket: S;
  readonly address: string;
  /** Outcomes of the attempts that lost, in the order they began. */
  readonly lost: readonly AddressOutcome[];
}

/** @throws HttpsError `connection-refused`, `unreachable`, `connect-failed`, `connect-timeout`, `network-denied`, `aborted` */
export function raceAddresses<S extends Socket>(race: Race<S>): Promise<Winner<S>> {
  const { host, limitMs } = race;
  const attempts = new Attempts(race);
  const guard = {
    limitMs,
    signal: race.signal,
    timedOut: () => new HttpsError("connect-timeout", { host, limitMs, attempts: attempts.outcomes() }),
    aborted: (reason: unknown) => new HttpsError("aborted", { host, phase: "connect" }, { cause: reason }),
  };
  return runGuarded<Winner<S>>(guard, (resolve, reject) => {
    attempts.begin(resolve, reject);
    return () => attempts.closeAll();
  });
}

interface Attempt<S extends Socket> {
  readonly address: string;
  readonly socket: S;
  readonly startedAt: number;
  outcome: string;
  afterMs: number | undefined;
  /** The runtime did not let the program connect there. */
  isWithheld: boolean;
}

class Attempts<S extends Socket> {
  readonly #race: Race<S>;
  readonly #made: Attempt<S>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #firstError: Error | undefined;
  #won: ((winner: Winner<S>) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor(race: Race<S>) {
    this.#race = race;
  }

  begin(won: (winner: Winner<S>) => void, failed: (error: Error) => void): void {
    this.#won = won;
    this.#failed = failed;
    this.#startNext();
  }

  outcomes(): readonly AddressOutcome[] {
    return this.#made.map(({ address, outcome, afterMs, startedAt }) => ({
      address: shownAddress(address),
      port: this.#race.port,
      outcome,
      afterMs: afterMs ?? performance.now() - startedAt,
    }));
  }

  closeAll(): void {
    clearTimeout(this.#timer);
    for (const { socket } of this.#made) socket.destroy();
  }

  #startNext(): void {
    clearTimeout(this.#timer);
    const address = this.#race.addresses[this.#made.length];
    if (address === undefined) return;
    const attempt: Attempt<S> = {
      address,
      socket: this.#race.open(address),
      startedAt: performance.now(),
      outcome: "pending",
      afterMs: undefined,
      isWithheld: false,
    };
    this.#made.push(attempt);
    const onConnect = (): void => this.#connected(attempt, onError);
    const onError = (error: Error): void => {
      attempt.socket.removeListener("connect", onConnect);
      this.#lostOne(attempt, error);
    };
    attempt.socket.once("connect", onConnect);
    attempt.socket.on("error", onError);
    if (this.#made.length < this.#race.addresses.length) {
      this.#timer = setTimeout(() => this.#startNext(), netLimits.attemptDelayMs.value);
    }
  }

  #connected(attempt: Attempt<S>, onError: (error: Error) => void): void {
    clearTimeout(this.#timer);
    attempt.outcome = "connected";
    attempt.afterMs = performance.now() - attempt.startedAt;
    attempt.socket.removeListener("error", onError);
    // TLS begins as soon as TCP is up, and can fail before the winner is in anybody's hands.
    keepEarlyError(attempt.socket);
    const lost = this.outcomes().filter((_, i) => this.#made[i] !== attempt);
    for (const other of this.#made) if (other !== attempt) other.socket.destroy();
    this.#won?.({ socket: attempt.socket, address: attempt.address, lost });
  }

  #lostOne(attempt: Attempt<S>, error: NodeJS.ErrnoException): void {
    if (attempt.afterMs !== undefined) return;
    attempt.isWithheld = isWithheld(error);
    attempt.outcome = error.code ?? error.message;
    attempt.afterMs = performance.now() - attempt.startedAt;
    attempt.socket.destroy();
    this.#firstError ??= error;
    if (this.#made.length < this.#race.addresses.length) return this.#startNext();
    if (this.#made.every(({ afterMs }) => afterMs !== undefined)) this.#failed?.(this.#failure());
  }

  #failure(): HttpsError {
    const { host, port } = this.#race;
    const attempts = this.outcomes();
    if (this.#made.every((attempt) => attempt.isWithheld)) {
      const addresses = attempts.map(({ address }) => address);
      const denied = { host, port, addresses, runtime: runtimeHere.name };
      return new HttpsError("network-denied", denied, { cause: this.#firstError });
    }
    const all = (...codes: string[]): boolean => attempts.every(({ outcome }) => codes.includes(outcome));
    // An address of a family this machine lacks says nothing about the server.
    const missingFamily = ["EADDRNOTAVAIL", "EAFNOSUPPORT"];
    const code =
      all("ECONNREFUSED", ...missingFamily) && attempts.some(({ outcome }) => outcome === "ECONNREFUSED")
        ? "connection-refused"
        : all("ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN", ...missingFamily)
          ? "unreachable"
          : "connect-failed";
    // The system's own error repeats what was connected to.
    const isShown = this.#made.every(({ address }) => shownAddress(address) === address);
    return new HttpsError(code, { host, port, attempts }, isShown ? { cause: this.#firstError } : {});
  }
}

/** A Unix socket's path may be a URL by mistake. */
function shownAddress(address: string): string {
  return isIP(address) === 0 ? shownWord(address) : address;
}
