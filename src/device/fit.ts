/**
 * Whether it fits: what CA certificates and a handshake take of a device, each figure with where it is from. A figure
 * that nobody has is left out by name; none is guessed.
 */
import { type FormatName, formats } from "../bundle/index.ts";
import { ownValue, renderAmount, renderCount } from "../core/index.ts";
import type { Certificate } from "../x509/index.ts";
import type { SiteProof } from "./files/file-proof.ts";
import type { DeviceProfile } from "./profile.ts";

/** What a figure is about, in the order of reports. */
export type FigureSubject =
  "flash" | "anchor heap" | "connection" | "records" | "largest chain" | "handshake" | "clock";

/**
 * `computed` from the very files and chains; `measured` with the library, here; `published` by whoever makes it;
 * `profile`: what the profile says, by its own sources; `missing`: nobody has it.
 */
export type FigureBasis = "computed" | "measured" | "published" | "profile" | "missing";

export interface Figure {
  readonly about: FigureSubject;
  /** The amount, where it is one of bytes. */
  readonly bytes: number | undefined;
  /** A clause for people, with the amount in it. */
  readonly says: string;
  readonly basis: FigureBasis;
}

export interface FitRequest {
  /** As it is with CAs in this format. */
  readonly profile: DeviceProfile;
  readonly format: FormatName;
  readonly anchors: readonly Certificate[];
  /** How each site went; empty where none was looked at. */
  readonly proof: readonly SiteProof[];
  readonly chains: readonly { readonly site: string; readonly chain: readonly Certificate[] }[];
}

/** The figures for these CA certificates and these sites. */
export function findFigures(request: FitRequest): readonly Figure[] {
  const { profile } = request;
  if (profile.runsOn === "computer") return [flashOf(request), clockOf(profile)];
  return [
    flashOf(request),
    anchorHeapOf(request),
    connectionOf(profile),
    recordsOf(profile),
    ...largestChainOf(request),
    ...handshakeOf(request),
    clockOf(profile),
  ];
}

function flashOf({ format, anchors }: FitRequest): Figure {
  const bytes = sum(anchors.map((certificate) => formats[format].sizeOf(certificate)));
  const says = `${renderAmount(bytes)} bytes for ${renderCount(anchors.length, "CA certificate")} (computed: the form that is written)`;
  return { about: "flash", bytes, says, basis: "computed" };
}

/**
 * What mbedTLS keeps on the heap for a parsed certificate beside its DER: the node, the names, the key. The most over
 * Mozilla's roots as Node 20 carries them, on a 64-bit machine, with mbedTLS 2.28 and 3.6; an interop test measures them.
 */
export const parsedOverhead: ReadonlyMap<string, number> = new Map([
  ["RSA 2048", 1808],
  ["RSA 4096", 2064],
  ["EC P-256", 1584],
  ["EC P-384", 1616],
]);

/** The bytes of heap for a parsed anchor, where its kind of key was measured. */
export function parsedHeapOf({ der, spki }: Certificate): number | undefined {
  const overhead = parsedOverhead.get(spki.text);
  return overhead === undefined ? undefined : der.length + overhead;
}

function anchorHeapOf({ profile, anchors }: FitRequest): Figure {
  const about = "anchor heap";
  const notHeld = ownValue(profile.memory, "anchorsNotHeld");
  if (notHeld !== undefined)
    return { about, bytes: undefined, says: `none is held: ${notHeld}`, basis: "profile" };
  const missing = (why: string): Figure => ({
    about,
    bytes: undefined,
    says: `left out: ${why}`,
    basis: "missing",
  });
  if (profile.strategy.kind === "esp-bundle") return missing("not measured for a certificate bundle");
  if (profile.strategy.kind !== "mbedtls") return missing(`not measured for ${profile.library}`);
  const each = anchors.map(parsedHeapOf);
  const other = anchors.find((_anchor, i) => each[i] === undefined);
  if (other !== undefined) return missing(`keys such as ${other.spki.text} were not measured`);
  const bytes = sum(each.filter((one) => one !== undefined));
  const says = `at most about ${renderAmount(bytes)} bytes while they are parsed (measured: mbedTLS 2.28 and 3.6 on a 64-bit machine; pointers of 32 bits take less)`;
  return { about, bytes, says, basis: "measured" };
}

