/** Mutants of `http1` that change nothing: most of a quick way through a head, behind which a slow one decides. */
import type { Accepted } from "./accepted.ts";

const leftSooner =
  "The quick way is left sooner or never taken; the slow way, octet by octet, says the same of every line.";
const bound =
  "The bound spares the loop octets that have not come. A line that ended behind them is left to the slow way by `i + 1 >= end`.";
const shortcut = "A shortcut for what is usual: the code behind it comes to the same.";
const neverRead = "Set before it is first read.";
const capacity = "How much room is kept or copied, not what is in it.";

const headScanner: readonly Accepted[] = [
  { before: "#folding = false;", after: ["#folding = true;"], why: neverRead },
  { before: "#foldable = false;", after: ["#foldable = true;"], why: neverRead },
  { before: "#skipping = false;", after: ["#skipping = true;"], why: neverRead },
  {
    before: "if (this.#state === Start) at = this.#ordinaryStatusLine(bytes, at, stop);",
    after: ["{}"],
    why: leftSooner,
  },
  {
    before: "if (this.#state === LineStart) at = this.#ordinaryLines(bytes, at, stop);",
    after: ["{}"],
    why: leftSooner,
  },
  {
    before: "if (this.#folds.length === 0) return decode(bytes, this.#base, end);",
    after: ["{}"],
    why: "Spares a copy: without folds, nothing in it is blanked.",
  },
  { before: "if (found < 0) return at;", after: ["if (true) return at;"], why: leftSooner },
  {
    before: "if (found < 0) return at;",
    after: ["if ((found <= 0)) return at;"],
    why: "What is found holds a status code, so it is 100 or more.",
  },
  {
    before: "const most = this.#limits.fieldCount * marksPerField;",
    after: ["const most = (this.#limits.fieldCount / marksPerField);"],
    why: leftSooner,
  },
  {
    before: "while (i < end && ((octetClasses[bytes[i] as number] as number) & TOKEN) !== 0) i++;",
    after: [
      "while ((i <= end) && ((octetClasses[bytes[i] as number] as number) & TOKEN) !== 0) i++;",
      "while ((((octetClasses[bytes[i] as number] as number) & TOKEN) !== 0)) i++;",
    ],
    why: bound,
  },
  {
    before: "if (i === at || bytes[i] !== COLON) return at;",
    after: ["if (true) return at;"],
    why: leftSooner,
  },
  {
    before: "while (i < end && ((octetClasses[bytes[i] as number] as number) & WHITE) !== 0) i++;",
    after: [
      "while ((i <= end) && ((octetClasses[bytes[i] as number] as number) & WHITE) !== 0) i++;",
      "while ((((octetClasses[bytes[i] as number] as number) & WHITE) !== 0)) i++;",
    ],
    why: bound,
  },
  {
    before: "while (i < end && ((octetClasses[bytes[i] as number] as number) & WHITE) !== 0) i++;",
    after: ["while ((i < end)) i++;"],
    why: leftSooner,
  },
  {
    before: "while (i < end && ((octetClasses[bytes[i] as number] as number) & TEXT) !== 0) i++;",
    after: [
      "while ((i <= end) && ((octetClasses[bytes[i] as number] as number) & TEXT) !== 0) i++;",
      "while ((((octetClasses[bytes[i] as number] as number) & TEXT) !== 0)) i++;",
    ],
    why: bound,
  },
  {
    before: "while (i < end && ((octetClasses[bytes[i] as number] as number) & TEXT) !== 0) i++;",
    after: ["while ((i < end)) i++;"],
    why: leftSooner,
  },
  {
    before: "if (i + 1 >= end || bytes[i] !== CR || bytes[i + 1] !== LF) return at;",
    after: [
      "if (true) return at;",
      // The octet before this one is a colon, white space or text: never LF.
      "if (i + 1 >= end || bytes[i] !== CR || bytes[(i - 1)] !== LF) return at;",
    ],
    why: leftSooner,
  },
  {
    before: "if (i + 2 - at > longest || this.#markCount >= most) return at;",
    after: [
      "if (true) return at;",
      "if ((i + 2 + at) > longest || this.#markCount >= most) return at;",
      "if ((i + 2 - at >= longest) || this.#markCount >= most) return at;",
    ],
    why: leftSooner,
  },
].map((row) => ({ file: "http1/head-scanner.ts", ...row }));

