/**
 * Foretells when the devices that hold a bundle no longer connect to an endpoint, what ends then, and which CA certificates
 * go beside those they hold. By what the device makes of the chains at that day, and not by the notAfter of a certificate.
 *
 * A server's own certificate is renewed again and again, so that its end is not a break: a break is what a renewal does
 * not prevent. What stands above the leaf and ends before it is one (the renewed leaf comes with the same CA
 * certificates), and so is the end of a root, of a cross-signed certificate, or of a programme's belief.
 */
import type { End } from "../../bundle/index.ts";
import { equalBytes, renderInstant } from "../../core/index.ts";
import {
  type CheckedSite,
  checkSite,
  explainEndFor,
  explainRefusal,
  noticesEnd,
  verifyOnDevice,
} from "../../device/index.ts";
import type { TrustPorts } from "../../trust/index.ts";
import { type Certificate, equalNames, fingerprint } from "../../x509/index.ts";
import type { WatchedEndpoint } from "../endpoint.ts";
import { findLastEnd } from "../usable-end.ts";
import { findAdditions } from "./additions.ts";
import type { BreakKind, Forecast } from "./forecast.ts";
import type { PreparedBundle } from "./prepared-bundle.ts";

/** A chain as the endpoint shows it, and to whose hello. */
export interface SeenChain {
  /** As sent, the server's own certificate first. */
  readonly chain: readonly Certificate[];
  /** `ordinary`, or the name of a device. */
  readonly offer: string;
}

/** What a forecast is made from: an endpoint's chains, a bundle, and the present. */
export interface ForecastRequest {
  readonly endpoint: Pick<WatchedEndpoint, "host" | "name">;
  readonly bundle: PreparedBundle;
  /** Every chain that it shows now; those shown to the device's own hello count, and the ordinary ones where there are none. */
  readonly chains: readonly SeenChain[];
  readonly at: number;
}

/** `undefined` where the endpoint showed no chain. */
export function forecastFor(request: ForecastRequest, ports: TrustPorts): Forecast | undefined {
  const { bundle: prepared, chains, at } = request;
  const own = chains.filter(({ offer }) => offer === prepared.bundle.device);
  const relevant = own.length > 0 ? own : chains.filter(({ offer }) => offer === "ordinary");
  const breaks = relevant.flatMap(({ chain }) =>
    chain.length === 0 ? [] : [breakOf(chain, request, ports)],
  );
  // The first break is the endpoint's: a device that is led to that address no longer connects.
  const [first] = breaks.toSorted((a, b) => (a.breaksAt ?? Infinity) - (b.breaksAt ?? Infinity));
  if (first === undefined) return undefined;
  const { bundle } = prepared;
  const isOwn = own.length > 0;
  return {
    bundle: bundle.id,
    device: bundle.device,
    digest: bundle.digest,
    chains: relevant.map(({ chain }) => chain.map((one) => fingerprint(one, ports.sha256)).join(" ")),
    madeAt: at,
    kind: first.kind,
    breaksAt: first.breaksAt,
    sure: isOwn ? first.sure : "likely",
    root: first.root,
    rootName: first.rootName,
    sentence: isOwn
      ? first.sentence
      : `${first.sentence} The endpoint was not asked as the device asks, and may show it another chain.`,
    add: first.add,
  };
}

type Break = Pick<Forecast, "kind" | "breaksAt" | "sure" | "root" | "rootName" | "sentence" | "add">;

/** What ends by itself at a moment, whatever the server renews. */
interface Ending {
  readonly kind: BreakKind;
  readonly at: number;
  readonly sure: Forecast["sure"];
  /** Goes on after the day: `when its certificate ends`. */
  readonly why: string;
  /** The CA certificate that ends. */
  readonly certificate: Certificate | undefined;
}

function breakOf(chain: readonly Certificate[], request: ForecastRequest, ports: TrustPorts): Break {
  const { endpoint, bundle: prepared, at } = request;
  const { ready } = prepared;
  const { host: name } = endpoint;
  const checked = checkSite(ready, { site: endpoint.name, name, chain, at }, ports);
  const { device } = checked.report;
  const who = `${ready.profile.title} with ${prepared.bundle.label}`;
  const addFor = (root: Certificate | undefined, until: number): Forecast["add"] =>
    findAdditions({ name, chain, at, until, root, prepared }, ports);
  if (!device.accepts) {
    return {
      kind: "refused",
      breaksAt: at,
      sure: "certain",
      root: undefined,
      rootName: undefined,
      sentence: `${who} does not connect to ${endpoint.name}: ${explainRefusal(device.refusal)}.`,
      add: addFor(undefined, at),
    };
  }
  const { anchor } = device;
  const root = anchor === undefined ? undefined : (anchor.certificate ?? knownRootOf(anchor, prepared));
  const common = {
    root: root === undefined ? undefined : fingerprint(root, ports.sha256),
    rootName: checked.anchor ?? anchor?.subject.display,
  };
  const ending = firstEnding(checked, { chain, request }, ports);
  if (ending === undefined) {
    const says =
      anchor === undefined
        ? "without verifying it, for it has no CA certificate"
        : "and no end of that is known";
    return {
      ...common,
      kind: "nothing",
      breaksAt: undefined,
      sure: "likely",
      sentence: `${who} connects to ${endpoint.name}, ${says}.`,
      add: [],
    };
  }
  const likely = ending.sure === "likely" ? "likely " : "";
  return {
    ...common,
    kind: ending.kind,
    breaksAt: ending.at,
    sure: ending.sure,
    sentence: `${who} connects to ${endpoint.name} ${likely}until ${renderInstant(ending.at).slice(0, 10)}, ${ending.why}.${explainRoot(ending.kind, common.rootName)}`,
    add: addFor(ending.certificate ?? root, ending.at),
  };
}

