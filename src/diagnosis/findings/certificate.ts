/** Findings about a chain that was refused: the rule that was broken, and what would have made the difference. */
import {
  bracketed,
  renderInstant,
  renderSpan,
  type CertificateRole,
  type Code,
  type Details,
} from "../../core/index.ts";
import { renderGeneralName, type Certificate } from "../../x509/index.ts";
import {
  explainUndone,
  listOf,
  storeNames,
  type FetchGave,
  type JudgeGave,
  type RootStoreName,
} from "../experiment.ts";
import { findingOf, makeFinding, type DraftFinding, type FindingParts } from "../finding.ts";
import { clockFindings, serverClock } from "./clock.ts";
import { findProduct, type Product } from "../products.ts";
import { handshakeWith, judgementWith, resultsOf, sentenceCase } from "../results.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended, TrustSeen } from "../observation.ts";

export function certificateFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const { trust } = attempt;
  if (trust === undefined) return [findingOf(ended)];
  const finding = headlineOf(evidence, { attempt, trust, ended });
  return [...clockFindings(evidence, trust, ended), finding, ...productFindings(attempt, trust, ended)];
}

interface Case {
  readonly attempt: AttemptSeen;
  readonly trust: TrustSeen;
  readonly ended: Ended;
}

function headlineOf(evidence: Evidence, { attempt, trust, ended }: Case): DraftFinding {
  const special = explainByCode[ended.code]?.(evidence, attempt, trust) ?? {};
  const known = [
    ...chainSentences(attempt, trust),
    ...keySentences(trust),
    ...(special.evidence ?? []),
    ...whatIfSentences(evidence),
    ...unverifiedSentences(evidence),
  ];
  const root = ended.code === "missing-intermediate" ? missingRoot(evidence, attempt) : undefined;
  if (root === undefined) return findingOf(ended, { ...special, evidence: known });
  return makeFinding("untrusted-root", {
    ...special,
    ...root,
    evidence: known,
    server: undefined,
  });
}

/** That the link that seems to be missing is a root: it lies in another store, or was fetched. */
function missingRoot(
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
  if (!isLikelyRoot(evidence, attempt)) return undefined;
  const { issuer } = missingLink(attempt);
  return {
    certainty: "likely",
    sentence: `The chain leads to "${issuer}", likely a root, and one that is not among the trusted ones.`,
  };
}

type Explain = (evidence: Evidence, attempt: AttemptSeen, trust: TrustSeen) => Partial<FindingParts>;

/** What is more exact than the catalogue's own words, by code. */
const explainByCode: Partial<Readonly<Record<Code, Explain>>> = {
  "missing-intermediate": explainMissing,
  "untrusted-root": explainUnknownIssuer,
  "self-signed": explainUnknownIssuer,
  "bad-signature": explainUnknownIssuer,
  expired: explainDates,
  "not-yet-valid": explainDates,
  "wrong-host": explainNames,
  "no-names": explainNames,
  "revocation-unknown": (_evidence, _attempt, { stapled }) =>
    stapled ? {} : { server: "Turn OCSP stapling on, or use a certificate without must-staple." },
};

