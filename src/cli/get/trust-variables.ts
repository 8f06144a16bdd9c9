/**
 * Variables that say whom curl is to trust, where no flag does (curl(1), ENVIRONMENT): what CURL_CA_BUNDLE names, else what SSL_CERT_FILE
 * and SSL_CERT_DIR name. `meerkat curl` follows them, and says so; `get` trusts whom every other command trusts, so that `why` judges
 * as it does. NODE_EXTRA_CA_CERTS counts beside them.
 */
import { existsSync } from "node:fs";
import type { Environment } from "../../client/index.ts";
import type { GetFlags } from "./flags/table.ts";

type TrustFlags = Pick<GetFlags, "cacert" | "roots" | "caNative" | "asCurl">;

/** A variable that counts, and what it comes to. */
export interface TrustVariable {
  readonly name: string;
  /** As if these had been typed. */
  readonly means: TrustFlags;
  /** What it does, behind "NAME is set: ". */
  readonly does: string;
}

type Name = "CURL_CA_BUNDLE" | "SSL_CERT_FILE" | "SSL_CERT_DIR";

/** The variable that curl would follow, where no flag says whom to trust. */
export function variableOfCurl({ cacert, roots }: TrustFlags, env: Environment): Name | undefined {
  if (cacert !== undefined || roots !== undefined) return undefined;
  return (["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"] as const).find(
    (name) => (env[name] ?? "") !== "",
  );
}

/** The variable that says whom to trust; `undefined` where a flag does, or nobody, or the command is not `curl`. */
export function trustVariable(flags: TrustFlags, env: Environment): TrustVariable | undefined {
  const name = flags.asCurl === true ? variableOfCurl(flags, env) : undefined;
  if (name === undefined) return undefined;
  const extra = [env["NODE_EXTRA_CA_CERTS"] ?? ""].filter((file) => file !== "" && existsSync(file));
  const instead =
    extra.length === 0
      ? "the roots that it names are trusted, and no others"
      : "the roots that it and NODE_EXTRA_CA_CERTS name are trusted, and no others";
  if (name === "CURL_CA_BUNDLE")
    return { name, means: { cacert: [env[name] ?? "", ...extra] }, does: instead };
  if (name === "SSL_CERT_FILE") return { name, means: { roots: ["system", ...extra] }, does: instead };
  // curl goes on with its own file beside a folder.
  return {
    name,
    means: { caNative: true },
    does: "the roots that it names are trusted, too",
  };
}

/** The flags, as if what the variables say had been typed. */
export function withTrustVariables(flags: GetFlags, env: Environment): GetFlags {
  return { ...flags, ...trustVariable(flags, env)?.means };
}
