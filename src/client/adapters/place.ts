/**
 * Node's agent counts a socket when it has it, and gives up with it when the agent is destroyed. One that is being opened
 * is stood in for, so that `maxSockets` and `destroy` mean what they say; its types leave out what that takes.
 */
import type { ClientRequest } from "node:http";
import type { Agent, RequestOptions } from "node:https";
import { Socket } from "node:net";

interface Counting {
  totalSocketCount: number;
  /** Takes it out, and has the next request that waits get one of its own. */
  removeSocket(socket: Socket, options: RequestOptions): void;
}

export class Place {
  readonly #agent: Agent & Counting;
  readonly #options: RequestOptions;
  readonly #name: string;
  readonly #standIn = new Socket();
  readonly #gone = new AbortController();

  constructor(agent: Agent, options: RequestOptions) {
    this.#agent = agent as Agent & Counting;
    this.#options = options;
    this.#name = agent.getName(options);
    const { sockets } = agent as { readonly sockets: Record<string, Socket[] | undefined> };
    (sockets[this.#name] ??= []).push(this.#standIn);
    this.#agent.totalSocketCount++;
    this.#standIn.once("close", () => this.#gone.abort());
  }

  /** Ends the opening when the agent is destroyed. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** The socket is there, and counted by Node. */
  take(): void {
    if (takeOut(this.#agent.sockets, this.#name, this.#standIn)) this.#agent.totalSocketCount--;
  }

  /** There will be none, and the request that it was for waits no longer. */
  leave(request: ClientRequest): void {
    takeOut(this.#agent.requests, this.#name, request);
    this.#agent.totalSocketCount--;
    this.#agent.removeSocket(this.#standIn, this.#options);
  }
}

/** Takes a request out that waits for another's socket. */
export function leaveQueue({ requests }: Agent, request: ClientRequest): void {
  for (const name of Object.keys(requests)) if (takeOut(requests, name, request)) return;
}

/** Whether it was in the list of that name. A list that is empty is not kept. */
function takeOut(lists: object, name: string, one: object): boolean {
  const byName = lists as Record<string, object[] | undefined>;
  const list = byName[name];
  const at = list?.indexOf(one) ?? -1;
  if (list === undefined || at === -1) return false;
  list.splice(at, 1);
  if (list.length === 0) delete byName[name];
  return true;
}