/** The server left it out, or this client lacks it: told apart by fetching it and by other stores. */
function explainMissing(evidence: Evidence, attempt: AttemptSeen, trust: TrustSeen): Partial<FindingParts> {
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
  const store = trustingStore(evidence);
  if (store !== undefined) return { evidence: [sent], ...storeRemedy(store) };
  const isRoot = isLikelyRoot(evidence, attempt);
  return {
    ...(isLeaf ? {} : rootWords(attempt)),
    evidence: [
      sent,
      ...(fetched === undefined
        ? ["The certificate does not say where its issuer's certificate could be fetched."]
        : fetchSentences(fetched)),
      isRoot
        ? "What was sent is a CA's own intermediate, and it names no place for its issuer: so it is with roots, which servers do not send."
        : `Possible all the same: "${issuer}" is itself a root that this client was not given; what was sent does not tell.`,
    ],
    client: ({ root }) => `If "${issuer}" is a private CA of yours, give its root${bracketed(root)}.`,
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

/** An intermediate was sent that names no place to fetch its issuer from, as those of public CAs do: RFC 5280 §4.2.2.1. */
function isLikelyRoot(evidence: Evidence, attempt: AttemptSeen): boolean {
  const { verdict } = attempt.trust ?? {};
  const asked = verdict?.trusted === false && verdict.needs.some(({ urls }) => urls.length > 0);
  return !asked && !missingLink(attempt).isLeaf && resultsOf(evidence, "fetch-issuer").length === 0;
}

function explainUnknownIssuer(evidence: Evidence): Partial<FindingParts> {
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

function explainDates(evidence: Evidence, { ended }: AttemptSeen): Partial<FindingParts> {
  const { role } = (ended?.detail ?? {}) as { readonly role?: CertificateRole };
  const clock = serverClock(evidence);
  const lines =
    clock === undefined
      ? ["The server's own clock is not known: no answer with a Date came."]
      : [
          `This machine's clock and the server's Date differ by ${renderSpan(Math.abs(clock.skewMs))}: ${clock.skewMs === 0 || Math.abs(clock.skewMs) < 60_000 ? "the clock is not the cause" : "see whether the clock is right"}.`,
        ];
  return role === "intermediate"
    ? {
        evidence: lines,
        server: "Send the current intermediate: the CA publishes it, and renewing usually brings it along.",
      }
    : { evidence: lines };
}

function explainNames(
  evidence: Evidence,
  { sni, host }: AttemptSeen,
  trust: TrustSeen,
): Partial<FindingParts> {
  const bare = handshakeWith(evidence, "no-server-name");
  const lines: string[] = [];
  const ours = trust.chain[0]?.fingerprint;
  if (sni === undefined) lines.push("No server name was sent: RFC 6066 §3 has none for an address.");
  else if (bare?.leaf !== undefined && ours !== undefined) {
    lines.push(
      bare.leaf.fingerprint === ours
        ? `Without a server name the same certificate comes: likely the server's default, because it has none for "${sni}".`
        : `Without a server name another certificate comes (for ${bare.leaf.names.slice(0, 3).join(", ")}): the server does tell names apart.`,
    );
  }
  const any = judgementWith(evidence, ({ kind }) => kind === "any-name");
  if (any !== undefined)
    lines.push(
      any.trusted
        ? "But for the name the chain is in order: it was judged once more for any name."
        : `The name is not all: judged for any name, it is refused as ${any.rejection?.code ?? "well"}.`,
    );
  const [first] = trust.chain;
  const names = first === undefined ? [] : namesIn(first.certificate);
  const near = names.find((name) => isNear(name, host));
  return {
    evidence: lines,
    ...(near === undefined
      ? {}
      : { client: `The certificate is for "${near}": use that name if it is the same site.` }),
  };
}

function namesIn(certificate: Certificate): readonly string[] {
  const names = certificate.extensions.value("subjectAltName") ?? [];
  return names.filter(({ kind }) => kind === "dns" || kind === "ip").map(renderGeneralName);
}

/** The same name but for its first label, or with a www. more or less. */
function isNear(name: string, host: string): boolean {
  const plain = name.replace(/^DNS:/i, "").toLowerCase();
  return plain === `www.${host}` || `www.${plain}` === host;
}

function chainSentences({ tls }: AttemptSeen, { chain, stapled }: TrustSeen): string[] {
  if (chain.length === 0) return ["No certificate of the chain could be read."];
  const links = chain
    .slice(0, 6)
    .map(
      ({ certificate }) =>
        `${certificate.subject.display || "(no name)"} (issued by ${certificate.issuer.display})`,
    );
  const more = chain.length > 6 ? ` and ${chain.length - 6} more` : "";
  const version = tls?.chosen === undefined ? "" : `, over ${tls.chosen.version}`;
  return [
    `The chain exactly as sent${version}: ${links.join("; ")}${more}.`,
    ...(stapled ? ["The server stapled an OCSP response."] : []),
  ];
}

/** What each of the two keys says, and every path that was tried. */
function keySentences({ openssl, verdict, disagreement }: TrustSeen): string[] {
  const lines: string[] = [];
  // Where the two differ, the disagreement says what OpenSSL said.
  if (openssl !== undefined && disagreement === undefined)
    lines.push(openssl.accepted ? "OpenSSL accepted the chain." : `OpenSSL refused it too: ${openssl.code}.`);
  if (verdict?.trusted === false && verdict.tried.length > 1)
    lines.push(`${verdict.tried.length + verdict.omitted} paths were tried; each ended.`);
  if (disagreement !== undefined) lines.push(disagreement);
  return lines;
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

/** What other stores say. */
function whatIfSentences(evidence: Evidence): string[] {
  return resultsOf(evidence, "judge").flatMap(({ experiment: { change }, gave, undone }) => {
    if (change.kind !== "store") return [];
    const store = storeNames[change.store];
    if (gave === undefined)
      return undone === undefined ? [] : [`${sentenceCase(store)}: ${explainUndone(undone)}.`];
    return [
      gave.trusted
        ? `Judged by ${store}, the chain is verified, by ${gave.anchor?.subject ?? "a root"} (${gave.anchor?.source ?? ""}).`
        : `Judged by ${store}, it is refused too (${gave.rejection?.code ?? "no path"}).`,
    ];
  });
}

/** The thread's question: what happens when nobody verifies. */
function unverifiedSentences(evidence: Evidence): string[] {
  const gave = resultsOf(evidence, "unverified").find(({ gave }) => gave !== undefined)?.gave;
  if (gave === undefined) return [];
  const status = gave.exchange?.answer?.status;
  return status === undefined
    ? []
    : [
        `The same request, verifying nothing, was answered (${status}): the server cannot tell whether a client verifies. The decision is the client's alone.`,
      ];
}

/** A product whose name stands in the chain. */
function productFindings({ host }: AttemptSeen, trust: TrustSeen, { code }: Ended): readonly DraftFinding[] {
  const issuerUnknown = ["self-signed", "untrusted-root", "missing-intermediate", "wrong-host", "no-names"];
  if (!issuerUnknown.includes(code)) return [];
  const names = trust.chain.flatMap(({ certificate }) => [certificate.subject.text, certificate.issuer.text]);
  const product = findProduct(names);
  if (product === undefined) return [];
  const root = trust.chain.at(-1);
  const by = `The name stands in the chain: ${root?.certificate.issuer.text ?? ""}${root === undefined ? "" : `; SHA-256 of the last certificate sent: ${root.fingerprint}`}.`;
  return [describeProduct(product, host, [by, "Anybody can put a name into a certificate of their own."])];
}

function describeProduct({ name, kind }: Product, host: string, evidence: readonly string[]): DraftFinding {
  const certainty = "likely";
  switch (kind) {
    case "interceptor":
      return makeFinding("intercepted", {
        certainty,
        sentence: `The connection to ${host} was likely opened on the way by ${name}, which made this certificate.`,
        evidence,
      });
    case "debugger":
      return makeFinding("intercepted", {
        certainty,
        sentence: `The connection to ${host} likely goes through ${name}, a debugging proxy, which made this certificate.`,
        evidence,
        client: ({ root }) =>
          `If you run ${name}, give its root${bracketed(root)}; otherwise find out who does.`,
      });
    case "development":
      return makeFinding("intercepted", {
        certainty,
        sentence: `The certificate was likely made by ${name}, for local development.`,
        evidence,
        client: ({ root }) =>
          `Give ${name}'s root${bracketed(root)}: mkcert's is "$(mkcert -CAROOT)/rootCA.pem".`,
        server: "Use a certificate of a CA that its clients trust, if others are meant to come.",
      });
    case "default-certificate":
      return makeFinding("default-certificate", {
        certainty,
        sentence: `The certificate is likely the one that ${name} shows until it is given another.`,
        evidence,
      });
  }
}

/** Revocation that only asking brought to light. */
export function revocationFindings(evidence: Evidence, attempt: AttemptSeen): readonly DraftFinding[] {
  const answers = resultsOf(evidence, "revocation").flatMap(({ gave }) => gave ?? []);
  const revoked = answers.find(({ says }) => says === "revoked");
  if (revoked?.rejection === undefined) return [];
  const detail = revoked.rejection.detail as Details["revoked"];
  const [leaf] = attempt.trust?.chain ?? [];
  return [
    makeFinding("revoked", {
      certainty: "certain",
      sentence: `The certificate of ${detail.subject} was revoked on ${renderInstant(detail.revokedAt)} (${detail.reason}), says the CA's ${revoked.source}; most clients do not ask, and connect.`,
      evidence: [
        `Asked at ${revoked.url}, as the certificate has it; the answer is signed by the CA, and that was checked.`,
        "Nothing was stapled that would have said so in the handshake.",
        ...(leaf === undefined ? [] : [`The certificate's serial number is ${leaf.certificate.serial}.`]),
      ],
    }),
  ];
}
