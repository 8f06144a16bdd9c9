/** Alerts and tellings for tests: one normal case, and what a test changes of it. */
import type { Alert, WatchedEndpoint } from "../../src/fleet/index.ts";
import { tellingKey } from "../../src/fleet/index.ts";
import type { AlertRow, Store, Telling } from "../../src/watch/index.ts";

export const openedAt: number = Date.UTC(2026, 0, 15, 12);

export const endpoint: WatchedEndpoint = {
  id: "e1",
  href: "https://api.example.com/secret-path?token=secret-token",
  name: "https://api.example.com",
  host: "api.example.com",
  port: 443,
  scheme: "https",
  tags: ["shop", "berlin"],
};

export function alertOf(changes: Partial<Alert> = {}): Alert {
  const { rule = "path-ends", subject = "" } = changes;
  return {
    id: `e1:${rule}:${subject}:${changes.openedAt ?? openedAt}`,
    endpoint: endpoint.id,
    rule,
    subject,
    severity: "warning",
    dueAt: openedAt + 10 * 86_400_000,
    sentence: "The path of https://api.example.com ends on 2026-01-25.",
    evidence: ["The certificate of api.example.com ends then.", "It was renewed with 30 days left before."],
    remedy: "Renew it.",
    sure: "certain",
    openedAt,
    toldAt: openedAt,
    times: 1,
    ...changes,
  };
}

export function tellingOf(kind: Telling["kind"], alert: Alert = alertOf(), channel = "test"): Telling {
  const key = tellingKey({ kind, alert });
  return { key, channel, kind, alert, endpoint, tries: 0, queuedAt: alert.closedAt ?? alert.openedAt };
}

type Outbox = Pick<Store, "lendTellings" | "settleTelling" | "alerts">;

/** An outbox in memory, which keeps the law of the port: lent until a moment, settled once. */
export class MemoryOutbox implements Outbox {
  readonly rows: AlertRow[] = [];
  readonly settled: { readonly key: string; readonly outcome: Parameters<Store["settleTelling"]>[2] }[] = [];
  readonly #waiting = new Map<string, { telling: Telling; readyAt: number }>();

  queue(...tellings: readonly Telling[]): void {
    for (const telling of tellings)
      this.#waiting.set(`${telling.channel} ${telling.key}`, { telling, readyAt: telling.queuedAt });
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  lendTellings({
    channel,
    now,
    lentUntilAt,
    limit,
  }: Parameters<Store["lendTellings"]>[0]): Promise<readonly Telling[]> {
    const ready = [...this.#waiting.values()]
      .filter((one) => one.telling.channel === channel && one.readyAt <= now)
      .toSorted((one, other) => one.telling.queuedAt - other.telling.queuedAt)
      .slice(0, limit);
    for (const one of ready) one.readyAt = lentUntilAt;
    return Promise.resolve(ready.map(({ telling }) => telling));
  }

  settleTelling(...[key, channel, outcome]: Parameters<Store["settleTelling"]>): Promise<void> {
    const name = `${channel} ${key}`;
    const one = this.#waiting.get(name);
    this.settled.push({ key, outcome });
    if (outcome.kind === "told") this.#waiting.delete(name);
    else if (one !== undefined) {
      one.readyAt = outcome.at;
      one.telling = { ...one.telling, tries: one.telling.tries + 1 };
    }
    return Promise.resolve();
  }

  alerts({ state, limit, after }: Parameters<Store["alerts"]>[0]): ReturnType<Store["alerts"]> {
    const from = Number(after ?? 0);
    const all = this.rows.filter(({ alert }) => (alert.closedAt === undefined) === (state === "open"));
    const next = from + limit < all.length ? String(from + limit) : undefined;
    return Promise.resolve({ rows: all.slice(from, from + limit), next });
  }
}
