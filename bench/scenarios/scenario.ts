/** What is asked of a client, and how much of it. */
import {
  clientNames,
  http2Alone,
  type BenchClient,
  type ClientName,
  type Protocol,
} from "../clients/index.ts";
import type { OriginName, Origins } from "../server/origins.ts";
import type { Sample } from "../sample.ts";

/** Of programs, where they have no row; the page says it once. */
export const undoable = "programs are measured by downloads alone";

/** Of clients, where a scenario's protocol is not theirs; the page says it once. */
export const otherProtocol = "is measured over the other protocol alone";

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
  /** HTTP/1.1 where nothing is said. */
  readonly protocol?: Protocol;
  /** Through the proxy. */
  readonly proxied: boolean;
  /** Clients left out, and why. */
  readonly without: Readonly<Partial<Record<ClientName, string>>>;
  /** What programs download from and where they put it, in the scenarios that have any. */
  readonly programs?: { readonly download: OriginName; readonly writeTo: "nowhere" | "file" };
  /** What a worker does. */
  readonly measure: (subject: Subject, effort: Effort) => Promise<Sample>;
}

/** Who is measured, against what. */
export interface Subject {
  readonly client: BenchClient;
  readonly origins: Origins;
}

/** Programs are not asked for what only a library does. */
export const noPrograms = { "meerkat get": undoable, curl: undoable } as const;

/** Why a client has no row in a scenario; `undefined` where it has one. */
export function whyLeftOut({ without, protocol }: Scenario, client: ClientName): string | undefined {
  const isOthers = protocol === undefined && http2Alone.includes(client);
  return without[client] ?? (isOthers ? otherProtocol : undefined);
}

/** Every client but these, with why. */
export function allBut(clients: readonly ClientName[], reason: string): Scenario["without"] {
  return Object.fromEntries(
    clientNames.filter((name) => !clients.includes(name)).map((name) => [name, reason]),
  );
}
