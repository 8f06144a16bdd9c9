/** The channels that a configuration names, each with what it needs: a client of its own, its secrets, links to the page. */
import { Client } from "../../client/index.ts";
import type { Config, SecretPlace } from "../config/schema.ts";
import type { RunPorts } from "./ports.ts";
import { secretsOf } from "./secrets.ts";
import { alertmanager, type Channel, type LinkTo, mail, type Secret, webhook } from "../tell/index.ts";

export interface TellersRequest {
  readonly alerts: Config["alerts"];
  readonly client: Client;
  readonly secretOf: (place: SecretPlace) => Secret;
  readonly linkTo: LinkTo;
  readonly now: () => number;
}

/** @throws WatchError for an address that cannot be told, a secret that is not there, or a package that is missing */
export async function openChannels(request: TellersRequest): Promise<readonly Channel[]> {
  const channels = await makeChannels(request);
  await Promise.all(channels.map((channel) => channel.check()));
  return channels;
}

/** Makes them and lets them go. @throws WatchError as `openChannels` does */
export async function checkChannels(
  { alerts }: Pick<Config, "alerts">,
  ports: Pick<RunPorts, "pathOf" | "readSecret" | "environment" | "trust" | "now">,
): Promise<void> {
  const { environment, trust, now } = ports;
  const client = new Client({ ...trust, environment });
  try {
    await openChannels({ alerts, client, secretOf: secretsOf(ports), linkTo: () => undefined, now });
  } finally {
    await client.close();
  }
}

async function makeChannels(request: TellersRequest): Promise<readonly Channel[]> {
  const { alerts = {}, client, secretOf, linkTo, now: clock } = request;
  const common = { client, linkTo, clock };
  const { alertmanager: managers = [], webhook: hooks = [], mail: mails = [] } = alerts;
  return [
    ...managers.map(({ name, urls, token }, i) =>
      alertmanager({
        ...common,
        name: name ?? numbered("alertmanager", i),
        urls,
        token: token === undefined ? undefined : secretOf(token),
      }),
    ),
    ...hooks.map(({ name, url, secrets }, i) =>
      webhook({
        ...common,
        name: name ?? numbered("webhook", i),
        url: secretOf(url),
        secrets: secrets.map(secretOf),
      }),
    ),
    ...(await Promise.all(
      mails.map(({ name, server, plain = false, user, password, from, to }, i) =>
        mail({
          client,
          linkTo,
          name: name ?? numbered("mail", i),
          url: server,
          isPlain: plain,
          from,
          to,
          login:
            user === undefined || password === undefined ? undefined : { user, password: secretOf(password) },
        }),
      ),
    )),
  ];
}

function numbered(kind: string, index: number): string {
  return index === 0 ? kind : `${kind}-${index + 1}`;
}
