/** Run in a process of its own, to be killed: writes one visit of each endpoint, ten at a time, and says which, when they are committed. */
import { writeSync } from "node:fs";
import { openSqliteStore } from "../../../src/watch/index.ts";
import { decisionOf, visitOf } from "./kept.ts";

const [path = "", run = ""] = process.argv.slice(2);
const store = await openSqliteStore({ path });
const day = Number(run.split(" ")[1]);
for (;;) {
  const left = await store.unvisited({ run, place: "here", limit: 10 });
  if (left.length === 0) break;
  const visits = left.map(({ id }) => visitOf(id, { day, more: { run } }));
  await store.record(visits, (_, made) => decisionOf(made));
  writeSync(1, `${left.map(({ id }) => id).join(" ")}\n`);
}
await store.close();
