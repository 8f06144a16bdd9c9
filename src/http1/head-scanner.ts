/**
 * Finds the status line and the field lines in bytes that may arrive in any pieces: RFC 9112 §4, §5 and, for the
 * trailer section, §7.1.2. It records where things lie and makes no string.
 *
 * There are two ways through. `#ordinaryLines` takes whole lines without any peculiarity, in two tight loops.
 * Whatever else comes (the end of the bytes, a fold, a fault) goes octet by octet through the states below, which
 * alone decide what is accepted; the first way accepts nothing that they would not, and marks the same places.
 */
import { Fields, marksPerField } from "./fields.ts";
import { decodeUnfolded } from "./folds.ts";
import { fieldFailure, limitFailure, statusLineFailure } from "./head-failures.ts";
import { COLON, CONTROL, CR, LF, SP, TEXT, TOKEN, WHITE, octetClasses, trimEnd } from "./octets.ts";
import { findOrdinaryStatus, ordinaryStatusBytes, StatusLineScanner } from "./status-line.ts";
import { tolerances } from "./tolerance.ts";
import type { DecodeLatin1 } from "./octets.ts";
import type { StatusLineFault } from "./status-line.ts";
import type { Failure } from "./failure.ts";
import type { LineFault, LineRule, MetLimit, Section, Spot } from "./head-failures.ts";
import type { ReaderLimits } from "./limits.ts";

/** States: what the next octet belongs to. */
const Start = 0; // Before the status line; one empty line may come (RFC 9112 §2.2).
const EmptyLineLf = 1;
const StatusLine = 2; // Its version and status code.
const Reason = 3;
const StatusLineLf = 4;
const LineStart = 5;
const FieldName = 6;
const SpaceBeforeColon = 7;
const BeforeValue = 8;
const FieldValue = 9;
const FieldLineLf = 10;
const SkippedLine = 11;
const SectionLf = 12;
const Done = 13;
const Failed = 14;

const bareLf = tolerances["bare-lf-head"];
const spaceBeforeColon = tolerances["space-before-colon"];
const ctlInValue = tolerances["ctl-in-value"];
const ignoreInvalid = tolerances["ignore-invalid-field-lines"];

export class HeadScanner {
  status = 0;
  minorVersion = 0;
  ignoredLines = 0;
  failure: Failure | undefined = undefined;

  readonly #limits: ReaderLimits;
  readonly #allowedBits: number;
  readonly #statusLine = new StatusLineScanner();
  #state: number = Start;
  #section: Section = "head";
  #sectionBytes = 0;
  /** Octets of the exchange before this section: offsets in failures count from the exchange's first. */
  #offset = 0;
  /** Index in the bytes of the section's first octet. Every place below counts from there. */
  #base = 0;
  /** Index after the last octet that has arrived; the bytes behind it are nobody's. */
  #end = 0;
  #lineStart = 0;
  #reasonStart = 0;
  #reasonEnd = 0;
  #spaceAt = 0;
  #valueStart = 0;
  #folding = false;
  /** Where a fold lies within a value that goes on behind it: its start and its end, one pair after the other. */
  #folds: number[] = [];
  /** Whether a line that begins with white space continues one before it, and whether that one was skipped. */
  #foldable = false;
  #skipping = false;
  /** Grows to the largest section seen; `#markCount` of it are this section's. */
  readonly #marks: number[] = [];
  #markCount = 0;

  constructor(limits: ReaderLimits, allowedBits: number) {
    this.#limits = limits;
    this.#allowedBits = allowedBits;
  }

  get done(): boolean {
    return this.#state === Done;
  }

  /** Begins a section, `offset` octets into the exchange. */
  begin(section: Section, offset: number): void {
    this.#section = section;
    this.#offset = offset;
    this.#state = section === "head" ? Start : LineStart;
    this.#sectionBytes = section === "head" ? this.#limits.headBytes : this.#limits.trailerBytes;
    this.#lineStart = 0;
    this.#markCount = 0;
    this.#statusLine.begin();
    this.status = 0;
    this.#reasonStart = 0;
    this.#reasonEnd = 0;
    this.#folds = [];
    this.#foldable = false;
    this.#skipping = false;
    this.ignoredLines = 0;
    this.failure = undefined;
  }

