/** Opens the lab: a fresh CA, one TLS port on loopback with the sites behind it by name, and a few ports besides. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listOf, readOptions, text, wholeNumber, type Checks } from "../core/index.ts";
import { findDeviceOutcomes, type DeviceOutcomes } from "./device-outcomes.ts";
import { Authority } from "./pki/authority.ts";
import { renderPem, renderPrivateKey } from "./pki/pem.ts";
import { Publications } from "./pki/publications.ts";
import { openPorts } from "./ports.ts";
import { definitions, type SiteDefinition } from "./sites/index.ts";
import type { Site } from "./site.ts";
import { openListener } from "./wire/listener.ts";

/** The names of every site that can be opened. */
export const siteNames: readonly string[] = definitions.map(({ name }) => name);

/** What to serve, and where. */
export interface LabOptions {
  /** Which sites to serve, by name; all of them when left out. An unknown name is refused. */
  readonly sites?: readonly string[];
  /** The TLS port; the kernel chooses one when left out. */
  readonly port?: number;
}

const labChecks: Checks<LabOptions> = { sites: listOf(text), port: wholeNumber(0, 65_535) };

/** A lab that is open. Close it, or hold it with `await using`. */
export interface Lab {
  readonly host: "127.0.0.1";
  /** The TCP port of every site that a server name can choose. A few have ports of their own: see their URLs. */
  readonly port: number;
  /** The lab's root in a PEM file, there until the lab closes. */
  readonly caFile: string;
  readonly caPem: string;
  /** A client certificate that the sites take which want one; in files until the lab closes. */
  readonly client: ClientCertificate;
  /** A page for a browser that lists the sites. */
  readonly indexUrl: string;
  readonly sites: readonly Site[];
  /** What each device profile makes of a site that is served; mints its certificates. */
  deviceOutcomes(site: string): DeviceOutcomes;
  /** The URL of a site, with its port. Throws a `RangeError` for a site that is not served. */
  url(site: string, path?: string): string;
  /** Ends every connection and removes the files. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A client certificate that the lab's sites accept, as PEM and as files. */
export interface ClientCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/**
 * Opens the lab of broken HTTPS sites on loopback, with a certification authority of its own.
 *
 * ```ts
 * await using lab = await openLab();
 * const response = await request(lab.url("good"), { roots: lab.caFile });
 * ```
 *
 * Most sites are `<name>.lab.localhost` at one port, chosen by the server name that the client sends;
 * certificates are minted when a site is first asked for. Rejects with Node's own error when the port
 * is taken, and with a `RangeError` for a site that does not exist.
 */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { sites, port = 0 } = readOptions(options, labChecks);
  const chosen = chooseSites(sites);
  const at = Date.now();
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(closers.map((close) => close()));
  };
  try {
    const { listener, publications } = await openPublications(at);
    closers.push(() => listener.close());
    const authority = new Authority(at, publications);
    const ports = await openPorts(chosen, { authority, port });
    closers.push(() => ports.close());
    const directory = await mkdtemp(join(tmpdir(), "meerkat-lab-"));
    closers.push(() => rm(directory, { recursive: true, force: true }));
    const caPem = renderPem([authority.root]);
    const caFile = await keep(directory, "ca.pem", caPem);
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> => (closed ??= closeAll());
    return {
      host: "127.0.0.1",
      port: ports.port,
      caFile,
      caPem,
      client: await keepClient(directory, authority),
      indexUrl: ports.indexUrl,
      sites: ports.sites,
      deviceOutcomes: (name) => outcomesOf(ports.sites, name, authority),
      url: (name, path = "/") => urlOf(ports.sites, name, path),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function chooseSites(names: readonly string[] | undefined): readonly SiteDefinition[] {
  if (names === undefined) return definitions;
  return names.map((name) => {
    const definition = definitions.find((definition) => definition.name === name);
    if (definition === undefined) throw new RangeError(`The lab has no site named "${name}".`);
    return definition;
  });
}

/** What the CA publishes has to have an address before the first certificate can name it. */
async function openPublications(at: number): Promise<{
  readonly listener: Awaited<ReturnType<typeof openListener>>;
  readonly publications: Publications;
}> {
  const listener = await openListener({ port: 0, families: "ipv4" }, (socket) =>
    server.emit("connection", socket),
  );
  const publications = new Publications(at, `http://127.0.0.1:${listener.port}`);
  const server = publications.openServer();
  return { listener, publications };
}

async function keepClient(directory: string, authority: Authority): Promise<ClientCertificate> {
  const client = authority.mintClient();
  const certificatePem = renderPem([client]);
  const keyPem = renderPrivateKey(client);
  const certificateFile = await keep(directory, "client.pem", certificatePem);
  const keyFile = await keep(directory, "client-key.pem", keyPem);
  return { certificatePem, keyPem, certificateFile, keyFile };
}

async function keep(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

function outcomesOf(sites: readonly Site[], name: string, authority: Authority): DeviceOutcomes {
  const site = sites.find((site) => site.name === name);
  const definition = definitions.find((definition) => definition.name === name);
  if (site === undefined || definition === undefined)
    throw new RangeError(`This lab serves no site named "${name}".`);
  return findDeviceOutcomes(definition, site.host, authority);
}

function urlOf(sites: readonly Site[], name: string, path: string): string {
  const site = sites.find((site) => site.name === name);
  if (site === undefined) throw new RangeError(`This lab serves no site named "${name}".`);
  return new URL(path, site.url).href;
}
