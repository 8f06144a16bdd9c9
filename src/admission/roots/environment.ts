/** The variables of the environment that a root store may depend on, and what is said of those that could not be read. */
import { deniedOf } from "../../runtime/index.ts";
import type { TrustNote } from "../../trust/index.ts";

export interface RootsEnvironment {
  readonly NODE_EXTRA_CA_CERTS?: string | undefined;
  readonly NODE_OPTIONS?: string | undefined;
  readonly NODE_USE_SYSTEM_CA?: string | undefined;
  readonly DENO_TLS_CA_STORE?: string | undefined;
  readonly SSL_CERT_FILE?: string | undefined;
  readonly SSL_CERT_DIR?: string | undefined;
}

/** Deno alone keeps variables from a program. */
export function deniedNotes(
  environment: RootsEnvironment,
  names: readonly (keyof RootsEnvironment)[],
): readonly TrustNote[] {
  const denied = deniedOf(environment, names);
  if (denied.length === 0) return [];
  const list = denied.join(", ");
  const sentence = `Not looked at, since Deno's permissions do not let this program read it (--allow-env): ${list}.`;
  return [{ about: "environment", sentence }];
}
