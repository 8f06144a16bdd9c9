/**
 * What every store keeps to, written once and held against each kind: what is visited when, what is written together, and
 * that it is there afterwards. What lists show is held in `lists.ts`, what is told in `tellings.ts`.
 */
import { describe, expect, test } from "vitest";
import { factsOf, fleetLimits } from "../../../src/fleet/index.ts";
import { days, noon } from "../../fleet/made-up.ts";
import {
  alertOf,
  bundleNamed,
  certificateNamed,
  decisionOf,
  endpointNamed,
  forecastOf,
  type OpenKept,
  record,
  visitOf,
} from "./kept.ts";
import { holdLists } from "./lists.ts";
import { holdOverTime } from "./over-time.ts";
import { holdTellings } from "./tellings.ts";

const [a, b, c] = [endpointNamed("a"), endpointNamed("b"), endpointNamed("c")];

export function holdToContract(open: OpenKept): void {
  const opened = (): ReturnType<OpenKept> => open(() => noon);
  describe("what is visited when", () => {
    holdOrder(opened);
  });
  describe("what a visit writes", () => {
    holdVisits(opened);
  });
  describe("what is past", () => {
    holdPast(open);
  });
  describe("over time", () => {
    holdOverTime(open);
  });
  describe("lists", () => {
    holdLists(opened);
  });
  describe("what is told", () => {
    holdTellings(opened);
  });
}

type Opened = () => ReturnType<OpenKept>;

