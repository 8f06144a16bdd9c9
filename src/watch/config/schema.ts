/**
 * The configuration of a watch: what is watched, by which rules, who is told, and who may look. One table of what may stand
 * there; the published JSON Schema is made from it. Secrets never stand in it: their place is a file or a variable.
 */
import * as z from "zod";
import { deviceNames } from "../../device/index.ts";
import { fleetLimits, type Severity } from "../../fleet/index.ts";
import { isAddressOrRange } from "../address-ranges.ts";
import type { NamedBundle } from "./bundle-option.ts";
import { parseShare, parseSpan } from "./duration.ts";

type Spans = { readonly [severity in Severity]?: string | undefined };

/** Where a secret is read: a file, or a variable of the environment. */
export type SecretPlace = { readonly file: string } | { readonly env: string };

/** A configuration as it was written. What each field means is said by the schema. */
export interface Config {
  readonly endpoints: readonly string[];
  readonly bundles?: readonly NamedBundle[] | undefined;
  readonly store?: string | SecretPlace | undefined;
  readonly place?: string | undefined;
  readonly places?: readonly string[] | undefined;
  readonly every?: string | undefined;
  readonly keep?: string | undefined;
  readonly roots?: readonly string[] | undefined;
  readonly resolve?: Readonly<Record<string, string>> | undefined;
  readonly proxy?: string | null | undefined;
  readonly maxTime?: string | undefined;
  readonly contact?: string | undefined;
  readonly listen?: string | undefined;
  readonly token?: SecretPlace | undefined;
  readonly behindProxy?: string | undefined;
  readonly proxyFrom?: readonly string[] | undefined;
  readonly publicUrl?: string | undefined;
  readonly queue?: { readonly redis: SecretPlace } | { readonly postgres: SecretPlace } | undefined;
  readonly rules?: RulesConfig | undefined;
  readonly alerts?: AlertsConfig | undefined;
}

export interface RulesConfig {
  readonly lifeLeft?: Omit<Spans, "notice"> | undefined;
  readonly bundleLead?: Omit<Spans, "notice"> | undefined;
  readonly failuresInARow?: number | undefined;
  readonly placesUnreachable?: number | undefined;
  readonly repeat?: Spans | undefined;
}

export interface AlertsConfig {
  readonly alertmanager?:
    | readonly {
        readonly name?: string | undefined;
        readonly urls: readonly string[];
        readonly token?: SecretPlace | undefined;
      }[]
    | undefined;
  readonly webhook?:
    | readonly {
        readonly name?: string | undefined;
        readonly url: SecretPlace;
        readonly secrets: readonly SecretPlace[];
      }[]
    | undefined;
  readonly mail?: readonly MailConfig[] | undefined;
}

