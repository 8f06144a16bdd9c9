/** The lab's ports: the one that is routed by server name, and those of sites that no name can choose. */
import type { Authority } from "./pki/authority.ts";
import { renderIndexPage } from "./index-page.ts";
import type { Https, Serving, Site, Stage } from "./site.ts";
import { send } from "./sites/http/answer.ts";
import type { SiteDefinition } from "./sites/index.ts";
import { holdRefusingPort, openListener, type Listener } from "./wire/listener.ts";
import { readHello } from "./wire/router.ts";
import { openService, type Service } from "./wire/serve.ts";

export interface Ports {
  /** The port that is routed by server name. */
  readonly port: number;
  readonly sites: readonly Site[];
  readonly indexUrl: string;
  close(): Promise<void>;
}

const indexHost = "lab.localhost";

/** Opens every port that the chosen sites want. Rejects with Node's error when a port is taken. */
export async function openPorts(
  chosen: readonly SiteDefinition[],
  { authority, port }: { readonly authority: Authority; readonly port: number },
): Promise<Ports> {
  const listeners: Listener[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  const sites: Site[] = [];
  try {
    const routed = chosen.filter(({ ownPort }) => ownPort === undefined);
    const shared = await openShared(routed, { authority, port, sites });
    listeners.push(shared);
    for (const definition of chosen) {
      const own = definition.ownPort === undefined ? shared : await openOwn(definition, authority);
      if (own !== shared) listeners.push(own);
      sites.push(describeSite(definition, own.port));
    }
    return { port: shared.port, sites, indexUrl: `https://${indexHost}:${shared.port}/`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Sharing {
  readonly authority: Authority;
  readonly port: number;
  /** Filled as the sites open; the index page shows what is in it. */
  readonly sites: readonly Site[];
}

/** The routed port: a site by its name, and the index for every other name and for none. */
function openShared(
  routed: readonly SiteDefinition[],
  { authority, port, sites }: Sharing,
): Promise<Listener> {
  const byHost = new Map(routed.map((definition) => [hostOf(definition), definition.serving]));
  const services = new Map<string, Service>();
  const find = (host: string): Service => {
    const service =
      services.get(host) ?? openService(byHost.get(host) ?? indexServing(sites), { authority, host });
    services.set(host, service);
    return service;
  };
  return openListener({ port, families: "both" }, (socket) => {
    readHello(socket, (hello) => {
      const { serverName = indexHost } = hello;
      find(byHost.has(serverName) ? serverName : indexHost)(socket, hello);
    });
  });
}

/** A port for one site alone. */
function openOwn(definition: SiteDefinition, authority: Authority): Promise<Listener> {
  const { serving, withoutName = serving, ownPort: families = "both" } = definition;
  if (serving.kind === "nothing") return holdRefusingPort();
  const stage: Stage = { authority, host: hostOf(definition) };
  const open = lazily(serving, stage);
  const openWithoutName = withoutName === serving ? open : lazily(withoutName, stage);
  return openListener({ port: 0, families }, (socket) => {
    if (serving.kind === "raw" && serving.speaksFirst === true) open()(socket, undefined);
    else {
      readHello(socket, (hello) => {
        (hello.serverName === undefined ? openWithoutName : open)()(socket, hello);
      });
    }
  });
}

/** The service, made when it is first wanted: minting and key loading take their time. */
function lazily(serving: Serving, stage: Stage): () => Service {
  let service: Service | undefined;
  return () => (service ??= openService(serving, stage));
}

function indexServing(sites: readonly Site[]): Https {
  return {
    kind: "https",
    identify: (authority) =>
      authority.identify(indexHost, {
        names: [`dns:${indexHost}`, "dns:localhost", "ip:127.0.0.1", "ip:::1"],
      }),
    respond: (_request, response) => {
      send(response, { status: 200, type: "text/html; charset=utf-8", body: renderIndexPage(sites) });
    },
  };
}

function hostOf({ name, label = name, byAddress }: SiteDefinition): string {
  return byAddress === true ? "127.0.0.1" : `${label}.${indexHost}`;
}

function describeSite(definition: SiteDefinition, port: number): Site {
  const { name, family, title, wrong, expected, overHttp11, caughtBy, needs } = definition;
  const host = hostOf(definition);
  const url = `https://${host}:${port}/`;
  const rest = { ...(overHttp11 && { overHttp11 }), caughtBy, ...(needs && { needs }) };
  return { name, host, url, family, title, wrong, expected, ...rest };
}
