/** The ways of a command line with a PAC file: each origin's are asked for once, and a proxy that is not reached gives way to the next. */
import type { ClientOptions, RequestOptions } from "../../../client/index.ts";
import { HttpsError, parseUrl } from "../../../core/index.ts";
import { nameProxy, type CommandError } from "../../frame/failure.ts";
import type { Ways } from "../ways.ts";
import { withLogin } from "../send/proxy.ts";
import { parsePacAnswer, showPart, type PacWay } from "./answer.ts";
import { failed, loadPac, type FindProxy } from "./script.ts";
import { readPac } from "./source.ts";

interface Around {
  /** `-U user:password`, for whatever proxy is chosen. */
  readonly login: string | undefined;
  /** Whom to trust where the file is fetched. */
  readonly options: ClientOptions;
  readonly signal: AbortSignal;
  /** What the file says, for whoever wants to know. */
  readonly tell: (kind: "chosen" | "skipped", text: string) => void;
}

/** Reads the file and loads what runs it. @throws CommandError where either cannot be had */
export async function openPacWays(address: string, around: Around): Promise<PacWays> {
  const source = await readPac(address, around.options, around.signal);
  return new PacWays({ name: source.name, find: await loadPac(source) }, around);
}

export class PacWays implements Ways {
  readonly #pac: { readonly name: string; readonly find: FindProxy };
  readonly #around: Around;
  readonly #answers = new Map<string, Promise<readonly PacWay[]>>();
  /** Proxies that were not reached. */
  readonly #unreached = new Set<string>();

  constructor(pac: { readonly name: string; readonly find: FindProxy }, around: Around) {
    this.#pac = pac;
    this.#around = around;
  }

  async optionsFor(url: string): Promise<RequestOptions & { readonly proxy?: string | null }> {
    const ways = await this.#waysFor(url);
    const way = ways.find((one) => !this.#isUnreached(one)) ?? ways[0];
    if (way === undefined) return {}; // The client says what is wrong with the URL.
    return { proxy: withLogin(way.proxy ?? undefined, this.#around.login) ?? null };
  }

  async hasAnother(url: string, { proxy }: RequestOptions, error: unknown): Promise<boolean> {
    if (!HttpsError.is(error, "proxy-unreachable")) return false;
    const ways = await this.#waysFor(url);
    const tried = ways.find((one) => withLogin(one.proxy ?? undefined, this.#around.login) === proxy);
    if (typeof tried?.proxy === "string") this.#unreached.add(tried.proxy);
    const next = ways.find((one) => !this.#isUnreached(one));
    if (next === undefined) return false;
    this.#around.tell(
      "skipped",
      `${nameProxy(error.message)} The PAC file's next is ${next.proxy ?? "DIRECT"}.`,
    );
    return true;
  }

  takeFailure(): CommandError | undefined {
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #isUnreached({ proxy }: PacWay): boolean {
    return proxy !== null && this.#unreached.has(proxy);
  }

  async #waysFor(url: string): Promise<readonly PacWay[]> {
    const reading = parseUrl(url);
    if (!reading.ok) return [];
    const { target } = reading;
    const known = this.#answers.get(target.origin) ?? this.#ask(target);
    this.#answers.set(target.origin, known);
    return known;
  }

  async #ask(target: Parameters<FindProxy>[0]): Promise<readonly PacWay[]> {
    const { tell, signal } = this.#around;
    const answer = await this.#pac.find(target, signal);
    const { ways, skipped } = parsePacAnswer(answer);
    if (ways.length === 0)
      throw failed(this.#pac.name, target.origin, `of its answer nothing can be used: ${skipped.join("; ")}`);
    tell("chosen", `${showPart(answer)}, says the PAC file ${this.#pac.name} for ${target.origin}`);
    for (const one of skipped)
      tell("skipped", `The PAC file ${this.#pac.name} names ${one}: it is passed over.`);
    return ways;
  }
}
