/** What is asked of a client, and how much of it. */
import type { BenchClient, ClientName } from "../clients/index.ts";
import type { Origins } from "../server/origins.ts";
import type { Sample } from "../sample.ts";

/** How long a loop of requests runs, how much a transfer moves, how many connections lie idle. */
export interface Effort {
  readonly ms: number;
  readonly downloadBytes: number;
  readonly uploadBytes: number;
}

export interface Scenario {
  readonly name: string;
  /** For the table's heading. */
  readonly title: string;
  readonly connections: number;
  /** Through the proxy. */
  readonly proxied: boolean;
  /** Clients left out, and why. */
  readonly without: Readonly<Partial<Record<ClientName, string>>>;
  readonly measure: (subject: Subject, effort: Effort) => Promise<Sample>;
}

/** Who is measured, against what. */
export interface Subject {
  readonly client: BenchClient;
  readonly origins: Origins;
}

export const noCurl = { curl: "measured by downloads alone" } as const;
