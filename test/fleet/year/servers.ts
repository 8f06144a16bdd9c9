/** The servers of the year, each by chance: lives, habits, addresses, places, and for some what is planted in them. */
import type { Authorities } from "./authorities.ts";
import { dayAt, dayMs, hourMs, isUnwatched, yearEndsAt } from "./calendar.ts";
import type { Chance } from "./chance.ts";
import {
  authorityFor,
  findMiddle,
  type Generation,
  habitDays,
  jitter,
  type LifeDays,
  lives,
  makeGenerations,
  moveTo,
} from "./generations.ts";
import { type PlanKind, planKinds, type Planted } from "./plans.ts";
import type { Server } from "./server.ts";

/** Shares of all servers. */
const shares = {
  planted: 0.4,
  bundle: 0.2,
  lateHabit: 0.1,
  twoKeys: 0.1,
  twoPlaces: 0.1,
  time: 0.85,
} as const;

export function makeServers(count: number, authorities: Authorities, chance: Chance): readonly Server[] {
  return Array.from({ length: count }, (_, number) => makeServer(number, authorities, chance));
}

function makeServer(number: number, authorities: Authorities, chance: Chance): Server {
  const life = lives[number % lives.length] ?? 90;
  const plan = chance.isTrue(shares.planted) ? planKinds[chance.below(planKinds.length)] : undefined;
  const needsBundle = plan !== undefined && bundlePlans.includes(plan);
  const hasBundle = needsBundle || chance.isTrue(shares.bundle);
  const isLateHabit = plan === undefined && chance.isTrue(shares.lateHabit);
  const addresses = plan === "forgotten-address" ? 2 : 1 + chance.below(3);
  const authority =
    plan === "cross-sign-ends"
      ? authorities.crossSigned
      : plan === "bundle-root-ends"
        ? authorities.ending
        : authorityFor(hasBundle, authorities, chance);
  const isReplacedEarly = plan === undefined && chance.isTrue(0.1);
  const generations = makeGenerations({ life, isLateHabit, addresses, authority, isReplacedEarly }, chance);
  // What lives for six days is looked at more often, as whoever has such certificates would.
  const everyMs = (life === 6 ? 6 : 12) * hourMs;
  const ground = { life, everyMs, generations, authorities };
  const made = plan === undefined ? undefined : plant(plan, ground, chance);
  // A move within the bundle is nobody's concern.
  if (made === undefined && !needsBundle && chance.isTrue(0.1))
    moveTo(generations, 1 + chance.below(2), authorities.alsoInside);
  return {
    id: `e${number}`,
    host: `site-${number}.example`,
    life,
    isLateHabit,
    addresses: Array.from({ length: addresses }, (_, index) => `192.0.2.${index + 1}`),
    keyTypes: chance.isTrue(shares.twoKeys) ? ["ECDSA", "RSA"] : [undefined],
    places: plan === "from-one-place" || chance.isTrue(shares.twoPlaces) ? ["here", "there"] : ["here"],
    everyMs,
    hasBundle,
    tellsTime: chance.isTrue(shares.time),
    sendsLitter: chance.isTrue(0.2),
    generations,
    planted: made?.planted,
    forgotten: made?.forgotten,
  };
}

const bundlePlans: readonly PlanKind[] = ["cross-sign-ends", "bundle-root-ends", "moves-outside-bundle"];

interface Ground {
  readonly everyMs: number;
  readonly life: LifeDays;
  readonly generations: Generation[];
  readonly authorities: Authorities;
}

interface Made {
  readonly planted: Planted;
  readonly forgotten?: number;
}

