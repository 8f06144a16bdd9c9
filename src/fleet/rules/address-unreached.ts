/**
 * Some addresses of an endpoint do not connect while others do, visit after visit. Where none does, it is unreachable.
 *
 * An address to which this place has no way (IPv6 on a network without it) says nothing of the server, and is not told. One
 * that refuses is there, and does not serve; one that is silent may be lost on the way, which is worth a notice.
 */
import { renderCount, renderInstant, renderList } from "../../core/index.ts";
import type { Concern } from "../alert.ts";
import type { PlaceMark } from "../history.ts";
import type { Situation } from "../situation.ts";
import type { UnreachedAddress } from "../unreached.ts";
import type { Rule } from "./rule.ts";

interface Lost extends UnreachedAddress {
  readonly place: string;
}

export const addressUnreached: Rule = {
  title: "Some addresses of the endpoint do not connect",
  authority:
    "RFC 8305 §5: a client goes on to the next address, and waits before it does; a device that tries one alone does not connect. After how many visits it is told is our policy.",
  check(situation) {
    const lost = situation.places.flatMap((mark) => lostFrom(mark, situation));
    return lost.length === 0 ? [] : [explain(lost, situation)];
  },
};

/** Those that failed often enough, where the last visit met the endpoint at another address. */
function lostFrom({ place, at, unreached = [] }: PlaceMark, { seen, settings }: Situation): readonly Lost[] {
  if (!seen.some((fact) => fact.place === place && fact.lastAt === at)) return [];
  return unreached
    .filter(({ code, failures }) => code !== noWay && failures >= settings.failuresInARow)
    .map((one) => ({ ...one, place }));
}

const noWay = "unreachable";
const refused = "connection-refused";

function explain(lost: readonly Lost[], { endpoint }: Situation): Concern {
  const addresses = [...new Set(lost.map(({ address }) => address))];
  return {
    rule: "address-unreached",
    subject: "",
    severity: lost.some(({ code }) => code === refused) ? "warning" : "notice",
    sentence: `${endpoint.name} connects at other addresses, and not at ${renderList(addresses)}.`,
    evidence: lost.map(
      ({ address, place, failures, sinceAt, sentence }) =>
        `From ${place}, ${renderCount(failures, "visit")} in a row did not connect to ${address}, since ${renderInstant(sinceAt)}: ${sentence}`,
    ),
    remedy: "Bring the server at that address back, or take it out of DNS until it is.",
    sure: "certain",
  };
}
