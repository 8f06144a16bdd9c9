/** The certificates of one server over the year: when each is put in place, and what is changed for a plan. */
import type { Authorities, Authority } from "./authorities.ts";
import { dayMs, hourMs, yearBeginsAt, yearEndsAt } from "./calendar.ts";
import type { Chance } from "./chance.ts";

export const lives = [6, 47, 90, 200, 398] as const;
export type LifeDays = (typeof lives)[number];

/** With how many days left a certificate of a life is renewed; the second is what a late habit is. */
export const habitDays: Readonly<Record<LifeDays, readonly [usual: number, late: number]>> = {
  6: [2.5, 1],
  47: [15.7, 6],
  90: [30, 8],
  200: [40, 12],
  398: [30, 10],
};
/** By which share of that it comes earlier or later. */
export const jitter = 0.2;

export interface Generation {
  readonly notBeforeAt: number;
  readonly notAfterAt: number;
  deployAt: number;
  /** How much later each address has it. */
  readonly delays: readonly number[];
  authority: Authority;
  /** Its intermediate is another one, which ends then. */
  intermediateEndsAt?: number;
}

export interface GenerationsShape {
  readonly life: LifeDays;
  readonly isLateHabit: boolean;
  readonly addresses: number;
  readonly authority: Authority;
  readonly isReplacedEarly: boolean;
}

export function makeGenerations(shape: GenerationsShape, chance: Chance): Generation[] {
  const lifeMs = shape.life * dayMs;
  const habitMs = habitDays[shape.life][shape.isLateHabit ? 1 : 0] * dayMs;
  const left = (): number => habitMs * chance.between(1 - jitter, 1 + jitter);
  const delays = (): readonly number[] =>
    Array.from({ length: shape.addresses }, (_, address) =>
      address === 0 ? 0 : chance.between(0, rolloutMs(shape.life)),
    );
  const beginsAt = yearBeginsAt - chance.next() * (lifeMs - habitMs * (1 + jitter));
  const generations: Generation[] = [
    {
      notBeforeAt: beginsAt,
      notAfterAt: beginsAt + lifeMs,
      deployAt: beginsAt,
      delays: delays(),
      authority: shape.authority,
    },
  ];
  let last = generations[0];
  let early = shape.isReplacedEarly ? 1 + chance.below(3) : -1;
  while (last !== undefined && last.deployAt < yearEndsAt) {
    const isEarly = early-- === 0;
    const leftMs = isEarly ? chance.between(habitMs * 1.5, lifeMs * 0.8) : left();
    const deployAt = Math.max(last.notAfterAt - leftMs, last.deployAt + dayMs / 2);
    last = {
      notBeforeAt: deployAt - hourMs,
      notAfterAt: deployAt - hourMs + lifeMs,
      deployAt,
      delays: delays(),
      authority: shape.authority,
    };
    generations.push(last);
  }
  return generations;
}

/** How long a roll-out over the addresses takes at most. */
function rolloutMs(life: LifeDays): number {
  return life === 6 ? 6 * hourMs : 20 * hourMs;
}

/** From a generation on another CA issues. */
export function moveTo(generations: readonly Generation[], from: number, authority: Authority): void {
  for (const generation of generations.slice(from)) generation.authority = authority;
}

/** A generation in the middle of the year that ends before the year does, and the one after it. */
export function findMiddle(generations: readonly Generation[], chance: Chance): number | undefined {
  const suitable = generations.flatMap(({ deployAt, notAfterAt }, index) =>
    index > 0 && deployAt > yearBeginsAt + 10 * dayMs && notAfterAt < yearEndsAt - 10 * dayMs ? [index] : [],
  );
  const first = generations.flatMap(({ notAfterAt }, index) =>
    notAfterAt > yearBeginsAt + 60 * dayMs && notAfterAt < yearEndsAt - 10 * dayMs ? [index] : [],
  );
  const all = suitable.length > 0 ? suitable : first;
  return all[chance.below(all.length)];
}

export function authorityFor(hasBundle: boolean, authorities: Authorities, chance: Chance): Authority {
  const { inside, alsoInside, outside } = authorities;
  const among = hasBundle ? [inside, alsoInside] : [inside, alsoInside, outside];
  return among[chance.below(among.length)] ?? inside;
}