/** `undefined` where the year is too short for it. */
function plant(kind: PlanKind, ground: Ground, chance: Chance): Made | undefined {
  const { everyMs, authorities } = ground;
  const anyAt = dayAt(chance.between(20, 340));
  const lasting = (leastMs: number, mostMs: number): Made | undefined => {
    const planted = { kind, breaksAt: anyAt, mendedAt: anyAt + chance.between(leastMs, mostMs) };
    return isUnwatched(planted.breaksAt, planted.mendedAt) ? undefined : { planted };
  };
  switch (kind) {
    case "cross-sign-ends":
      return endsAt(kind, authorities.crossEndsAt, ground);
    case "bundle-root-ends":
      return endsAt(kind, authorities.rootEndsAt, ground);
    case "outage-of-hours":
      return lasting(1.6 * everyMs, 3 * everyMs);
    case "outage-of-days":
      return lasting(2 * dayMs, 4 * dayMs);
    case "from-one-place":
      return lasting(dayMs, 3 * dayMs);
    case "comes-and-goes":
      return lasting(3 * dayMs, 6 * dayMs);
    case "errors":
    case "chain-incomplete":
    case "revoked":
    case "wrong-host":
    case "unknown-root":
      return lasting(2 * dayMs, 5 * dayMs);
    case "renewal-stops":
    case "intermediate-ends":
    case "forgotten-address":
    case "moves-outside-bundle":
      return plantInGeneration(kind, ground, chance);
  }
}

/** It ends by a date of the CA's; a few days later the server has another certificate. */
function endsAt(kind: PlanKind, breaksAt: number, { generations, authorities }: Ground): Made {
  const mendedAt = breaksAt + 3 * dayMs;
  const next = generations.findIndex(({ deployAt }) => deployAt > mendedAt);
  const last = generations.findLast(({ deployAt }) => deployAt <= mendedAt);
  moveTo(generations, next === -1 ? generations.length : next, authorities.inside);
  if (last !== undefined) {
    const lifeMs = last.notAfterAt - last.notBeforeAt;
    const index = next === -1 ? generations.length : next;
    generations.splice(index, generations.length, {
      ...last,
      notBeforeAt: mendedAt - hourMs,
      notAfterAt: mendedAt - hourMs + lifeMs,
      deployAt: mendedAt,
      authority: authorities.inside,
    });
    // Until the year ends, as ever.
    for (
      let one = generations.at(-1);
      one !== undefined && one.deployAt < yearEndsAt;
      one = generations.at(-1)
    ) {
      const deployAt = one.notAfterAt - lifeMs / 3;
      generations.push({
        ...one,
        notBeforeAt: deployAt - hourMs,
        notAfterAt: deployAt - hourMs + lifeMs,
        deployAt,
      });
    }
  }
  return { planted: { kind, breaksAt, mendedAt: mendedAt + dayMs } };
}

function plantInGeneration(
  kind: "renewal-stops" | "intermediate-ends" | "forgotten-address" | "moves-outside-bundle",
  { life, generations, authorities }: Ground,
  chance: Chance,
): Made | undefined {
  const index = findMiddle(generations, chance);
  const generation = index === undefined ? undefined : generations[index];
  const next = index === undefined ? undefined : generations[index + 1];
  if (index === undefined || generation === undefined || next === undefined) return undefined;
  switch (kind) {
    case "renewal-stops": {
      const breaksAt = generation.notAfterAt;
      const mendedAt = breaksAt + chance.between(0.5, 2) * dayMs;
      // Everything that comes behind comes later.
      const shiftMs = mendedAt - next.deployAt;
      generations.splice(
        index + 1,
        generations.length,
        ...generations.slice(index + 1).map((one) => later(one, shiftMs)),
      );
      return { planted: { kind, breaksAt, mendedAt } };
    }
    case "intermediate-ends": {
      // Before the renewal, by a tenth of the life.
      const leftMs = habitDays[life][0] * (1 + jitter) * dayMs + (life * dayMs) / 10;
      const breaksAt = Math.floor((generation.notAfterAt - leftMs) / 1000) * 1000;
      generation.intermediateEndsAt = breaksAt;
      generation.authority = authorities.inside;
      return { planted: { kind, breaksAt, mendedAt: next.deployAt + Math.max(...next.delays) } };
    }
    case "forgotten-address": {
      const breaksAt = generation.notAfterAt;
      return { planted: { kind, breaksAt, mendedAt: breaksAt + dayMs }, forgotten: index };
    }
    case "moves-outside-bundle": {
      const breaksAt = next.deployAt;
      moveTo(generations, index + 1, authorities.outside);
      return { planted: { kind, breaksAt, mendedAt: Infinity } };
    }
  }
}

function later(generation: Generation, shiftMs: number): Generation {
  return {
    ...generation,
    notBeforeAt: generation.notBeforeAt + shiftMs,
    notAfterAt: generation.notAfterAt + shiftMs,
    deployAt: generation.deployAt + shiftMs,
  };
}
