/**
 * How the system's roots can be come by on this machine: files on most systems; on macOS and Windows an interface, which
 * Node asks from 22.15 on, and before that the package system-ca, an optional peer of this package.
 */
import { realpathSync } from "node:fs";
import { Module } from "node:module";
// All of it: a bundler makes an import by name of whatever is taken from `* as tls`, and Node ends at a name it lacks.
import tls from "node:tls";
import { ownValue } from "../../core/index.ts";

export interface Machine {
  readonly platform: string;
  /** For messages: `Node 20.20.2`. */
  readonly runtime: string;
  /** The runtime's own view of the system's roots, as PEM; `undefined` where it has none. */
  readonly ask: (() => readonly string[]) | undefined;
  /** The package's view of them; `undefined` where it is not installed. Throws what it throws. */
  readonly askPackage: () => readonly string[] | undefined;
  /** Files in which a system of this kind may keep all its roots. */
  readonly bundles: readonly string[];
}

/** Where systems keep their bundle: the list Go's crypto/x509 collected, in its order. */
const wellKnownBundles: readonly string[] = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
  "/usr/local/share/certs/ca-root-nss.crt",
];

/** What Node has of this in later versions than the oldest that is supported. */
interface LaterTls {
  readonly getCACertificates?: (kind: "system" | "default" | "extra") => readonly string[];
  readonly setDefaultCACertificates?: unknown;
}

/** Its own, and nothing that every object has. */
export const laterTls: { readonly [Name in keyof LaterTls]-?: LaterTls[Name] | undefined } = {
  getCACertificates: ownValue(tls as LaterTls, "getCACertificates"),
  setDefaultCACertificates: ownValue(tls as LaterTls, "setDefaultCACertificates"),
};

const { getCACertificates } = laterTls;

export const machineHere: Machine = {
  platform: process.platform,
  runtime: `Node ${process.versions.node}`,
  ask: getCACertificates && (() => getCACertificates("system")),
  askPackage,
  bundles: wellKnownBundles,
};

const packageName = "system-ca";

/** What is used of system-ca. */
interface SystemCa {
  readonly systemCertsSync: () => readonly string[];
}

/** Looked for from the program's own file: what lies in the working directory is nobody's word. */
function askPackage(): readonly string[] | undefined {
  const [, program] = process.argv;
  if (program === undefined) return undefined;
  let path: string;
  let load: NodeJS.Require;
  try {
    // A global program is started by a link. Imported by its name, createRequire is followed by webpack, which then warns.
    load = Module.createRequire(realpathSync(program));
    path = load.resolve(packageName);
  } catch {
    return undefined;
  }
  return (load(path) as SystemCa).systemCertsSync();
}