interface Ground {
  readonly chain: readonly Certificate[];
  readonly request: ForecastRequest;
}

function firstEnding(checked: CheckedSite, ground: Ground, ports: TrustPorts): Ending | undefined {
  const endings = [endOfPath(ground, ports), endOfAnchor(checked, ground)];
  return endings
    .filter((one) => one !== undefined)
    .toSorted((a, b) => a.at - b.at)
    .at(0);
}

/** What the device itself meets first when nobody changes anything, unless it is the leaf's end. */
function endOfPath({ chain, request }: Ground, ports: TrustPorts): Ending | undefined {
  const { endpoint, bundle, at } = request;
  const { profile, anchors } = bundle.ready;
  const pathAt = (moment: number): readonly Certificate[] | undefined => {
    const verdict = verifyOnDevice(profile, { chain, anchors, name: endpoint.host, at: moment }, ports);
    if (!verdict.accepts) return undefined;
    const root = verdict.anchor?.certificate;
    return root === undefined ? verdict.path : [...verdict.path, root];
  };
  const last = findLastEnd(pathAt, at);
  const { certificate } = last ?? {};
  if (last === undefined || certificate === undefined || certificate === chain[0]) return undefined;
  const isAnchor = anchors.some((anchor) => anchor.certificate === certificate);
  return {
    kind: isAnchor ? "root" : "path",
    at: last.untilAt,
    sure: "certain",
    why: isAnchor
      ? whenRootEnds(certificate.subject.display)
      : `when the certificate of ${certificate.subject.display} ends, which it goes by`,
    certificate,
  };
}

/** What is known of the root and the cross-signed certificates that the device's path stands on. */
function endOfAnchor(
  { end, anchor: root = "its root" }: CheckedSite,
  { chain, request }: Ground,
): Ending | undefined {
  const { ready } = request.bundle;
  if (end === undefined || !noticesEnd(ready.profile, end)) return undefined;
  const isPast = end.at < request.at;
  // What a programme's day decides is where the next certificate comes from; one that is there already stays as it is.
  const nextLeafAt = Math.max(end.at, chain[0]?.notAfterAt ?? end.at);
  const why = explainEndFor(ready.profile, end);
  const { reason } = end;
  switch (reason.kind) {
    case "not-after":
      return { kind: "root", at: end.at, sure: "certain", why: whenRootEnds(root), certificate: undefined };
    case "cross-sign":
      return { kind: "cross-sign", at: end.at, sure: "certain", why: whenOf(why), certificate: undefined };
    case "retired":
      return {
        kind: "programme",
        at: isPast ? nextLeafAt : end.at,
        sure: "likely",
        why: isPast ? nextComes(end, why) : whenOf(why),
        certificate: undefined,
      };
    case "distrusted-after":
      return {
        kind: "distrust",
        at: nextLeafAt,
        sure: "likely",
        why: nextComes(end, why),
        certificate: undefined,
      };
  }
}

function whenRootEnds(root: string): string {
  return `when its CA certificate ${root} ends, which it verifies by`;
}

function explainRoot(kind: BreakKind, root: string | undefined): string {
  return kind === "root" || root === undefined ? "" : ` It verifies by ${root}.`;
}

/** `explainEnd` begins with its day, which stands in the sentence already. */
function whenOf(clause: string): string {
  return clause.replace(/^.*?, (?=when )/, "");
}

function nextComes({ at }: End, clause: string): string {
  const because = clause.replace(/^.*?(?:, when |: )/, "");
  return `when its certificate ends and the next one likely comes from another root: ${because} (${renderInstant(at).slice(0, 10)})`;
}

function knownRootOf(
  anchor: { readonly subject: Certificate["subject"]; readonly spki: Certificate["spki"] },
  { ready: { knownRoots } }: PreparedBundle,
): Certificate | undefined {
  return knownRoots.find(
    (root) => equalNames(root.subject, anchor.subject) && equalBytes(root.spki.der, anchor.spki.der),
  );
}
