/** The trust report of a connection whose certificates nobody here could see: there were none, or it was another's. */
import { TrustReport, type TrustFacts, type TrustKind } from "../trust/index.ts";
import type { TrustPolicy } from "./policy.ts";

interface Unseen {
  readonly kind: Extract<TrustKind, "plaintext" | "unverified">;
  readonly host: string;
  /** Why it could not be seen, where there is more to say than that it is plain HTTP. */
  readonly note: string | undefined;
}

export function reportWithoutVerdict(policy: TrustPolicy, { kind, host, note }: Unseen): TrustReport {
  const notes = policy.notes.map(({ sentence }) => sentence);
  return reportUnjudged({
    kind,
    host,
    insecureReason: kind === "unverified" ? policy.insecure?.reason : undefined,
    stapled: false,
    library: policy.runtime.library,
    notes: note === undefined ? notes : [...notes, note],
  });
}

/** The report of an answer whose server nobody judged: no certificate was seen, or no server was asked. */
export function reportUnjudged(
  said: Pick<TrustFacts, "kind" | "host" | "insecureReason" | "stapled" | "library" | "notes">,
): TrustReport {
  const decidedAt = Date.now();
  return new TrustReport({
    ...said,
    chain: [],
    verdict: undefined,
    openssl: undefined,
    decidedAt,
    at: decidedAt,
    basis: "none",
    pin: undefined,
    unseen: [],
  });
}
