/** Findings about a chain whose issuer is unknown: left out by the server, or a root that this client was not given. */
import { bracketed, type Details } from "../../core/index.ts";
import { listOf, storeNames, type FetchGave, type JudgeGave, type RootStoreName } from "../experiment.ts";
import { resultsOf } from "../results.ts";
import { interceptionIn } from "./interception.ts";
import type { Evidence } from "../evidence.ts";
import type { FindingParts } from "../finding.ts";
import type { AttemptSeen, TrustSeen } from "../observation.ts";

/** That the link that seems to be missing is a root: it lies in another store, or was fetched. */
export function missingRoot(
  evidence: Evidence,
  attempt: AttemptSeen,
): Pick<FindingParts, "certainty" | "sentence"> | undefined {
  const fetched = resultsOf(evidence, "fetch-issuer").find(({ gave }) => gave !== undefined)?.gave;
  if (fetched?.trusted === true) return undefined;
  const store = trustingStore(evidence);
  if (store !== undefined)
    return {
      certainty: "certain",
      sentence: `The chain leads to "${store.gave.anchor?.subject ?? "a root"}", a root that this client was not given; ${storeNames[store.name]} have it.`,
    };
  if (fetched?.rejection?.code === "untrusted-root") {
    const root = fetched.rejection.detail.issuer;
    return {
      certainty: "certain",
      sentence: `The chain leads to "${root}", a root that is not among the trusted ones.`,
    };
  }
  const { issuer } = missingLink(attempt);
  if (isFromPrivateCa(evidence, attempt)) {
    const kind = evidence.question.privateRoots ? "" : ", which are public ones";
    return {
      certainty: "likely",
      sentence: `Likely a private CA made this certificate: its issuer "${issuer}" is not among the roots${kind}, and the certificate does not say where its issuer's is published, as those of public CAs do. The root of that CA is one that this client was not given.`,
    };
  }
  if (!isLikelyRoot(evidence, attempt)) return undefined;
  return {
    certainty: "likely",
    sentence: `The chain leads to "${issuer}", likely a root, and one that is not among the trusted ones.`,
  };
}

/** The server left it out, or this client lacks it: told apart by fetching it and by other stores. */
export function explainMissing(
  evidence: Evidence,
  attempt: AttemptSeen,
  trust: TrustSeen,
): Partial<FindingParts> {
  const { tls } = attempt;
  const fetched = resultsOf(evidence, "fetch-issuer").find(({ gave }) => gave !== undefined)?.gave;
  const { issuer, isLeaf } = missingLink(attempt);
  const count = tls?.certificatesSent ?? trust.chain.length;
  const sent = `The server sent ${count} certificate${count === 1 ? "" : "s"}, and none of "${issuer}" among them, as far as the wire shows.`;
  if (fetched?.trusted === true) {
    const urls = fetched.fetched.filter(({ subjects }) => subjects.length > 0).map(({ url }) => url);
    return {
      sentence: `The server does not send the intermediate certificate "${issuer}"; with it, the chain is verified by ${fetched.anchor?.subject ?? "a trusted root"}.`,
      evidence: [
        sent,
        ...fetchSentences(fetched),
        "Browsers hide this: they fetch or remember intermediates. Most other clients do not.",
      ],
      client: `Until the server is fixed, add the intermediate (${urls.join(", ")}) to what this client is given; do not turn verification off.`,
      server: `Send the whole chain: append the certificate from ${urls.join(", ")} to the server's certificate file, after its own.`,
    };
  }
  if (trustingStore(evidence) !== undefined) return { evidence: [sent], ...adviseStore(evidence) };
  const isRoot = isLikelyRoot(evidence, attempt);
  return {
    ...(isLeaf ? openWords(attempt) : rootWords(attempt)),
    evidence: [
      sent,
      ...(fetched === undefined
        ? ["The certificate does not say where its issuer's certificate could be fetched."]
        : fetchSentences(fetched)),
      isRoot
        ? rootSign(attempt)
        : `Possible all the same: "${issuer}" is itself a root that this client was not given; what was sent does not tell.`,
    ],
    client: ({ root }) => `If "${issuer}" is a private CA of yours, give its root${bracketed(root)}.`,
    ...explainUnknownIssuer(evidence, attempt),
  };
}

/** What speaks for a root. */
function rootSign(attempt: AttemptSeen): string {
  const { issuer, isLeaf } = missingLink(attempt);
  if (namesIssuerAsRoot(attempt))
    return `The authority key identifier says that "${issuer}" issued itself: a root.`;
  return isLeaf
    ? `The issuer calls itself a root, and no place is named where its certificate is published: so it is with roots, which servers do not send.`
    : "What was sent is a CA's own intermediate, and it names no place for its issuer: so it is with roots, which servers do not send.";
}

/** The server's own certificate alone: an intermediate may be missing, or a root. */
function openWords(attempt: AttemptSeen): Pick<FindingParts, "certainty" | "sentence" | "server"> {
  const { subject, issuer } = missingLink(attempt);
  const stranger = attempt.trust?.chain
    .slice(1)
    .find(({ certificate }) => certificate.subject.key !== certificate.issuer.key);
  if (stranger !== undefined) {
    const other = stranger.certificate.subject.display;
    return {
      certainty: "likely",
      sentence: `Likely the server sends the wrong intermediate: the certificate of ${subject} was issued by "${issuer}", and what is sent behind it is "${other}".`,
      server: `Put the certificate of "${issuer}" in the place of "${other}" in the server's certificate file.`,
    };
  }
  return {
    certainty: "likely",
    sentence: `The issuer "${issuer}" of the certificate of ${subject} was not sent by the server and is not among the roots: the server left an intermediate out, or "${issuer}" is a root that this client was not given.`,
    server: `If "${issuer}" is an intermediate: send the full chain, the leaf first, then each intermediate. A root need not be sent.`,
  };
}

