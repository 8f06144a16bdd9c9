/** What Debian's Alertmanager makes of our alerts, asked by its own API and told by its notifications. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHttp, type Origin } from "../../test/client/origin.ts";
import { alertOf, endpoint, tellingOf } from "../../test/watch/tellings.ts";
import { Client } from "../../src/client/index.ts";
import type { Alert } from "../../src/fleet/index.ts";
import { alertmanager, type Channel } from "../../src/watch/index.ts";
import { findProgram } from "../servers/process.ts";
import { startAlertmanager, type RunningAlertmanager } from "./alertmanager-program.ts";

interface Shown {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly generatorURL: string;
}

interface Notified {
  readonly status: "firing" | "resolved";
  readonly severity: string;
  readonly subject: string;
}

const signal = new AbortController().signal;
const client = new Client();
const notified: Notified[] = [];
const waiters: { readonly wants: (one: Notified) => boolean; readonly end: () => void }[] = [];
let receiver: Origin;
let running: RunningAlertmanager;
let channel: Channel;

/** Ends when Alertmanager has notified somebody of it. */
function whenNotified(wants: (one: Notified) => boolean): Promise<void> {
  if (notified.some(wants)) return Promise.resolve();
  return new Promise((end) => waiters.push({ wants, end }));
}

async function shown(subject: string): Promise<readonly Shown[]> {
  const response = await client.request(`${running.url}/api/v2/alerts`);
  const all = await response.json<readonly Shown[]>();
  return all.filter(({ labels }) => labels["subject"] === subject);
}

const now = Date.now();
const alert = (subject: string, changes: Partial<Alert> = {}): Alert =>
  alertOf({ subject, openedAt: now - 60_000, ...changes });

const hasProgram = findProgram("prometheus-alertmanager") !== undefined;

describe.skipIf(!hasProgram)("Debian's Alertmanager", () => {
  beforeAll(async () => {
    receiver = await openHttp(
      (request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
          const { alerts } = JSON.parse(body) as {
            readonly alerts: readonly {
              readonly status: Notified["status"];
              readonly labels: Readonly<Record<string, string>>;
            }[];
          };
          for (const { status, labels } of alerts) {
            const { severity = "", subject = "" } = labels;
            notified.push({ status, severity, subject });
          }
          for (const { wants, end } of waiters) if (notified.some(wants)) end();
          response.end();
        });
      },
      { tls: false },
    );
    running = await startAlertmanager(receiver.url.replace("localhost", "127.0.0.1"));
    channel = alertmanager({
      name: "alertmanager",
      client,
      // Nobody listens at the second.
      urls: [running.url, "http://127.0.0.1:1"],
      linkTo: ({ alert: { id } }) => `https://watch.example/alerts/${encodeURIComponent(id)}`,
      clock: Date.now,
    });
  });

  afterAll(async () => {
    await client.close();
    await running.stop();
    await receiver.close();
  });

  test("has an alert with all that is said of it, though another Alertmanager is away", async () => {
    const opened = alert("all");
    expect(await channel.tell([tellingOf("opened", opened)], signal)).toEqual([{ kind: "told" }]);
    const [one, ...more] = await shown("all");
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      labels: {
        alertname: "MeerkatPathEnds",
        rule: "path-ends",
        severity: "warning",
        endpoint: "https://api.example.com",
        endpoint_id: "e1",
        tags: "shop,berlin",
      },
      annotations: { summary: opened.sentence, evidence: opened.evidence.join("\n"), remedy: "Renew it." },
      startsAt: new Date(opened.openedAt).toISOString(),
    });
    expect(one?.generatorURL).toContain("https://watch.example/alerts/");
    expect(JSON.stringify(one)).not.toContain("secret");
  });

  test("does not have it twice after a repeat and a reminder, and ends it when it closes", async () => {
    const opened = alert("once");
    await channel.tell([tellingOf("opened", opened)], signal);
    await whenNotified(({ subject, status }) => subject === "once" && status === "firing");
    await channel.tell([tellingOf("repeated", { ...opened, times: 2 })], signal);
    await channel.remind?.again([{ alert: opened, endpoint }], signal);
    expect(await shown("once")).toHaveLength(1);
    const closed = { ...opened, closedAt: Date.now() };
    await channel.tell([tellingOf("closed", closed)], signal);
    expect(await shown("once")).toEqual([]);
    await whenNotified(({ subject, status }) => subject === "once" && status === "resolved");
    expect(notified.filter(({ subject }) => subject === "once").map(({ status }) => status)).toEqual([
      "firing",
      "resolved",
    ]);
  });

  test("has it under one severity when that changes, also where the watch was started anew", async () => {
    const opened = alert("worse");
    await channel.tell([tellingOf("opened", opened)], signal);
    const another = alertmanager({
      name: "alertmanager",
      client,
      urls: [running.url],
      linkTo: () => undefined,
      clock: Date.now,
    });
    await another.tell([tellingOf("worse", { ...opened, severity: "critical" })], signal);
    const severities = (await shown("worse")).map(({ labels }) => labels["severity"]);
    expect(severities).toEqual(["critical"]);
  });

  test("an alert that opened anew is not ended by a reminder of the one before", async () => {
    const before = alert("anew", { openedAt: now - 120_000, closedAt: now - 60_000 });
    await channel.tell([tellingOf("opened", alert("anew", { openedAt: now - 30_000 }))], signal);
    await channel.remind?.again([{ alert: before, endpoint }], signal);
    expect(await channel.tell([tellingOf("closed", before)], signal)).toEqual([{ kind: "told" }]);
    expect(await shown("anew")).toHaveLength(1);
  });
});

describe("Alertmanager", () => {
  test("that cannot be reached is told again", async () => {
    const away = alertmanager({
      name: "alertmanager",
      client: new Client(),
      urls: ["http://127.0.0.1:1"],
      linkTo: () => undefined,
      clock: Date.now,
    });
    expect(await away.tell([tellingOf("opened")], signal)).toMatchObject([{ kind: "again" }]);
    expect(await away.remind?.again([{ alert: alertOf(), endpoint }], signal)).toContain("127.0.0.1 port 1");
  });

  test("beyond this machine is told by https: alone", () => {
    const settings = { name: "alertmanager", client, linkTo: () => undefined, clock: Date.now };
    expect(() => alertmanager({ ...settings, urls: ["http://alerts.example"] })).toThrow("plain text");
  });
});
