/**
 * Shows a client's certificate to a server, once, and waits for what the server makes of it.
 *
 * The certificate is held back until both keys have admitted the server. Nothing is sent within TLS: in TLS 1.3 the
 * client's side of the handshake is over before the server has looked at the certificate (RFC 8446 §4.4.2.4), so the
 * refusal comes afterwards, and where nothing comes within a bounded time that is all that can be said.
 */
import type { TLSSocket } from "node:tls";
import { admit, type Evidence } from "../admission/index.ts";
import { HttpsError } from "../core/index.ts";
import { shakeHands, verdictSoFar } from "../net/index.ts";
import type { Observed } from "../tap/index.ts";
import { surveyLimits } from "./limits.ts";
import { Watch } from "./watch.ts";
import { dialOf, inTime, wayTo, type EndpointRequest } from "./way.ts";

/** What came of it. */
export type Reception =
  /** The server was not admitted, so that nothing was shown to it. */
  | { readonly kind: "not-admitted"; readonly error: HttpsError }
  /** There was no handshake in which it could have been shown. */
  | { readonly kind: "failed"; readonly error: HttpsError }
  | { readonly kind: "not-asked" }
  /** It was asked for, and OpenSSL had nothing to send that suits the request. */
  | { readonly kind: "not-sent" }
  | { readonly kind: "refused"; readonly alert: string; readonly number: number }
  /** The server ended the connection, and gave no reason; `completed`: after it had completed the handshake. */
  | { readonly kind: "closed"; readonly completed: boolean }
  /** The server sent something within TLS. */
  | { readonly kind: "spoke" }
  /** Nothing more came in this time; `completed`: and the server had completed the handshake, as far as can be seen. */
  | { readonly kind: "quiet"; readonly quietMs: number; readonly completed: boolean };

export interface Presented {
  readonly reception: Reception;
  /** The version in which it was shown, as RFCs write it. */
  readonly version: string | undefined;
  /** What was sent, DER; `undefined` where nothing was, or it could not be read. */
  readonly sent: readonly Uint8Array[] | undefined;
}

/** `request.policy` has the certificate; all of it takes `request.totalMs` at the most. @throws HttpsError `aborted` */
export async function presentIdentity(request: EndpointRequest): Promise<Presented> {
  const { runtime } = request.policy;
  if (!runtime.shows.keyLog) {
    const reason =
      "it does not show what is sent within a handshake, so that nobody could tell whether a certificate was.";
    const error = new HttpsError("runtime-unfit", { runtime: runtime.name, reason });
    return { reception: { kind: "failed", error }, version: undefined, sent: undefined };
  }
  const presenting = new Presenting(request);
  const reception = await presenting.run();
  const seen = presenting.seen;
  return {
    reception,
    version: seen?.serverHello?.version,
    sent: seen?.clientCertificates?.list,
  };
}

type Word = "spoke" | "closed" | "quiet";

class Presenting {
  readonly #request: EndpointRequest;
  readonly #watch: Watch;
  readonly #endAt: number;
  #notAdmitted: HttpsError | undefined;
  #word: Word | undefined;
  #quietMs = surveyLimits.presentedQuietMs.value;

  constructor(request: EndpointRequest) {
    this.#request = request;
    this.#endAt = performance.now() + request.totalMs;
    // Not in this turn: OpenSSL is in the middle of writing.
    this.#watch = new Watch(request, () => void setImmediate(() => this.#judgeHeld()));
  }

  get seen(): Observed | undefined {
    return this.#watch.seen();
  }

