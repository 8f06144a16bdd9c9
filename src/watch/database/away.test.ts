/** What waiting mends, and what it does not. */
import { expect, test } from "vitest";
import { HttpsError } from "../../core/index.ts";
import { isAway, isUnconnected } from "./away.ts";

const at = { host: "db.example", port: 6379 };
const coded = (code: string, message = "It failed."): Error => Object.assign(new Error(message), { code });

test.each([
  new HttpsError("connection-refused", { ...at, attempts: [] }),
  new HttpsError("name-not-found", { host: "db.example", resolverCode: "ENOTFOUND" }),
  new HttpsError("connect-timeout", { host: "db.example", limitMs: 10_000, attempts: [] }),
  coded("ECONNRESET"),
  coded("57P03"),
  coded("08006"),
  new Error("Connection is closed."),
  new Error("Query read timeout"),
])("what is away is waited for: %s", (error) => {
  expect([isAway(error), isUnconnected(error)]).toEqual([true, true]);
});

test.each([
  coded("28P01"),
  coded("BM001", "bullmq: job 1 lock mismatch"),
  new Error("could not renew lock for job 1"),
  new Error("Missing lock for job 1. moveToFinished"),
  new Error("NOPERM this user has no permissions to run the 'hset' command"),
])("what was answered is not away: %s", (error) => {
  expect([isAway(error), isUnconnected(error)]).toEqual([false, false]);
});

test("a server that our own client refuses is there, and there is no connection to it", () => {
  const refused = new HttpsError("alpn-mismatch", {
    host: "db.example",
    offered: ["h2"],
    selected: "h3",
  });
  expect([isAway(refused), isUnconnected(refused)]).toEqual([false, true]);
});
