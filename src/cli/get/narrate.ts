/** What `get` says beside the body: who vouched for the server, and with `-v` everything that happened. */
import type { ClientEvent, RequestAttempt, Response } from "../../client/index.ts";
import { shownLocation, showControls } from "../../core/index.ts";
import { isRedirectStatus, maskField } from "../../http1/index.ts";
import type { TrustReport } from "../../trust/index.ts";
import type { Certificate } from "../../x509/index.ts";
import { nameProxy } from "../frame/failure.ts";
import { renderFacts } from "../frame/layout.ts";
import type { Output } from "../frame/output.ts";
import { renderRetirement } from "./retirement.ts";

/** The line that every `get` ends up with on stderr, and what else the caller should know. */
export function narrateTrust({ trust, url, status, reason, headers }: Response, err: Output): void {
  const { style } = err;
  const sure = trust.kind === "verified" || trust.kind === "pinned";
  const lines = [`${(sure ? style.green : style.yellow)("trust:")} ${showControls(trust.headline())}`];
  if (status >= 400) {
    const whose =
      url.startsWith("https:") && sure ? "the site's own answer; TLS had succeeded" : "the site's own answer";
    lines.push(`${style.yellow("http:")} ${status} ${showControls(reason)} (${whose})`.replace("  ", " "));
  }
  const to = locationOf(status, headers.get("location"), url);
  if (to !== undefined) {
    const answer = `${status} ${showControls(reason)}`.trimEnd();
    lines.push(`${style.yellow("http:")} ${answer}, to ${showControls(to)} (-L follows it)`);
  }
  for (const note of trust.notes) lines.push(`${style.yellow("note:")} ${showControls(note)}`);
  if (trust.disagreement !== undefined)
    lines.push(`${style.yellow("note:")} ${showControls(trust.disagreement)}`);
  err.lines(...lines);
}

/** Where a redirect leads (RFC 9110 §15.4), in full; `undefined` for an answer that leads nowhere. */
function locationOf(status: number, location: string | null, url: string): string | undefined {
  return isRedirectStatus(status) && location !== null ? shownLocation(location, url) : undefined;
}

/** The connection and the chain, before the heads. */
export function narrateConnection(
  response: Response,
  { spoken, earlier }: { readonly spoken: string; readonly earlier: readonly RequestAttempt[] },
  err: Output,
): void {
  const { connection, timings, trust } = response;
  const ms = (duration: number): string => `${duration.toFixed(1)} ms`;
  narrate(err, labelled("again", [...earlier, ...response.attempts].flatMap(renderAttempt)));
  const facts: (readonly [string, string])[] = connection.reused
    ? [
        ["reused", `connection ${connection.id}, which an earlier request had opened`],
        ...(connection.protocol === undefined ? [] : [["tls", renderTls(response)] as const]),
      ]
    : [
        [
          "dns",
          `${trust.host} is ${connection.remoteAddress} (${connection.addressSource}), ${ms(timings.dnsMs)}`,
        ],
        ...connection.lostAddresses.map(
          ({ address, outcome, afterMs }) => ["tried", `${address}: ${outcome}, ${ms(afterMs)}`] as const,
        ),
        ["tcp", `port ${connection.remotePort}, ${ms(timings.tcpMs)}`],
        ...(connection.proxy === undefined
          ? []
          : [
              [
                "proxy",
                `${connection.proxy.url} (${nameProxy(connection.proxy.source)}), ${ms(timings.proxyMs)}`,
              ] as const,
            ]),
        ...(connection.protocol === undefined
          ? []
          : [["tls", `${renderTls(response)}, ${ms(timings.tlsMs)}`] as const]),
      ];
  facts.push(["http", spoken]);
  facts.push(...labelled("chain", trust.chain.map(renderLink)));
  facts.push(...labelled("trust", trust.explain().split("\n")));
  narrate(err, facts);
}

/** Why a connection was refused, as far as its chain was seen. */
export function narrateRefusal(trust: TrustReport, err: Output): void {
  narrate(err, labelled("trust", trust.explain().split("\n")));
}