  /**
   * Scans on from `from` to `end`; the section's first octet is at `base`. Gives the place after the last octet
   * that belongs to the section: with `done` it is complete, with `failure` it is faulty, else more must come.
   */
  scan(bytes: Uint8Array, base: number, from: number, end: number): number {
    this.#base = base;
    this.#end = end;
    const stop = Math.min(end, base + this.#sectionBytes);
    let at = from;
    while (at < stop && this.#state < Done) {
      if (this.#state === Start) at = this.#ordinaryStatusLine(bytes, at, stop);
      if (this.#state === LineStart) at = this.#ordinaryLines(bytes, at, stop);
      if (at < stop) at = this.#step(bytes, at, stop);
    }
    if (this.#state < Done) {
      if (at - base - this.#lineStart > this.#limits.lineBytes) this.#failLimit("lineBytes", at);
      else if (stop < end) this.#failLimit("sectionBytes", at);
    }
    return at;
  }

  /** The reason phrase, in the section's text. */
  reason(text: string): string {
    return text.slice(this.#reasonStart, this.#reasonEnd);
  }

  /** The text of the section, unfolded. */
  text(bytes: Uint8Array, end: number, decode: DecodeLatin1): string {
    if (this.#folds.length === 0) return decode(bytes, this.#base, end);
    return decodeUnfolded(bytes.subarray(this.#base, end), this.#folds, decode);
  }

  /** The fields, over the section's text. */
  fields(text: string): Fields {
    return new Fields(text, this.#marks.slice(0, this.#markCount));
  }

  // A status line as almost every server writes it, up to its reason.
  #ordinaryStatusLine(bytes: Uint8Array, at: number, end: number): number {
    const found = findOrdinaryStatus(bytes, at, end);
    if (found < 0) return at;
    this.minorVersion = Math.floor(found / 1000);
    this.status = found % 1000;
    this.#reasonStart = at + ordinaryStatusBytes - this.#base;
    return this.#to(Reason, at + ordinaryStatusBytes);
  }

  // Lines such as `name: value CRLF`, as long as each is whole and without peculiarity.
  #ordinaryLines(bytes: Uint8Array, from: number, end: number): number {
    const base = this.#base;
    const marks = this.#marks;
    const most = this.#limits.fieldCount * marksPerField;
    const longest = this.#limits.lineBytes;
    let at = from;
    for (;;) {
      let i = at;
      while (i < end && ((octetClasses[bytes[i] as number] as number) & TOKEN) !== 0) i++;
      if (i === at || bytes[i] !== COLON) return at;
      const nameEnd = i++;
      while (i < end && ((octetClasses[bytes[i] as number] as number) & WHITE) !== 0) i++;
      const valueStart = i;
      while (i < end && ((octetClasses[bytes[i] as number] as number) & TEXT) !== 0) i++;
      if (i + 1 >= end || bytes[i] !== CR || bytes[i + 1] !== LF) return at;
      if (i + 2 - at > longest || this.#markCount >= most) return at;
      const markCount = this.#markCount;
      marks[markCount] = at - base;
      marks[markCount + 1] = nameEnd - base;
      marks[markCount + 2] = valueStart - base;
      marks[markCount + 3] = trimEnd(bytes, valueStart, i) - base;
      this.#markCount = markCount + marksPerField;
      at = i + 2;
      this.#lineStart = at - base;
      this.#foldable = true;
      this.#skipping = false;
    }
  }

  /** Takes the octet at `at` (in names and values, all that follow of the same kind) and gives the next place. */
  #step(bytes: Uint8Array, at: number, end: number): number {
    const octet = bytes[at] as number;
    switch (this.#state) {
      case Start:
        return this.#start(bytes, at, octet);
      case EmptyLineLf:
        return this.#expectLf(bytes, at, StatusLine);
      case StatusLine:
        return this.#takeStatusLine(bytes, at, octet);
      case Reason:
        return this.#reason(bytes, at, end);
      case StatusLineLf:
        return this.#expectLf(bytes, at, LineStart);
      case LineStart:
        return this.#startLine(bytes, at, octet);
      case FieldName:
        return this.#fieldName(bytes, at, end);
      case SpaceBeforeColon:
        return this.#spaceBeforeColon(bytes, at, octet);
      case BeforeValue:
        return this.#beforeValue(at, octet);
      case FieldValue:
        return this.#fieldValue(bytes, at, end);
      case FieldLineLf:
        return octet === LF ? this.#endLine(at + 1, LineStart) : this.#refuseField(bytes, at, "line-end");
      case SkippedLine:
        return octet === LF ? this.#endLine(at + 1, LineStart) : at + 1;
      default:
        return this.#expectLf(bytes, at, Done);
    }
  }

  #start(bytes: Uint8Array, at: number, octet: number): number {
    this.#state = StatusLine;
    if (octet === CR) return this.#to(EmptyLineLf, at + 1);
    if (octet === LF && (this.#allowedBits & bareLf) !== 0) return this.#endLine(at + 1, StatusLine);
    return this.#takeStatusLine(bytes, at, octet);
  }

  #takeStatusLine(bytes: Uint8Array, at: number, octet: number): number {
    const line = this.#statusLine;
    const isAtEnd = line.isAtEnd;
    const fault = line.take(octet);
    if (fault !== undefined) return this.#failStatusLine(bytes, at, fault);
    if (!isAtEnd) return at + 1;
    this.minorVersion = line.minorVersion;
    this.status = line.status;
    const reasonAt = octet === SP ? at + 1 : at;
    this.#reasonStart = reasonAt - this.#base;
    this.#reasonEnd = this.#reasonStart;
    return this.#to(Reason, reasonAt);
  }

  #reason(bytes: Uint8Array, from: number, end: number): number {
    const at = this.#skipText(bytes, from, end);
    if (at === end) return at;
    this.#reasonEnd = at - this.#base;
    if (bytes[at] === CR) return this.#to(StatusLineLf, at + 1);
    if (bytes[at] === LF) return this.#expectLf(bytes, at, LineStart);
    return this.#failStatusLine(bytes, at, { kind: "line", rule: "reason" });
  }

  #startLine(bytes: Uint8Array, at: number, octet: number): number {
    if (octet === CR) return this.#to(SectionLf, at + 1);
    if (octet === LF) return this.#expectLf(bytes, at, Done);
    const octetClass = octetClasses[octet] as number;
    if ((octetClass & WHITE) !== 0) return this.#continueLine(bytes, at);
    this.#foldable = true;
    this.#skipping = false;
    this.#folding = false;
    if (this.#markCount >= this.#limits.fieldCount * marksPerField) return this.#failLimit("fieldCount", at);
    if ((octetClass & TOKEN) === 0) return this.#refuseField(bytes, at, "name");
    this.#marks[this.#markCount] = at - this.#base;
    return this.#to(FieldName, at + 1);
  }

  /** RFC 9112 §5.2 (obs-fold) and §2.2 (white space before the first field). */
  #continueLine(bytes: Uint8Array, at: number): number {
    if (this.#skipping) return this.#to(SkippedLine, at);
    if (!this.#foldable) return this.#refuseField(bytes, at, "first");
    this.#folding = true;
    this.#markCount -= marksPerField;
    return this.#to(BeforeValue, at + 1);
  }

  #fieldName(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    while (at < end && ((octetClasses[bytes[at] as number] as number) & TOKEN) !== 0) at++;
    if (at === end) return at;
    this.#marks[this.#markCount + 1] = at - this.#base;
    const octet = bytes[at] as number;
    if (octet === COLON) return this.#to(BeforeValue, at + 1);
    if (((octetClasses[octet] as number) & WHITE) !== 0) {
      this.#spaceAt = at - this.#base;
      return this.#to(SpaceBeforeColon, at + 1);
    }
    return this.#refuseField(bytes, at, "name");
  }

  /** What follows the space decides which fault it was. */
  #spaceBeforeColon(bytes: Uint8Array, at: number, octet: number): number {
    if (((octetClasses[octet] as number) & WHITE) !== 0) return at + 1;
    const isAllowed = (this.#allowedBits & spaceBeforeColon) !== 0;
    if (isAllowed && octet === COLON) return this.#to(BeforeValue, at + 1);
    const spaceAt = this.#base + this.#spaceAt;
    return this.#refuseField(bytes, isAllowed ? at : spaceAt, octet === COLON ? "space" : "name");
  }

  #beforeValue(at: number, octet: number): number {
    if (((octetClasses[octet] as number) & WHITE) !== 0) return at + 1;
    this.#valueStart = at - this.#base;
    return this.#to(FieldValue, at);
  }

  #fieldValue(bytes: Uint8Array, from: number, end: number): number {
    const at = this.#skipText(bytes, from, end);
    if (at === end) return at;
    const octet = bytes[at];
    if (octet !== CR && (octet !== LF || (this.#allowedBits & bareLf) === 0)) {
      return this.#refuseField(bytes, at, octet === LF ? "line-end" : "value");
    }
    const start = this.#valueStart;
    const valueEnd = trimEnd(bytes, start + this.#base, at) - this.#base;
    const mark = this.#markCount;
    const endBefore = this.#marks[mark + 3] as number;
    const isEmpty = !this.#folding || this.#marks[mark + 2] === endBefore;
    if (isEmpty) this.#marks[mark + 2] = start;
    else if (valueEnd > start) this.#folds.push(endBefore, start);
    if (isEmpty || valueEnd > start) this.#marks[mark + 3] = valueEnd;
    this.#markCount += marksPerField;
    return octet === LF ? this.#endLine(at + 1, LineStart) : this.#to(FieldLineLf, at + 1);
  }

  /** Past octets that a reason or value may hold; also other controls, where they are allowed. */
  #skipText(bytes: Uint8Array, from: number, end: number): number {
    const wanted = (this.#allowedBits & ctlInValue) === 0 ? TEXT : TEXT | CONTROL;
    let at = from;
    while (at < end && ((octetClasses[bytes[at] as number] as number) & wanted) !== 0) at++;
    return at;
  }

  /** A line that is not a field line: a failure, or skipped where that is allowed. */
  #refuseField(bytes: Uint8Array, at: number, rule: LineRule): number {
    if ((this.#allowedBits & ignoreInvalid) === 0) return this.#failField(bytes, at, rule);
    // A line that failed after its value was marked loses the mark; so does a field whose fold is faulty.
    if (this.#state === FieldLineLf) this.#markCount -= marksPerField;
    this.ignoredLines++;
    this.#skipping = true;
    return this.#to(SkippedLine, at);
  }

  #expectLf(bytes: Uint8Array, at: number, nextState: number): number {
    const isBare = this.#state !== EmptyLineLf && this.#state !== StatusLineLf && this.#state !== SectionLf;
    if (bytes[at] !== LF || (isBare && (this.#allowedBits & bareLf) === 0)) {
      const isStatusLine = this.#state <= StatusLineLf;
      return isStatusLine
        ? this.#failStatusLine(bytes, at, { kind: "line", rule: "line-end" })
        : this.#failField(bytes, at, "line-end");
    }
    return this.#endLine(at + 1, nextState);
  }

  #to(state: number, at: number): number {
    this.#state = state;
    return at;
  }

  /** The line that ends before `next` is within its limit; the next line begins there. */
  #endLine(next: number, nextState: number): number {
    const start = next - this.#base;
    if (start - this.#lineStart > this.#limits.lineBytes) return this.#failLimit("lineBytes", next);
    this.#lineStart = start;
    return this.#to(nextState, next);
  }

  #failStatusLine(bytes: Uint8Array, at: number, fault: StatusLineFault | LineFault): number {
    return this.#fail(at, statusLineFailure(fault, this.#spot(bytes, at), this.#statusLine.length));
  }

  #failField(bytes: Uint8Array, at: number, rule: LineRule): number {
    return this.#fail(at, fieldFailure(this.#section, rule, this.#spot(bytes, at)));
  }

  #spot(bytes: Uint8Array, at: number): Spot {
    const base = this.#base;
    return { bytes, at, base, end: this.#end, offset: this.#offset + at - base };
  }

  #failLimit(limit: MetLimit["limit"], at: number): number {
    const value = limit === "sectionBytes" ? this.#sectionBytes : this.#limits[limit];
    const start = limit === "sectionBytes" ? 0 : this.#lineStart;
    const offset = this.#offset + start + (limit === "fieldCount" ? 0 : value);
    this.#state = Failed;
    this.failure = limitFailure(this.#section, { limit, value, offset });
    return at;
  }

  #fail(at: number, failure: Failure): number {
    // A fault past the line's limit is not looked at: whichever way the bytes came, the limit was met first.
    if (at - this.#base - this.#lineStart >= this.#limits.lineBytes) return this.#failLimit("lineBytes", at);
    this.#state = Failed;
    this.failure = failure;
    return at;
  }
}