/** Intermediates were sent, and the topmost one's issuer is unknown: certain is only that a link is missing. */
function rootWords(attempt: AttemptSeen): Pick<FindingParts, "sentence" | "server"> {
  const { subject, issuer } = missingLink(attempt);
  return {
    sentence: `Likely the root is not among yours: the intermediate "${subject}" was sent, and its issuer "${issuer}" is neither among what was sent nor among the roots. Whether that is a root or one more intermediate, the chain does not tell.`,
    server: `Only if "${issuer}" is an intermediate and no root: send its certificate too, after the others.`,
  };
}

/** Where the chain breaks: the last certificate that there is, and who issued it. */
function missingLink({ ended }: AttemptSeen): {
  readonly subject: string;
  readonly issuer: string;
  readonly isLeaf: boolean;
} {
  const { subject, issuer, role } = (ended?.detail ?? {}) as Partial<Details["missing-intermediate"]>;
  return { subject: subject ?? "(no name)", issuer: issuer ?? "its issuer", isLeaf: role !== "intermediate" };
}

/** Nothing but the leaf was sent, it names no place for its issuer, and the caller named no roots. */
function isFromPrivateCa(evidence: Evidence, attempt: AttemptSeen): boolean {
  return missingLink(attempt).isLeaf && !evidence.question.ownRoots && namesNoPlace(evidence, attempt);
}

/** RFC 5280 §4.2.1.1: the identifier may give the issuer of the issuer, which for a root is itself. */
function namesIssuerAsRoot({ trust }: AttemptSeen): boolean {
  const top = trust?.chain[0]?.certificate;
  const named = top?.extensions.value("authorityKeyIdentifier")?.issuer ?? [];
  return named.some((name) => name.kind === "directory" && name.name.key === top?.issuer.key);
}

/** An intermediate was sent that names no place to fetch its issuer from, as those of public CAs do: RFC 5280 §4.2.2.1. */
function isLikelyRoot(evidence: Evidence, attempt: AttemptSeen): boolean {
  const { isLeaf, issuer } = missingLink(attempt);
  if (isLeaf)
    return namesIssuerAsRoot(attempt) || (namesNoPlace(evidence, attempt) && /\broot\b/i.test(issuer));
  return namesNoPlace(evidence, attempt);
}

function namesNoPlace(evidence: Evidence, { trust }: AttemptSeen): boolean {
  const { verdict } = trust ?? {};
  const asked = verdict?.trusted === false && verdict.needs.some(({ urls }) => urls.length > 0);
  return !asked && resultsOf(evidence, "fetch-issuer").length === 0;
}

/** What to give: a store that has the root; or, where somebody may stand in between, what the error itself says. */
export function explainUnknownIssuer(evidence: Evidence, attempt: AttemptSeen): Partial<FindingParts> {
  const { ended } = attempt;
  if (trustingStore(evidence) !== undefined) return adviseStore(evidence);
  return interceptionIn(attempt) === undefined ? {} : { client: ended?.hint };
}

/** Another store that has the root. */
export function adviseStore(evidence: Evidence): Partial<FindingParts> {
  const store = trustingStore(evidence);
  return store === undefined ? {} : storeRemedy(store);
}

/** The first other store by which the chain verifies. */
function trustingStore(
  evidence: Evidence,
): { readonly name: RootStoreName; readonly gave: JudgeGave } | undefined {
  for (const { experiment, gave } of resultsOf(evidence, "judge"))
    if (experiment.change.kind === "store" && gave?.trusted === true)
      return { name: experiment.change.store, gave };
  return undefined;
}

function storeRemedy({
  name,
  gave,
}: {
  readonly name: RootStoreName;
  readonly gave: JudgeGave;
}): Partial<FindingParts> {
  const source = gave.anchor?.source ?? name;
  switch (name) {
    case "system":
      return {
        client: ({ systemStore }) => `The root is in ${source}: use that store${bracketed(systemStore)}.`,
      };
    case "mozilla":
      return { client: "The root is in Mozilla's store: leave the own roots out, or use both." };
    case "NODE_EXTRA_CA_CERTS":
      return { client: `The root is in ${source}, which NODE_EXTRA_CA_CERTS names: own roots override it.` };
    case "mkcert":
      return {
        client: ({ root }) =>
          `The root is ${source}: give it${bracketed(root)}, or set NODE_EXTRA_CA_CERTS="${source}".`,
      };
  }
}

function fetchSentences({ fetched, trusted, rejection }: FetchGave): string[] {
  const lines = fetched.map(({ url, subjects, reason }) =>
    reason === undefined
      ? `Fetched from ${url}: ${listOf(subjects)}.`
      : `From ${url} nothing usable came: ${reason}.`,
  );
  if (!trusted && rejection !== undefined && fetched.some(({ subjects }) => subjects.length > 0))
    lines.push(`With it the chain is still refused: ${rejection.code}.`);
  return lines;
}
