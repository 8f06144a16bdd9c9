/** Opens the lab: a fresh CA, one TLS port on loopback, and every site behind it by its name. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "./pki/authority.ts";
import type { Site } from "./site.ts";
import { definitions } from "./sites/index.ts";
import { openListener } from "./wire/listener.ts";
import { readOpening, type Opening } from "./wire/router.ts";
import { openService, type Service } from "./wire/serve.ts";

export interface LabOptions {
  /** Which sites to serve, by name; all of them when left out. An unknown name is refused. */
  readonly sites?: readonly string[];
  /** The TLS port; the kernel chooses one when left out. */
  readonly port?: number;
}

/** A lab that is open. Close it, or hold it with `await using`. */
export interface Lab {
  readonly host: "127.0.0.1";
  /** The TCP port of every site that a server name can choose. */
  readonly port: number;
  /** The lab's root in a PEM file, there until the lab closes. */
  readonly caFile: string;
  readonly caPem: string;
  readonly sites: readonly Site[];
  /** The URL of a site, with its port. Throws for a site that is not served. */
  url(site: string, path?: string): string;
  /** Ends every connection and removes the CA file. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the lab of broken HTTPS sites on loopback, with a certification authority of its own.
 *
 * ```ts
 * await using lab = await openLab();
 * const response = await request(lab.url("good"), { roots: { file: lab.caFile } });
 * ```
 *
 * Every site is `<name>.lab.localhost` at one port, chosen by the server name that the client sends;
 * certificates are minted when a site is first asked for. Rejects with Node's own error when the port
 * is taken, and with a `RangeError` for a site that does not exist.
 */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const chosen = chooseSites(options.sites);
  const authority = new Authority(Date.now());
  const services = new Map<string, Service>();
  const route = (socket: Socket, opening: Opening): void => {
    const host = opening.kind === "hello" ? opening.serverName : undefined;
    const definition = chosen.find(({ name }) => hostOf(name) === host) ?? chosen[0];
    if (opening.kind === "other" || definition === undefined) {
      socket.destroy();
      return;
    }
    let service = services.get(definition.name);
    if (service === undefined) {
      service = openService(definition, { authority, host: hostOf(definition.name) });
      services.set(definition.name, service);
    }
    service.answer(socket);
  };
  const listener = await openListener(options.port ?? 0, (socket) => {
    readOpening(socket, (opening) => {
      route(socket, opening);
    });
  });
  const directory = await mkdtemp(join(tmpdir(), "meerkat-lab-"));
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, authority.pem);
  const sites = chosen.map((definition) => describeSite(definition, listener.port));
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= Promise.all([listener.close(), rm(directory, { recursive: true, force: true })]).then(
      () => undefined,
    ));
  return {
    host: "127.0.0.1",
    port: listener.port,
    caFile,
    caPem: authority.pem,
    sites,
    url: (name, path = "/") => {
      const site = sites.find((site) => site.name === name);
      if (site === undefined) throw new RangeError(`This lab serves no site named "${name}".`);
      return new URL(path, site.url).href;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function chooseSites(names: readonly string[] | undefined): typeof definitions {
  if (names === undefined) return definitions;
  return names.map((name) => {
    const definition = definitions.find((definition) => definition.name === name);
    if (definition === undefined) throw new RangeError(`The lab has no site named "${name}".`);
    return definition;
  });
}

function hostOf(name: string): string {
  return `${name}.lab.localhost`;
}

function describeSite(
  { name, title, wrong, expected, family }: (typeof definitions)[number],
  port: number,
): Site {
  const host = hostOf(name);
  return { name, host, url: `https://${host}:${port}/`, family, title, wrong, expected };
}
