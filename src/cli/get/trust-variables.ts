/**
 * Variables that say whom curl is to trust, where no flag does (curl(1), ENVIRONMENT): what CURL_CA_BUNDLE names, else what SSL_CERT_FILE
 * and SSL_CERT_DIR name. Whoever starts the program says it, as by NODE_EXTRA_CA_CERTS; every chain is verified all the same, and it is told.
 */
import type { Environment } from "../../client/index.ts";
import type { GetFlags } from "./flags/table.ts";

type TrustFlags = Pick<GetFlags, "cacert" | "roots" | "caNative">;

/** A variable that counts, and what it comes to. */
export interface TrustVariable {
  readonly name: string;
  /** As if these had been typed. */
  readonly means: TrustFlags;
  /** What it does, behind "NAME is set: ". */
  readonly does: string;
}

/** The variable that says whom to trust; `undefined` where a flag does, or nobody. */
export function trustVariable({ cacert, roots }: TrustFlags, env: Environment): TrustVariable | undefined {
  if (cacert !== undefined || roots !== undefined) return undefined;
  const [bundle, file, folder] = ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"].map(
    (name) => env[name] || undefined,
  );
  const instead = "the roots that it names are trusted, and no others";
  if (bundle !== undefined) return { name: "CURL_CA_BUNDLE", means: { cacert: [bundle] }, does: instead };
  if (file !== undefined) return { name: "SSL_CERT_FILE", means: { roots: ["system"] }, does: instead };
  // curl goes on with its own file beside a folder.
  if (folder === undefined) return undefined;
  return {
    name: "SSL_CERT_DIR",
    means: { caNative: true },
    does: "the roots that it names are trusted, too",
  };
}

/** The flags, as if what the variables say had been typed. */
export function withTrustVariables(flags: GetFlags, env: Environment): GetFlags {
  return { ...flags, ...trustVariable(flags, env)?.means };
}
