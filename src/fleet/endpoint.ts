/** An endpoint that is watched, and the bundles that are joined with it. */
import type { Bundle, BundleFile } from "../bundle/index.ts";
import type { DeviceName } from "../device/index.ts";

/** Where TLS is spoken, as somebody listed it. */
export interface WatchedEndpoint {
  /** Stays the same as long as `href` does, and tells nothing of it. Chosen by whoever keeps the endpoints. */
  readonly id: string;
  /** In its normal form. A path and a query may be credentials: what is shown is `name`. */
  readonly href: string;
  /** For people, metrics and logs: scheme, host and port. */
  readonly name: string;
  /** As DNS or a certificate knows it. */
  readonly host: string;
  readonly port: number;
  /** In lower case; `tls` for a plain `host:port`. */
  readonly scheme: string;
  /** In the order of the list. */
  readonly tags: readonly string[];
}

/** The CA certificates that a device in the field holds. */
export interface WatchedBundle {
  /** Stays the same for one file and device. */
  readonly id: string;
  /** For people: the file as it was named. */
  readonly label: string;
  readonly device: DeviceName;
  readonly files: readonly BundleFile[];
  /** SHA-256 of its files' bytes, lower-case hexadecimal: a forecast holds for these alone. */
  readonly digest: string;
  readonly bundle: Bundle;
}
