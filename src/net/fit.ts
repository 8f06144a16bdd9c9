/** What another runtime than Node does not have, told as a failure of the connection and not as a bug of the caller's. */
import { HttpsError, messageOf } from "../core/index.ts";
import type { TrustPolicy } from "../admission/index.ts";

/** Runs what makes a connection. @throws HttpsError, `runtime-unfit` where a runtime other than Node throws anything else */
export async function fitting<T>(
  { policy: { runtime } }: { readonly policy: TrustPolicy },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HttpsError || runtime.name === "Node") throw error;
    const reason = messageOf(error).replace(/\.?$/, ".");
    throw new HttpsError("runtime-unfit", { runtime: runtime.name, reason }, { cause: error });
  }
}
