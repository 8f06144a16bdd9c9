/**
 * What a bundle holds once it is read, whatever its format: entries with their places, and remarks on the file.
 *
 * Reading refuses nothing: what cannot be read is an entry that says so.
 */
import type { Certificate, Name, PemComplaintKind, SubjectPublicKeyInfo } from "../x509/index.ts";

/** Formats that are told apart when a bundle is read. */
export type ReadFormat =
  | "pem"
  | "der"
  | "pkcs7"
  /** PEM in strings, and DER in arrays. */
  | "c-source"
  | "c-array"
  | "esp-bundle"
  | "esp-bundle-5.3"
  | "bearssl"
  | "certs-ar"
  | "moddable"
  | "unknown";

/** Where something stands. */
export interface Placed {
  /** In the format's own terms: `line 12`, `member ca_003.der`, `entry 4`. */
  readonly place: string;
  /** The file's name, where the bundle has several. */
  readonly file?: string;
  /** The line of PEM text that a device reads, from 1. */
  readonly line?: number | undefined;
  /** How it stands in DER that has no lines: by itself, before other bytes, or behind other certificates. */
  readonly inDer?: "alone" | "first" | "further";
}

/** The place of a file that cannot be read at all. */
export const wholeFile = "file";

/** One entry, and where it stands. */
export type BundleEntry = Placed &
  (
    | { readonly kind: "certificate"; readonly certificate: Certificate }
    /** A format that keeps the name and the key alone. */
    | {
        readonly kind: "name-and-key";
        readonly subject: Name;
        readonly key: SubjectPublicKeyInfo;
      }
    | { readonly kind: "unreadable"; readonly reason: string }
  );

/** Something about the file itself, apart from its certificates. */
export interface Remark extends Placed {
  readonly kind:
    | PemComplaintKind
    | "long-line"
    | "unsorted"
    | "trailing-bytes"
    /** An archive that holds PEM as it is. */
    | "archive"
    /** Certificates in DER, one after the other. */
    | "concatenated"
    | "index-mismatch"
    | "too-many"
    /** PEM as an array of bytes, as xxd -i writes it of a file. */
    | "no-nul";
  /** The text that is meant, or a number with its unit; never the content of a key. */
  readonly text: string;
}

/** PEM text as a device is given it, of which there is one a file, or one a string of C source. */
export interface PemText {
  readonly bytes: Uint8Array;
  /** The file's name, where the bundle has several. */
  readonly file?: string;
  /** How many lines come before it, as the lines of entries and remarks are counted. */
  readonly linesBefore: number;
  /** Bytes of C source without a NUL behind them. */
  readonly isUnterminated?: true;
}

/** A bundle as read. */
export interface Bundle {
  readonly format: ReadFormat;
  readonly bytes: number;
  readonly entries: readonly BundleEntry[];
  readonly remarks: readonly Remark[];
  /** Empty where it is not PEM. */
  readonly texts: readonly PemText[];
}

/** A file to be written, or one that was read: `path` is relative, with forward slashes. */
export interface BundleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export function isEspBundle(format: ReadFormat): boolean {
  return format === "esp-bundle" || format === "esp-bundle-5.3";
}

/** An anchor that a format cannot carry, and why. */
export interface Omission {
  readonly certificate: Certificate;
  readonly reason: string;
}

/** What writing gave: the files, and every certificate that is not in them. */
export interface Written {
  readonly files: readonly BundleFile[];
  readonly omitted: readonly Omission[];
}