  async run(): Promise<Reception> {
    const { secureContext } = this.#request.policy;
    let failure: HttpsError | undefined;
    try {
      await inTime(this.#request, (request) => {
        const way = wayTo(request, { address: undefined, secureContext, hasClientCertificate: true });
        return shakeHands(dialOf(way, this.#watch), async (socket, { sent, staple, openssl }) => {
          if (!this.#admits({ sent, staple, openssl })) return;
          this.#watch.release();
          this.#word = await this.#listen(socket);
        });
      });
    } catch (error) {
      if (!(error instanceof HttpsError) || (error.code === "aborted" && this.#request.signal.aborted))
        throw error;
      failure = error;
    }
    return this.#describe(failure);
  }

  /** Below TLS 1.3 the handshake cannot end before the certificate is sent, so the server is judged by what came so far. */
  #judgeHeld(): void {
    const [seen, { socket, staple }] = [this.seen, this.#watch];
    if (socket === undefined || seen?.serverHello?.version === "TLS 1.3") return;
    const sent = seen?.certificates?.list ?? [];
    if (this.#admits({ sent, staple, openssl: verdictSoFar(socket, this.#request.policy.runtime) }))
      this.#watch.release();
    else socket.destroy();
  }

  #admits(evidence: Pick<Evidence, "sent" | "staple" | "openssl">): boolean {
    const { host, policy } = this.#request;
    try {
      admit({ ...evidence, host, name: host, resumed: false }, { ...policy, insecure: undefined });
      return true;
    } catch (error) {
      if (!(error instanceof HttpsError)) throw error;
      this.#notAdmitted = error;
      return false;
    }
  }

  #listen(socket: TLSSocket): Promise<Word> {
    const { signal } = this.#request;
    this.#quietMs = Math.ceil(Math.max(1, Math.min(this.#quietMs, this.#endAt - performance.now())));
    return new Promise((resolve, reject) => {
      let spoke = false;
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        settle();
      };
      const abort = (): void =>
        end(() => reject(new HttpsError("aborted", { host: this.#request.host, phase: "tls" })));
      const timer = setTimeout(() => end(() => resolve(spoke ? "spoke" : "quiet")), this.#quietMs);
      signal.addEventListener("abort", abort, { once: true });
      socket.on("data", () => {
        // RFC 8446 §2: in TLS 1.3 a server may speak before it has seen the certificate.
        if (!spoke && this.#isCompleted) end(() => resolve("spoke"));
        spoke = true;
      });
      // An alert is an error to Node; the tap has read which one.
      for (const event of ["error", "end", "close"]) socket.once(event, () => end(() => resolve("closed")));
      if (signal.aborted) abort();
      else if (socket.destroyed) end(() => resolve("closed"));
    });
  }

  /**
   * Once the client has finished: whether the server has, too. Below TLS 1.3 the server is the last to finish; in it, a
   * session ticket is not sent before the server has seen the client's part (RFC 8446 §4.6.1).
   */
  get #isCompleted(): boolean {
    const { serverHello, messages = [] } = this.seen ?? {};
    return (
      serverHello?.version !== "TLS 1.3" ||
      messages.some(({ from, name }) => from === "server" && name === "new_session_ticket")
    );
  }

  #describe(failure: HttpsError | undefined): Reception {
    if (this.#notAdmitted !== undefined) return { kind: "not-admitted", error: this.#notAdmitted };
    const seen = this.seen;
    const count = seen?.clientCertificates?.count;
    if (failure !== undefined && (count ?? 0) === 0 && seen?.asked === undefined)
      return { kind: "failed", error: failure };
    if (seen?.asked === undefined && seen?.certificates !== undefined) return { kind: "not-asked" };
    if (count === 0) return { kind: "not-sent" };
    const alert = seen?.alerts.find(({ from, number }) => from === "server" && !isOrderly.has(number));
    if (alert !== undefined) return { kind: "refused", alert: alert.name ?? "unknown", number: alert.number };
    if (count === undefined && failure !== undefined) return { kind: "failed", error: failure };
    const completed = this.#word !== undefined && this.#isCompleted;
    if (this.#word === "spoke") return { kind: "spoke" };
    if (this.#word === "quiet") return { kind: "quiet", quietMs: this.#quietMs, completed };
    // Below TLS 1.3 a server that stalls with the certificate in hand has not ended anything.
    if (failure !== undefined && "limitMs" in failure.detail)
      return { kind: "quiet", quietMs: failure.detail.limitMs, completed };
    return { kind: "closed", completed };
  }
}

/** close_notify and user_canceled: RFC 8446 §6.1. */
const isOrderly: ReadonlySet<number> = new Set([0, 90]);