/** An attempt that was followed by another, and why; nothing for the last one. */
function renderAttempt(
  { connection, reused, outcome, retried }: RequestAttempt,
  index: number,
): readonly string[] {
  if (retried === undefined) return [];
  const where =
    connection === undefined ? "no connection" : `${reused ? "reused " : ""}connection ${connection}`;
  const what = "status" in outcome ? `status ${outcome.status}` : outcome.code;
  return [`attempt ${index + 1} (${where}) ended with ${what}; made again (${retried})`];
}

/** Several texts under one label. */
function labelled(name: string, texts: readonly string[]): (readonly [string, string])[] {
  return texts.map((text, index) => [index === 0 ? name : "", text]);
}

const labelWidth = "redirect".length; // The longest of them, so that all lines have their text in one column.

/** Facts on lines that begin with `*`, as curl has it. */
export function narrate(err: Output, facts: readonly (readonly [name: string, text: string])[]): void {
  const shown = facts.map(([name, text]) => [name.padEnd(labelWidth), showControls(text)] as const);
  const lines = renderFacts(shown, { width: err.width - 2, label: err.style.cyan });
  err.lines(...lines.map((line) => `${err.style.dim("*")} ${line}`));
}

/** The response's head, on lines that begin with `<`. */
export function narrateResponse({ httpVersion, status, reason, headers }: Response, err: Output): void {
  const sign = err.style.dim("<");
  err.lines(`${sign} HTTP/${httpVersion} ${status} ${showControls(reason)}`.trimEnd());
  for (const [name, value] of headers.lines())
    err.lines(`${sign} ${showControls(`${name}: ${maskField(name, value)}`)}`);
  err.lines(sign);
}

function renderTls({ connection }: Response): string {
  const { protocol, cipher, group, alpn, sni, resumed } = connection;
  const parts = [
    protocol,
    cipher,
    group,
    alpn === undefined ? "no ALPN" : `ALPN ${alpn}`,
    sni === undefined ? "no server name" : `server name ${sni}`,
    resumed ? "session resumed" : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function renderLink({ subject, issuer, notAfterAt }: Certificate, index: number): string {
  const until = new Date(notAfterAt).toISOString().slice(0, 10);
  return `${index + 1} ${subject.display || "(no name)"}, issued by ${issuer.display}, until ${until}`;
}

/** The request's head as it went out, on lines that begin with `>`. */
function narrateRequest(head: readonly string[], err: Output): void {
  const sign = err.style.dim(">");
  err.lines(...head.map((line) => `${sign} ${showControls(line)}`), sign);
}

/**
 * Tells what happens inside requests as it happens. The last request's head is held back until `flush`, so that
 * the facts of its connection, known with the answer, can stand before it.
 */
export class Narrator {
  readonly #err: Output;
  #head: readonly string[] | undefined;

  constructor(err: Output) {
    this.#err = err;
  }

  readonly tell = (event: ClientEvent): void => {
    if (event.kind === "sent") {
      this.flush();
      this.#head = event.head;
      return;
    }
    const told = tellEvent(event);
    if (told === undefined) return;
    if (event.kind !== "retired") this.flush();
    narrate(this.#err, [told]);
  };

  /** Shows the request's head that is held back. */
  flush(): void {
    if (this.#head !== undefined) narrateRequest(this.#head, this.#err);
    this.#head = undefined;
  }
}

function tellEvent(event: ClientEvent): readonly [name: string, text: string] | undefined {
  switch (event.kind) {
    case "phase":
      return ["begins", `${event.phase} for ${event.origin}`];
    case "retired":
      return event.reason === "client-closed"
        ? undefined // The program is done with it.
        : [
            "ends",
            `connection ${event.connection} carries no other request: ${renderRetirement(event.reason)}`,
          ];
    case "unsolicited":
      return ["ends", `connection ${event.connection}: ${event.bytes} bytes came that nobody had asked for`];
    case "informational":
      return ["interim", `status ${event.status}`];
    case "retry":
      return ["retry", `after ${Math.round(event.delayMs)} ms: ${event.reason}`];
    case "redirect":
      return ["redirect", `${event.status} from ${event.from} to ${event.to}`];
    case "connected":
      return event.because === undefined
        ? undefined // Told in full where the response or the error is.
        : ["opened", `connection ${event.connection}: ${event.because}`];
    case "sent":
    case "head":
    case "response":
    case "failed":
      return undefined; // Told in full where the response or the error is.
    case "cache":
    case "kept":
    case "not-kept":
      return undefined; // The program's client has no cache.
  }
}
