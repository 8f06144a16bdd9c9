/** Every bound of this room, with where its number comes from. */
import { wholeNumber, wholeOrInfinity, type Checks, type Limit } from "../core/index.ts";

/** The limits of `ReaderLimits`, by name; each is the default of the option of that name. */
export const readerLimits: Readonly<Record<keyof ReaderLimits, Limit>> = {
  headBytes: {
    value: 65_536,
    unit: "bytes",
    why: "Four times Node's 16 KiB, which real sites exceed with cookies and policies; nginx and Apache send no more by default.",
    option: "limits.headBytes",
  },
  lineBytes: {
    value: 32_768,
    unit: "bytes",
    why: "Half of a head: one line cannot use it up. Larger than any single field that Node's default would take.",
    option: "limits.lineBytes",
  },
  fieldCount: {
    value: 2_000,
    unit: "count",
    why: "Node's maxHeadersCount; many tiny fields cost more memory than their bytes.",
    option: "limits.fieldCount",
  },
  informationalCount: {
    value: 32,
    unit: "count",
    why: "An honest server sends a handful of 1xx; a stream of them would hold a request for ever.",
    option: "limits.informationalCount",
  },
  chunkExtensionBytes: {
    value: 16_384,
    unit: "bytes",
    why: "hyper's bound on the sum over a body; CVE-2023-39326 (Go) is the attack: a byte of content behind each long extension.",
    option: "limits.chunkExtensionBytes",
  },
  trailerBytes: {
    value: 16_384,
    unit: "bytes",
    why: "hyper's bound on a trailer section.",
    option: "limits.trailerBytes",
  },
  bodyBytes: {
    value: Number.MAX_SAFE_INTEGER,
    unit: "bytes",
    why: "The largest count a number holds exactly. The reader keeps no body, so who keeps one sets the bound.",
    option: "limits.bodyBytes",
  },
};

/** The bounds of one reader. */
export interface ReaderLimits {
  /** Status line, fields and the empty line together. */
  readonly headBytes: number;
  /** One status, field or trailer line with its line end; a folded field has several. */
  readonly lineBytes: number;
  readonly fieldCount: number;
  /** 1xx responses before the final one. */
  readonly informationalCount: number;
  /** Chunk extensions of one body, summed. */
  readonly chunkExtensionBytes: number;
  readonly trailerBytes: number;
  /** Content of one response, after chunked is undone and before content codings are. */
  readonly bodyBytes: number;
}

/** A section is held whole, and its text made at once: sixteen MiB is 256 times the default. */
const largestSectionBytes = 16_777_216;

/** What each takes. Where nothing is held, `Infinity` is not a limit. */
export const readerLimitChecks: Checks<Partial<ReaderLimits>> = {
  headBytes: wholeNumber(0, largestSectionBytes),
  lineBytes: wholeOrInfinity(0),
  fieldCount: wholeOrInfinity(0),
  informationalCount: wholeOrInfinity(0),
  chunkExtensionBytes: wholeOrInfinity(0),
  trailerBytes: wholeNumber(0, largestSectionBytes),
  bodyBytes: wholeOrInfinity(0),
};

/** The defaults as plain numbers. */
export const defaultReaderLimits: ReaderLimits = {
  headBytes: readerLimits.headBytes.value,
  lineBytes: readerLimits.lineBytes.value,
  fieldCount: readerLimits.fieldCount.value,
  informationalCount: readerLimits.informationalCount.value,
  chunkExtensionBytes: readerLimits.chunkExtensionBytes.value,
  trailerBytes: readerLimits.trailerBytes.value,
  bodyBytes: readerLimits.bodyBytes.value,
};

/** Digits of one chunk size: 16 hold any 64-bit number, and leading zeros beyond that are padding for attack. */
export const chunkSizeDigitLimit: Limit = {
  value: 16,
  unit: "count",
  why: "Sixteen digits hold 2^64 - 1, as in picohttpparser and h11; more are leading zeros that only cost time.",
};
