/** Watches one handshake: a tap between TCP and TLS, and what the peer speaks where it is not TLS. */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { HttpsError } from "../core/index.ts";
import type { TrustPolicy } from "../admission/index.ts";
import { NotTlsError, verdictSoFar, type DialRequest, type DialWatch } from "../net/index.ts";
import { openTap, type Observed, type Tap } from "../tap/index.ts";
import type { OpensslWord } from "../trust/index.ts";

export class Watch implements DialWatch {
  readonly #host: string;
  readonly #port: number;
  readonly #runtime: TrustPolicy["runtime"];
  readonly #onHold: (() => void) | undefined;
  #tap: Tap | undefined;
  #word: OpensslWord | undefined;
  /** Once TLS has begun. */
  socket: TLSSocket | undefined;
  /** The OCSP response that came along. */
  staple: Uint8Array | undefined;

  /** With `onHold`, what the client says after its ClientHello waits for `release`; `onHold` is told that it does. */
  constructor({ host, port, policy }: Pick<DialRequest, "host" | "port" | "policy">, onHold?: () => void) {
    this.#runtime = policy.runtime;
    this.#host = host;
    this.#port = port;
    this.#onHold = onHold;
  }

  seen(): Observed | undefined {
    return this.#tap?.read();
  }

  release(): void {
    this.#tap?.release();
  }

  through(tcp: Socket): Duplex {
    this.#tap = openTap(tcp, {}, this.#onHold);
    return this.#tap.stream;
  }

  onTls(socket: TLSSocket): void {
    this.socket = socket;
    socket.on("OCSPResponse", (staple: unknown) => {
      if (staple instanceof Uint8Array) this.staple = staple;
    });
    socket.on("keylog", (line: Buffer) => {
      this.#tap?.onKeylog(line);
      // The master secret of TLS 1.2: the certificates and the signed key exchange have been read.
      if (line.toString("latin1").startsWith("CLIENT_RANDOM "))
        this.#word = verdictSoFar(socket, this.#runtime);
    });
  }

  /**
   * OpenSSL's word on a chain whose handshake did not come to its end. Below TLS 1.3 a server that wants a client's
   * certificate ends it behind its own signature, which OpenSSL has checked by then. Where the key is exchanged by RSA
   * alone, nothing is signed, and only the end would tell.
   */
  wordOnProved(): OpensslWord | undefined {
    return this.seen()?.keyExchange === undefined ? undefined : this.#word;
  }

  onResolved(): void {}
  onReached(): void {}
  onGreeting(): void {}
  onHandshake(): void {}

  /** The tap knows what the error cannot: what the peer speaks in place of TLS. */
  explain(error: unknown): unknown {
    if (!(error instanceof NotTlsError)) return error;
    const peer = this.seen()?.peer;
    if (peer?.kind === "not-tls") {
      const { speaks, firstBytes } = peer;
      return new HttpsError(
        "not-tls",
        { host: this.#host, port: this.#port, speaks, firstBytes },
        { cause: error },
      );
    }
    return new HttpsError("tls-failed", { host: this.#host, reason: error.message }, { cause: error.cause });
  }
}
