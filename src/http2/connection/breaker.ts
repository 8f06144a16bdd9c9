/** What ends a connection: a rule that was broken, a flood, or a peer that speaks something else. Told once. */
import type { Details } from "../../core/index.ts";
import type { ErrorName } from "../error-codes.ts";
import type { Failure } from "../failure.ts";
import type { FrameFault } from "../frames/index.ts";
import { floodAllowances, type FloodKind } from "../limits.ts";
import { FloodBudgets } from "./flood-budget.ts";
import { frameName } from "./frame-names.ts";
import { Opening } from "./opening.ts";

/** What ends the connection, and what the peer is told. */
export interface Broken {
  readonly failure: Failure;
  readonly errorCode: ErrorName;
}

/** A rule, where it stands, and the code that it prescribes. */
export interface Rule {
  readonly errorCode: ErrorName;
  /** Finishes "it breaks the rule that ...". */
  readonly rule: string;
  readonly section: string;
}

export class Breaker {
  readonly opening: Opening;
  readonly floods: FloodBudgets = new FloodBudgets();
  readonly #onBroken: (broken: Broken) => void;
  #isOver = false;
  now = 0;

  constructor(chosenBy: Details["http2-not-spoken"]["chosenBy"], onBroken: (broken: Broken) => void) {
    this.opening = new Opening(chosenBy);
    this.#onBroken = onBroken;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What the peer speaks in the place of HTTP/2, as a failure. */
  get instead(): Failure | undefined {
    const detail = this.opening.instead;
    return detail && { code: "http2-not-spoken", detail };
  }

  break(rule: Rule, frame: string, stream: number): void {
    const { instead } = this;
    // RFC 9113 §3.4: whatever rule of frames it seems to break, it is the preface that is invalid.
    if (instead !== undefined) return this.#end({ failure: instead, errorCode: "PROTOCOL_ERROR" });
    this.#end({ failure: violation(rule, frame, stream), errorCode: rule.errorCode });
  }

  breakFrame(fault: FrameFault): void {
    this.break(fault, frameName(fault.frame.type), fault.frame.stream);
  }

  breakIdle(frame: string, stream: number): void {
    this.break(idleRule, frame, stream);
  }

  /** Counts a frame that brings nobody further. `false`: there were too many. */
  spend(kind: FloodKind): boolean {
    if (this.floods.spend(kind, this.now)) return true;
    this.flood(kind, floodAllowances[kind].burst, this.floods.count(kind));
    return false;
  }

  flood(budget: Details["http2-flood"]["budget"], value: number, count: number): void {
    this.#end({
      failure: { code: "http2-flood", detail: { budget, value, count } },
      errorCode: "ENHANCE_YOUR_CALM",
    });
  }

  #end(broken: Broken): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onBroken(broken);
  }
}

/** The failure for a rule that was broken. */
export function violation({ rule, section, errorCode }: Rule, frame: string, stream: number): Failure {
  return { code: "http2-protocol-broken", detail: { rule, section, errorCode, frame, stream } };
}

const idleRule: Rule = {
  errorCode: "PROTOCOL_ERROR",
  rule: "a stream that nobody has opened has no frames",
  section: "RFC 9113 §5.1, §5.1.1",
};
