/** What every store keeps to of lists: pages that are whole, in order and by keys, what is chosen from them, and sums. */
import { expect, test } from "vitest";
import type { EndpointQuery, Store } from "../../../src/watch/index.ts";
import { days, noon } from "../../fleet/made-up.ts";
import {
  alertOf,
  bundleNamed,
  endpointNamed,
  forecastOf,
  type OpenKept,
  pagesOf,
  record,
  visitOf,
} from "./kept.ts";

const [one, two] = [bundleNamed("one.pem"), bundleNamed("two.pem")];
const weekMs = 7 * 86_400_000;

/** `e0` to `e19`: each third one shop, each fourth failing, three unvisited, and some with no end. */
async function fill(store: Store): Promise<void> {
  const ids = Array.from({ length: 20 }, (_, i) => `e${i}`);
  await store.setEndpoints(
    ids.map((id, i) => endpointNamed(id, { tags: i % 3 === 0 ? ["shop", "berlin"] : ["office"] })),
  );
  await store.setBundles([one, two]);
  for (const [i, id] of ids.entries()) {
    if (i >= 17) continue;
    const isFailing = i % 4 === 0;
    const isRefused = i % 5 === 0;
    const breaksAt = i % 7 === 0 ? undefined : days(100 + (i % 3));
    await record(store, visitOf(id, { day: i / 100 }), {
      state: isFailing ? "failing" : "well",
      ...(i % 5 !== 4 && { pathEndAt: days(10 * (i % 6)) }),
      ...(breaksAt !== undefined && { breakAt: breaksAt }),
      forecasts: [
        isRefused
          ? forecastOf(one.id, { kind: "refused", root: undefined, rootName: undefined, breaksAt: days(1) })
          : forecastOf(one.id, {
              root: i % 2 === 0 ? "r1" : "r2",
              rootName: i % 2 === 0 ? "One" : "Two",
              breaksAt,
            }),
        forecastOf(two.id, { kind: "nothing", breaksAt: undefined }),
      ],
      alerts: i === 3 ? [alertOf(id), alertOf(id, { rule: "revoked", severity: "critical" })] : [],
    });
  }
}

