/**
 * Half a year of the fleet's own decisions over a store: what it hands to the next decision is what the last one made, however
 * the clock went.
 */
import { expect, test } from "vitest";
import { trustPorts } from "../../../src/admission/index.ts";
import {
  afterDecision,
  decide,
  type Decision,
  defaultSettings,
  type EndpointHistory,
  subjectOf,
  type Visit,
} from "../../../src/fleet/index.ts";
import { answered, days, failed, noon, type VisitShape } from "../../fleet/made-up.ts";
import { alertOf, certificateNamed, endpointNamed, type OpenKept, record, visitOf } from "./kept.ts";

const a = endpointNamed("a");

/** Everything that becomes a fact or an alert: renewals, one that is late, outages, two addresses, two places, other answers. */
const story: readonly VisitShape[] = Array.from({ length: 90 }, (_, i): VisitShape => {
  const day = i * 2;
  const leaf = Math.floor(day / 30);
  const chain = { leaf: `leaf ${leaf}`, fromDay: leaf * 30, untilDay: leaf * 30 + (leaf === 3 ? 2 : 45) };
  const place = i % 3 === 2 ? "there" : "here";
  if (i % 17 > 14) return { day, place, answer: failed("connect-timeout"), shows: [] };
  const second = { ...chain, leaf: i % 11 === 0 ? "another" : chain.leaf };
  return {
    day,
    place,
    answer: answered(i % 23 === 22 ? 500 : 200),
    shows: [
      ["192.0.2.1", chain],
      ["192.0.2.2", second],
      [{ offer: "mongoose-os" }, chain],
    ],
  };
});

/** The fleet's own decision, as the watch makes it. */
function decided(history: EndpointHistory, visit: Visit): Decision {
  const request = { bundles: [], knownRoots: new Map(), isPublic: () => false, settings: defaultSettings };
  return decide({ ...request, history, visit, now: visit.at }, trustPorts);
}

/** In an order of its own: facts of one moment have none. */
function comparable(history: EndpointHistory | undefined): unknown {
  if (history === undefined) return undefined;
  const by = <T>(values: readonly T[], key: (value: T) => string): readonly T[] =>
    values.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
  return {
    ...history,
    facts: by(history.facts, (fact) => `${subjectOf(fact)} ${fact.firstAt}`),
    places: by(history.places, ({ place }) => place),
    alerts: by(history.alerts, ({ id }) => id),
  };
}

