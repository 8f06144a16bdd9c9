/**
 * A fleet with a year behind it, for whatever shows one: endpoints at every habit and in every state, two bundles, visits
 * decided by `fleet` itself. Names and tags of some are hostile.
 */
import { sha256, trustPorts } from "../../src/admission/index.ts";
import { renderHex } from "../../src/core/index.ts";
import {
  type Answer,
  bundleOfFiles,
  decide,
  defaultSettings,
  type EndpointHistory,
  findUsableEnd,
  prepareBundle,
  type ShownVerdict,
  type Visit,
  type WatchedBundle,
  type WatchedEndpoint,
} from "../../src/fleet/index.ts";
import { anchorFromCertificate, verify } from "../../src/trust/index.ts";
import type { Store } from "../../src/watch/index.ts";
import type { Certificate } from "../../src/x509/index.ts";
import { type Minted, pemOf } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";

/** The moment at which the fleet is looked at. */
export const lookedAt: number = now + 2 * 3_600_000;

export const hostileTag = `"><script>document.title='owned'</script>`;

const until = (days: number): { readonly notAfterAt: number } => ({ notAfterAt: now + days * dayMs });
const old = mintRoot("Example Root 2004", { ...until(143), notBeforeAt: now - 20 * yearMs });
const rootX = mintRoot("Example Root X", until(3_000));
const rootY = mintRoot("Example Root Y", until(4_000));
const crossY = mint({ name: "Example Root Y", keys: rootY.keys, ca: true, ...until(61) }, old);
const issuingR = mint({ name: "Example Issuing R3", ca: true, ...until(900) }, rootX);
const issuingE = mint({ name: "Example Issuing E1", ca: true, ...until(1_000) }, rootY);
const regional = mint({ name: "Regional Issuing CA", ca: true, ...until(400) }, old);
const trusted = [old, rootX, rootY].map(({ certificate }) =>
  anchorFromCertificate(certificate, { store: "file" }),
);

const hexOf = (certificate: Certificate): string => renderHex(sha256(certificate.der));

function bundleOf(label: string, device: WatchedBundle["device"], roots: readonly Minted[]): WatchedBundle {
  return bundleOfFiles(
    { label, device, files: [{ path: label, bytes: Buffer.from(pemOf(...roots)) }] },
    sha256,
  );
}

export const bundles: readonly WatchedBundle[] = [
  bundleOf("fs/ca.pem", "mongoose-7-openssl", [old, rootX]),
  bundleOf("certs/roots.pem", "mongoose-os", [rootX, rootY]),
];

interface Kind {
  readonly scheme?: string;
  readonly tags: readonly string[];
  readonly issuer: Minted;
  /** Sent behind the leaf. */
  readonly sent: readonly Minted[];
  /** Days that a certificate lasts, and days before its end at which the next one comes. */
  readonly lifeDays: number;
  readonly leftDays: number;
  readonly addresses: readonly string[];
  /** Days ago since when it is as `turn` says. */
  readonly turn?: {
    readonly daysAgo: number;
    readonly answer?: Answer;
    readonly sent?: readonly Minted[];
    readonly renews?: boolean;
  };
}

const v4 = ["192.0.2.10"];
const failed = (code: string, stage: string, sentence: string): Answer => ({
  kind: "failed",
  code,
  stage,
  sentence,
});

