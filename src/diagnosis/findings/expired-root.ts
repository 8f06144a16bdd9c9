/** Findings about a root of this client's that expired: the server's side is not the one to mend. */
import { bracketed } from "../../core/index.ts";
import { renderAnchorSource, type Attempt } from "../../trust/index.ts";
import type { Evidence } from "../evidence.ts";
import type { FindingParts } from "../finding.ts";
import type { TrustSeen } from "../observation.ts";
import { adviseStore } from "./missing-issuer.ts";

/** `lines`: what is known of the clocks. */
export function explainExpiredRoot(
  evidence: Evidence,
  { verdict }: TrustSeen,
  lines: readonly string[],
): Partial<FindingParts> {
  const tried = verdict?.trusted === false ? verdict.tried : [];
  const attempt = tried.find(({ anchor, rejection }) => anchor !== undefined && rejection.code === "expired");
  const { anchor } = attempt ?? {};
  if (attempt === undefined || anchor === undefined) return { evidence: lines };
  const name = anchor.subject.display;
  const { store } = anchor.source;
  const newer = newerRoot(attempt);
  return {
    fault: store === "mozilla" || store === "system" ? "local" : "caller",
    evidence: [
      `What expired is "${name}", a root from ${renderAnchorSource(anchor.source)}: this client's own, not one that the server has to renew.`,
      ...(newer === undefined
        ? []
        : [
            `The server also sends "${newer}", issued by "${name}": likely the CA's newer root, signed by the old one.`,
          ]),
      ...lines,
    ],
    client: ({ root }) =>
      newer === undefined
        ? `Replace "${name}" by the CA's current root${bracketed(root)}.`
        : `Replace "${name}" by the CA's current root${bracketed(root)}: likely "${newer}", in the form that it signed itself.`,
    server: null,
    // Another store that has a root which would do says more.
    ...adviseStore(evidence),
  };
}

/** A CA certificate that the expired root issued and that issued another one: so a root stands that was signed across. */
function newerRoot({ certificates }: Attempt): string | undefined {
  return certificates.length < 3 ? undefined : certificates.at(-1)?.subject.display;
}
