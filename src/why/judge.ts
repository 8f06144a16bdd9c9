/** The engine once more over the same chain, with one thing changed: another store, another moment, any name. */
import type { FetchGave, JudgeChange, JudgeGave, RootStoreName, TrustSeen } from "../diagnosis/index.ts";
import {
  peerNameOf,
  renderAnchorSource,
  verify,
  type TrustAnchor,
  type Verdict,
  type VerifyRequest,
} from "../trust/index.ts";
import { parseCertificate, parsePem, readCertificateBag, type Certificate } from "../x509/index.ts";
import {
  trustPorts,
  type TrustEnvironment,
  type TrustPolicy,
  anchorsOf,
  openRoots,
} from "../admission/index.ts";
import { type FetchRules, fetchPlain, type Fetched } from "./fetch-plain.ts";
import { experimentLimits } from "./limits.ts";

export interface Judging {
  readonly trust: TrustSeen;
  readonly policy: TrustPolicy;
  readonly environment: TrustEnvironment;
  /** mkcert's root on this disk. */
  readonly mkcertRoot: string | undefined;
}

/** @throws HttpsError of a store that cannot be opened */
export function judgeAgain(change: JudgeChange, judging: Judging): JudgeGave {
  const { trust, policy } = judging;
  switch (change.kind) {
    case "store": {
      const anchors = openAnchors(change.store, judging);
      return describeVerdict(judge(trust, policy, { anchors, profile: undefined }));
    }
    case "clock":
      return describeVerdict(judge(trust, policy, { at: change.at }));
    case "any-name":
      return describeVerdict(judge(trust, policy, { names: [] }));
  }
}

/** The verdict on the chain that was sent, with these things changed. */
export function judge(trust: TrustSeen, policy: TrustPolicy, changes: Partial<VerifyRequest>): Verdict {
  const [leaf, ...intermediates] = trust.chain.map(({ certificate }) => certificate);
  if (leaf === undefined) throw new Error("A chain that is judged again has a leaf.");
  return verify(
    {
      leaf,
      intermediates,
      anchors: policy.anchors,
      names: [peerNameOf(trust.name)],
      at: trust.at,
      profile: policy.profile,
      ...changes,
    },
    trustPorts,
  );
}

function openAnchors(store: RootStoreName, { environment, mkcertRoot }: Judging): readonly TrustAnchor[] {
  // Mozilla's alone: what NODE_EXTRA_CA_CERTS adds is a store of its own here.
  if (store === "mozilla") return anchorsOf(openRoots("mozilla", {}));
  const file = store === "mkcert" ? mkcertRoot : environment.NODE_EXTRA_CA_CERTS;
  return anchorsOf(openRoots(store === "system" ? "system" : (file ?? ""), environment));
}

export function describeVerdict(verdict: Verdict): JudgeGave {
  if (!verdict.trusted) return { trusted: false, rejection: verdict.primary, anchor: undefined };
  const { subject, source } = verdict.path.anchor;
  const anchor = { subject: subject.display, source: renderAnchorSource(source) };
  return { trusted: true, rejection: undefined, anchor };
}

/** Fetches the issuers that are missing, as far up as it takes, and judges once more. */
export async function fetchIssuers({ trust, policy }: Judging, rules: FetchRules): Promise<FetchGave> {
  const fetched: FetchGave["fetched"][number][] = [];
  const own = trust.chain.slice(1).map(({ certificate }) => certificate);
  const more: Certificate[] = [];
  let verdict = judge(trust, policy, {});
  for (let depth = 0; depth < experimentLimits.fetchDepth.value; depth++) {
    if (verdict.trusted) break;
    const urls = verdict.needs.flatMap(({ urls }) => urls);
    const url = urls.find((candidate) => fetched.every((known) => known.url !== candidate));
    if (url === undefined) break;
    const { certificates, reason } = readIssuers(await fetchPlain({ ...rules, url }));
    fetched.push({ url, subjects: certificates.map(({ subject }) => subject.display), reason });
    more.push(...certificates);
    verdict = judge(trust, policy, { intermediates: [...own, ...more] });
  }
  return { ...describeVerdict(verdict), fetched };
}

/** RFC 5280 §4.2.2.1: DER, or a certs-only PKCS #7; PEM is what some send all the same. */
function readIssuers(fetched: Fetched): {
  readonly certificates: readonly Certificate[];
  readonly reason: string | undefined;
} {
  if (!fetched.ok) return { certificates: [], reason: fetched.reason };
  const { bytes } = fetched;
  const ders =
    bytes[0] === 0x30
      ? readCertificateBag(bytes)
      : parsePem(bytes)
          .blocks.filter(({ label }) => label.endsWith("CERTIFICATE"))
          .map((block) => block.bytes);
  const certificates = ders.flatMap((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok ? [parsed.certificate] : [];
  });
  return { certificates, reason: certificates.length === 0 ? "it is not a certificate" : undefined };
}
