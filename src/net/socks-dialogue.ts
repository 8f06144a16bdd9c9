/**
 * What is said to a SOCKS 5 proxy before it passes bytes on: RFC 1928, with a user name and a password by RFC 1929. Fed bytes,
 * it gives bytes to send, and ends with the tunnel or with the reason why there is none. It holds one message at most
 * (262 octets), never throws, and opens nothing. GSSAPI (RFC 1961) and the commands BIND and UDP ASSOCIATE are left out.
 */
import { concatBytes, sniffPeer } from "../core/index.ts";
import { parseIpAddress } from "../x509/index.ts";

/** As RFC 1929 sends them: 255 octets at most, each. */
export interface SocksLogin {
  readonly username: Uint8Array;
  readonly password: Uint8Array;
}

/** The most octets of a name, a user name or a password: one octet says how many (RFC 1928 §5, RFC 1929 §2). */
export const socksTextOctets = 255;

export interface SocksDestination {
  /** An IP address without brackets, or a name of ASCII that the proxy looks up; 255 octets at most. */
  readonly host: string;
  readonly port: number;
}

export type SocksProblem =
  /** RFC 1928 §6; what is not named there too. */
  | { readonly kind: "refused"; readonly reply: number }
  /** RFC 1929 §2: what the user name and the password were answered with. */
  | { readonly kind: "login-refused" }
  /** None of the methods that were offered is taken: RFC 1928 §3. */
  | { readonly kind: "no-method" }
  /** A full sentence. */
  | { readonly kind: "malformed"; readonly reason: string };

/** How far the dialogue has come. `rest`: what came behind the proxy's last word, which is the server's. */
export type SocksStep =
  | { readonly kind: "more"; readonly send: Uint8Array }
  | { readonly kind: "open"; readonly rest: Uint8Array }
  | { readonly kind: "problem"; readonly problem: SocksProblem };

const nothing = new Uint8Array(0);
const version = 5;
const noLogin = 0;
const withLogin = 2;
const noneAcceptable = 0xff;

type Waiting = "method" | "login" | "reply" | "nothing";

/** One dialogue, from the connection's first byte on. Once it has ended, what it is given changes nothing. */
export class SocksDialogue {
  readonly #destination: SocksDestination;
  readonly #login: SocksLogin | undefined;
  #waiting: Waiting = "method";
  #held: Uint8Array = nothing;

  constructor(destination: SocksDestination, login: SocksLogin | undefined) {
    this.#destination = destination;
    this.#login = login;
  }

  /** The methods that are offered, to be sent first: RFC 1928 §3. */
  begin(): Uint8Array {
    const methods = this.#login === undefined ? [noLogin] : [noLogin, withLogin];
    return Uint8Array.of(version, methods.length, ...methods);
  }

  /** Takes what the proxy sent. */
  push(bytes: Uint8Array): SocksStep {
    const held = concatBytes([this.#held, bytes]);
    const step = this.#read(held);
    // Of a message that is not whole yet: its length is bounded, and what is longer was judged.
    this.#held = step.kind === "more" && step.send.length === 0 ? held : nothing;
    return step;
  }

  /** The proxy closed the connection. */
  close(): SocksStep {
    const meant = this.#waiting === "method" ? " at the greeting: it may not be a SOCKS 5 proxy" : "";
    return this.#malformed(`It closed the connection${meant}.`);
  }

  #read(held: Uint8Array): SocksStep {
    switch (this.#waiting) {
      case "method":
        return this.#readMethod(held);
      case "login":
        return this.#readLogin(held);
      case "reply":
        return this.#readReply(held);
      case "nothing":
        return more;
    }
  }

  /** RFC 1928 §3. */
  #readMethod(held: Uint8Array): SocksStep {
    const [said, method] = held;
    if (said !== undefined && said !== version) return this.#malformed(explainOther(held));
    if (method === undefined) return more;
    if (held.length > 2) return this.#malformed("It said more before it had been asked for a connection.");
    if (method === noneAcceptable) return this.#end({ kind: "no-method" });
    if (method === noLogin) return this.#say("reply", connectRequest(this.#destination));
    if (method === withLogin && this.#login !== undefined)
      return this.#say("login", loginRequest(this.#login));
    return this.#malformed(`It chose the method ${method}, which was not offered.`);
  }

  /** RFC 1929 §2. */
  #readLogin(held: Uint8Array): SocksStep {
    const [said, status] = held;
    // DEVIATION: RFC 1929 §2 has 1 for the version of this answer; there are proxies that send that of SOCKS, and curl looks at neither.
    if (said !== undefined && said !== 1 && said !== version)
      return this.#malformed(`It answered the login with the version ${said}, which is not 1.`);
    if (status === undefined) return more;
    if (status !== 0) return this.#end({ kind: "login-refused" });
    if (held.length > 2) return this.#malformed("It said more before it had been asked for a connection.");
    return this.#say("reply", connectRequest(this.#destination));
  }