function holdOrder(opened: Opened): void {
  test("an endpoint is due at once, and then when its last visit says; those never visited come first", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a, b, c]);
    await record(store, visitOf("a"), { nextAt: days(2) });
    await record(store, visitOf("b"), { nextAt: days(1) });
    const due = async (now: number, limit = 9): Promise<readonly unknown[]> =>
      (await store.due({ place: "here", now, limit })).map(({ endpoint, nextAt }) => [endpoint.id, nextAt]);
    expect(await due(days(1) - 1)).toEqual([["c", undefined]]);
    expect(await due(days(1))).toEqual([
      ["c", undefined],
      ["b", days(1)],
    ]);
    expect(await due(days(5))).toEqual([
      ["c", undefined],
      ["b", days(1)],
      ["a", days(2)],
    ]);
    expect(await due(days(5), 2)).toEqual([
      ["c", undefined],
      ["b", days(1)],
    ]);
    const late = await store.due({ place: "here", now: days(5), limit: 1, visited: true });
    expect(late).toMatchObject([{ endpoint: { id: "b" }, nextAt: days(1) }]);
  });

  test("the run that began last is known, also when the store is opened again", async () => {
    await using kept = await opened();
    expect(await kept.store.lastRun()).toBeUndefined();
    const run = { name: "two", by: "survey", asked: "its bundles" } as const;
    await kept.store.beginRun({ name: "one", by: "watch", asked: "" });
    await kept.store.beginRun(run);
    expect(await kept.store.lastRun()).toEqual(run);
    expect(await (await kept.again()).lastRun()).toEqual(run);
  });

  test("a run that may not follow the last one is not noted", async () => {
    await using kept = await opened();
    const one = { name: "one", by: "watch", asked: "its list" } as const;
    await kept.store.beginRun(one, (last) => expect(last).toBeUndefined());
    const refused = kept.store.beginRun({ ...one, name: "two" }, (last) => {
      throw new Error(`It follows ${last?.name}.`);
    });
    await expect(refused).rejects.toThrow("It follows one.");
    expect(await kept.store.lastRun()).toEqual(one);
  });

  test("each place visits everything for itself", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    await record(store, visitOf("a"), { nextAt: days(9) });
    expect(await store.due({ place: "here", now: noon, limit: 9 })).toEqual([]);
    expect(await store.due({ place: "there", now: noon, limit: 9 })).toEqual([
      { endpoint: a, nextAt: undefined },
    ]);
    await store.setEndpoints([a, b]);
    const due = await store.due({ place: "there", now: noon, limit: 9 });
    expect(due.map(({ endpoint }) => endpoint.id).toSorted()).toEqual(["a", "b"]);
  });

  test("what is taken off the list is not due, not listed and not written; what comes back is due at once with its past", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a, b]);
    await record(store, visitOf("a"), { nextAt: days(9) });
    await store.setEndpoints([b]);
    expect(
      (await store.due({ place: "here", now: days(99), limit: 9 })).map((one) => one.endpoint.id),
    ).toEqual(["b"]);
    expect((await store.endpoints({ sort: "name", limit: 9 })).rows.map((row) => row.endpoint.id)).toEqual([
      "b",
    ]);
    expect(await store.unvisited({ run: "r", place: "here", limit: 9 })).toEqual([b]);
    expect(await record(store, visitOf("a", { day: 1 }))).toBeUndefined();
    await store.setEndpoints([a]);
    const due = await store.due({ place: "here", now: noon, limit: 9 });
    expect(due).toEqual([{ endpoint: a, nextAt: undefined }]);
    const history = await record(store, visitOf("a", { day: 2 }));
    expect(history?.facts.map(({ firstAt }) => firstAt)).toEqual([noon, noon]);
  });

  test("an endpoint whose tags or name change stays the same, and is not due for that", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    await record(store, visitOf("a"), { nextAt: days(9) });
    const tagged = { ...a, tags: ["shop"], name: "https://other.example" };
    await store.setEndpoints([tagged]);
    expect(await store.due({ place: "here", now: noon, limit: 9 })).toEqual([]);
    expect((await store.endpoint("a"))?.history.endpoint).toEqual(tagged);
    expect((await store.endpoints({ sort: "name", tag: "shop", limit: 9 })).rows.length).toBe(1);
  });

  test("those without a visit of a run and place are told by pages, in the order of their ids", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints(["e", "d", "c", "b", "a"].map((id) => endpointNamed(id)));
    await record(store, visitOf("b", { more: { run: "r2" } }));
    await record(store, visitOf("c", { more: { run: "r1" } }));
    const ask = async (place: string, after?: string): Promise<readonly string[]> =>
      (await store.unvisited({ run: "r2", place, after, limit: 2 })).map(({ id }) => id);
    expect(await ask("here")).toEqual(["a", "c"]);
    expect(await ask("here", "c")).toEqual(["d", "e"]);
    expect(await ask("here", "e")).toEqual([]);
    expect(await ask("there", "a")).toEqual(["b", "c"]);
    const among = ["e", "b", "c", "unknown"];
    const some = await store.unvisited({ run: "r2", place: "here", among, limit: 9 });
    expect(some.map(({ id }) => id)).toEqual(["c", "e"]);
  });
}

