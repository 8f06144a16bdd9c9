/**
 * `--connect-to HOST1:PORT1:HOST2:PORT2`: a connection goes to another host and port than the URL's; the name that is verified, the
 * one that is sent, and the Host field stay the URL's (curl(1)). The client connects to a URL's own port alone, or to a Unix socket:
 * one of this process's own takes the octets there, and hands them on as they are.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, isIP, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestOptions } from "../../client/index.ts";
import { parseUrl } from "../../core/index.ts";
import { CommandError } from "../frame/failure.ts";
import type { Ways } from "./ways.ts";

/** What is empty stands for any host or port; on the right, for the URL's own. */
interface Rule {
  readonly from: Place;
  readonly to: Place;
}

interface Place {
  readonly host: string;
  readonly port: string;
}

const unreachable = 7; // curl's CURLE_COULDNT_CONNECT.

/** The ways of one command line; closed when it is over. */
export class OtherWays implements Ways {
  readonly #rules: readonly Rule[];
  readonly #resolve: Readonly<Record<string, string>>;
  readonly #relays = new Map<string, Promise<Relay>>();
  #folder: Promise<string> | undefined;
  #failure: CommandError | undefined;

  /** @throws CommandError for what is no such rule */
  constructor(rules: readonly string[], resolve: Readonly<Record<string, string>>) {
    this.#rules = rules.map(parseRule);
    this.#resolve = resolve;
  }

  /** How a request to this URL goes. */
  async optionsFor(url: string): Promise<RequestOptions> {
    const reading = parseUrl(url);
    if (!reading.ok) return {};
    const { host, port } = reading.target;
    const rule = this.#rules.find(
      ({ from }) => ["", host].includes(from.host) && ["", String(port)].includes(from.port),
    );
    if (rule === undefined) return {};
    const to = { host: rule.to.host || host, port: Number(rule.to.port || port) };
    if (to.port === port && isIP(to.host) !== 0)
      return { resolve: { ...this.#resolve, [`${host}:${port}`]: to.host } };
    const key = `${to.host} ${to.port}`;
    const relay = this.#relays.get(key) ?? this.#open(to, this.#relays.size);
    this.#relays.set(key, relay);
    return { socketPath: (await relay).path };
  }

  async hasAnother(): Promise<boolean> {
    return false;
  }

  /** Why the other place was not reached, told once. */
  takeFailure(): CommandError | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  async #open(to: RelayTarget, number: number): Promise<Relay> {
    const folder = await (this.#folder ??= mkdtemp(join(tmpdir(), "meerkat-to-")));
    const path =
      process.platform === "win32"
        ? join(String.raw`\\.\pipe`, folder, String(number))
        : join(folder, String(number));
    return openRelay(to, path, (error) => {
      this.#failure = new CommandError(
        `Nothing was reached at ${to.host} port ${to.port}: ${error.message}.`,
        {
          hint: "--connect-to leads there.",
          exitCode: unreachable,
        },
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const relay of this.#relays.values()) (await relay).close();
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }
}

function parseRule(text: string): Rule {
  const place = String.raw`(\[[^\]]*\]|[^:[\]]*):(\d{0,5})`;
  const found = new RegExp(`^${place}:${place}$`).exec(text);
  if (found === null)
    throw new CommandError(`--connect-to cannot be "${text}".`, {
      hint: "It takes host:port:host:port, each of which may be empty: example.com:443:staging.example.com:8443.",
    });
  const [, fromHost = "", fromPort = "", toHost = "", toPort = ""] = found;
  const bare = (host: string): string => host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return { from: { host: bare(fromHost), port: fromPort }, to: { host: bare(toHost), port: toPort } };
}

interface RelayTarget {
  readonly host: string;
  readonly port: number;
}

interface Relay {
  readonly path: string;
  readonly close: () => void;
}

/** Takes connections at `path`, and makes one to the target for each. */
async function openRelay(
  { host, port }: RelayTarget,
  path: string,
  onFailure: (error: Error) => void,
): Promise<Relay> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.once("close", () => sockets.delete(socket));
  };
  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    keep(near);
    const far = keep(connect({ host, port, allowHalfOpen: true, noDelay: true }));
    near.on("error", () => far.destroy());
    far.on("error", (error) => {
      if (far.bytesRead === 0) onFailure(error);
      near.destroy();
    });
    far.once("connect", () => {
      near.pipe(far);
      far.pipe(near);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(path, resolve);
  });
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { path, close };
}
