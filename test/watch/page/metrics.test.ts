/** `/metrics` over real HTTP, its two formats, and the dashboard that asks for them. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "../../../src/watch/index.ts";
import { bundles } from "../made-up-fleet.ts";
import { ask, type Fleet, openFleet, openPageOver } from "./asking.ts";

const openMetrics = "application/openmetrics-text; version=1.0.0";
let fleet: Fleet;
let page: Page;
let text: string;
let older: string;

beforeAll(async () => {
  fleet = await openFleet(3);
  page = await openPageOver(fleet.store, { figures: () => ({ visits: 7, behindMs: 1_500, startedAt: 0 }) });
  ({ body: text } = await ask(page, "/metrics", { headers: { accept: openMetrics } }));
  ({ body: older } = await ask(page, "/metrics"));
});
afterAll(async () => {
  await page?.close();
  await fleet?.store.close();
});

/** Names of families, and samples by their whole line without the value. */
const familiesOf = (body: string): readonly string[] =>
  [...body.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name ?? "");
const samplesOf = (body: string): readonly string[] =>
  body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const nameOf = (sample: string): string => /^\w+/.exec(sample)?.[0] ?? "";

describe("metrics", () => {
  it("come as OpenMetrics to whoever asks for them, as Prometheus's older text to all others", async () => {
    const typeFor = async (accept: string): Promise<string | undefined> =>
      (await ask(page, "/metrics", { headers: { accept } })).headers["content-type"];
    const prometheus = `${openMetrics};q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.3`;
    expect(await typeFor(prometheus)).toBe(`${openMetrics}; charset=utf-8`);
    expect(await typeFor("text/plain;version=0.0.4")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await typeFor("*/*")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(text.endsWith("\n# EOF\n")).toBe(true);
    expect(older).not.toContain("# EOF");
    expect(older).not.toContain("# UNIT");
  });

  it("have each family once with all its samples, and each sample once", () => {
    for (const body of [text, older]) {
      const families = familiesOf(body);
      expect(new Set(families).size).toBe(families.length);
      const names = samplesOf(body).map(nameOf);
      const runs = names.filter((name, i) => name !== names[i - 1]);
      expect(new Set(runs).size).toBe(runs.length);
      const series = samplesOf(body).map((line) => line.replace(/ \S+$/, ""));
      expect(new Set(series).size).toBe(series.length);
    }
  });

  it("end with their unit, counters with _total", () => {
    for (const [, name = "", unit = ""] of text.matchAll(/^# UNIT (\S+) (\S+)$/gm))
      expect(name.endsWith(`_${unit}`)).toBe(true);
    expect(text).toContain("# TYPE meerkat_watch_visits counter\n");
    expect(text).toContain("\nmeerkat_watch_visits_total 7\n");
    expect(older).toContain("# TYPE meerkat_watch_visits_total counter\n");
    expect(text).toContain("\nmeerkat_watch_schedule_behind_seconds 1.5\n");
  });

  it("count no visits where workers make them", async () => {
    const figures = { visits: undefined, behindMs: 0, startedAt: 0 };
    const other = await openPageOver(fleet.store, { figures: () => figures });
    const { body: said } = await ask(other, "/metrics");
    await other.close();
    expect(said).toContain("meerkat_watch_schedule_behind_seconds 0");
    expect(said).not.toContain("meerkat_watch_visits");
  });

  it("name each endpoint by its name, never by its path", () => {
    expect(text).toContain('\nprobe_success{instance="https://api.example.com",endpoint="e000000"} 1\n');
    expect(text).toContain('\nprobe_success{instance="https://legacy.example.com",endpoint="e000003"} 0\n');
    expect(text).toContain(
      '\nprobe_http_status_code{instance="https://legacy.example.com",endpoint="e000003"} 0\n',
    );
    expect(text).not.toMatch(/probe_http_status_code\{instance="mqtts/);
    expect(text).toMatch(
      new RegExp(
        `\\nmeerkat_bundle_break_timestamp_seconds\\{instance="https://api\\.example\\.com",endpoint="e000000",bundle="fs/ca\\.pem",bundle_id="${bundles[0]?.id}",device="mongoose-7-openssl"\\} \\d+`,
      ),
    );
    expect(text).not.toContain("secret-path");
  });

  it("escape what would end a label", async () => {
    const hostile = {
      ...fleet.store,
      figures: async (query: Parameters<Fleet["store"]["figures"]>[0]) =>
        (await fleet.store.figures(query)).map((row) => ({
          ...row,
          endpoint: { ...row.endpoint, name: 'a"} 1\n# EOF\\' },
        })),
    };
    const own = await openPageOver(hostile);
    const { body } = await ask(own, "/metrics", { headers: { accept: openMetrics } });
    expect(body).toContain(String.raw`{instance="a\"} 1\n# EOF\\",endpoint="e000000"}`);
    expect(body.match(/^# EOF$/gm)).toHaveLength(1);
    await own.close();
  });

  it("are read page by page: each endpoint that was visited is there once", () => {
    const visited = samplesOf(text).filter((line) => nameOf(line) === "meerkat_visit_timestamp_seconds");
    expect(visited).toHaveLength(fleet.endpoints.length - 1);
  });

  const python = ["/usr/lib/python3/dist-packages/prometheus_client"].some(existsSync);
  it.skipIf(!python)(
    "are what another program's parser reads (skipped where python3-prometheus-client is missing)",
    async () => {
      const script = `
import sys, json
from prometheus_client.openmetrics import parser as om
from prometheus_client import parser as old
body = json.load(sys.stdin)
count = lambda read, text: sum(len(f.samples) for f in read(text))
print(json.dumps([count(om.text_string_to_metric_families, body[0]), count(old.text_string_to_metric_families, body[1])]))`;
      const out = await run("/usr/bin/python3", ["-c", script], JSON.stringify([text, older]));
      expect(JSON.parse(out)).toEqual([samplesOf(text).length, samplesOf(older).length]);
    },
  );

  it.skipIf(!existsSync("/usr/bin/promtool"))(
    "please promtool but for names that are blackbox_exporter's (skipped where it is missing)",
    async () => {
      const out = await run("/usr/bin/promtool", ["check", "metrics"], older);
      expect(out.split("\n").filter((line) => line !== "" && !/^(probe_|process_)/.test(line))).toEqual([]);
    },
  );
});

describe("the dashboard", () => {
  interface Panel {
    readonly id: number;
    readonly title: string;
    readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
    readonly targets: readonly { readonly expr: string }[];
  }
  const board = JSON.parse(
    readFileSync(new URL("../../../docs/grafana-dashboard.json", import.meta.url), "utf8"),
  ) as {
    readonly panels: readonly Panel[];
    readonly templating: { readonly list: readonly { readonly query: string }[] };
  };

  it("asks for names that metrics have, and for no others", () => {
    const asked = [
      ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...board.templating.list.map(({ query }) => query),
    ];
    const names = new Set(asked.flatMap((expr) => expr.match(/\b(?:meerkat|probe)_\w+/g) ?? []));
    expect(names.size).toBeGreaterThan(8);
    const known = new Set(familiesOf(older));
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  });

  it("has panels that do not lie over each other, each with a question", () => {
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const {
      targets,
      gridPos: { x, w },
    } of board.panels) {
      expect(targets.length).toBeGreaterThan(0);
      expect(x + w).toBeLessThanOrEqual(24);
    }
  });
});

/** What it printed, on both streams. */
function run(file: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { maxBuffer: 1e8 }, (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
    child.stdin?.end(input);
  });
}
