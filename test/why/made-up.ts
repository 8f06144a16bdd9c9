/** Made-up evidence for laws of a diagnosis: a healthy visit, with only that changed which a law is about. */
import type { HttpsError } from "../../src/core/index.ts";
import type {
  AnswerSeen,
  AttemptSeen,
  Ended,
  Evidence,
  ExchangeSeen,
  Experiment,
  ExperimentResult,
  Gave,
  LocalFacts,
  TlsSeen,
  TrustSeen,
} from "../../src/diagnosis/index.ts";

export const at: number = Date.UTC(2026, 0, 31, 12);

/** Nothing of this machine's speaks against the visit. */
export const local: LocalFacts = {
  at,
  verificationDisabled: false,
  extraRoots: undefined,
  mkcertRoot: undefined,
  proxyRule: "no proxy is set",
};

export const answer: AnswerSeen = {
  url: "https://site.example/",
  status: 200,
  reason: "OK",
  fields: [],
  excerpt: "hello",
  bodyBytes: 5,
  completeness: "complete",
  receivedAt: at,
};

/** HTTP/1.1, which the server chose, and nothing sent twice. */
export const plainly: Pick<ExchangeSeen, "version" | "resent" | "hops" | "unsolicitedBytes"> = {
  version: {
    spoken: "http/1.1",
    asked: "auto",
    offered: ["h2", "http/1.1"],
    selected: "http/1.1",
    isWanted: false,
  },
  resent: [],
  hops: [],
  unsolicitedBytes: 0,
};

export const tls: TlsSeen = {
  bytesSent: 400,
  bytesReceived: 1000,
  peer: { kind: "tls" },
  offered: {
    versions: ["TLS 1.3", "TLS 1.2"],
    ciphers: ["TLS_AES_128_GCM_SHA256"],
    groups: ["x25519"],
    alpn: ["h2", "http/1.1"],
    bytes: 400,
    segments: 1,
  },
  chosen: undefined,
  serverMessages: [],
  certificatesSent: undefined,
  certificates: [],
  leafReadable: undefined,
  clientCertificate: undefined,
  alerts: [],
};

export const trust: TrustSeen = {
  name: "site.example",
  at,
  chain: [],
  verdict: undefined,
  openssl: { accepted: true },
  disagreement: undefined,
  stapled: false,
  asSent: true,
  library: "OpenSSL",
  unseen: [],
  notes: [],
};

export const visit: AttemptSeen = {
  url: "https://site.example/",
  scheme: "https",
  host: "site.example",
  port: 443,
  sni: "site.example",
  reach: {
    source: "resolver",
    addresses: ["192.0.2.1"],
    connected: "192.0.2.1",
    lost: [],
    proxy: undefined,
  },
  tls,
  trust,
  exchange: { ...plainly, answer },
  ended: undefined,
  timings: { dnsMs: 1, tcpMs: 1, tlsMs: 1, trustMs: 1, firstByteMs: 1, downloadMs: 1 },
};

export function endedBy(error: HttpsError): Ended {
  const { code, stage, fault, message: sentence, hint, detail } = error;
  return { code, stage, fault, sentence, hint, detail };
}

interface More extends Partial<Evidence> {
  readonly fields?: Evidence["question"]["fields"];
  readonly hasClientCertificate?: boolean;
}

export function evidenceOf(attempt: Partial<AttemptSeen>, more: More = {}): Evidence {
  const { fields = [["Host", "site.example"]], hasClientCertificate = false, ...others } = more;
  return {
    question: {
      url: "https://site.example/",
      fields,
      ownRoots: false,
      privateRoots: false,
      hasClientCertificate,
    },
    attempts: [{ ...visit, ...attempt }],
    results: [],
    local,
    mayExperiment: true,
    ...others,
  };
}

/** Evidence of this answer. */
export function answered(shown: Partial<AnswerSeen>, more: More = {}): Evidence {
  const exchange = { ...plainly, answer: { ...answer, ...shown } };
  return evidenceOf({ exchange }, more);
}

/** What an experiment gave. */
export function gave<K extends Experiment["kind"]>(
  experiment: Extract<Experiment, { readonly kind: K }>,
  what: Gave[K],
): ExperimentResult {
  const result: unknown = { kind: experiment.kind, experiment, ms: 1, undone: undefined, gave: what };
  return result as ExperimentResult;
}
