/** On what, and with which versions, something was measured. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { packages } from "./clients/index.ts";
import { version } from "../src/index.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
}

export type Versions = Readonly<Record<string, string>>;

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryBytes: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
  };
}

export function describeVersions(server: string): Versions {
  const { node, openssl } = process.versions;
  const installed = Object.values(packages).map((name) => [name, installedVersion(name)] as const);
  const curl = /^curl ([\d.]+)/.exec(
    spawnSync("curl", ["--version"], { encoding: "utf8" }).stdout ?? "",
  )?.[1];
  return {
    meerkat: version,
    node,
    openssl,
    ...Object.fromEntries(installed),
    curl: curl ?? "not installed",
    server,
  };
}

function installedVersion(name: string): string {
  const manifest = join(import.meta.dirname, "..", "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string }).version;
}