const kinds: readonly (readonly [string, Kind])[] = [
  [
    "api.example.com",
    {
      tags: ["prod", "payments"],
      issuer: issuingE,
      sent: [issuingE, crossY],
      lifeDays: 90,
      leftDays: 30,
      addresses: ["192.0.2.7", "2001:db8::7"],
    },
  ],
  [
    "firmware.example.com",
    { tags: ["prod", "ota"], issuer: regional, sent: [regional], lifeDays: 200, leftDays: 40, addresses: v4 },
  ],
  [
    "telemetry.example.com",
    {
      tags: ["prod"],
      issuer: issuingR,
      sent: [issuingR],
      lifeDays: 47,
      leftDays: 15,
      addresses: v4,
      turn: { daysAgo: 25, renews: false },
    },
  ],
  [
    "legacy.example.com",
    {
      tags: ["eu"],
      issuer: issuingR,
      sent: [issuingR],
      lifeDays: 90,
      leftDays: 30,
      addresses: v4,
      turn: {
        daysAgo: 3,
        answer: failed("connection-refused", "tcp", "Nothing listens at 192.0.2.10, port 443."),
      },
    },
  ],
  [
    "shop.example.com",
    {
      tags: ["eu", "prod"],
      issuer: issuingE,
      sent: [issuingE],
      lifeDays: 90,
      leftDays: 30,
      addresses: ["192.0.2.21", "192.0.2.22"],
      turn: { daysAgo: 9, sent: [] },
    },
  ],
  [
    "mqtt.example.com",
    {
      scheme: "mqtts",
      tags: ["broker"],
      issuer: issuingR,
      sent: [issuingR],
      lifeDays: 398,
      leftDays: 60,
      addresses: v4,
    },
  ],
  [
    "short.example.com",
    { tags: ["six-days"], issuer: issuingR, sent: [issuingR], lifeDays: 6, leftDays: 3, addresses: v4 },
  ],
  [
    "hostile.example.com",
    {
      tags: [hostileTag, "a&b", "tag with blanks"],
      issuer: issuingR,
      sent: [issuingR],
      lifeDays: 90,
      leftDays: 30,
      addresses: v4,
    },
  ],
];

const plain: Kind = {
  tags: ["edge"],
  issuer: issuingR,
  sent: [issuingR],
  lifeDays: 90,
  leftDays: 30,
  addresses: v4,
};

export interface MadeUpFleet {
  readonly endpoints: readonly WatchedEndpoint[];
}

/** Fills a store. `more` endpoints without a story come behind those that have one; the last one was never visited. */
export async function fillStore(store: Store, { more = 0, weeks = 52 } = {}): Promise<MadeUpFleet> {
  const all: [string, Kind][] = kinds.map(([host, kind]) => [host, kind]);
  for (let i = 0; i < more; i++) all.push([`edge-${String(i).padStart(5, "0")}.example.net`, plain]);
  const endpoints = all.map(([host, kind], i) => endpointOf(host, kind, i));
  const unvisited = endpointOf("new.example.org", plain, endpoints.length);
  await store.setBundles(bundles);
  await store.setChannels(["alertmanager"]);
  await store.setEndpoints([...endpoints, unvisited]);
  const ground = {
    knownRoots: [old, rootX, rootY].map(({ certificate }) => certificate),
    isPublic: () => false,
  };
  const prepared = bundles.map((bundle) => prepareBundle(bundle, ground, trustPorts));
  const knownRoots = new Map(ground.knownRoots.map((one) => [hexOf(one), one]));
  const decideIt = (history: EndpointHistory, visit: Visit): ReturnType<typeof decide> =>
    decide(
      {
        history,
        visit,
        bundles: prepared,
        knownRoots,
        isPublic: ground.isPublic,
        settings: defaultSettings,
        now: visit.at,
      },
      trustPorts,
    );
  const shared = new Map<string, Minted>();
  for (let week = weeks; week >= 0; week--) {
    const visits = endpoints.flatMap((endpoint, i) => {
      const [host, kind] = all[i] ?? [];
      if (host === undefined || kind === undefined || (kind === plain && week > 1)) return [];
      return [
        visitOf(endpoint, kind, { at: lookedAt - week * 7 * dayMs - 3_600_000, run: `run-${week}`, shared }),
      ];
    });
    await store.record(visits, decideIt);
  }
  await store.keepWhy(endpoints[3]?.id ?? "", {
    at: lookedAt - 2 * dayMs,
    place: "here",
    code: "connection-refused",
    text: "connection-refused: Nothing listens at 192.0.2.10, port 443.\n\n  as a client   wait, or ask whoever runs it\n  as the server start the service, open the port\n",
  });
  return { endpoints: [...endpoints, unvisited] };
}

