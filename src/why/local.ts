/** What is known of this machine: its clock, its environment, and the roots that lie about on it. */
import { HttpsError, isWithheld, ownValue } from "../core/index.ts";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../client/index.ts";
import type { LocalFacts } from "../diagnosis/index.ts";
import { type TrustPolicy, readRootFile } from "../admission/index.ts";
import { endedBy } from "./attempt.ts";

export interface LocalQuestion {
  readonly environment: Environment;
  readonly policy: TrustPolicy;
  readonly at: number;
  readonly proxyRule: string;
}

export function findLocalFacts({ environment, policy, at, proxyRule }: LocalQuestion): LocalFacts {
  return {
    at,
    verificationDisabled: ownValue(environment, "NODE_TLS_REJECT_UNAUTHORIZED") === "0",
    extraRoots: describeExtraRoots(ownValue(environment, "NODE_EXTRA_CA_CERTS"), policy),
    mkcertRoot: findMkcertRoot(environment),
    proxyRule,
  };
}

function describeExtraRoots(file: string | undefined, policy: TrustPolicy): LocalFacts["extraRoots"] {
  if (file === undefined || file === "") return undefined;
  try {
    readRootFile(file, "NODE_EXTRA_CA_CERTS");
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    return { file, state: "unusable", ended: endedBy(error) };
  }
  const isInForce = policy.anchors.some(({ source }) => source.store === "NODE_EXTRA_CA_CERTS");
  return { file, state: isInForce ? "in-force" : "overridden" };
}

/** mkcert(1): CAROOT, or the data folder of each system. */
function findMkcertRoot(environment: Environment): string | undefined {
  const { CAROOT: root, XDG_DATA_HOME: data, LOCALAPPDATA: windows } = environment;
  const home = findHome();
  const folders = [
    root,
    data === undefined ? home && join(home, ".local", "share", "mkcert") : join(data, "mkcert"),
    home && join(home, "Library", "Application Support", "mkcert"),
    windows === undefined ? undefined : join(windows, "mkcert"),
  ];
  return folders.flatMap((folder) => (folder ? [join(folder, "rootCA.pem")] : [])).find(isThere);
}

/** Not everybody may know it: Deno has a permission for that. */
function findHome(): string | undefined {
  try {
    return homedir();
  } catch (error) {
    if (isWithheld(error)) return undefined;
    throw error;
  }
}

/** Node 20 throws where its permission model does not let this process look. */
function isThere(file: string): boolean {
  try {
    return existsSync(file);
  } catch {
    return false;
  }
}
