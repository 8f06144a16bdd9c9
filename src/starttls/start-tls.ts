/**
 * The dialogue that ends in TLS, for each protocol: fed bytes, it gives bytes to send, and ends with the beginning of TLS or
 * with the reason why there is none. It holds no more than one unit, reads no more than its bounds, and never throws.
 *
 * Bytes that came behind the server's consent are the fault of CVE-2011-0411: who keeps them takes for the server's,
 * within TLS, what anybody put there before. TLS is not begun then.
 */
import { concatBytes, showControls, sniffOpening, sniffPeer, type StartTlsProtocol } from "../core/index.ts";
import { mysql, postgres } from "./databases.ts";
import { ftp } from "./ftp.ts";
import { ldap } from "./ldap.ts";
import { startTlsLimits } from "./limits.ts";
import { imap, pop3, smtp } from "./mail.ts";
import type { Dialogue, FindUnit, Outcome } from "./words.ts";
import { xmpp } from "./xmpp.ts";

const dialogues: Readonly<Record<StartTlsProtocol, (host: string) => Dialogue>> = {
  smtp,
  imap,
  pop3,
  ldap,
  postgres,
  mysql,
  ftp,
  xmpp,
};

/** Why TLS does not begin. */
export type StartTlsProblem =
  | { readonly kind: "not-offered" }
  /** The server's text, at most `saidCharacters`, with controls as numbers. */
  | { readonly kind: "refused"; readonly said: string }
  /** `firstBytes`: printable ASCII, with dots for the rest; at most 32. */
  | {
      readonly kind: "other-protocol" | "too-long" | "closed";
      readonly firstBytes: string;
      readonly speaks: ReturnType<typeof sniffOpening>;
    }
  /** So many bytes stood behind the server's consent. */
  | { readonly kind: "injection"; readonly bytes: number };

/** How far a dialogue has come. `send` goes to the server: before more is read, or before TLS begins. */
export type StartTlsStep =
  | { readonly kind: "more" | "tls"; readonly send: Uint8Array }
  | { readonly kind: "problem"; readonly problem: StartTlsProblem };

const nothing = new Uint8Array(0);
const firstBytesKept = 32;

/** One dialogue, from the connection's first byte on. Once it has ended, nothing more is sent. */
export class StartTls {
  readonly #dialogue: Dialogue;
  /** How long the unit is that the dialogue waits for. */
  #find: FindUnit = () => undefined;
  #held: Uint8Array = nothing;
  #first: Uint8Array = nothing;
  #received = 0;
  /** What the server said before it had heard anything: its greeting. */
  #greeting: Uint8Array = nothing;
  #hasSpoken = false;
  #ended: StartTlsStep | undefined;

  constructor(protocol: StartTlsProtocol, { host }: { readonly host: string }) {
    this.#dialogue = dialogues[protocol](host);
  }

  /** The server's greeting, where it is the one that speaks first; sent in plain, so nobody vouches for it. */
  get greeting(): Uint8Array | undefined {
    return this.#greeting.length === 0 ? undefined : this.#greeting;
  }

  /** What the client says before the server does; to be called once, first. */
  begin(): StartTlsStep {
    const said: Uint8Array[] = [];
    const outcome = this.#goOn(nothing, said);
    return this.#stepTo(outcome && this.#stepOf(outcome), said);
  }

  /** Takes what the server sent. */
  push(bytes: Uint8Array): StartTlsStep {
    if (this.#ended !== undefined) return this.#ended;
    const { receivedBytes, unitBytes } = startTlsLimits;
    if (this.#first.length < firstBytesKept)
      this.#first = concatBytes([this.#first, bytes.subarray(0, firstBytesKept - this.#first.length)]);
    const room = receivedBytes.value - this.#received;
    this.#received += bytes.length;
    this.#held = concatBytes([this.#held, bytes.subarray(0, room)]);
    const said: Uint8Array[] = [];
    for (;;) {
      const length = this.#find(this.#held);
      if ((length ?? this.#held.length) > unitBytes.value) return this.#stepTo(this.#tooLong(), said);
      if (length === undefined || length > this.#held.length) break;
      const unit = this.#held.subarray(0, length);
      this.#held = this.#held.subarray(length);
      if (!this.#hasSpoken) this.#greeting = concatBytes([this.#greeting, unit]);
      const outcome = this.#goOn(unit, said);
      if (outcome !== undefined) return this.#stepTo(this.#stepOf(outcome), said);
    }
    return this.#stepTo(bytes.length > room ? this.#tooLong() : undefined, said);
  }

  /** The server closed the connection. */
  close(): StartTlsStep {
    return this.#ended ?? this.#stepTo({ kind: "closed", ...this.#shown() }, []);
  }

  /** Lets the dialogue speak until it wants to read, or ends. */
  #goOn(unit: Uint8Array, said: Uint8Array[]): Outcome | undefined {
    let result = this.#dialogue.next(unit);
    while (result.done !== true) {
      if (result.value.kind === "read") {
        this.#find = result.value.find;
        return undefined;
      }
      said.push(result.value.bytes);
      this.#hasSpoken = true;
      result = this.#dialogue.next(nothing);
    }
    return result.value;
  }

  #stepOf(outcome: Outcome): StartTlsProblem | "tls" {
    switch (outcome.kind) {
      case "tls":
        return this.#held.length > 0 ? { kind: "injection", bytes: this.#held.length } : "tls";
      case "not-offered":
        return outcome;
      case "refused":
        return { kind: "refused", said: shown(outcome.said) };
      case "other-protocol":
        return { kind: "other-protocol", ...this.#shown() };
    }
  }

  #stepTo(end: StartTlsProblem | "tls" | undefined, said: readonly Uint8Array[]): StartTlsStep {
    const send = concatBytes(said);
    if (end === undefined) return { kind: "more", send };
    this.#held = nothing;
    if (end === "tls") {
      this.#ended = { kind: "tls", send: nothing };
      return { kind: "tls", send };
    }
    // Who is refused has nothing more to say.
    return (this.#ended = { kind: "problem", problem: end });
  }

  #tooLong(): StartTlsProblem {
    return { kind: "too-long", ...this.#shown() };
  }

  #shown(): { readonly firstBytes: string; readonly speaks: ReturnType<typeof sniffOpening> } {
    return { firstBytes: sniffPeer(this.#first).firstBytes, speaks: sniffOpening(this.#first) };
  }
}

function shown(said: string): string {
  const most = startTlsLimits.saidCharacters.value;
  return showControls(said.slice(0, most)).slice(0, most);
}