function holdVisits(opened: Opened): void {
  test("a fact that goes on is one fact; another value is another", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    const first = visitOf("a");
    await record(store, first);
    const longer = factsOf(first).map((fact) => ({ ...fact, lastAt: days(1) }));
    await record(store, visitOf("a", { day: 1 }), { facts: longer });
    const other = factsOf(visitOf("a", { day: 2, shows: [["192.0.2.1", { leaf: "new" }]] }));
    await record(store, visitOf("a", { day: 2 }), { facts: other.filter(({ about }) => about === "shown") });
    const facts = (await store.endpoint("a"))?.history.facts ?? [];
    const at = (day: number): object => ({
      ...other.find(({ about }) => about === "shown"),
      lastAt: days(day),
    });
    expect(facts.slice(0, 2).toSorted((one, two) => one.about.localeCompare(two.about))).toEqual(longer);
    expect(facts.slice(2)).toEqual([at(2)]);
  });

  test("a visit that was written is passed over, and so is that of an endpoint that is not listed", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    const visits = [visitOf("a"), visitOf("a"), visitOf("nobody")];
    const decisions = await store.record(visits, (_, made) => decisionOf(made));
    expect(decisions.map(({ endpoint }) => endpoint)).toEqual(["a"]);
    expect(await store.record([visitOf("a")], (_, made) => decisionOf(made))).toEqual([]);
    expect((await record(store, visitOf("a", { place: "there" })))?.places.map(({ place }) => place)).toEqual(
      ["here"],
    );
  });

  test("whoever writes the same visits at the same time decides each once", async () => {
    await using kept = await opened();
    const { store } = kept;
    const ids = ["a", "b", "c", "d"];
    await store.setEndpoints(ids.map((id) => endpointNamed(id)));
    const write = (order: readonly string[]): ReturnType<typeof store.record> =>
      store.record(
        order.map((id) => visitOf(id)),
        (_, made) => decisionOf(made),
      );
    const written = await Promise.all([write(ids), write(ids.toReversed()), write(ids)]);
    expect(
      written
        .flat()
        .map(({ endpoint }) => endpoint)
        .toSorted(),
    ).toEqual(ids);
  });

  test("of visits of one endpoint that are written together, the second is decided upon the first", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    const known: number[] = [];
    await store.record([visitOf("a"), visitOf("a", { day: 1 })], (history, made) => {
      known.push(history.facts.length);
      return decisionOf(made);
    });
    expect(known).toEqual([0, 2]);
  });

  test("where a decision fails, nothing of what was to be written with it is there", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a, b]);
    await store.setChannels(["mail"]);
    const alert = alertOf("a");
    const saying = { alerts: [alert], changes: [{ kind: "opened", alert } as const] };
    const writing = store.record([visitOf("a"), visitOf("b")], (_, made) => {
      if (made.endpoint === "b") throw new Error("a fault");
      return decisionOf(made, saying);
    });
    await expect(writing).rejects.toThrow("a fault");
    expect((await store.endpoint("a"))?.history).toEqual({
      endpoint: a,
      facts: [],
      places: [],
      forecasts: [],
      alerts: [],
    });
    expect(
      await store.lendTellings({ channel: "mail", now: days(9), lentUntilAt: days(10), limit: 9 }),
    ).toEqual([]);
    // It goes on afterwards.
    expect(await record(store, visitOf("a"))).toBeDefined();
  });

  test("everything of an endpoint is there when the store is opened again", async () => {
    await using kept = await opened();
    let { store } = kept;
    const bundle = bundleNamed("ca.pem");
    await store.setEndpoints([a]);
    await store.setBundles([bundle]);
    const [sha256, certificate] = certificateNamed("server");
    const made = visitOf("a", {
      shows: [
        ["192.0.2.1", { leaf: sha256 }],
        [
          { address: "2001:db8::1", version: "TLSv1.2", keyType: "RSA", offer: "mongoose-os" },
          { refused: "expired" },
        ],
      ],
      more: { certificates: new Map([[sha256, certificate]]) },
    });
    const alert = alertOf("a", { dueAt: days(3), worst: "critical" });
    const saying = {
      forecasts: [forecastOf(bundle.id)],
      alerts: [alert],
      pathEndAt: days(60),
      state: "warning",
    } as const;
    await record(store, made, saying);
    await store.keepWhy("a", { at: noon, place: "here", code: "expired", text: "It is expired.\n" });
    const before = await store.endpoint("a");
    store = await kept.again();
    const after = await store.endpoint("a");
    expect(after).toEqual(before);
    expect(after?.history.facts.length).toBe(3);
    for (const fact of factsOf(made)) expect(after?.history.facts).toContainEqual(fact);
    expect(after?.history).toMatchObject({
      endpoint: a,
      alerts: [alert],
      forecasts: [forecastOf(bundle.id)],
    });
    expect(after?.history.places).toEqual([decisionOf(made, saying).place]);
    expect(
      [...(after?.certificates ?? [])].map(([name, der]) => [name, Buffer.from(der).toString("hex")]),
    ).toEqual([[sha256, Buffer.from(certificate.der).toString("hex")]]);
    expect(after?.summary).toEqual(decisionOf(made, saying).summary);
    expect(after?.whys).toEqual([{ at: noon, place: "here", code: "expired", text: "It is expired.\n" }]);
    expect(await store.bundles()).toEqual([bundle]);
  });

  test("of an endpoint that was never listed, nothing is known", async () => {
    await using kept = await opened();
    expect(await kept.store.endpoint("nobody")).toBeUndefined();
    expect(await kept.store.bundles()).toEqual([]);
  });
}

