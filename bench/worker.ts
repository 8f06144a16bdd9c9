/** The process of one client in one scenario: measures when it is told to. */
import { loadClient, type WorkerClient } from "./clients/index.ts";
import { scenarios, type Effort } from "./scenarios/index.ts";
import type { Sample } from "./sample.ts";
import type { Ready } from "./server.ts";

/** What it is started for; its only argument, as JSON. */
export interface Task {
  readonly client: WorkerClient;
  readonly scenario: string;
  readonly server: Ready;
}

/** What it says: that it is there; a sample; or why there is none. */
export type Word =
  | { readonly kind: "ready" }
  | { readonly kind: "sample"; readonly sample: Sample }
  | { readonly kind: "failed"; readonly reason: string };

const { client: name, scenario: scenarioName, server } = JSON.parse(process.argv[2] ?? "{}") as Task;
const scenario = scenarios.find((each) => each.name === scenarioName);
if (scenario === undefined) throw new Error(`there is no scenario ${scenarioName}`);

const open = await loadClient[name]();
const client = open({
  ca: server.ca,
  protocol: scenario.protocol ?? "http/1.1",
  connections: scenario.connections,
  proxy: scenario.proxied ? server.origins.proxy : undefined,
});

/** Who is there to be compared with HTTP/2 asks where HTTP/1.1 is spoken, for the same. */
const origins =
  name === "meerkat (http/1.1)" ? { ...server.origins, http2: server.origins.kept } : server.origins;

process.on("message", (effort: Effort) => {
  scenario.measure({ client, origins }, effort).then(
    (sample) => say({ kind: "sample", sample }),
    (error: unknown) =>
      say({
        kind: "failed",
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
});
process.on("disconnect", () => process.exit());
say({ kind: "ready" });

function say(word: Word): void {
  process.send?.(word);
}