export interface MailConfig {
  readonly name?: string | undefined;
  readonly server: string;
  readonly plain?: boolean | undefined;
  readonly user?: string | undefined;
  readonly password?: SecretPlace | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

const span = z
  .string()
  .refine((text) => parseSpan(text) !== undefined, {
    error: 'is a number and one of ms, s, m, h, d, w: "90s", "1h", "180d"',
  })
  .describe('A span of time: a number and one of ms, s, m, h, d, w, such as "1h".');
const share = z
  .string()
  .refine((text) => parseShare(text) !== undefined, { error: 'is a percentage: "25%"' })
  .describe('A share, as a percentage: "25%".');
const text = z.string().min(1, { error: "is empty" });
const count = (least: number, most: number): z.ZodInt => z.int().min(least).max(most);

const place = z.string().regex(/^[\w.-]{1,63}$/, { error: "is a word of letters, digits, dots and hyphens" });

const secret = z
  .union([
    z.strictObject({ file: text.describe("The file that holds it.") }),
    z.strictObject({ env: text.describe("The environment's variable that holds it.") }),
  ])
  .describe("Where a secret is read: a file, or a variable of the environment.");

const bundle = z.strictObject({
  file: text.describe("CA certificates in any format that `meerkat check` reads, or a folder of them."),
  device: z.enum(deviceNames).describe("The device that holds them, as `meerkat check --for` names it."),
  label: text.optional().describe("What it is called; the file's name where left out."),
});

/** Whether a warning comes before what is critical. */
function isWarnedFirst(
  parse: (text: string) => number | undefined,
): (levels: { readonly warning?: string | undefined; readonly critical?: string | undefined }) => boolean {
  return ({ warning = "", critical = "" }) => (parse(warning) ?? Infinity) >= (parse(critical) ?? 0);
}

const warnedLater = { error: "has a warning that comes later than what is critical" };

const perSeverity = z.strictObject({ warning: span.optional(), critical: span.optional() });

const rules = z
  .strictObject({
    lifeLeft: z
      .strictObject({ warning: share.optional(), critical: share.optional() })
      .refine(isWarnedFirst(parseShare), warnedLater)
      .optional()
      .describe("A path ends soon when less of its leaf's life is left than this."),
    bundleLead: perSeverity
      .refine(isWarnedFirst(parseSpan), warnedLater)
      .optional()
      .describe("How long before a bundle breaks it is told."),
    failuresInARow: count(1, 1_000)
      .optional()
      .describe("So many visits fail before an endpoint is unreachable from a place."),
    placesUnreachable: count(1, 1_000)
      .optional()
      .describe("From so many places an endpoint is unreachable before it is told."),
    repeat: z
      .strictObject({ notice: span.optional(), warning: span.optional(), critical: span.optional() })
      .optional()
      .describe("How often an open alert is told again; a severity that is left out keeps its default."),
  })
  .describe("When what is seen becomes an alert.");

const alerts = z
  .strictObject({
    alertmanager: z
      .array(
        z.strictObject({
          name: text.optional(),
          urls: z.array(text).min(1),
          token: secret.optional(),
        }),
      )
      .optional()
      .describe("Alertmanagers (API v2), by their base URL."),
    webhook: z
      .array(
        z.strictObject({
          name: text.optional(),
          url: secret.describe("A webhook's URL is a secret, too."),
          secrets: z
            .array(secret)
            .min(1)
            .describe("Signing keys (Standard Webhooks, whsec_...), the one in use first."),
        }),
      )
      .optional()
      .describe("Receivers of one's own, signed as Standard Webhooks says."),
    mail: z
      .array(
        z.strictObject({
          name: text.optional(),
          server: text.describe("submissions://mail.example, or submission://mail.example for STARTTLS."),
          plain: z.boolean().optional().describe("Without TLS, to a server on this machine."),
          user: text.optional(),
          password: secret.optional(),
          from: text,
          to: z.array(text).min(1),
        }),
      )
      .optional()
      .describe("E-mail by nodemailer."),
  })
  .describe("Who is told.");

/** Everything that may stand in a configuration. */
export const configSchema: z.ZodType<Config> = z
  .strictObject({
    endpoints: z.array(text).describe("Files of endpoints: a URL or host:port a line, tags behind it."),
    bundles: z.array(bundle).optional().describe("CA certificates in the field, joined with every endpoint."),
    store: z
      .union([text, secret])
      .optional()
      .describe(
        "An SQLite file (meerkat-watch.db where left out), the URL of a PostgreSQL database without a password, or where such a URL is read with it.",
      ),
    place: place.optional().describe("Where the visits are made from, by one machine."),
    places: z
      .array(place)
      .min(1)
      .refine((all) => new Set(all).size === all.length, { error: "names a place twice" })
      .optional()
      .describe("Where workers visit from, each with its own network: meerkat watch worker --place NAME."),
    every: span
      .refine((text) => (parseSpan(text) ?? Infinity) >= fleetLimits.soonestMs.value, {
        error: 'is less than a minute: nobody is visited more often ("1m")',
      })
      .optional()
      .describe(
        "How often each endpoint is visited, a minute at least; with a queue, what is due is given out ten times within it, and once a minute at least.",
      ),
    keep: span.optional().describe("How long what is past is kept."),
    roots: z.array(text).optional().describe('Whom to trust: "mozilla" (the default), "system", or files.'),
    resolve: z
      .record(text, text)
      .optional()
      .describe('Addresses that stand for hosts: {"example.com:443": "192.0.2.1"}.'),
    proxy: z.union([text, z.null()]).optional().describe("A proxy for every visit; null for none."),
    maxTime: span.optional().describe("The most one visit may take."),
    contact: text.optional().describe("Who asks, for the User-Agent: an address for those who are visited."),
    listen: text.optional().describe("Where the page is: 127.0.0.1:8080."),
    token: secret.optional().describe("Who has it may look from other machines."),
    behindProxy: text
      .optional()
      .describe("The field in which a proxy in front says who asks; it alone may reach this address."),
    proxyFrom: z
      .array(text.refine(isAddressOrRange, { error: "is not an address, and not a range like 10.0.0.0/8" }))
      .min(1)
      .optional()
      .describe(
        "Addresses from which that proxy asks, or ranges of them; this machine's own where left out.",
      ),
    publicUrl: text.optional().describe("What the page is called in alerts."),
    queue: z
      .union([z.strictObject({ redis: secret }), z.strictObject({ postgres: secret })])
      .optional()
      .describe("BullMQ's connection, for workers on several machines."),
    rules: rules.optional(),
    alerts: alerts.optional(),
  })
  .describe("The configuration of meerkat watch.");
