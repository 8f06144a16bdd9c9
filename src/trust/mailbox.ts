/** Mailboxes: RFC 5280 §4.2.1.6, §7.5. The part before `@` keeps its case, the host does not. */
import { normalDnsName } from "./dns-name.ts";

export interface Mailbox {
  readonly local: string;
  /** In normal form. */
  readonly host: string;
}

/** A mailbox with one `@`, or `undefined`. Quoted local parts and address literals are not taken. */
export function parseMailbox(text: string): Mailbox | undefined {
  const [local, domain, ...rest] = text.split("@");
  if (local === undefined || domain === undefined || rest.length > 0) return undefined;
  if (!/^[\x21-\x7e]+$/.test(local)) return undefined;
  const host = normalDnsName(domain);
  return host === undefined ? undefined : { local, host };
}

export function equalMailboxes(a: string, b: string): boolean {
  const left = parseMailbox(a);
  const right = parseMailbox(b);
  return left !== undefined && right !== undefined && left.local === right.local && left.host === right.host;
}
