/** The head of a request that goes out now: what was asked, and what depends on what came before. */
import { writeRequestHead } from "../../http1/index.ts";
import type { ProxySetting } from "../../net/index.ts";
import { asksToClose, type WrittenHead } from "./first-head.ts";
import { contentOf } from "./outgoing.ts";
import type { Asked } from "./redirects.ts";
import { listFieldsFor, putField, type FieldTable } from "./request-fields.ts";

interface Occasion {
  /** What answers a challenge. */
  readonly authorization: string | undefined;
  /** What the caller's jar holds; empty for nothing. */
  readonly cookie: string;
  /** The proxy that is asked in the server's place (RFC 9112 §3.2.2). */
  readonly forwarding: ProxySetting | undefined;
  /** Whether 100 Continue is asked for. */
  readonly expects: boolean;
  readonly secretHeaders: readonly string[] | undefined;
}

/** @throws HttpsError `request-field-invalid` and others for what cannot be sent */
export function writeHead({ target, method, fields, body }: Asked, occasion: Occasion): WrittenHead {
  const { authorization, cookie, forwarding, expects, secretHeaders } = occasion;
  const table: FieldTable = new Map(fields);
  if (authorization !== undefined) putField(table, "Authorization", authorization);
  if (cookie !== "" && !fields.has("cookie")) putField(table, "Cookie", cookie);
  if (forwarding?.authorization !== undefined)
    putField(table, "Proxy-Authorization", forwarding.authorization);
  if (expects) putField(table, "Expect", "100-continue");
  const text = writeRequestHead({
    method,
    target: forwarding === undefined ? target.path : `${target.origin}${target.path}`,
    fields: listFieldsFor(target, table),
    content: contentOf(body),
    secretNames: secretHeaders,
  });
  return { text, octets: undefined, closes: asksToClose(table) };
}
