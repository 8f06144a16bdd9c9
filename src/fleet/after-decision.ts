/** The history from which the next decision is made: what a store hands out once it has written a decision down. */
import type { Decision } from "./decide.ts";
import { type EndpointHistory, type Fact, isSameSubject } from "./history.ts";
import { fleetLimits } from "./limits.ts";

/** The history as it stands after the decision: what the next `decide` is given. Nothing that is handed in is changed. */
export function afterDecision(history: EndpointHistory, decision: Decision): EndpointHistory {
  const written = new Map(decision.alerts.map((alert) => [alert.id, alert]));
  const open = history.alerts.map((alert) => written.get(alert.id) ?? alert);
  const opened = decision.alerts.filter(({ id }) => !history.alerts.some((alert) => alert.id === id));
  return {
    endpoint: history.endpoint,
    facts: afterFacts(history.facts, decision.facts),
    places: [...history.places.filter(({ place }) => place !== decision.place.place), decision.place],
    forecasts: decision.forecasts,
    alerts: [...open, ...opened].filter(({ closedAt }) => closedAt === undefined),
  };
}

function afterFacts(facts: readonly Fact[], written: readonly Fact[]): readonly Fact[] {
  const all = [...facts];
  for (const fact of written) {
    const place = all.findLastIndex((known) => known.firstAt === fact.firstAt && isSameSubject(known, fact));
    if (place === -1) {
      all.push(fact);
      forgetOldest(all, fact);
    } else all[place] = fact;
  }
  return all;
}

/** Of each subject the newest are kept. */
function forgetOldest(all: Fact[], fact: Fact): void {
  const own = all.filter((known) => isSameSubject(known, fact));
  const [oldest] = own;
  if (oldest !== undefined && own.length > fleetLimits.factsKept.value) all.splice(all.indexOf(oldest), 1);
}
