/** The answering of Digest challenges on one journey (RFC 7616 §3.3). */
import { createHash, randomBytes } from "node:crypto";
import {
  computeDigest,
  findDigestChallenge,
  parseChallenges,
  type Challenge,
  type Fields,
} from "../../http1/index.ts";
import type { RequestBody } from "../body/request-body.ts";
import type { Authentication } from "../options/authentication.ts";

const opensslNames = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" } as const;

export class DigestExchange {
  #challenge: Challenge | undefined;
  /** How often the challenge's nonce was used. */
  #nonceCount = 0;
  #answers = 0;

  /** Whether requests answer a challenge now. */
  get isOpen(): boolean {
    return this.#challenge !== undefined;
  }

  /**
   * Whether the challenge of a 401 is to be answered: one that has not been yet, or whose nonce went stale. One answer,
   * and one more for a nonce that had grown old: a server that calls every nonce stale is refused.
   */
  take(
    authentication: Authentication | null | undefined,
    { fields, body }: { readonly fields: Fields; readonly body: RequestBody },
  ): boolean {
    if (authentication?.scheme !== "digest") return false;
    const challenge = findDigestChallenge(fields.getAll("www-authenticate").flatMap(parseChallenges), {
      isBodyKnown: body.kind !== "stream",
    });
    if (challenge === undefined || this.#answers > 1) return false;
    if (this.#answers === 1 && challenge.parameters.get("stale")?.toLowerCase() !== "true") return false;
    this.#answers++;
    this.#challenge = challenge;
    this.#nonceCount = 0;
    return true;
  }

  /** Another origin is asked, which has sent no challenge. */
  forget(): void {
    this.#challenge = undefined;
  }

  /** The Authorization field that answers the challenge, if there is one. */
  authorization(
    authentication: Authentication | null | undefined,
    {
      method,
      target,
      body,
    }: { readonly method: string; readonly target: string; readonly body: RequestBody },
  ): string | undefined {
    if (this.#challenge === undefined || authentication?.scheme !== "digest") return undefined;
    const { username, password } = authentication;
    const result = computeDigest({
      challenge: this.#challenge,
      method,
      target,
      username,
      password,
      cnonce: randomBytes(16).toString("hex"),
      nonceCount: ++this.#nonceCount,
      hash: (algorithm, text) => createHash(opensslNames[algorithm]).update(text, "utf8").digest("hex"),
      hashBody: (algorithm) => {
        if (body.kind === "stream") return undefined;
        const hash = createHash(opensslNames[algorithm]);
        return (body.kind === "bytes" ? hash.update(body.bytes) : hash).digest("hex");
      },
    });
    return result.ok ? result.value : undefined;
  }
}