export function holdLists(opened: () => ReturnType<OpenKept>): void {
  test.each<[EndpointQuery["sort"]]>([["name"], ["soonest"]])(
    "endpoints by %s come whole, each once, in pages",
    async (sort) => {
      await using kept = await opened();
      const { store } = kept;
      await fill(store);
      const pages = await pagesOf((after) => store.endpoints({ sort, after, limit: 7 }));
      expect(pages.map((page) => page.length)).toEqual([7, 7, 6]);
      const rows = pages.flat();
      expect(rows.map((row) => row.endpoint.id).toSorted()).toEqual(
        Array.from({ length: 20 }, (_, i) => `e${i}`).toSorted(),
      );
      const keys = rows.map(({ endpoint, summary }) =>
        sort === "name"
          ? endpoint.name
          : Math.min(summary?.pathEndAt ?? Infinity, summary?.breakAt ?? Infinity),
      );
      const inOrder =
        sort === "name"
          ? (keys as string[]).toSorted()
          : (keys as number[]).toSorted((x, y) => (x === y ? 0 : x - y));
      expect(keys).toEqual(inOrder);
      expect(rows.find((row) => row.endpoint.id === "e18")).toEqual({
        endpoint: endpointNamed("e18", { tags: ["shop", "berlin"] }),
        summary: undefined,
        visitedAt: undefined,
      });
      expect(rows.find((row) => row.endpoint.id === "e1")?.visitedAt).toBe(days(0.01));
    },
  );

  test("a list that ends with a page has no other behind it; a place in it that is not one is its beginning", async () => {
    await using kept = await opened();
    const { store } = kept;
    await fill(store);
    expect((await store.endpoints({ sort: "name", limit: 20 })).next).toBeUndefined();
    for (const after of ["", "nonsense", "bnVsbA", "WzFd"])
      expect((await store.endpoints({ sort: "name", after, limit: 1 })).rows[0]?.endpoint.id).toBe("e0");
  });

  test("endpoints are chosen by a part of their name, a tag and a state, all of them together", async () => {
    await using kept = await opened();
    const { store } = kept;
    await fill(store);
    const ask = async (query: Partial<EndpointQuery>): Promise<readonly string[]> =>
      (await pagesOf((after) => store.endpoints({ sort: "soonest", ...query, after, limit: 3 })))
        .flat()
        .map((row) => row.endpoint.id)
        .toSorted((x, y) => Number(x.slice(1)) - Number(y.slice(1)));
    expect(await ask({ search: "E1" })).toEqual([
      "e1",
      ...Array.from({ length: 10 }, (_, i) => `e${i + 10}`),
    ]);
    expect(await ask({ search: "%" })).toEqual([]);
    expect(await ask({ tag: "shop" })).toEqual(["e0", "e3", "e6", "e9", "e12", "e15", "e18"]);
    expect(await ask({ tag: "sho" })).toEqual([]);
    expect(await ask({ state: "failing" })).toEqual(["e0", "e4", "e8", "e12", "e16"]);
    expect(await ask({ state: "failing", tag: "shop", search: "e1" })).toEqual(["e12"]);
    expect(await ask({ state: "failing", tag: "shop", sort: "name" })).toEqual(["e0", "e12"]);
  });

  test("the overview counts states, alerts, and what ends in each week, and names what breaks first", async () => {
    await using kept = await opened();
    const { store } = kept;
    await fill(store);
    const { states, alerts, next, weeks, lastVisitAt } = await store.overview({ now: noon });
    expect(states).toEqual({ well: 12, notice: 0, warning: 0, critical: 0, failing: 5, unvisited: 3 });
    expect(alerts).toEqual({ notice: 0, warning: 1, critical: 1 });
    expect(next.slice(0, 5).map(({ forecast }) => forecast.breaksAt)).toEqual([
      days(1),
      days(1),
      days(1),
      days(1),
      days(100),
    ]);
    expect(next[0]?.endpoint.id).toBe(
      next[0] && (await store.endpoint(next[0].endpoint.id))?.history.endpoint.id,
    );
    expect(next.every(({ forecast }) => forecast.breaksAt !== undefined)).toBe(true);
    expect(weeks[0]).toEqual({ fromAt: noon, paths: 3, breaks: 4 });
    expect(weeks[1]).toEqual({ fromAt: noon + weekMs, paths: 3, breaks: 0 });
    expect(weeks[14]).toEqual({ fromAt: noon + 14 * weekMs, paths: 0, breaks: 11 });
    expect(lastVisitAt).toBe(days(0.16));
    expect((await store.overview({ now: noon + weekMs })).weeks[13]?.breaks).toBe(11);
  });

  test("of an empty store, everything is nought", async () => {
    await using kept = await opened();
    const { states, alerts, next, weeks, lastVisitAt } = await kept.store.overview({ now: noon });
    expect([...Object.values(states), ...Object.values(alerts)].every((count) => count === 0)).toBe(true);
    expect([next, lastVisitAt]).toEqual([[], undefined]);
    expect(weeks.every(({ paths, breaks }) => paths === 0 && breaks === 0)).toBe(true);
  });

  test("a bundle's forecasts come by the day of the break, those without one last, in pages, and by their root", async () => {
    await using kept = await opened();
    const { store } = kept;
    await fill(store);
    const pages = await pagesOf((after) => store.forecasts({ bundle: one.id, after, limit: 5 }));
    expect(pages.map((page) => page.length)).toEqual([5, 5, 5, 2]);
    const ends = pages.flat().map(({ forecast }) => forecast.breaksAt ?? Infinity);
    expect(ends).toEqual(ends.toSorted((x, y) => (x === y ? 0 : x - y)));
    expect(new Set(pages.flat().map(({ endpoint }) => endpoint.id)).size).toBe(17);
    const ofRoot = await pagesOf((after) => store.forecasts({ bundle: one.id, root: "r2", after, limit: 2 }));
    expect(
      ofRoot
        .flat()
        .map(({ endpoint }) => endpoint.id)
        .toSorted(),
    ).toEqual(["e1", "e11", "e13", "e3", "e7", "e9"]);
  });

  test("the roots of a bundle are counted with their first break, those that are refused for themselves", async () => {
    await using kept = await opened();
    const { store } = kept;
    await fill(store);
    const uses = [...(await store.bundleRoots(one.id))].toSorted((x, y) =>
      (x.root ?? "").localeCompare(y.root ?? ""),
    );
    expect(uses).toEqual([
      { root: undefined, rootName: undefined, endpoints: 4, breaksAt: days(1) },
      { root: "r1", rootName: "One", endpoints: 7, breaksAt: days(100) },
      { root: "r2", rootName: "Two", endpoints: 6, breaksAt: days(100) },
    ]);
    expect(await store.bundleSums()).toEqual([
      { bundle: one.id, endpoints: 17, refused: 4, breaksAt: days(100) },
      { bundle: two.id, endpoints: 17, refused: 0, breaksAt: undefined },
    ]);
  });

  test("a bundle without endpoints is summed, too; what was foretold of one that is gone is forgotten", async () => {
    await using kept = await opened();
    const { store } = kept;
    await fill(store);
    const third = bundleNamed("three.pem");
    await store.setBundles([third, two]);
    expect((await store.bundles()).map(({ label }) => label)).toEqual(["three.pem", "two.pem"]);
    expect(await store.bundleSums()).toEqual([
      { bundle: third.id, endpoints: 0, refused: 0, breaksAt: undefined },
      { bundle: two.id, endpoints: 17, refused: 0, breaksAt: undefined },
    ]);
    expect((await store.overview({ now: noon })).next).toEqual([]);
    expect((await store.endpoint("e1"))?.history.forecasts.map(({ bundle }) => bundle)).toEqual([two.id]);
  });

  test("a forecast that a decision no longer has is forgotten", async () => {
    await using kept = await opened();
    const { store } = kept;
    await fill(store);
    await record(store, visitOf("e1", { day: 1 }), { forecasts: [forecastOf(one.id, { root: "r9" })] });
    expect((await store.endpoint("e1"))?.history.forecasts).toEqual([forecastOf(one.id, { root: "r9" })]);
  });

  test("figures of what was visited come in the order of ids, in pages", async () => {
    await using kept = await opened();
    const { store } = kept;
    await fill(store);
    const ids: string[] = [];
    for (let after: string | undefined; ; after = ids.at(-1)) {
      const page = await store.figures({ after, limit: 6 });
      ids.push(...page.map(({ endpoint }) => endpoint.id));
      if (page.length === 0) break;
    }
    expect(ids).toEqual(Array.from({ length: 17 }, (_, i) => `e${i}`).toSorted());
    const [first] = await store.figures({ limit: 1 });
    expect(first).toMatchObject({
      visitedAt: noon,
      tookMs: 100,
      summary: { state: "failing", pathEndAt: noon },
    });
    expect([...(first?.forecasts ?? [])].toSorted((x, y) => (x.breaksAt ?? 0) - (y.breaksAt ?? 0))).toEqual([
      { bundle: two.id, device: "mongoose-os", breaksAt: undefined },
      { bundle: one.id, device: "mongoose-os", breaksAt: days(1) },
    ]);
  });

  test("the newest few diagnoses are kept, the newest first", async () => {
    await using kept = await opened();
    const { store } = kept;
    await store.setEndpoints([endpointNamed("a")]);
    for (let day = 0; day < 9; day++)
      await store.keepWhy("a", { at: days(day), place: "here", code: "c", text: `${day}` });
    const whys = (await store.endpoint("a"))?.whys.map(({ text }) => text) ?? [];
    expect(whys.length).toBeLessThan(9);
    expect(whys).toEqual(Array.from({ length: whys.length }, (_, i) => String(8 - i)));
  });
}
