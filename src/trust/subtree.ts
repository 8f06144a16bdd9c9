/**
 * Subtrees of name constraints: RFC 5280 §4.2.1.10. Reads a constraint once, and says of a name whether it lies
 * inside, outside, or cannot be placed.
 *
 * A wildcard in a name stands for many hosts. Where only some of them lie inside a subtree the answer is `partly`:
 * enough to be excluded, too little to be permitted (CVE-2025-61727, RUSTSEC-2026-0099).
 */
import { type GeneralName, type Name, parseIpAddress } from "../x509/index.ts";
import { isWithin, normalDnsName, parsePresentedDnsName } from "./dns-name.ts";
import { parseMailbox } from "./mailbox.ts";

export type Subtree =
  | { readonly kind: "dns"; readonly base: string; readonly isDomain: boolean }
  | { readonly kind: "email"; readonly local: string | undefined; readonly host: HostRule }
  | { readonly kind: "uri"; readonly host: HostRule }
  | { readonly kind: "ip"; readonly address: Uint8Array; readonly mask: Uint8Array }
  | { readonly kind: "directory"; readonly relativeKeys: readonly string[] }
  | { readonly kind: "other"; readonly form: string };

/** One host, or everything below a domain but not the domain. */
interface HostRule {
  readonly name: string;
  readonly isDomain: boolean;
}

export type Placing = "inside" | "partly" | "outside" | "unplaceable";

/** Reads a constraint, or says what is wrong with it. */
export function parseSubtree(
  base: GeneralName,
): Subtree | { readonly kind: "malformed"; readonly reason: string } {
  switch (base.kind) {
    case "dns": {
      // The empty name holds every other. A leading dot is read as everybody reads it, as in URI constraints: below the
      // domain. Whether it may stand there is for the profile to say.
      if (base.value === "") return { kind: "dns", base: "", isDomain: false };
      const rule = parseHostRule(base.value);
      if (rule !== undefined) return { kind: "dns", base: rule.name, isDomain: rule.isDomain };
      return { kind: "malformed", reason: `the DNS name "${base.value}" is not a name space` };
    }
    case "email": {
      const mailbox = parseMailbox(base.value);
      const host =
        mailbox === undefined ? parseHostRule(base.value) : { name: mailbox.host, isDomain: false };
      if (host !== undefined) return { kind: "email", local: mailbox?.local, host };
      return { kind: "malformed", reason: `"${base.value}" is neither mailbox, host nor domain` };
    }
    case "uri": {
      const host = parseHostRule(base.value);
      if (host !== undefined) return { kind: "uri", host };
      return { kind: "malformed", reason: `"${base.value}" is neither host nor domain` };
    }
    case "ip": {
      const half = base.bytes.length / 2;
      return { kind: "ip", address: base.bytes.subarray(0, half), mask: base.bytes.subarray(half) };
    }
    case "directory":
      return { kind: "directory", relativeKeys: base.name.relativeKeys };
    case "other":
      return { kind: "other", form: formOf(base) };
  }
}

/** The form that decides which constraints apply to a name: its kind; for otherName its type too. */
export function formOf(name: GeneralName): string {
  return name.kind === "other" ? `${name.form}:${name.form === "otherName" ? name.oid : ""}` : name.kind;
}

/** Where a name lies. Name and subtree are of the same form. */
export function placeName(name: GeneralName, subtree: Subtree): Placing {
  if (name.kind === "dns" && subtree.kind === "dns") return placeDns(name.value, subtree);
  if (name.kind === "email" && subtree.kind === "email") {
    const mailbox = parseMailbox(name.value);
    if (mailbox === undefined) return "unplaceable";
    const isSameLocal = subtree.local === undefined || subtree.local === mailbox.local;
    return isSameLocal && followsRule(mailbox.host, subtree.host) ? "inside" : "outside";
  }
  if (name.kind === "uri" && subtree.kind === "uri") {
    const host = uriHost(name.value);
    if (host === undefined) return "unplaceable";
    return followsRule(host, subtree.host) ? "inside" : "outside";
  }
  if (name.kind === "ip" && subtree.kind === "ip") return placeAddress(name.bytes, subtree);
  if (name.kind === "directory" && subtree.kind === "directory")
    return placeDirectory(name.name, subtree.relativeKeys);
  // §4.2.1.10: "MUST either process the constraint or reject the certificate".
  return "unplaceable";
}

function placeDns(value: string, { base, isDomain }: Extract<Subtree, { readonly kind: "dns" }>): Placing {
  const presented = parsePresentedDnsName(value);
  if (presented === undefined) return "unplaceable";
  if (presented.kind === "host") {
    const isOutside = !isWithin(presented.name, base) || (isDomain && presented.name === base);
    return isOutside ? "outside" : "inside";
  }
  if (isWithin(presented.base, base)) return "inside";
  if (isDomain) return "outside";
  // `*.example.com` and `bar.example.com`: one of its hosts is, or lies above, the base's own.
  return base.endsWith(`.${presented.base}`) && !base.slice(0, -presented.base.length - 1).includes(".")
    ? "partly"
    : "outside";
}

function placeAddress(
  bytes: Uint8Array,
  { address, mask }: Extract<Subtree, { readonly kind: "ip" }>,
): Placing {
  if (bytes.length !== address.length) return "outside";
  const isInside = bytes.every((byte, i) => ((byte ^ (address[i] ?? 0)) & (mask[i] ?? 0)) === 0);
  return isInside ? "inside" : "outside";
}

/** §7.1: a name is inside when it begins with all the relative names of the base. */
function placeDirectory(name: Name, base: readonly string[]): Placing {
  return base.every((key, i) => name.relativeKeys[i] === key) ? "inside" : "outside";
}

function parseHostRule(text: string): HostRule | undefined {
  const isDomain = text.startsWith(".");
  const name = normalDnsName(isDomain ? text.slice(1) : text);
  return name === undefined ? undefined : { name, isDomain };
}

function followsRule(host: string, { name, isDomain }: HostRule): boolean {
  return isDomain ? host.endsWith(`.${name}`) : host === name;
}

/** §4.2.1.10: a URI whose authority is not a host name cannot be placed ("MUST reject"). */
function uriHost(uri: string): string | undefined {
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/.exec(uri)?.[1];
  const host = authority?.replace(/^.*@/, "").replace(/:[0-9]*$/, "");
  if (host === undefined || parseIpAddress(host) !== undefined) return undefined;
  return normalDnsName(host);
}
