/** `--anyauth`: the first request says nobody, and the kind of login that its answer asks for is used: digest before basic (curl(1)). */
import type { Authentication, RequestOptions, Response } from "../../client/index.ts";
import { requireUrl } from "../../core/index.ts";
import { parseChallenges } from "../../http1/index.ts";

/** Asks as if for digest, which sends nothing before a challenge; in basic form where only that is asked for. */
export async function askAnyLogin(
  {
    url,
    body,
    authentication = null,
  }: Pick<RequestOptions, "body" | "authentication"> & { readonly url: string },
  ask: (authentication: Authentication | null) => Promise<Response>,
): Promise<Response> {
  const response = await ask(authentication);
  if (authentication?.scheme !== "digest" || response.status !== 401) return response;
  // What was sent as it came cannot be sent again; and another origin is told nobody's name.
  const isRepeatable =
    body === null || body === undefined || body instanceof Uint8Array || body instanceof Blob;
  if (!isRepeatable || requireUrl(response.url).origin !== requireUrl(url).origin) return response;
  const challenges = parseChallenges(response.headers.get("www-authenticate") ?? "").map(
    ({ scheme }) => scheme,
  );
  if (challenges.includes("digest") || !challenges.includes("basic")) return response;
  response.cancel();
  return ask({ ...authentication, scheme: "basic" });
}
