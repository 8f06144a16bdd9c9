/** What is said in plain before TLS, on a socket that is up: STARTTLS in the words of its protocol (`starttls`). */
import type { Socket } from "node:net";
import { HttpsError, type StartTlsProtocol } from "../core/index.ts";
import { StartTls, type StartTlsProblem, type StartTlsStep } from "../starttls/index.ts";
import { runOnSocket } from "./guard.ts";
import { hearDialogue } from "./hear-dialogue.ts";

/** Whom the dialogue is with, and how long it may take. */
export interface StartTlsRequest {
  readonly host: string;
  readonly port: number;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** Told the server's greeting when the dialogue ends, however it does. */
  readonly onGreeting?: ((greeting: Uint8Array | undefined) => void) | undefined;
}

/** What was said in plain before TLS. */
export interface SaidInPlain {
  /** The server's greeting, where it speaks first. Nobody vouches for it. */
  readonly greeting: Uint8Array | undefined;
}

/**
 * Speaks until TLS begins. The socket is paused then, with nothing read that belongs to TLS; else it is closed.
 * @throws HttpsError `starttls-not-offered starttls-refused starttls-malformed starttls-injection starttls-timeout aborted`
 */
export function openStartTls(
  socket: Socket,
  protocol: StartTlsProtocol,
  { host, port, limitMs, signal, onGreeting }: StartTlsRequest,
): Promise<SaidInPlain> {
  const asked = { host, port, protocol };
  const guard = {
    limitMs,
    signal,
    timedOut: () => new HttpsError("starttls-timeout", { ...asked, limitMs }),
    aborted: (cause: unknown) => new HttpsError("aborted", { host, phase: "starttls" }, { cause }),
  };
  return runOnSocket<SaidInPlain>(socket, guard, (resolve, reject) => {
    const dialogue = new StartTls(protocol, { host });
    const take = (step: StartTlsStep, cause?: Error): void => {
      if (step.kind !== "more") onGreeting?.(dialogue.greeting);
      if (step.kind === "problem") return reject(failureOf(step.problem, asked, cause));
      // Before what is sent can be answered.
      if (step.kind === "tls") stop();
      if (step.send.length > 0) socket.write(step.send);
      if (step.kind === "tls") resolve({ greeting: dialogue.greeting });
    };
    const stop = hearDialogue(socket, dialogue, take);
    // A tunnel's socket, and one of a caller's, may have been paused.
    socket.resume();
    take(dialogue.begin());
  });
}

function failureOf(
  problem: StartTlsProblem,
  asked: { readonly host: string; readonly port: number; readonly protocol: StartTlsProtocol },
  cause: Error | undefined,
): HttpsError {
  switch (problem.kind) {
    case "not-offered":
      return new HttpsError("starttls-not-offered", asked);
    case "refused":
      return new HttpsError("starttls-refused", { ...asked, said: problem.said });
    case "injection":
      return new HttpsError("starttls-injection", { ...asked, bytes: problem.bytes });
    case "other-protocol":
    case "too-long":
    case "closed": {
      const { kind, firstBytes, speaks } = problem;
      return new HttpsError("starttls-malformed", { ...asked, problem: kind, speaks, firstBytes }, { cause });
    }
  }
}
