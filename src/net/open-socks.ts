/** A tunnel through a SOCKS 5 proxy: the dialogue of `socks-dialogue`, on a socket that is up. */
import type { Socket } from "node:net";
import { HttpsError } from "../core/index.ts";
import { runOnSocket } from "./guard.ts";
import { hearDialogue } from "./hear-dialogue.ts";
import {
  SocksDialogue,
  type SocksDestination,
  type SocksLogin,
  type SocksProblem,
  type SocksStep,
} from "./socks-dialogue.ts";

export interface SocksRequest {
  readonly destination: SocksDestination;
  readonly login: SocksLogin | undefined;
  /** The proxy's origin, for messages. */
  readonly proxy: string;
  /** `host:port` as the caller wrote it, for messages. */
  readonly target: string;
  /** What is left of the deadline. */
  readonly leftMs: number;
  /** The whole of it, for messages. */
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Speaks until the proxy passes bytes on. The socket is paused then, with what came behind its answer in front; else it is closed.
 * @throws HttpsError `socks-refused proxy-authentication-required proxy-malformed proxy-timeout aborted`
 */
export function openSocks(socket: Socket, request: SocksRequest): Promise<void> {
  const { destination, login, proxy, target, limitMs } = request;
  const guard = {
    limitMs: request.leftMs,
    signal: request.signal,
    timedOut: () => new HttpsError("proxy-timeout", { proxy, target, limitMs }),
    aborted: (cause: unknown) => new HttpsError("aborted", { host: target, phase: "proxy" }, { cause }),
  };
  return runOnSocket<void>(socket, guard, (resolve, reject) => {
    const dialogue = new SocksDialogue(destination, login);
    const take = (step: SocksStep, cause?: Error): void => {
      if (step.kind === "problem") return reject(failureOf(step.problem, request, cause));
      if (step.kind === "more") {
        if (step.send.length > 0) socket.write(step.send);
        return;
      }
      stop();
      if (step.rest.length > 0) socket.unshift(step.rest);
      resolve();
    };
    const stop = hearDialogue(socket, dialogue, take);
    socket.write(dialogue.begin());
  });
}

function failureOf(
  problem: SocksProblem,
  { proxy, target, login }: SocksRequest,
  cause: Error | undefined,
): HttpsError {
  switch (problem.kind) {
    case "refused":
      return new HttpsError("socks-refused", { proxy, target, reply: problem.reply });
    case "login-refused":
    case "no-method":
      return new HttpsError("proxy-authentication-required", {
        proxy,
        target,
        status: undefined,
        reason: "",
        fields: [],
        body: "",
        schemes: login === undefined ? "no login" : "no login, user name and password",
        sent: problem.kind === "login-refused",
      });
    case "malformed": {
      const reason = cause?.message ?? problem.reason;
      return new HttpsError("proxy-malformed", { proxy, reason, tolerance: undefined }, { cause });
    }
  }
}
