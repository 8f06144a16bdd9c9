/** What decoding a body may take. */
import type { Limit } from "../core/index.ts";

export const codingLimits: Readonly<
  Record<"codingCount" | "decodedBytes" | "decodedRatio" | "ratioFloorBytes", Limit>
> = {
  codingCount: {
    value: 5,
    unit: "count",
    why: "curl's bound since CVE-2022-32206, where a chain of codings multiplied the decoder's memory.",
  },
  decodedBytes: {
    value: 4_294_967_296,
    unit: "bytes",
    option: "maxDecodedBytes",
    why: "A body that unpacks to more than 4 GiB is stored compressed by whoever means it.",
  },
  decodedRatio: {
    value: 100,
    unit: "ratio",
    option: "maxDecodedRatio",
    why: "Apache POI's bound against zip bombs (ZipSecureFile); text packs 3 to 20 times, zeros 1,000 times and more.",
  },
  ratioFloorBytes: {
    value: 16_777_216,
    unit: "bytes",
    why: "A smaller body may be of any ratio: a log of one line repeated, or a page of blanks, is not an attack.",
  },
};
