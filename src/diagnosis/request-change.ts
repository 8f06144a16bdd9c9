/** Changes to a request as data: each alters one thing that a site could object to, in its header section or in how it goes out. */
import type { Field } from "../http1/index.ts";
import type { HttpVersion } from "./observation.ts";

export type RequestChange =
  /** The field with this value: in place of the one of that name, or at the end. */
  | {
      readonly kind: "set";
      readonly id: string;
      readonly name: string;
      readonly value: string;
      readonly says: string;
    }
  | { readonly kind: "remove"; readonly id: string; readonly name: string; readonly says: string }
  /** The first field moved to just before the second. */
  | {
      readonly kind: "order";
      readonly id: string;
      readonly name: string;
      readonly before: string;
      readonly says: string;
    }
  /** The same over this version of HTTP, which alone is offered then. */
  | {
      readonly kind: "version";
      readonly id: "version";
      readonly version: HttpVersion;
      readonly says: string;
    };

/** The fields with the changes to them applied, those of the order last. */
export function applyChanges(fields: readonly Field[], changes: readonly RequestChange[]): readonly Field[] {
  let changed = fields;
  for (const change of changes) if (change.kind !== "order") changed = applyChange(changed, change);
  for (const change of changes) if (change.kind === "order") changed = applyChange(changed, change);
  return changed;
}

function applyChange(fields: readonly Field[], change: RequestChange): readonly Field[] {
  const has = (name: string) => (field: Field) => field[0].toLowerCase() === name.toLowerCase();
  switch (change.kind) {
    case "remove":
      return fields.filter((field) => !has(change.name)(field));
    case "set": {
      const line: Field = [change.name, change.value];
      return fields.some(has(change.name))
        ? fields.map((field) => (has(change.name)(field) ? line : field))
        : [...fields, line];
    }
    case "order": {
      const moved = fields.find(has(change.name));
      const rest = fields.filter((field) => field !== moved);
      const at = rest.findIndex(has(change.before));
      return moved === undefined || at === -1 ? fields : [...rest.slice(0, at), moved, ...rest.slice(at)];
    }
    case "version":
      return fields;
  }
}

/** A current browser's fields (Firefox on Linux); the order is that in which it sends them. */
const browserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const browserAccept = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8";
/** Begins like a browser's and names somebody to write to: RFC 9110 §10.1.5 asks for the latter. */
const browserWithContact =
  "Mozilla/5.0 (compatible; meerkat-why; +https://example.com/; contact@example.com)";

/** Fields that this client sends by itself; every other one is the caller's. */
const usualNames: ReadonlySet<string> = new Set([
  "host",
  "user-agent",
  "accept",
  "accept-language",
  "accept-encoding",
  "connection",
]);

/** Whether this client sends the field by itself. */
export function isUsualField(name: string): boolean {
  return usualNames.has(name.toLowerCase());
}

/** How many of the caller's own fields are tried without: more would take more connections than there are. */
const ownFieldsTried = 2;

/** What only the answer tells: where it came from, and the cookies that it set. */
export interface Told {
  readonly origin: string | undefined;
  /** As a Cookie field has them. */
  readonly cookies: string;
}

/** All that could matter, changed at once to what a browser sends. */
export function browserChanges(fields: readonly Field[], told?: Told): readonly RequestChange[] {
  const valueOf = (name: string): string | undefined =>
    fields.find(([other]) => other.toLowerCase() === name)?.[1];
  const changes: RequestChange[] = [];
  const isKept = (name: string): boolean => name === "cookie" && told !== undefined && told.cookies !== "";
  const own = fields
    .filter(([name]) => !isUsualField(name) && !isKept(name.toLowerCase()))
    .slice(0, ownFieldsTried);
  // In the order in which a change is tried without: the likeliest cause last.
  if (valueOf("accept-language") === undefined)
    changes.push(setField("Accept-Language", "en-US,en;q=0.5", "with an Accept-Language field"));
  if (!/\bgzip\b/.test(valueOf("accept-encoding") ?? ""))
    changes.push(
      setField("Accept-Encoding", "gzip, deflate, br", "with an Accept-Encoding field that names gzip"),
    );
  const host = valueOf("host") ?? "";
  if (/:\d+$/.test(host))
    changes.push(setField("Host", host.replace(/:\d+$/, ""), "with a Host field without the port"));
  if (told?.origin !== undefined && valueOf("referer") === undefined)
    changes.push(setField("Referer", `${told.origin}/`, "with a Referer field that names the site itself"));
  for (const [name] of own)
    changes.push({
      kind: "remove",
      id: `without ${name.toLowerCase()}`,
      name,
      says: `without the field ${name}`,
    });
  if (told !== undefined && told.cookies !== "") changes.push(cookieChange(fields, told.cookies));
  changes.push(setField("Accept", browserAccept, "with a browser's Accept field"));
  changes.push(agentChange("browser"));
  return changes;
}

/** The same, with what no browser does: a contact in the User-Agent, and Accept before it. */
export function unusualChanges(fields: readonly Field[], told?: Told): readonly RequestChange[] {
  const changes = browserChanges(fields, told).filter(({ id }) => id !== "user-agent");
  const order: RequestChange = {
    kind: "order",
    id: "order",
    name: "Accept",
    before: "User-Agent",
    says: "with Accept before User-Agent",
  };
  return [...changes, order, agentChange("both")];
}

/** The caller's own cookies, and these. */
export function cookieChange(fields: readonly Field[], cookies: string): RequestChange {
  const own = fields.filter(([name]) => name.toLowerCase() === "cookie").map(([, value]) => value);
  return setField("Cookie", [...own, cookies].join("; "), "with the cookie that the answer set");
}

/** The cookies that an answer sets, by name and value alone: RFC 6265 §5.2. */
export function cookiesOf(fields: readonly Field[]): string {
  return fields
    .filter(([name]) => name.toLowerCase() === "set-cookie")
    .flatMap(([, value]) => /^[^;=\s]+=[^;]*/.exec(value)?.[0].trim() ?? [])
    .slice(0, cookiesTried)
    .join("; ");
}

/** A page that checks its visitors sets one or two. */
const cookiesTried = 8;

export type AgentForm = "plain" | "contact" | "browser" | "both";

const agents: Readonly<Record<AgentForm, readonly [value: string, says: string]>> = {
  plain: ["meerkat", "with a User-Agent field"],
  contact: [
    "meerkat (+https://example.com/; contact@example.com)",
    "with a User-Agent that names somebody to write to",
  ],
  browser: [browserAgent, "with a browser's User-Agent"],
  both: [browserWithContact, "with a User-Agent that begins like a browser's and names somebody to write to"],
};

/** A User-Agent of this form. */
export function agentChange(form: AgentForm): RequestChange {
  const [value, says] = agents[form];
  return { kind: "set", id: "user-agent", name: "User-Agent", value, says };
}

function setField(name: string, value: string, says: string): RequestChange {
  return { kind: "set", id: name.toLowerCase(), name, value, says };
}