/** What one connection takes, where it is published. */
export function connectionOf({ memory }: DeviceProfile): Figure {
  const { note } = memory;
  const [heapBytes, stackBytes] = [ownValue(memory, "heapBytes"), ownValue(memory, "stackBytes")];
  const amounts = [
    ...(heapBytes === undefined ? [] : [`${renderAmount(heapBytes)} bytes of heap`]),
    ...(stackBytes === undefined ? [] : [`${renderAmount(stackBytes)} bytes of stack`]),
  ];
  const says = amounts.length === 0 ? note : `${amounts.join(" and ")} (${note})`;
  return {
    about: "connection",
    bytes: heapBytes,
    says,
    basis: heapBytes === undefined ? "profile" : "published",
  };
}

/** The largest records. */
export function recordsOf({ records: { inBytes, outBytes, note } }: DeviceProfile): Figure {
  const says = `${renderAmount(inBytes)} bytes received, ${renderAmount(outBytes)} sent${note === undefined ? "" : ` (${note})`}`;
  return { about: "records", bytes: inBytes, says, basis: "profile" };
}

/** A Certificate message (RFC 5246 §7.4.2): its head, the list's length, and a length before each certificate. */
function messageBytes(chain: readonly Certificate[]): number {
  return 4 + 3 + sum(chain.map(({ der }) => der.length + 3));
}

function largestChainOf({ profile, chains }: FitRequest): readonly Figure[] {
  const sized = chains.map(({ site, chain }) => ({ site, bytes: messageBytes(chain) }));
  const [first, ...others] = sized;
  if (first === undefined) return [];
  const { site, bytes } = others.reduce((most, one) => (one.bytes > most.bytes ? one : most), first);
  const { inBytes } = profile.records;
  const fits =
    bytes <= inBytes
      ? `in one record of up to ${renderAmount(inBytes)}`
      : `which is more than a record of ${renderAmount(inBytes)}: it comes in several`;
  const says = `${renderAmount(bytes)} bytes of certificates from ${site}, ${fits} (computed: TLS 1.2's Certificate message)`;
  return [{ about: "largest chain", bytes, says, basis: "computed" }];
}

/** Which signatures a handshake has verified: one a certificate of the path, and the server's own over the exchange. */
function handshakeOf({ profile, proof }: FitRequest): readonly Figure[] {
  const keys = proof.map(({ verdict }) => {
    if (!verdict.accepts || verdict.anchor === undefined) return [];
    return [...verdict.path.map(({ spki }) => spki.text), ...textOf(verdict.anchor.certificate)];
  });
  const longest = keys.reduce((most, one) => (one.length > most.length ? one : most), []);
  if (longest.length === 0) return [];
  const kinds = [...new Set(longest)].map((kind) => {
    const times = longest.filter((one) => one === kind).length;
    return times === 1 ? kind : `${kind} (${times} times)`;
  });
  const published = ownValue(profile, "handshakeTime");
  const time = published ?? "how long that takes is left out: no figure for this device is known here";
  const says = `up to ${renderCount(longest.length, "signature")} to verify, with ${kinds.join(", ")} (computed); ${time}`;
  return [
    { about: "handshake", bytes: undefined, says, basis: published === undefined ? "missing" : "published" },
  ];
}

function textOf(certificate: Certificate | undefined): readonly string[] {
  return certificate === undefined ? [] : [certificate.spki.text];
}

function clockOf({ clock }: DeviceProfile): Figure {
  const says = clock.needed
    ? `has to be set before the first handshake, by SNTP or a battery: ${clock.note}`
    : `need not be set: ${clock.note}`;
  return { about: "clock", bytes: undefined, says, basis: "profile" };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
