/** What a survey says beside the chains: of a host, what was not looked at and why, and what else matters for the device. */
import { isIP } from "node:net";
import { renderList, type HttpsError } from "../../../core/index.ts";
import { type DeviceProfile, devices } from "../../../device/index.ts";
import { wholeOffer, type LeftOut, type Surveyed } from "../../../survey/index.ts";
import { explainNarrow, type HostChain, sayOffer } from "./host-chains.ts";
import { explainAsked, type GivenIdentity } from "./identity.ts";
import type { Site } from "./sites.ts";

/** A sentence, and what it is about. */
export interface SurveyNote {
  /** The URLs given that led to the host. */
  readonly urls: readonly string[];
  readonly says: string;
  /** Where it is that certificates could be shown that nobody has seen. */
  readonly unseen: readonly UnseenAddress[];
}

/** An address of a host that shows its certificates elsewhere. */
export interface UnseenAddress {
  readonly site: string;
  readonly address: string;
  /** The error's code; `left-out` where nobody tried. */
  readonly code: string;
}

/** A host of the survey, as far as its notes need it. */
export interface NotedHost {
  /** As reports name it. */
  readonly site: string;
  readonly urls: readonly string[];
  readonly surveyed: Surveyed;
  readonly chains: readonly HostChain[];
  /** The addresses that turned the device's hello down, which is said by itself. */
  readonly turnedDownAt: readonly (string | undefined)[];
}

interface NoteSetting {
  readonly sites: readonly Site[];
  readonly profile: DeviceProfile | undefined;
  /** The client certificate that was given, unless the command tells of it by itself. */
  readonly given: GivenIdentity | "told-elsewhere" | undefined;
}

export function notesOf(host: NotedHost, { sites, profile, given }: NoteSetting): readonly SurveyNote[] {
  const { urls } = host;
  const plain = [
    ...noteNarrow(host, { sites, profile }),
    ...noteSignature(host, profile),
    ...noteSkipped(host),
    ...noteUnlearned(host),
    ...explainAsking(host, { profile, given }),
  ];
  return [...plain.map((says) => ({ urls, says, unseen: [] })), ...noteUnseen(host)];
}

function noteNarrow(
  { site: hostName, chains }: NotedHost,
  { sites, profile }: Pick<NoteSetting, "sites" | "profile">,
): readonly string[] {
  return chains.flatMap(({ chain, refusal, variant }): string[] => {
    if (refusal === undefined || variant.own) return [];
    const { site = hostName } = sites.find((one) => one.chain === chain) ?? {};
    const { title } = profile ?? devices.node;
    return [`${explainNarrow(site, variant, title)}, which is not good: ${refusal.message}`];
  });
}

/** A web site that answers in words, and not by ending the handshake, has told nothing yet. */
function explainAsking(
  { site, surveyed }: NotedHost,
  { profile, given }: Pick<NoteSetting, "profile" | "given">,
): readonly string[] {
  if (given === "told-elsewhere") return [];
  const { asked, version } = surveyed.meetings.find(({ offered }) => offered === wholeOffer) ?? {};
  if (asked === undefined || asked === "not-asked") return [];
  const asker = { chain: given, profile, at: Date.now() };
  return [explainAsked({ authority: site, asked, version }, asker)];
}

/** mbedTLS 3 with TLS 1.3 in it offers RSA-PSS and does not take it in TLS 1.2; without TLS 1.3 it does not offer it. */
function noteSignature({ site, surveyed }: NotedHost, profile: DeviceProfile | undefined): readonly string[] {
  const library = profile?.hello.refusesPssInTls12;
  const met = surveyed.meetings.find(
    ({ offered, signature = "" }) => offered === wholeOffer && signature.startsWith("rsa_pss"),
  );
  if (profile === undefined || library === undefined || met === undefined) return [];
  return [
    `${site} speaks TLS 1.2 and signs with ${met.signature}, which ${profile.title} offers and then refuses (${library}): build its library without TLS 1.3, or have the server speak 1.3.`,
  ];
}

function noteSkipped({ site, surveyed: { skipped } }: NotedHost): readonly string[] {
  if (skipped === 0) return [];
  return [
    `${site} was not asked with every part of what the device offers, because the time for it was over: it may have further chains.`,
  ];
}

