/** What visits have in common: by whose roots, by which way, as which devices, and who is said to ask. */
import type { TrustPolicy } from "../../admission/index.ts";
import { chooseProxy, type ClientOptions, type Environment } from "../../client/index.ts";
import type { Endpoint } from "../../core/index.ts";
import type { DeviceName } from "../../device/index.ts";
import { homepage, version } from "../../manifest/index.ts";
import type { AddressRules, ProxySetting } from "../../net/index.ts";

export interface VisitSettings {
  /** By whose roots endpoints are judged. No client's certificate of it is shown. */
  readonly policy: TrustPolicy;
  /** Where the visits are made from: `here`, or the name of a worker's network. */
  readonly place: string;
  /** Devices whose hello is offered as well: those that hold the bundles. */
  readonly devices: readonly DeviceName[];
  readonly addressRules: AddressRules;
  /** As the client's option: a URL, `null` for none, `undefined` for what the environment says. */
  readonly proxy: ClientOptions["proxy"];
  readonly environment: Environment;
  /** The most one visit may take, without the wait for its turn; an endpoint behind many addresses gets no more. */
  readonly totalMs: number;
  /** An address of mail or a URL, for the keepers of servers who wonder who asks. */
  readonly contact: string | undefined;
}

/** `meerkat-survey/0.1.0 (+https://...; ops@example.com)`: RFC 9110 §10.1.5. */
export function userAgentOf({ contact }: Pick<VisitSettings, "contact">): string {
  return `meerkat-survey/${version} (+${homepage}${contact === undefined ? "" : `; ${contact}`})`;
}

/** Whatever is spoken, its proxy is that of web sites. @throws HttpsError `proxy-url-invalid` */
export function proxyOf(
  { host, port }: Pick<Endpoint, "host" | "port">,
  { proxy: option, environment, policy }: VisitSettings,
): ProxySetting | undefined {
  const { proxy } = chooseProxy({
    target: { scheme: "https", host, port },
    option,
    environment,
    policy: () => policy,
  });
  return proxy && { ...proxy, mode: "tunnel" };
}
