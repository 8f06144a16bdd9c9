/**
 * Tells a receiver of one's own by POST, signed as Standard Webhooks 1.0 says (symmetric, `v1`): HMAC-SHA256 over
 * `id.timestamp.body`. A receiver checks the signature, refuses old timestamps, and keeps ids to know what comes twice.
 */
import { createHash, createHmac } from "node:crypto";
import type { Client } from "../../client/index.ts";
import type { Telling } from "../store/port.ts";
import { WatchError } from "../watch-error.ts";
import type { Channel, LinkTo, Outcome } from "./channel.ts";
import { checkReceiver, post } from "./http-receiver.ts";
import { tellLimits } from "../limits.ts";
import { factsOfTelling, renderDate } from "./message.ts";
import type { Secret } from "./secret.ts";

export interface WebhookOptions {
  readonly name: string;
  readonly client: Client;
  /** The URL, which may be a secret itself. */
  readonly url: Secret;
  /** `whsec_` and Base64. Several: the one in use first; each signs, so that a receiver can change from one to another. */
  readonly secrets: readonly Secret[];
  readonly linkTo: LinkTo;
  readonly clock: () => number;
}

export function webhook(options: WebhookOptions): Channel {
  const { name, client, url, secrets, linkTo, clock } = options;
  const read = async (): Promise<{ readonly address: string; readonly keys: readonly Uint8Array[] }> => {
    const address = await url();
    checkReceiver(address);
    return { address, keys: (await Promise.all(secrets.map((secret) => secret()))).map(readKey) };
  };
  return {
    name,
    most: tellLimits.hooksAtOnce.value,
    gatherMs: 0,
    async check() {
      await read();
    },
    async tell(tellings, signal) {
      const { address, keys } = await read();
      const outcomes: Outcome[] = [];
      // One after the other: what opened is told before it closed.
      for (const telling of tellings) {
        const now = clock();
        const body = JSON.stringify(renderEvent(telling, linkTo));
        const headers = signedHeaders({ id: webhookId(telling.key), now, body, keys });
        outcomes.push(await post({ client, url: address, headers, body, signal, now }));
      }
      return outcomes;
    },
  };
}

/** The idempotency key in the form of a webhook's id: the signed text is divided by dots, and a key may hold some. */
export function webhookId(key: string): string {
  return `msg_${createHash("sha256").update(key).digest("base64url")}`;
}

function renderEvent(telling: Telling, linkTo: LinkTo): object {
  return {
    type: `alert.${telling.kind}`,
    timestamp: renderDate(telling.queuedAt),
    data: factsOfTelling(telling, linkTo(telling)),
  };
}

interface Signed {
  readonly id: string;
  readonly now: number;
  readonly body: string;
  readonly keys: readonly Uint8Array[];
}

function signedHeaders({ id, now, body, keys }: Signed): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1_000));
  const sign = (key: Uint8Array): string =>
    `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": keys.map(sign).join(" "),
  };
}

const keyBytes = { least: 24, most: 64 } as const; // Standard Webhooks 1.0, "Signature scheme".

function readKey(secret: string): Uint8Array {
  const key = /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)
    ? Buffer.from(secret.slice(6), "base64")
    : undefined;
  if (key !== undefined && key.length >= keyBytes.least && key.length <= keyBytes.most) return key;
  throw new WatchError("The secret of a webhook is not whsec_ and 24 to 64 bytes in Base64.", {
    hint: 'Make one: printf "whsec_%s" "$(openssl rand -base64 32)" > webhook-secret',
  });
}
