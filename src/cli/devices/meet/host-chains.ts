/** The chains that one host showed to the device's hello, each once, with who meets it and whether it is good. */
import { admit, type TrustPolicy } from "../../../admission/index.ts";
import { assert, HttpsError, versionNames, type HelloVersion, type KeyType } from "../../../core/index.ts";
import { isSameChain, parseShown, wholeOffer, type Meeting, type Surveyed } from "../../../survey/index.ts";
import type { Certificate } from "../../../x509/index.ts";

/** Where a chain is met, of a host that shows several. */
export interface Variant {
  /** The host as reports name it, whatever it shows. */
  readonly of: string;
  readonly addresses: readonly string[];
  readonly version: HelloVersion | undefined;
  readonly keyType: KeyType | undefined;
  /** Whether the device's whole offer is answered with it, or only one with a part left out. */
  readonly own: boolean;
}

/** One chain, and where it was met. */
export interface HostChain {
  /** As sent, the server's own first; never empty. */
  readonly chain: readonly Certificate[];
  /** Why a full validation does not accept it; `undefined` where both keys do. */
  readonly refusal: HttpsError | undefined;
  readonly variant: Variant;
}

export interface HostName {
  /** As reports name it. */
  readonly site: string;
  readonly host: string;
}

/** The chains in the order in which they were met. One whose leaf cannot be read is left out: see `findUnreadable`. */
export function chainsOf(
  { site, host }: HostName,
  { meetings }: Pick<Surveyed, "meetings">,
  policy: TrustPolicy,
): readonly HostChain[] {
  const groups: [Meeting, ...Meeting[]][] = [];
  for (const meeting of meetings) {
    if (meeting.chain.length === 0) continue;
    const known = groups.find(([first]) => isSameChain(first, meeting));
    if (known === undefined) groups.push([meeting]);
    else known.push(meeting);
  }
  return groups.flatMap((group): HostChain[] => {
    const [first] = group;
    if (!hasReadableLeaf(first)) return [];
    const chain = first.chain.flatMap((der) => {
      const parsed = parseShown(der);
      return parsed.ok ? [parsed.certificate] : [];
    });
    return [{ chain, refusal: judge(host, group, policy), variant: variantOf(site, group) }];
  });
}

/** Why the certificate cannot be read that the device's whole offer was answered with, where that is so somewhere. */
export function findUnreadable(
  host: string,
  { meetings }: Pick<Surveyed, "meetings">,
  policy: TrustPolicy,
): HttpsError | undefined {
  const unread = meetings.find(
    (one) => one.offered === wholeOffer && one.chain.length > 0 && !hasReadableLeaf(one),
  );
  return unread === undefined ? undefined : judge(host, [unread], policy);
}

function hasReadableLeaf({ chain: [leaf] }: Meeting): boolean {
  return leaf !== undefined && parseShown(leaf).ok;
}

function variantOf(site: string, group: readonly Meeting[]): Variant {
  const own = group.filter(({ offered }) => offered === wholeOffer);
  const [{ version, keyType } = { version: undefined, keyType: undefined }] = own.length > 0 ? own : group;
  const addresses = [...new Set(group.flatMap(({ address }) => address ?? []))];
  return { of: site, addresses, version, keyType, own: own.length > 0 };
}

/** Both keys, as for a connection: OpenSSL's word on each handshake, and the engine's on the chain and what came with it. */
function judge(host: string, group: readonly Meeting[], policy: TrustPolicy): HttpsError | undefined {
  const proved = group.filter(({ openssl }) => openssl !== undefined);
  // Nobody showed that the chain is theirs, and whoever stands between could have shown it.
  if (proved.length === 0) {
    const error = group[0]?.error;
    assert(error !== undefined, "a handshake that came to its end has OpenSSL's word");
    return error;
  }
  for (const { chain: sent, staple, openssl } of proved) {
    if (openssl === undefined) continue;
    try {
      admit({ host, name: host, sent, parse: parseShown, staple, openssl, resumed: false }, policy);
    } catch (error) {
      if (error instanceof HttpsError) return error;
      throw error;
    }
  }
  return undefined;
}

/** Who is shown a chain that the device's whole offer is not: the beginning of a sentence, up to the chain. */
export function explainNarrow(site: string, variant: Variant | undefined, title: string): string {
  const offer = variant?.version === undefined ? "less" : `only ${sayOffer(variant)}`;
  return `A build of ${title} that offers ${offer} would be shown another chain, ${site}`;
}

/** One version, and keys of one kind: `TLS 1.2 with ECDSA keys`. */
export function sayOffer({ version, keyType }: Pick<Variant, "version" | "keyType">): string {
  const keys = keyType === undefined ? "" : ` with ${keyType} keys`;
  return `${version === undefined ? "any version" : versionNames[version]}${keys}`;
}

/** How each chain is called: the host alone where it shows one; else with what tells it from the others. */
export function nameChains(chains: readonly HostChain[]): readonly string[] {
  const variants = chains.map(({ variant }) => variant);
  if (variants.length <= 1) return variants.map(({ of }) => of);
  const tells = (value: (variant: Variant) => string): boolean => new Set(variants.map(value)).size > 1;
  const [byAddress, byKey, byVersion] = [
    tells(({ addresses }) => addresses.toSorted().join(" ")),
    tells(({ keyType = "" }) => keyType),
    tells(({ version = "" }) => version),
  ];
  const names = variants.map(({ of, addresses, keyType, version }) => {
    const place = byAddress && addresses.length > 0 ? ` at ${addresses.join(" and ")}` : "";
    const traits = [
      ...(byKey && keyType !== undefined ? [keyType] : []),
      ...(byVersion && version !== undefined ? [versionNames[version]] : []),
    ];
    // In brackets, because these names stand in lists.
    return `${of}${place}${traits.length === 0 ? "" : ` (${traits.join(", ")})`}`;
  });
  return names.map((name, i) => {
    const same = names.slice(0, i).filter((earlier) => earlier === name).length;
    return same === 0 ? name : `${name} (chain ${same + 1})`;
  });
}