function holdPast(open: OpenKept): void {
  const opened = (): ReturnType<OpenKept> => open(() => noon);
  const most = fleetLimits.factsKept.value;

  test("of each place and subject the newest facts are handed out, the oldest of them first", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    for (let day = 0; day < most + 3; day++) await record(store, visitOf("a", { day }));
    const facts = (await store.endpoint("a"))?.history.facts ?? [];
    const answers = facts.filter(({ about }) => about === "answer").map(({ firstAt }) => firstAt);
    expect(answers).toEqual(Array.from({ length: most }, (_, i) => days(i + 3)));
    expect(facts.length).toBe(2 * most);
  });

  test("facts that ended before are forgotten, but for the newest of each subject", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a, b]);
    for (let day = 0; day < 4; day++) await record(store, visitOf("a", { day }));
    await record(store, visitOf("b"));
    await store.prune(days(2));
    const firsts = async (id: string): Promise<readonly number[]> =>
      (await store.endpoint(id))?.history.facts.map(({ firstAt }) => firstAt) ?? [];
    expect(await firsts("a")).toEqual([days(2), days(2), days(3), days(3)]);
    expect(await firsts("b")).toEqual([noon, noon]);
  });

  test("closed alerts and diagnoses of before are forgotten, open alerts are not", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    const closed = [1, 5].map((day) =>
      alertOf("a", { rule: "revoked", openedAt: days(day - 1), closedAt: days(day) }),
    );
    const standing = alertOf("a");
    await record(store, visitOf("a"), { alerts: [...closed, standing] });
    for (const day of [1, 5])
      await store.keepWhy("a", { at: days(day), place: "here", code: "expired", text: "" });
    await store.prune(days(3));
    const view = await store.endpoint("a");
    expect(view?.closed.map(({ closedAt }) => closedAt)).toEqual([days(5)]);
    expect(view?.history.alerts).toEqual([standing]);
    expect(view?.whys.map(({ at }) => at)).toEqual([days(5)]);
  });

  test("an endpoint that was taken off the list before is forgotten whole", async () => {
    let now = noon;
    await using kept = await open(() => now);
    const { store } = kept;
    await store.setEndpoints([a, b]);
    await record(store, visitOf("a"));
    await store.setEndpoints([b]);
    now = days(10);
    await store.prune(noon);
    expect(await store.endpoint("a")).toBeDefined();
    await store.prune(days(5));
    expect(await store.endpoint("a")).toBeUndefined();
    expect(await store.endpoint("b")).toBeDefined();
  });

  test("a certificate is kept as long as a fact names it", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    const [old, fresh] = [certificateNamed("old"), certificateNamed("fresh")];
    for (const [day, [name, certificate]] of [old, fresh].entries())
      await record(
        store,
        visitOf("a", {
          day,
          shows: [["192.0.2.1", { leaf: name }]],
          more: { certificates: new Map([[name, certificate]]) },
        }),
      );
    const names = async (): Promise<readonly string[]> => [
      ...((await store.endpoint("a"))?.certificates.keys() ?? []),
    ];
    expect((await names()).toSorted()).toEqual([old[0], fresh[0]].toSorted());
    await store.prune(days(1));
    expect(await names()).toEqual([fresh[0]]);
  });
}