export function holdOverTime(open: OpenKept): void {
  test("a decision is given what the fleet says that is known after the last one", async () => {
    let now = noon;
    await using kept = await open(() => now);
    const { store } = kept;
    await store.setEndpoints([a, endpointNamed("b")]);
    let known = (await store.endpoint("a"))?.history;
    let alerts = 0;
    for (const shape of story) {
      const visit = visitOf("a", shape);
      now = visit.at;
      let given: EndpointHistory | undefined;
      const [decision] = await store.record([visit], (history, made) => {
        given = history;
        return decided(history, made);
      });
      expect(comparable(given)).toEqual(comparable(known));
      if (known !== undefined && decision !== undefined) known = afterDecision(known, decision);
      alerts += decision?.changes.length ?? 0;
      expect(comparable((await store.endpoint("a"))?.history)).toEqual(comparable(known));
    }
    expect(known?.facts.length).toBeGreaterThan(30);
    expect(alerts).toBeGreaterThan(5);
  });

  test("a visit that was made before the last one changes nothing, of whichever run it is", async () => {
    await using kept = await open(() => days(3));
    const { store } = kept;
    await store.setEndpoints([a]);
    await record(store, visitOf("a", { day: 3 }));
    const before = await store.endpoint("a");
    expect(await record(store, visitOf("a", { day: 2, answer: answered(500) }))).toBeUndefined();
    expect(await store.endpoint("a")).toEqual(before);
  });

  test("what a clock marked that was ahead is due by one that is right, is written, and is due no more", async () => {
    let now = days(400);
    await using kept = await open(() => now);
    const { store } = kept;
    const due = async (): Promise<readonly string[]> =>
      (await store.due({ place: "here", now, limit: 9 })).map(({ endpoint }) => endpoint.id);
    await store.setEndpoints([a]);
    await record(store, visitOf("a", { day: 400 }));
    expect(await due()).toEqual([]);
    now = days(1);
    expect(await due()).toEqual(["a"]);
    expect(await record(store, visitOf("a", { day: 1 }))).toBeDefined();
    expect(await due()).toEqual([]);
  });

  test("what comes back is due at a place that wrote visits and never asked what is due", async () => {
    await using kept = await open(() => noon);
    const { store } = kept;
    await store.setEndpoints([a]);
    await record(store, visitOf("a"), { nextAt: days(9) });
    await store.setEndpoints([]);
    await store.setEndpoints([a]);
    expect(await store.due({ place: "here", now: noon, limit: 9 })).toMatchObject([{ endpoint: a }]);
  });

  test("what is told is told once, also when its visit comes again after that", async () => {
    await using kept = await open(() => days(1));
    const { store } = kept;
    await store.setEndpoints([a]);
    await store.setChannels(["mail"]);
    const alert = alertOf("a");
    const write = (): Promise<unknown> =>
      record(store, visitOf("a"), { alerts: [alert], changes: [{ kind: "opened", alert }] });
    const lend = (day: number): ReturnType<typeof store.lendTellings> =>
      store.lendTellings({ channel: "mail", now: days(day), lentUntilAt: days(day) + 1, limit: 9 });
    await write();
    const [telling] = await lend(1);
    await store.settleTelling(telling?.key ?? "", "mail", { kind: "told", at: days(1) });
    await write();
    expect(telling).toBeDefined();
    expect(await lend(2)).toEqual([]);
  });

  test("every text is kept as it is, and a search finds its signs and no others", async () => {
    await using kept = await open(() => noon);
    const { store } = kept;
    const odd = endpointNamed("o'\"; DROP TABLE endpoint; --", { name: "ü 🦦 100%_x'", tags: ["'", "%"] });
    await store.setEndpoints([odd]);
    const alert = alertOf(odd.id, { sentence: "'\"\\ \u0001 ü 🦦" });
    await record(store, visitOf(odd.id), { alerts: [alert] });
    expect((await store.endpoint(odd.id))?.history).toMatchObject({ endpoint: odd, alerts: [alert] });
    const found = async (search: string): Promise<number> =>
      (await store.endpoints({ sort: "name", search, limit: 9 })).rows.length;
    expect([await found("100%_x"), await found("100x"), await found("1_0")]).toEqual([1, 0, 0]);
  });

  test("a certificate's bytes are plain bytes, whichever library keeps them", async () => {
    await using kept = await open(() => noon);
    const { store } = kept;
    await store.setEndpoints([a]);
    const [name, certificate] = certificateNamed("server");
    const more = { certificates: new Map([[name, certificate]]) };
    await record(store, visitOf("a", { shows: [["192.0.2.1", { leaf: name }]], more }));
    expect((await store.endpoint("a"))?.certificates.get(name)).toEqual(new Uint8Array(certificate.der));
  });

  test.each(["", "x", "W10", "bnVsbA", "WzEsMl0", "a".repeat(5_000)])(
    "a list begins anew for what is not a place in it: %j",
    async (after) => {
      await using kept = await open(() => noon);
      const { store } = kept;
      await store.setEndpoints([a]);
      await record(store, visitOf("a"), { alerts: [alertOf("a")] });
      for (const sort of ["name", "soonest"] as const)
        expect((await store.endpoints({ sort, after, limit: 5 })).rows).toHaveLength(1);
      expect((await store.alerts({ state: "open", after, limit: 5 })).rows).toHaveLength(1);
    },
  );
}
