/** A disk that is full: a sentence, an exit code, a store that is whole, and everything goes on where there is room again. */
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { createSecureContext, createServer, type TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase, openSqliteStore } from "../../src/watch/index.ts";
import { meerkat } from "../../test/cli/transcript.ts";
import { identityOf, pemOf } from "../../test/pki/index.ts";
import { mintLeaf, mintRoot } from "../../test/pki/today.ts";
import { RunningWatch } from "../../test/watch/running.ts";
import { hasSmallDisk, SmallDisk } from "./small-disk.ts";

const names = Array.from({ length: 120 }, (_, i) => `n${i}.fleet.example`);
const root = mintRoot("Root");

describe.skipIf(!hasSmallDisk())("a full disk (a tmpfs, which only root can mount)", () => {
  it.each([0, 40, 240, 480, 640, 800])(
    "%i KiB before its end ends a survey, which goes on with --resume",
    async (left) => {
      using disk = new SmallDisk(4);
      const served = await serve();
      using other = new SmallDisk(1);
      const argv = surveyIn(disk, served, other.at("lines.jsonl"));
      disk.fill(left * 1_024);
      const { exitCode, stderr } = await meerkat(argv);
      expect(exitCode).toBe(23);
      expect(stderr.replaceAll(/\s+/g, " ")).toMatch(
        /error: The store \S+ (?:cannot grow: the disk is full|is not complete)/,
      );
      expect(stderr).toMatch(/^hint: /m);
      disk.makeRoom();
      const hasBegun = (await runOf(disk)) !== undefined;
      const again = await meerkat(hasBegun ? [...argv, "--resume"] : argv);
      expect(again.exitCode).toBe(0);
      expect(linesIn(other.at("lines.jsonl"))).toBe(names.length);
      await expectWhole(disk);
    },
  );

  it("on which a form does not fit is told, and the store has what was visited", async () => {
    using disk = new SmallDisk(4);
    using other = new SmallDisk(1);
    const served = await serve();
    const argv = surveyIn(disk, served, other.at("lines.jsonl"));
    other.fill(4_096);
    const { exitCode, stderr } = await meerkat(argv);
    expect(exitCode).toBe(23);
    expect(stderr).toMatch(/lines\.jsonl" cannot be written: .*disk/);
    await expectWhole(disk);
    other.makeRoom();
    expect((await meerkat([...argv, "--resume"])).exitCode).toBe(0);
    expect(linesIn(other.at("lines.jsonl"))).toBe(names.length);
  });

  it("is told by a watch, which goes on and writes everything when there is room", async () => {
    using disk = new SmallDisk(16);
    const served = await serve();
    surveyIn(disk, served, "-");
    const config = {
      endpoints: ["list.txt"],
      roots: ["root.pem"],
      store: "watch.db",
      resolve: Object.fromEntries(names.map((name, i) => [`${name}:${served.port}`, `127.3.${i}.1`])),
    };
    writeFileSync(disk.at("watch.json"), JSON.stringify(config));
    served.hold();
    const running = new RunningWatch(["--config", disk.at("watch.json")]);
    await served.held;
    disk.fill(0);
    served.release();
    expect((await running.logged("store-away")).message).toMatch(/the disk is full\. It is tried again\.$/);
    const url = await running.url();
    expect((await fetch(url)).status).toBe(200);
    disk.makeRoom();
    await running.logged("store-back");
    while ((await unvisitedOf(disk, "watch.db")) > 0) await pause(20);
    expect(await running.stop()).toBe(0);
    expect(running.entries.filter(({ event }) => event === "bug")).toEqual([]);
    await expectWhole(disk, "watch.db");
  });
});

/** Writes what a survey needs, and gives its command line. */
function surveyIn(disk: SmallDisk, { port }: Served, lines: string): readonly string[] {
  writeFileSync(disk.at("list.txt"), names.map((name) => `${name}:${port}\n`).join(""));
  writeFileSync(disk.at("root.pem"), pemOf(root));
  const resolved = names.flatMap((name, i) => ["--resolve", `${name}:${port}:127.3.${i}.1`]);
  const files = ["-o", disk.at("kept.db"), "--cacert", disk.at("root.pem"), "--json", lines];
  return ["survey", disk.at("list.txt"), ...files, ...resolved];
}

function linesIn(file: string): number {
  return readFileSync(file, "utf8").trimEnd().split("\n").length;
}

async function runOf(disk: SmallDisk): Promise<string | undefined> {
  const store = await openSqliteStore({ path: disk.at("kept.db") });
  try {
    return (await store.lastRun())?.name;
  } finally {
    await store.close();
  }
}

async function unvisitedOf(disk: SmallDisk, name = "kept.db"): Promise<number> {
  const store = await openSqliteStore({ path: disk.at(name) });
  try {
    const { rows } = await store.endpoints({ sort: "name", limit: 1_000 });
    return names.length - rows.filter(({ visitedAt }) => visitedAt !== undefined).length;
  } finally {
    await store.close();
  }
}

async function expectWhole(disk: SmallDisk, name = "kept.db"): Promise<void> {
  const database = await openDatabase(disk.at(name));
  try {
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([
      expect.objectContaining({ integrity_check: "ok" }),
    ]);
  } finally {
    database.close();
  }
  expect(await unvisitedOf(disk, name)).toBe(0);
}

interface Served {
  readonly port: number;
  readonly hold: () => void;
  /** When a connection is held. */
  readonly held: Promise<void>;
  readonly release: () => void;
}

/** Names with certificates of their own, so that each visit takes room. */
async function serve(): Promise<Served> {
  const contexts = new Map(
    names.map((name) => [name, createSecureContext(identityOf(mintLeaf(name, root)))] as const),
  );
  let isHeld = false;
  const waiting: (() => void)[] = [];
  let tell = (): void => {};
  const held = new Promise<void>((resolve) => (tell = resolve));
  const server = createServer({
    SNICallback: (name, done) => {
      const go = (): void => done(null, contexts.get(name));
      if (!isHeld) return go();
      waiting.push(go);
      tell();
    },
  });
  const sockets = new Set<TLSSocket>();
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  await once(server.listen(0, "0.0.0.0"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    held,
    hold: () => void (isHeld = true),
    release: () => {
      isHeld = false;
      for (const go of waiting.splice(0)) go();
    },
  };
}
