/** What both keys say of a chain that was shown. */
import { admit, type Evidence, type Proof, type TrustPolicy } from "../../admission/index.ts";
import { HttpsError } from "../../core/index.ts";
import type { VerifiedPath } from "../../trust/index.ts";
import { keep, parseKept } from "./shelf.ts";

export interface ChainSeen {
  /** DER as it was sent, the server's own certificate first; empty where none came. */
  readonly sent: readonly Uint8Array[];
  /** By which both keys admitted it. */
  readonly path: VerifiedPath | undefined;
  /** Why they did not. */
  readonly refusal: HttpsError | undefined;
}

/** A chain as it came with a handshake. */
export function judgeChain(
  { staple, openssl, resumed, sent: shown }: Pick<Evidence, "sent" | "staple" | "openssl" | "resumed">,
  { host, policy }: { readonly host: string; readonly policy: TrustPolicy },
): ChainSeen {
  const sent = shown.map((der) => keep(der).der);
  try {
    const evidence = { host, name: host, sent, parse: parseKept, staple, openssl, resumed };
    return { sent, path: pathOf(admit(evidence, policy).proof), refusal: undefined };
  } catch (error) {
    if (error instanceof HttpsError) return { sent, path: undefined, refusal: error };
    throw error;
  }
}

/** A chain that somebody has judged already, or nobody can. */
export function refusedFor(sent: readonly Uint8Array[], refusal: HttpsError | undefined): ChainSeen {
  return { sent: sent.map((der) => keep(der).der), path: undefined, refusal };
}

export function pathOf(proof: Proof | undefined): VerifiedPath | undefined {
  return proof?.by === "path" ? proof.path : undefined;
}