function endpointOf(host: string, { scheme = "https", tags }: Kind, index: number): WatchedEndpoint {
  const port = scheme === "https" ? 443 : 8883;
  return {
    id: `e${String(index).padStart(6, "0")}`,
    href: `${scheme}://${host}:${port}/secret-path?key=hunter2`,
    name: port === 443 ? `${scheme}://${host}` : `${scheme}://${host}:${port}`,
    host,
    port,
    scheme,
    tags,
  };
}

interface Moment {
  readonly at: number;
  readonly run: string;
  readonly shared: Map<string, Minted>;
}

function visitOf(endpoint: WatchedEndpoint, kind: Kind, { at, run, shared }: Moment): Visit {
  const { lifeDays, leftDays, issuer, addresses } = kind;
  const turn = kind.turn !== undefined && at >= now - kind.turn.daysAgo * dayMs ? kind.turn : undefined;
  const step = (lifeDays - leftDays) * dayMs;
  // The certificate of today is half way to its renewal; those before began at even steps.
  const newest = now - (turn?.renews === false ? (lifeDays - 7) * dayMs : step / 2);
  const fromAt = newest - Math.max(0, Math.ceil((newest - at) / step)) * step;
  const common = { endpoint: endpoint.id, place: "here", run, at, tookMs: 80 + (at % 97), unreached: [] };
  if (turn?.answer !== undefined) {
    return { ...common, answer: turn.answer, showings: [], certificates: new Map() };
  }
  const key = `${kind === plain ? "plain" : endpoint.host} ${fromAt}`;
  const names = kind === plain ? "*.example.net" : endpoint.host;
  const leaf =
    shared.get(key) ??
    mintLeaf(names, issuer, { notBeforeAt: fromAt, notAfterAt: fromAt + lifeDays * dayMs });
  shared.set(key, leaf);
  const certificates = new Map<string, Certificate>();
  const showings = addresses.map((address, i) => {
    // What turns is the last address alone.
    const sent = i === addresses.length - 1 && turn?.sent !== undefined ? turn.sent : kind.sent;
    const chain = [leaf, ...sent].map(({ certificate }) => certificate);
    for (const one of chain) certificates.set(hexOf(one), one);
    const [first = leaf.certificate] = chain;
    return {
      variant: { address, offer: "ordinary" },
      shown: {
        chain: chain.map(hexOf),
        leaf: {
          notBeforeAt: first.notBeforeAt,
          notAfterAt: first.notAfterAt,
          issuer: first.issuer.display,
        },
        verdict: verdictOf(chain, at),
      },
    };
  });
  return { ...common, answer: answerOf(endpoint), showings, certificates };
}

function answerOf({ scheme }: WatchedEndpoint): Answer {
  return scheme === "https" ? { kind: "answered", status: 200 } : { kind: "verified" };
}

function verdictOf(chain: readonly Certificate[], at: number): ShownVerdict {
  const usable = findUsableEnd({ chain, anchors: trusted, at }, trustPorts);
  if (usable !== undefined) {
    return { trusted: true, anchor: anchorOf(chain, at), usable };
  }
  return {
    trusted: false,
    code: "missing-intermediate",
    sentence: `The server did not send the certificate of ${chain.at(-1)?.issuer.display ?? "its issuer"}.`,
    missing: chain.at(-1)?.issuer.text,
  };
}

function anchorOf([leaf, ...intermediates]: readonly Certificate[], at: number): string {
  if (leaf === undefined) return "";
  const verdict = verify({ leaf, intermediates, anchors: trusted, names: [], at }, trustPorts);
  return verdict.trusted ? verdict.path.anchor.subject.display : "";
}
