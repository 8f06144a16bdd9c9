/**
 * Findings about somebody who opened the connection on the way. What the chain says is judged in one place, which the
 * request's own error speaks from too; here the connections of a diagnosis are added to it.
 */
import {
  exactHint,
  explainInterception,
  nameMaker,
  ownValue,
  type Code,
  type Details,
  type Interception,
  type Words,
} from "../../core/index.ts";
import { findInterception } from "../../trust/index.ts";
import { makeFinding, type Certainty, type DraftFinding } from "../finding.ts";
import { handshakeWith, resultsOf } from "../results.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended } from "../observation.ts";

/** A name that nobody has and nobody can have: RFC 6761 §6.4. */
export const nobodysName = "nobody-has-this-name.invalid";

/** Somebody in between, as sure as all that was seen makes it. */
interface Found {
  readonly interception: Interception;
  readonly certainty: Certainty;
  readonly proofs: readonly string[];
}

/** What the refused chain alone says: the engine found it, and the request's error holds it. */
export function interceptionIn({ trust, ended }: AttemptSeen): Interception | undefined {
  const [leaf, ...others] = (trust?.chain ?? []).map(({ certificate }) => certificate);
  if (trust === undefined || ended === undefined || leaf === undefined) return undefined;
  if (leadsNowhere.includes(ended.code))
    return ownValue(ended.detail as Details["untrusted-root"], "interception");
  if (!otherName.includes(ended.code)) return undefined;
  // A certificate for another name may be a product's all the same; who its CA is was not asked then.
  const found = findInterception({ host: trust.name, leaf, others });
  return found?.sign === "product" ? found : undefined;
}

const leadsNowhere: readonly Code[] = ["self-signed", "untrusted-root", "missing-intermediate"];
const otherName: readonly Code[] = ["wrong-host", "no-names"];

/** The finding, and whether it is the cause that matters. */
export function interceptionFinding(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): { readonly finding: DraftFinding; readonly isCause: boolean } | undefined {
  const chainSays = interceptionIn(attempt);
  if (chainSays === undefined) return undefined;
  const { interception, certainty, proofs } = weigh(evidence, attempt, chainSays);
  const finding = makeFinding("intercepted", {
    certainty,
    sentence:
      certainty === "certain"
        ? `The proxy ${attempt.reach?.proxy?.url ?? ""} opened the connection to ${interception.host}, and made the certificate: its issuer calls itself ${nameMaker(interception)}.`
        : explainInterception(interception),
    evidence: [signOf(interception), ...proofs],
    client: adviceOf(ended, interception),
  });
  // A name that is not public has a private CA as a rule, and a product may be itself what answers there.
  const isSure = certainty === "certain" || (certainty === "likely" && interception.isPublicName);
  return { finding, isCause: isSure && leadsNowhere.includes(ended.code) };
}

/** What the request's own error says, as sure as it is now. */
function adviceOf({ code, detail }: Ended, interception: Interception): Words | undefined {
  if (!leadsNowhere.includes(code)) return undefined;
  const known = { ...(detail as Details["missing-intermediate"]), interception };
  return exactHint({ code: code as "missing-intermediate", detail: known });
}

function weigh(evidence: Evidence, attempt: AttemptSeen, interception: Interception): Found {
  const { proxy } = attempt.reach ?? {};
  const shown = shownForNobody(evidence, attempt);
  const elsewhere = resultsOf(evidence, "reach").find(({ gave }) => gave?.met?.trusted === true);
  const through = proxy && `The connection goes through the proxy ${proxy.url} (${proxy.source}).`;
  const proofs = [
    // A server has a certificate that it shows to whoever asks for another name; a proxy leads to nobody where nobody is.
    ...(shown === undefined || (shown === "same" && proxy === undefined)
      ? []
      : [explainShown(shown, proxy !== undefined)]),
    ...(elsewhere === undefined
      ? []
      : [`At ${elsewhere.experiment.address}, the same name has a chain that is trusted.`]),
  ];
  const isLikely = interception.certainty === "likely" || proofs.length > 0;
  const certainty = proxy !== undefined && shown === "made" ? "certain" : isLikely ? "likely" : "possible";
  return {
    interception: { ...interception, certainty: isLikely ? "likely" : "possible" },
    certainty,
    proofs: through === undefined ? proofs : [through, ...proofs],
  };
}

/**
 * What came for a name that nobody can have, if the CA that issued the host's certificate issued it, too: one made for that
 * name, or the same as for the host.
 */
function shownForNobody(evidence: Evidence, { trust }: AttemptSeen): "made" | "same" | undefined {
  const { leaf } = handshakeWith(evidence, "nobodys-name") ?? {};
  const issuer = trust?.chain[0]?.certificate.issuer.text;
  if (leaf === undefined || issuer === undefined || leaf.issuer !== issuer) return undefined;
  return leaf.namesHost ? "made" : "same";
}

function explainShown(shown: "made" | "same", isByProxy: boolean): string {
  const asked = `Asked for ${nobodysName}, a name that nobody can have (RFC 6761 §6.4),`;
  if (!isByProxy)
    return `${asked} whoever answers there showed a certificate for it, too, by the same CA: certificates are made as they are asked for, which a public site does not do.`;
  return shown === "made"
    ? `${asked} the proxy let TLS begin, and showed a certificate for it by the same CA: it makes them itself.`
    : `${asked} the proxy let TLS begin, and showed a certificate by the same CA: no server of that name was there to show one.`;
}

function signOf({ sign, host, product, issuer }: Interception): string {
  switch (sign) {
    case "product":
      return `The name of ${product ?? issuer} stands in the chain. Anybody can put a name into a certificate of their own.`;
    case "inspection":
      return "A CA of the chain says by its own name that it inspects connections.";
    case "private-ca":
      return `${host} is a name of the public DNS, and its certificate has no mark of a public CA: no timestamp of Certificate Transparency, no policy of the CA/Browser Forum, no place where its issuer's certificate is published.`;
  }
}
