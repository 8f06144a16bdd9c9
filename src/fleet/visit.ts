/**
 * What one visit of an endpoint from one place found. An endpoint is a set of chains: one for each address, and for each
 * hello that is offered there.
 */
import type { HelloVersion, KeyType } from "../core/index.ts";
import type { Certificate } from "../x509/index.ts";

/** One visit: everything that was learned of an endpoint at `at`. */
export interface Visit {
  /** `WatchedEndpoint.id` */
  readonly endpoint: string;
  /** Where it was visited from: `here` on one machine, the name of a worker's network otherwise. */
  readonly place: string;
  /** The round that it belongs to: each endpoint is visited once a round and place. */
  readonly run: string;
  /** When it ended, epoch milliseconds by this machine's clock. */
  readonly at: number;
  readonly tookMs: number;
  readonly answer: Answer;
  readonly showings: readonly Showing[];
  /** Addresses at which there was no connection. */
  readonly unreached: readonly {
    readonly address: string;
    readonly code: string;
    readonly sentence: string;
  }[];
  /** The server's own clock, where its answer had a Date field (RFC 9110 §6.6.1), epoch milliseconds. */
  readonly serverDateAt?: number | undefined;
  /** The server asked not to be visited before this (RFC 9110 §10.2.3), epoch milliseconds. */
  readonly notBeforeAt?: number | undefined;
  /** Every certificate of `showings` that can be read, by its SHA-256 in lower-case hexadecimal. */
  readonly certificates: ReadonlyMap<string, Certificate>;
}

/** What the visit came to, as an ordinary client meets the endpoint. */
export type Answer =
  /** TLS was verified; nothing was asked within it. */
  | { readonly kind: "verified" }
  /** TLS was verified, and HTTP answered with this status: a result, whichever it is. */
  | { readonly kind: "answered"; readonly status: number }
  /** A code of the catalogue, and its sentence. */
  | { readonly kind: "failed"; readonly code: string; readonly stage: string; readonly sentence: string };

/** By which connection a chain was shown. */
export interface Variant {
  /** `undefined` behind a proxy, where the addresses are the proxy's affair. */
  readonly address: string | undefined;
  /** `ordinary`, or the name of the device whose hello was offered. */
  readonly offer: string;
  /** The one version, and the one kind of key, that was offered; `undefined`: all that the client has. */
  readonly version?: HelloVersion | undefined;
  readonly keyType?: KeyType | undefined;
}

/** One chain that was shown, and by which variant. */
export interface Showing {
  readonly variant: Variant;
  readonly shown: Shown;
}

/** The chain that was shown, and what an ordinary client makes of it. */
export interface Shown {
  /** SHA-256 of each certificate as it was sent, the server's own first, lower-case hexadecimal. */
  readonly chain: readonly string[];
  readonly leaf: LeafFacts;
  readonly verdict: ShownVerdict;
}

/** What of a leaf is told beside its hash. Instants are epoch milliseconds. */
export interface LeafFacts {
  readonly notBeforeAt: number;
  readonly notAfterAt: number;
  /** Text of its issuer's name. */
  readonly issuer: string;
}

/** What the path validation said of a chain: the anchor and the usable path, or the first rejection. */
export type ShownVerdict =
  | {
      readonly trusted: true;
      /** Text of the root's name. */
      readonly anchor: string;
      /** SHA-256 of the root's certificate, lower-case hexadecimal; by it a programme's dates are found. */
      readonly root?: string | undefined;
      readonly usable: UsablePath;
    }
  | {
      readonly trusted: false;
      /** A code of the catalogue. */
      readonly code: string;
      readonly sentence: string;
      /** Text of the name of an issuer that the server did not send, where a chain without it is the reason. */
      readonly missing?: string | undefined;
    };

/** Through when at least one path verifies, and what ends then. */
export interface UsablePath {
  /** The last moment, epoch milliseconds. */
  readonly untilAt: number;
  /** Which certificate ends the last path. */
  readonly ends: "leaf" | "intermediate" | "root";
  /** Text of its name. */
  readonly subject: string;
}

/** `203.0.113.7 ordinary TLSv1.2 RSA`: the same for the same connection, whenever it is made. */
export function variantKey({ address, offer, version, keyType }: Variant): string {
  return [address ?? "-", offer, version ?? "-", keyType ?? "-"].join(" ");
}
