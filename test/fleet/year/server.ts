/** One server of the year: how it is set up, what is planted in it, and the visit that is made of it at a moment. */
import { trustPorts } from "../../../src/admission/index.ts";
import {
  type Answer,
  findUsableEnd,
  type Shown,
  type ShownVerdict,
  type Visit,
} from "../../../src/fleet/index.ts";
import { explainRejection, verify } from "../../../src/trust/index.ts";
import { type Certificate, fingerprint } from "../../../src/x509/index.ts";
import { mint, type Minted } from "../../pki/index.ts";
import type { Authorities } from "./authorities.ts";
import { dayMs } from "./calendar.ts";
import type { Chance } from "./chance.ts";
import type { Generation, LifeDays } from "./generations.ts";
import type { Planted } from "./plans.ts";

export interface Server {
  readonly id: string;
  readonly host: string;
  readonly life: LifeDays;
  readonly isLateHabit: boolean;
  readonly addresses: readonly string[];
  readonly keyTypes: readonly ("ECDSA" | "RSA" | undefined)[];
  readonly places: readonly string[];
  /** How often it is visited from each place. */
  readonly everyMs: number;
  readonly hasBundle: boolean;
  /** Its answers have a Date field. */
  readonly tellsTime: boolean;
  /** An old root that ended is sent along. */
  readonly sendsLitter: boolean;
  readonly generations: readonly Generation[];
  readonly planted: Planted | undefined;
  /** The generation that one address keeps. */
  readonly forgotten: number | undefined;
}

export interface VisitAt {
  readonly at: number;
  readonly wallAt: number;
  readonly place: string;
  /** A slip of the network, which is over at the next visit; and an error of the server. */
  readonly isSlip: boolean;
  readonly isErring: boolean;
}

/** What servers show, made when it is first shown: certificates by the year's CAs, judged by the engine. */
export class Shop {
  readonly #authorities: Authorities;
  readonly #chance: Chance;
  readonly #leaves = new Map<string, { readonly leaf: Minted; readonly above: readonly Minted[] }>();
  readonly #shown = new Map<
    string,
    {
      readonly shown: Shown;
      readonly offMs: number;
      readonly untilAt: number;
      readonly chain: readonly Certificate[];
    }
  >();
  readonly #intermediates = new Map<string, Minted>();
  /** How many certificates were made, and how many chains were judged. */
  made = 0;
  judged = 0;

  constructor(authorities: Authorities, chance: Chance) {
    this.#authorities = authorities;
    this.#chance = chance;
  }

  visit(server: Server, { at, wallAt, place, isSlip, isErring }: VisitAt): Visit {
    const base = {
      endpoint: server.id,
      place,
      run: `${at}`,
      at: wallAt,
      tookMs: 80,
      unreached: [],
      serverDateAt: server.tellsTime ? at : undefined,
    };
    const { planted } = server;
    const isOut = planted !== undefined && isOutage(planted, { at, place });
    if (isOut || isSlip) {
      const answer: Answer = {
        kind: "failed",
        code: "connect-timeout",
        stage: "tcp",
        sentence: "No address answered.",
      };
      return { ...base, serverDateAt: undefined, answer, showings: [], certificates: new Map() };
    }
    const certificates = new Map<string, Certificate>();
    const showings = server.addresses.flatMap((address, index) =>
      variantsOf(server).map(({ keyType, offer }) => {
        const { shown, chain } = this.#show(server, { index, keyType, at, wallAt });
        chain.forEach((certificate, number) => certificates.set(shown.chain[number] ?? "", certificate));
        return { variant: { address, offer, keyType }, shown };
      }),
    );
    const met = showings[this.#chance.below(showings.length)]?.shown.verdict;
    const status = isErring || (planted?.kind === "errors" && isDuring(planted, at)) ? 503 : 200;
    const answer: Answer =
      met?.trusted === false
        ? { kind: "failed", code: met.code, stage: "trust", sentence: met.sentence }
        : { kind: "answered", status };
    return { ...base, answer, showings, certificates };
  }

  #show(
    server: Server,
    {
      index,
      keyType,
      at,
      wallAt,
    }: {
      readonly index: number;
      readonly keyType: string | undefined;
      readonly at: number;
      readonly wallAt: number;
    },
  ): { readonly shown: Shown; readonly chain: readonly Certificate[] } {
    const { planted, generations } = server;
    const number = generationAt(server, index, at);
    const during = planted !== undefined && isDuring(planted, at) ? planted.kind : undefined;
    const key = `${server.id} ${number} ${keyType ?? ""} ${during ?? ""}`;
    const known = this.#shown.get(key);
    const offMs = wallAt - at;
    if (known !== undefined && known.offMs === offMs && wallAt <= known.untilAt) return known;
    const generation = generations[number];
    if (generation === undefined) throw new Error("there is a generation at each moment");
    const chain = this.#chain(server, { generation, key: `${server.id} ${number} ${keyType ?? ""}`, during });
    const verdict: ShownVerdict =
      during === "revoked"
        ? { trusted: false, code: "revoked", sentence: "The certificate was revoked." }
        : this.#judge(server.host, chain, wallAt);
    const [leaf] = chain;
    if (leaf === undefined) throw new Error("a chain has a leaf");
    const made = {
      chain,
      // A refusal is judged again each day, and whenever the clock jumped.
      offMs,
      untilAt: verdict.trusted ? verdict.usable.untilAt : wallAt + dayMs,
      shown: {
        chain: chain.map((one) => fingerprint(one, trustPorts.sha256)),
        leaf: { notBeforeAt: leaf.notBeforeAt, notAfterAt: leaf.notAfterAt, issuer: leaf.issuer.display },
        verdict,
      },
    };
    this.#shown.set(key, made);
    // What was before is not shown again, but where one address keeps it.
    for (const old of [number - 3])
      for (const kind of server.keyTypes) this.#drop(`${server.id} ${old} ${kind ?? ""}`);
    return made;
  }

