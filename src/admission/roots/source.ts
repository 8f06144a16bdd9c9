/** What a root store is made of: certificates, each with where it came from. */
import type { TrustNote } from "../../trust/index.ts";
import type { Certificate } from "../../x509/index.ts";

/** Where an anchor came from. */
export interface RootOrigin {
  /** `mozilla`, `system`, `NODE_EXTRA_CA_CERTS`, `file` or `bytes`. */
  readonly store: string;
  readonly file?: string;
  /** Line of its BEGIN boundary, from 1; a DER file has none. */
  readonly line?: number;
}

export interface RootCertificate {
  readonly certificate: Certificate;
  readonly origin: RootOrigin;
}

export interface RootStore {
  readonly roots: readonly RootCertificate[];
  /** What was passed over or had no effect, for the trust report. */
  readonly notes: readonly TrustNote[];
}