  /** RFC 1928 §6. */
  #readReply(held: Uint8Array): SocksStep {
    const [said, reply, , type, first = 0] = held;
    if (said !== undefined && said !== version)
      return this.#malformed(`It answered with the version ${said}, which is not 5.`);
    if (reply === undefined) return more;
    // What stands behind a refusal says nothing, and some proxies leave it out.
    if (reply !== 0) return this.#end({ kind: "refused", reply });
    if (type === undefined) return more;
    const addressOctets = type === 1 ? 4 : type === 4 ? 16 : type === 3 ? 1 + first : undefined;
    if (addressOctets === undefined)
      return this.#malformed(`It answered with an address of the type ${type}, which there is not.`);
    const whole = 4 + addressOctets + 2;
    // The length of a name has to be there before it counts.
    if (held.length < whole) return more;
    this.#waiting = "nothing";
    return { kind: "open", rest: held.subarray(whole) };
  }

  #say(waiting: Waiting, send: Uint8Array): SocksStep {
    this.#waiting = waiting;
    return { kind: "more", send };
  }

  #malformed(reason: string): SocksStep {
    return this.#end({ kind: "malformed", reason });
  }

  #end(problem: SocksProblem): SocksStep {
    this.#waiting = "nothing";
    return { kind: "problem", problem };
  }
}

const more: SocksStep = { kind: "more", send: nothing };

/** RFC 1928 §4: CONNECT, and where to. */
function connectRequest({ host, port }: SocksDestination): Uint8Array {
  const address = parseIpAddress(host);
  const place =
    address === undefined
      ? Uint8Array.of(3, host.length, ...new TextEncoder().encode(host))
      : Uint8Array.of(address.length === 4 ? 1 : 4, ...address);
  return concatBytes([Uint8Array.of(version, 1, 0), place, Uint8Array.of(port >> 8, port & 0xff)]);
}

function loginRequest({ username, password }: SocksLogin): Uint8Array {
  // DEVIATION: RFC 1929 §2 has passwords of 1 octet and more; one that is empty is sent, as curl does.
  return concatBytes([Uint8Array.of(1, username.length), username, Uint8Array.of(password.length), password]);
}

/** What it is that is not SOCKS 5. */
function explainOther(held: Uint8Array): string {
  const { speaks, firstBytes } = sniffPeer(held);
  // SOCKS 4 answers with the version 0, and a code from 90 on.
  if (held[0] === 0) return "It answered as SOCKS 4 does, and SOCKS 5 was asked for.";
  // A protocol is known by more than its first byte, which is all that may have come.
  if (speaks === "HTTP" || held[0] === 0x48)
    return `It answered in HTTP ("${firstBytes}"): is it an http:// proxy?`;
  if (speaks === "something else")
    return `It did not answer in SOCKS 5: its answer begins with "${firstBytes}".`;
  return `It speaks ${speaks} ("${firstBytes}"), and not SOCKS 5.`;
}
