/**
 * From a TLS socket whose handshake is under way to one that may be used: both keys are asked, and the sessions that the
 * server gives are kept with the verdict on it.
 */
import type { TLSSocket } from "node:tls";
import {
  admissionLimits,
  admitOrClose,
  type Evidence,
  type Proof,
  type SessionScope,
  type SessionStore,
  type StoredSession,
  type TrustPolicy,
} from "../admission/index.ts";
import { HttpsError } from "../core/index.ts";
import type { TrustReport } from "../trust/index.ts";
import type { Handshake, TlsParameters } from "./handshake.ts";
import { tlsHalf, type TlsHalf } from "./tls-link.ts";

export interface Securing {
  readonly policy: TrustPolicy;
  readonly sessions: SessionStore | undefined;
  readonly scope: SessionScope;
  /** The session that is offered. */
  readonly stored: StoredSession | undefined;
  /** Waits for the handshake's end. */
  readonly shake: () => Promise<Handshake>;
  /** Says where the socket's bytes, ends and errors go, before anything more of it can happen. */
  readonly hand: () => void;
}

export interface Secured extends TlsHalf {
  readonly socket: TLSSocket;
  readonly proof: Proof;
  readonly trust: TrustReport;
}

/** @throws HttpsError of stage `tls trust timeout`; the socket is closed then. */
export async function secure(
  socket: TLSSocket,
  parameters: TlsParameters,
  { policy, sessions, scope, stored, shake, hand }: Securing,
): Promise<Secured> {
  const tickets = new TicketWatch(socket);
  const handshake = await shakeOrDrop(shake, { policy, sessions, scope, stored });
  const evidence = evidenceOf(handshake, parameters, stored);
  const { proof, report: trust } = admitOrClose(evidence, policy, socket);
  hand();
  const tls = tlsHalf(socket, parameters);
  if (policy.insecure === undefined && sessions !== undefined) {
    const provenAt = handshake.resumed && stored !== undefined ? stored.provenAt : Date.now();
    tickets.keepFor((ticket) => sessions.keep(scope, policy, { ticket, evidence, provenAt }));
  }
  return { ...tls, socket, proof, trust };
}

/** The handshake; a session that was offered and did not lead to one that resumed it is not offered again. */
async function shakeOrDrop(
  shake: Securing["shake"],
  { policy, sessions, scope, stored }: Omit<Securing, "shake" | "hand">,
): Promise<Handshake> {
  const drop = (): void => {
    if (stored !== undefined) sessions?.drop(scope, policy, stored);
  };
  try {
    const handshake = await shake();
    if (!handshake.resumed) drop();
    return handshake;
  } catch (error) {
    // Who gives up says nothing of the session.
    if (!HttpsError.is(error, "aborted")) drop();
    throw error;
  }
}

/** What the verdict is about; a resumed session stands on the evidence of the handshake it came from. */
function evidenceOf(
  handshake: Handshake,
  { host, name }: TlsParameters,
  stored: StoredSession | undefined,
): Evidence {
  const { resumed, sent, staple, openssl } = handshake;
  if (resumed && stored !== undefined) return { ...stored.evidence, openssl, resumed };
  return { host, name, sent, staple, openssl, resumed };
}

/** Tickets may come before the verdict (TLS 1.2) or long after it (TLS 1.3); those before it are held back. */
class TicketWatch {
  readonly #held: Buffer[] = [];
  #keep: ((ticket: Buffer) => void) | undefined;

  constructor(socket: TLSSocket) {
    socket.on("session", (ticket: Buffer) => {
      if (this.#keep !== undefined) this.#keep(ticket);
      else if (this.#held.length < admissionLimits.tickets.value) this.#held.push(ticket);
    });
  }

  keepFor(keep: (ticket: Buffer) => void): void {
    this.#keep = keep;
    for (const ticket of this.#held.splice(0)) keep(ticket);
  }
}
