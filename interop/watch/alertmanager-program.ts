/** Debian's Alertmanager on loopback, with its own folder, which sends to a receiver of the test's. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startServer } from "../servers/process.ts";

export interface RunningAlertmanager {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startAlertmanager(receiverUrl: string): Promise<RunningAlertmanager> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-alertmanager-"));
  const port = await freePort();
  const configuration = {
    route: {
      receiver: "test",
      group_by: ["..."],
      group_wait: "0s",
      group_interval: "1s",
      repeat_interval: "1h",
    },
    receivers: [{ name: "test", webhook_configs: [{ url: receiverUrl, send_resolved: true }] }],
  };
  // JSON is YAML.
  writeFileSync(join(folder, "alertmanager.yml"), JSON.stringify(configuration));
  const server = await startServer(
    "prometheus-alertmanager",
    [
      `--config.file=${folder}/alertmanager.yml`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    port,
  );
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
