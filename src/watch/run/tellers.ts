/** The channels that a configuration names, each with what it needs: a client of its own, its secrets, links to the page. */
import type { Client } from "../../client/index.ts";
import type { Config, SecretPlace } from "../config/schema.ts";
import { alertmanager, type Channel, type LinkTo, mail, type Secret, webhook } from "../tell/index.ts";

export interface TellersRequest {
  readonly alerts: Config["alerts"];
  readonly client: Client;
  readonly secretOf: (place: SecretPlace) => Secret;
  readonly linkTo: LinkTo;
  readonly now: () => number;
}

/** @throws WatchError for an address that cannot be told, or a package that is missing */
export async function openChannels(request: TellersRequest): Promise<readonly Channel[]> {
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