const statusLine: readonly Accepted[] = [
  {
    before:
      "if (at + ordinaryStatusBytes > end || bytes[at + 5] !== 0x31 || bytes[at + 6] !== DOT) return -1;",
    after: [
      "if (true) return -1;",
      "if ((at + ordinaryStatusBytes >= end) || bytes[at + 5] !== 0x31 || bytes[at + 6] !== DOT) return -1;",
    ],
    why: leftSooner,
  },
  {
    before: "for (let i = 0; i < httpName.length; i++) if (bytes[at + i] !== httpName[i]) return -1;",
    after: [
      "for (let i = 0; (i <= httpName.length); i++) if (bytes[at + i] !== httpName[i]) return -1;",
      "for (let i = 0; i < httpName.length; i++) if (true) return -1;",
    ],
    why: leftSooner,
  },
  {
    before: "if (bytes[at + 8] !== SP || bytes[at + 12] !== SP) return -1;",
    after: ["if (true) return -1;"],
    why: leftSooner,
  },
  {
    before: "if (minor < 0 || hundreds < 1 || tens < 0 || units < 0) return -1;",
    after: [
      "if (true) return -1;",
      "if ((minor <= 0) || hundreds < 1 || tens < 0 || units < 0) return -1;",
      "if (minor < 0 || (hundreds <= 1) || tens < 0 || units < 0) return -1;",
      "if (minor < 0 || hundreds < 1 || (tens <= 0) || units < 0) return -1;",
      "if (minor < 0 || hundreds < 1 || tens < 0 || (units <= 0)) return -1;",
    ],
    why: leftSooner,
  },
  {
    before: "if (minor < 0 || hundreds < 1 || tens < 0 || units < 0) return -1;",
    after: ["if ((hundreds < 1 || tens < 0 || units < 0)) return -1;"],
    why: "A minor version below zero counts a thousandfold, so the sum is below zero too, which says the same.",
  },
].map((row) => ({ file: "http1/status-line.ts", ...row }));

const responseReader: readonly Accepted[] = [
  { before: "#stopped = false;", after: ["#stopped = true;"], why: neverRead },
  {
    before:
      "return this.#carried === 0 ? this.#scanSection(bytes, at, end, sink) : this.#scanCarried(bytes, at, end, sink);",
    after: ["return (this.#scanCarried(bytes, at, end, sink));"],
    why: "Spares a copy: a section that begins here is read from its copy as it is in place.",
  },
  {
    before: "const room = Math.max(this.#limits.headBytes, this.#limits.trailerBytes) + 1 - kept;",
    after: ["const room = (Math.max(this.#limits.headBytes, this.#limits.trailerBytes) + 1 + kept);"],
    why: capacity,
  },
  {
    before: "if (length > this.#carry.length) {",
    after: ["if ((length >= this.#carry.length)) {"],
    why: capacity,
  },
  {
    before: "if (this.#carry.length > keptCarryBytes) this.#carry = noBytes;",
    after: [
      "{}",
      "if (true) this.#carry = noBytes;",
      "if ((this.#carry.length >= keptCarryBytes)) this.#carry = noBytes;",
    ],
    why: capacity,
  },
].map((row) => ({ file: "http1/response-reader.ts", ...row }));

const others: readonly Accepted[] = [
  {
    file: "http1/framing.ts",
    before: 'if (value === "chunked") return undefined; // What most servers send.',
    after: ["{} // What most servers send."],
    why: shortcut,
  },
  {
    file: "http1/framing.ts",
    before: 'if (only !== undefined) return { ok: true, framing: { kind: "length", bytes: only } };',
    after: ["{}"],
    why: shortcut,
  },
  {
    file: "http1/persistence.ts",
    before: 'if (connection === "keep-alive") return stays; // What most servers send.',
    after: ["{} // What most servers send."],
    why: shortcut,
  },
  {
    file: "http1/request-writer.ts",
    before: "if (length !== 4 && length !== 14 && length !== 17) return undefined;",
    after: ["{}"],
    why: shortcut,
  },
  {
    file: "http1/fields.ts",
    before: 'if (second < 0 || name.toLowerCase() === "set-cookie") return this.#value(first);',
    after: ['if ((name.toLowerCase() === "set-cookie")) return this.#value(first);'],
    why: shortcut,
  },
  {
    file: "http1/fields.ts",
    before: 'if (second < 0 || name.toLowerCase() === "set-cookie") return this.#value(first);',
    after: ['if ((second <= 0) || name.toLowerCase() === "set-cookie") return this.#value(first);'],
    why: "It is looked for behind the first, so it is never at 0.",
  },
  {
    file: "http1/fields.ts",
    before: "for (let mark = from; mark < marks.length; mark += marksPerField) {",
    after: ["for (let mark = from; (mark <= marks.length); mark += marksPerField) {"],
    why: "Behind the last mark stands nothing, whose length is NaN, which no name has.",
  },
  {
    file: "http1/chunk-scanner.ts",
    before: "if (this.#lineStart >= end) return;",
    after: ["{}", "if ((this.#lineStart > end)) return;"],
    why: "Spares a copy: where a line has no octet in this read, what was kept of it is kept.",
  },
  {
    file: "http1/octets.ts",
    before: "for (let octet = 0; octet < 256; octet++) classes[octet] = classOf(octet);",
    after: ["for (let octet = 0; (octet <= 256); octet++) classes[octet] = classOf(octet);"],
    why: "An array of 256 octets takes no other.",
  },
  {
    file: "http1/octets.ts",
    before: "if (octet < SP || octet === 0x7f) return CONTROL;",
    after: ["if ((octet <= SP) || octet === 0x7f) return CONTROL;"],
    why: "SP was decided above.",
  },
  {
    file: "http1/octets.ts",
    before: "for (let at = start; at < end; at += blockBytes) {",
    after: ["for (let at = start; (at <= end); at += blockBytes) {"],
    why: "From the end to the end there is nothing.",
  },
];

export const http1: readonly Accepted[] = [...headScanner, ...statusLine, ...responseReader, ...others];