  #drop(key: string): void {
    this.#leaves.delete(key);
    this.#shown.delete(`${key} `);
  }

  #chain(
    server: Server,
    {
      generation,
      key,
      during,
    }: { readonly generation: Generation; readonly key: string; readonly during: string | undefined },
  ): readonly Certificate[] {
    const { unknown, litter } = this.#authorities;
    if (during === "wrong-host") return certificatesOf(this.#mint("other.example", generation));
    if (during === "unknown-root")
      return certificatesOf(this.#mint(server.host, { ...generation, authority: unknown }));
    let made = this.#leaves.get(key);
    if (made === undefined) this.#leaves.set(key, (made = this.#mint(server.host, generation)));
    if (during === "chain-incomplete") return [made.leaf.certificate];
    const chain = certificatesOf(made);
    return server.sendsLitter ? [...chain, litter.certificate] : chain;
  }

  #mint(
    host: string,
    { notBeforeAt, notAfterAt, authority, intermediateEndsAt }: Generation,
  ): { readonly leaf: Minted; readonly above: readonly Minted[] } {
    const { leafKeys, leafSpki } = this.#authorities;
    const issuing =
      intermediateEndsAt === undefined ? undefined : this.#shortIntermediate(intermediateEndsAt);
    this.made++;
    const leaf = mint(
      {
        name: host,
        keys: leafKeys,
        spki: leafSpki,
        notBeforeAt: Math.floor(notBeforeAt / 1000) * 1000,
        notAfterAt: Math.floor(notAfterAt / 1000) * 1000,
        usages: ["digitalSignature"],
        purposes: ["serverAuth"],
        names: [`dns:${host}`],
      },
      issuing ?? authority.issuing,
    );
    return { leaf, above: issuing === undefined ? authority.sent : [issuing] };
  }

  /** Under the root of `inside`: its own key is not needed to last. */
  #shortIntermediate(untilAt: number): Minted {
    const key = String(untilAt);
    const known = this.#intermediates.get(key);
    if (known !== undefined) return known;
    const made = this.#authorities.shortIntermediate(untilAt);
    this.#intermediates.set(key, made);
    return made;
  }

  #judge(host: string, chain: readonly Certificate[], at: number): ShownVerdict {
    this.judged++;
    const { anchors } = this.#authorities;
    const [leaf, ...intermediates] = chain;
    if (leaf === undefined) throw new Error("a chain has a leaf");
    const names = [{ kind: "dns", value: host }] as const;
    const verdict = verify({ leaf, intermediates, anchors, names, at }, trustPorts);
    if (!verdict.trusted) {
      const { primary, needs } = verdict;
      return {
        trusted: false,
        code: primary.code,
        sentence: explainRejection(primary),
        missing: needs[0]?.issuer,
      };
    }
    const usable = findUsableEnd({ chain, anchors, at, path: verdict.path }, trustPorts);
    const { anchor } = verdict.path;
    if (usable === undefined || anchor.certificate === undefined)
      throw new Error("a trusted path has an end");
    return {
      trusted: true,
      anchor: anchor.subject.display,
      root: fingerprint(anchor.certificate, trustPorts.sha256),
      usable,
    };
  }
}

function certificatesOf({
  leaf,
  above,
}: {
  readonly leaf: Minted;
  readonly above: readonly Minted[];
}): readonly Certificate[] {
  return [leaf, ...above].map(({ certificate }) => certificate);
}

/** A server that is joined with a bundle is asked as the bundle's device asks, too. */
function variantsOf({
  keyTypes,
  hasBundle,
}: Server): readonly { readonly keyType: "ECDSA" | "RSA" | undefined; readonly offer: string }[] {
  const ordinary = keyTypes.map((keyType) => ({ keyType, offer: "ordinary" }));
  return hasBundle ? [...ordinary, { keyType: keyTypes[0], offer: "node" }] : ordinary;
}

function isDuring({ breaksAt, mendedAt }: Planted, at: number): boolean {
  return at >= breaksAt && at < mendedAt;
}

function isOutage(planted: Planted, { at, place }: { readonly at: number; readonly place: string }): boolean {
  if (!isDuring(planted, at)) return false;
  switch (planted.kind) {
    case "outage-of-hours":
    case "outage-of-days":
      return true;
    case "from-one-place":
      return place === "there";
    case "comes-and-goes":
      return Math.floor((at - planted.breaksAt) / (dayMs / 2)) % 2 === 0;
    case "renewal-stops":
    case "intermediate-ends":
    case "cross-sign-ends":
    case "bundle-root-ends":
    case "forgotten-address":
    case "moves-outside-bundle":
    case "chain-incomplete":
    case "revoked":
    case "wrong-host":
    case "unknown-root":
    case "errors":
      return false;
  }
}

/** Which certificate an address shows: the newest that was put on it. */
function generationAt({ generations, forgotten, planted }: Server, address: number, at: number): number {
  const number = generations.findLastIndex(({ deployAt, delays }) => deployAt + (delays[address] ?? 0) <= at);
  const keeps =
    forgotten !== undefined &&
    planted !== undefined &&
    address === 1 &&
    number > forgotten &&
    at < planted.mendedAt;
  return Math.max(0, keeps ? forgotten : number);
}
