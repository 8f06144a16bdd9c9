/** A request's head as HTTP/2 has it, made of its head as HTTP/1.1 has it: what may be sent was decided once, there. */
import { maskField } from "../../http1/index.ts";
import { requestLines, type RequestTarget } from "../../http2/index.ts";
import type { TunnelProtocol } from "./call.ts";

/** The field lines of a head, in the order in which they go out. */
export type Http2Lines = ReturnType<typeof requestLines>;

/** What the last head was made of: programs send the same again. */
interface Known {
  readonly head: string;
  readonly secrets: readonly string[] | undefined;
  readonly lines: Http2Lines;
}

const lineEnd = "\r\n";

/** Makes the lines of the heads of one connection. */
export class Http2Heads {
  readonly #scheme: RequestTarget["scheme"];
  #known: Known | undefined;

  constructor(scheme: RequestTarget["scheme"]) {
    this.#scheme = scheme;
  }

  /** @param secrets names in any case whose values are never indexed, besides credentials */
  linesOf(head: string, secrets: readonly string[] | undefined): Http2Lines {
    const known = this.#known;
    if (known !== undefined && known.head === head && known.secrets === secrets) return known.lines;
    const lines = linesOf(head, this.#scheme, secrets);
    this.#known = { head, secrets, lines };
    return lines;
  }

  /** The lines of an extended CONNECT (RFC 8441 §4), which asks with the target and the fields of this head. */
  tunnelLinesOf(head: string, secrets: readonly string[] | undefined, protocol: TunnelProtocol): Http2Lines {
    return linesOf(head, this.#scheme, secrets, protocol);
  }
}

/** Lines for reports, with credentials masked. */
export function shownLines(lines: Http2Lines, secrets: readonly string[] | undefined): readonly string[] {
  return lines.map(([name, value]) => `${name}: ${maskField(name, value, secrets)}`);
}

/** RFC 9113 §8.3.1: the authority is that of Host, which whoever asks may have chosen. */
function linesOf(
  head: string,
  scheme: RequestTarget["scheme"],
  secrets: readonly string[] | undefined,
  protocol?: TunnelProtocol,
): Http2Lines {
  const [requestLine = "", ...rest] = head.split(lineEnd);
  const method = requestLine.slice(0, requestLine.indexOf(" "));
  const path = requestLine.slice(method.length + 1, requestLine.lastIndexOf(" "));
  let authority = "";
  const fields: (readonly [string, string])[] = [];
  for (const line of rest) {
    if (line === "") break;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1);
    if (name.toLowerCase() === "host") authority = value.trim();
    else fields.push([name, value]);
  }
  const secretNames = new Set(secrets?.map((name) => name.toLowerCase()));
  const asked = protocol === undefined ? method : "CONNECT";
  return requestLines({ method: asked, scheme, authority, path, protocol }, fields, secretNames);
}
