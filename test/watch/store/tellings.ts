/** What every store keeps to of alerts and the outbox: each change reaches each channel once, whoever ends in between. */
import { expect, test } from "vitest";
import type { AlertChange } from "../../../src/fleet/index.ts";
import type { Store, Telling } from "../../../src/watch/index.ts";
import { days, noon } from "../../fleet/made-up.ts";
import { alertOf, endpointNamed, type OpenKept, pagesOf, record, visitOf } from "./kept.ts";

const [a, b] = [endpointNamed("a"), endpointNamed("b")];
const alert = alertOf("a");

export function holdTellings(opened: () => ReturnType<OpenKept>): void {
  const lend = (store: Store, now: number, channel = "mail", limit = 9): Promise<readonly Telling[]> =>
    store.lendTellings({ channel, now, lentUntilAt: now + 1_000, limit });
  const write = (store: Store, day: number, ...changes: readonly AlertChange[]): ReturnType<typeof record> =>
    record(store, visitOf("a", { day }), { alerts: changes.map((change) => change.alert), changes });

  test("each channel that there is gets a copy of each change, with its alert and endpoint", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    await store.setChannels(["mail", "hook"]);
    await write(store, 0, { kind: "opened", alert });
    const expected = {
      key: `${alert.id}:opened:1`,
      kind: "opened",
      alert,
      endpoint: a,
      tries: 0,
      queuedAt: noon,
    };
    expect(await lend(store, noon)).toEqual([{ ...expected, channel: "mail" }]);
    expect(await lend(store, noon, "hook")).toEqual([{ ...expected, channel: "hook" }]);
    expect(await lend(store, noon, "other")).toEqual([]);
  });

  test("what is lent is lent to nobody else until its time is over, and is there when the store is opened again", async () => {
    await using kept = await opened();
    let { store } = kept;
    await store.setEndpoints([a]);
    await store.setChannels(["mail"]);
    await write(store, 0, { kind: "opened", alert });
    const both = await Promise.all([lend(store, noon), lend(store, noon)]);
    expect(both.flat().length).toBe(1);
    store = await kept.again();
    expect(await lend(store, noon + 999)).toEqual([]);
    expect((await lend(store, noon + 1_000)).length).toBe(1);
  });

  test("what was told is not told again; what is to be tried again comes at its time, and says how often it was tried", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    await store.setChannels(["mail", "hook"]);
    await write(store, 0, { kind: "opened", alert });
    const [telling] = await lend(store, noon);
    const key = telling?.key ?? "";
    await store.settleTelling(key, "mail", { kind: "again", at: days(1), reason: "503" });
    expect(await lend(store, days(1) - 1)).toEqual([]);
    expect(await lend(store, days(1))).toEqual([{ ...telling, tries: 1 }]);
    await store.settleTelling(key, "mail", { kind: "told", at: days(1) });
    expect(await lend(store, days(99))).toEqual([]);
    expect((await lend(store, days(99), "hook")).length).toBe(1);
  });

  test("the oldest are lent first, and no more than are asked for", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    await store.setChannels(["mail"]);
    for (const day of [0, 1, 2])
      await write(store, day, { kind: "opened", alert: alertOf("a", { openedAt: days(day) }) });
    const queued = (tellings: readonly Telling[]): readonly number[] =>
      tellings.map(({ queuedAt }) => queuedAt);
    expect(queued(await lend(store, days(3), "mail", 2))).toEqual([days(0), days(1)]);
    expect(queued(await lend(store, days(3), "mail", 2))).toEqual([days(2)]);
  });

  test("what waits is counted for each channel; a channel that is gone takes what waits for it with it", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    await store.setChannels(["mail", "hook"]);
    await write(store, 0, { kind: "opened", alert });
    await write(store, 1, { kind: "repeated", alert: { ...alert, times: 2 } });
    const [telling] = await lend(store, days(2), "hook");
    await store.settleTelling(telling?.key ?? "", "hook", { kind: "told", at: days(2) });
    const waiting = [...(await store.waitingTellings())];
    expect(waiting.toSorted((one, two) => one.channel.localeCompare(two.channel))).toEqual([
      { channel: "hook", waiting: 1, oldestAt: days(1) },
      { channel: "mail", waiting: 2, oldestAt: days(0) },
    ]);
    await store.setChannels(["hook", "new"]);
    expect(await lend(store, days(9))).toEqual([]);
    await store.setChannels(["hook", "mail"]);
    expect(await lend(store, days(9))).toEqual([]);
    expect((await lend(store, days(9), "hook")).length).toBe(1);
  });

  test("an alert is written over by its next form, and is among the closed ones when it is", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    await write(store, 0, { kind: "opened", alert });
    const worse = { ...alert, severity: "critical", times: 2 } as const;
    await write(store, 1, { kind: "worse", alert: worse });
    expect((await store.alerts({ state: "open", limit: 9 })).rows).toEqual([{ alert: worse, endpoint: a }]);
    const closed = { ...worse, closedAt: days(2) };
    await write(store, 2, { kind: "closed", alert: closed });
    expect((await store.alerts({ state: "open", limit: 9 })).rows).toEqual([]);
    expect((await store.alerts({ state: "closed", limit: 9 })).rows).toEqual([
      { alert: closed, endpoint: a },
    ]);
    expect((await store.endpoint("a"))?.closed).toEqual([closed]);
    expect((await store.endpoint("a"))?.history.alerts).toEqual([]);
  });

  test("the alerts of an endpoint that is taken off the list close, and that is told", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a, b]);
    await store.setChannels(["mail"]);
    await write(store, 0, { kind: "opened", alert });
    await store.setEndpoints([b]);
    expect((await store.alerts({ state: "open", limit: 9 })).rows).toEqual([]);
    expect((await lend(store, days(1))).map(({ kind }) => kind).toSorted()).toEqual(["closed", "opened"]);
  });

  test("lists of alerts are chosen from by severity and rule, and come whole in pages", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([a]);
    const severities = ["notice", "warning", "critical"] as const;
    const all = Array.from({ length: 24 }, (_, i) =>
      alertOf("a", {
        rule: i % 2 === 0 ? "revoked" : "path-ends",
        subject: `s${i}`,
        severity: severities[i % 3] ?? "notice",
        openedAt: days(i % 4),
        ...(i >= 12 && { closedAt: days(4 + (i % 5)) }),
      }),
    );
    await record(store, visitOf("a"), { alerts: all });
    for (const state of ["open", "closed"] as const) {
      const ids = all
        .filter(({ closedAt }) => (closedAt === undefined) === (state === "open"))
        .map(({ id }) => id);
      const pages = await pagesOf((after) => store.alerts({ state, after, limit: 5 }));
      expect(pages.map((page) => page.length)).toEqual([5, 5, 2]);
      expect(
        pages
          .flat()
          .map((row) => row.alert.id)
          .toSorted(),
      ).toEqual(ids.toSorted());
      const chosen = await store.alerts({ state, severity: "critical", rule: "path-ends", limit: 9 });
      expect(chosen.rows.map((row) => row.alert.subject).toSorted()).toEqual(
        state === "open" ? ["s11", "s5"] : ["s17", "s23"],
      );
    }
    const first = await store.alerts({ state: "open", limit: 4 });
    expect(first.rows.map((row) => row.alert.severity)).toEqual([
      "critical",
      "critical",
      "critical",
      "critical",
    ]);
    const last = await store.alerts({ state: "closed", limit: 1 });
    expect(last.rows[0]?.alert.closedAt).toBe(days(8));
  });
}