/** What a part of the offer would be shown, where that is not known though it was asked about. */
function noteUnlearned({ site, surveyed: { unlearned } }: NotedHost): readonly string[] {
  const offers = new Map<string, Set<string>>();
  for (const { offered, error } of unlearned) {
    if (error === undefined) continue;
    const why = sayEnd(error);
    offers.set(why, (offers.get(why) ?? new Set()).add(sayOffer(offered)));
  }
  return [...offers].map(
    ([why, list]) =>
      `What ${site} shows to an offer of ${[...list].join(", or of ")} was not learned (${why}): it may have further chains.`,
  );
}

/** Where no address told anything, that is a failure and no note. */
function noteUnseen({ site, urls, surveyed, chains, turnedDownAt }: NotedHost): readonly SurveyNote[] {
  if (chains.length === 0 && turnedDownAt.length === 0) return [];
  const note = (addresses: readonly string[], code: string, why: string): SurveyNote => ({
    urls,
    says: `${site} at ${renderList(addresses)} ${why}`,
    unseen: addresses.map((address) => ({ site, address, code })),
  });
  return [...describeUnmet({ surveyed, turnedDownAt }, note), ...describeLeftOut(surveyed.leftOut, note)];
}

type WriteNote = (addresses: readonly string[], code: string, why: string) => SurveyNote;

/** One note for all addresses of which the same is said. */
function describeUnmet(
  { surveyed, turnedDownAt }: Pick<NotedHost, "surveyed" | "turnedDownAt">,
  note: WriteNote,
): readonly SurveyNote[] {
  const { meetings, unreached } = surveyed;
  const reached = new Set(meetings.flatMap(({ address = "" }) => isIP(address)));
  const silent = meetings.filter(
    ({ chain, address }) => chain.length === 0 && !turnedDownAt.includes(address),
  );
  const groups = new Map<string, { readonly code: string; readonly addresses: string[] }>();
  const put = (address: string, { code }: HttpsError, why: string): void => {
    const known = groups.get(why);
    if (known === undefined) groups.set(why, { code, addresses: [address] });
    else known.addresses.push(address);
  };
  for (const { address = "", error } of unreached) {
    const isFamily = error.code === "unreachable" && !reached.has(isIP(address));
    put(address, error, isFamily ? describeFamily(isIP(address), error) : describeUnreached(error));
  }
  for (const { address = "", error } of silent) {
    if (error !== undefined)
      put(address, error, `showed no certificates (${sayEnd(error)}): they may be others.`);
  }
  return [...groups].map(([why, { code, addresses }]) => note(addresses, code, why));
}

function describeUnreached(error: HttpsError): string {
  return `could not be reached (${sayEnd(error)}): what certificates it shows there is not known.`;
}

/** Says nothing of the server: this machine has no way to addresses of this family, and the device may have one. */
function describeFamily(family: number, error: HttpsError): string {
  return `could not be reached, because this machine has no way there over IPv${family} (${sayEnd(error)}): a device that uses IPv${family} may be shown other certificates.`;
}

/** How it ended, without the times that a message has. */
export function sayEnd({ detail, message }: HttpsError): string {
  const attempts = "attempts" in detail && Array.isArray(detail.attempts) ? detail.attempts : [];
  const outcomes = attempts.map(({ outcome }) => outcome);
  return outcomes.length === 0 ? message.replace(/\.$/, "") : renderList([...new Set(outcomes)]);
}

const leftOutFor: Readonly<Record<LeftOut["why"], string>> = {
  limit:
    "was not looked at, because no more addresses of one host are: what certificates it shows there is not known.",
  time: "was not looked at, because the time for it was over: what certificates it shows there is not known.",
};

function describeLeftOut(leftOut: readonly LeftOut[], note: WriteNote): readonly SurveyNote[] {
  return (["limit", "time"] as const).flatMap((why) => {
    const addresses = leftOut.flatMap((one) => (one.why === why ? [one.address] : []));
    return addresses.length === 0 ? [] : [note(addresses, "left-out", leftOutFor[why])];
  });
}
