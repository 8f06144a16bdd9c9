/** Each origin has its routes by what their connections share; one that was taken out is gone, and no other with it. */
import { expect, test } from "vitest";
import { requireUrl } from "../../core/index.ts";
import type { Settings } from "../options/settings.ts";
import { Routes, type Route } from "./routes.ts";

const here = requireUrl("https://here.example/");
const there = requireUrl("https://there.example/");
const [usual, other] = [{ connectionKey: "usual" }, { connectionKey: "other" }] as [Settings, Settings];
let routeCount = 0;
/** A route that is equal to no other. */
const route = (): Route => ({ number: ++routeCount }) as unknown as Route;

test("a route is found by its origin and its key together", () => {
  const routes = new Routes();
  const [one, two, three] = [route(), route(), route()];
  routes.add(here, usual, one);
  routes.add(here, other, two);
  routes.add(there, usual, three);
  expect(routes.get(requireUrl("https://HERE.example:443/path"), usual)).toBe(one);
  expect(routes.get(here, other)).toBe(two);
  expect(routes.get(there, usual)).toBe(three);
  expect(routes.get(there, other)).toBeUndefined();
  expect([...routes]).toEqual([one, two, three]);
});

test("one that is taken out is gone, and no other", () => {
  const routes = new Routes();
  const [one, two] = [route(), route()];
  routes.add(here, usual, one);
  routes.add(here, other, two);
  routes.remove(here, usual, one);
  expect(routes.get(here, usual)).toBeUndefined();
  expect(routes.get(here, other)).toBe(two);
  routes.remove(here, other, two);
  expect([...routes]).toEqual([]);
  routes.add(here, usual, two);
  expect(routes.get(here, usual)).toBe(two);
});

test("an origin is not kept without routes: when it comes again, it comes last", () => {
  const routes = new Routes();
  const [first, second, again] = [route(), route(), route()];
  routes.add(here, usual, first);
  routes.add(there, usual, second);
  routes.remove(here, usual, first);
  routes.add(here, usual, again);
  expect([...routes]).toEqual([second, again]);
});

test("one that another took the place of takes nothing out", () => {
  const routes = new Routes();
  const [old, now] = [route(), route()];
  routes.add(here, usual, old);
  routes.add(here, usual, now);
  routes.remove(here, usual, old);
  routes.remove(there, usual, now);
  expect(routes.get(here, usual)).toBe(now);
});
