/** Codes of deadlines: each has a name, a value and the phase it bounds (DESIGN law 7). */
import { renderHandshakeBytes, type HandshakeBytes } from "./handshake-bytes.ts";
import { renderAttempts, type AddressOutcome } from "./reach.ts";
import { protocolNames } from "./start-tls.ts";
import type { StartTlsProtocol } from "../url/endpoint-schemes.ts";
import type { Entries, Entry } from "./entry.ts";
import { adviseRaising, renderWait, type SettingId } from "./setting-names.ts";

interface Deadline {
  readonly host: string;
  readonly limitMs: number;
}

export interface TimeoutDetails {
  /** Whom the host's addresses were asked of: the system's resolver, or the caller's own option `lookup`. */
  readonly "dns-timeout": Deadline & { readonly asked: "resolver" | "lookup" };
  readonly "connect-timeout": Deadline & { readonly attempts: readonly AddressOutcome[] };
  readonly "starttls-timeout": Deadline & { readonly port: number; readonly protocol: StartTlsProtocol };
  readonly "tls-timeout": Deadline & HandshakeBytes;
  /** `shutWindow`: over HTTP/2, whose window kept the rest back. */
  readonly "send-timeout": Deadline & {
    readonly bytesSent: number;
    readonly shutWindow: "stream" | "connection" | undefined;
  };
  readonly "head-timeout": Deadline & { readonly bytesReceived: number };
  readonly "body-timeout": Deadline & { readonly bytesReceived: number };
  /** `unreadBodies`: how many of the connections have an answer that nobody has begun to read for seconds. */
  readonly "pool-timeout": Deadline & { readonly openConnections: number; readonly unreadBodies: number };
  /** Which function of the jar's was waited for. */
  readonly "cookie-jar-timeout": Deadline & { readonly waitsFor: "getCookieString" | "setCookie" };
  readonly "total-timeout": Deadline & { readonly phase: string };
  readonly aborted: { readonly host: string; readonly phase: string };
}

const poolDeadline = deadline<TimeoutDetails["pool-timeout"]>({
  title: "No free connection in time",
  setting: "poolMs",
  fault: "local",
  sentence: ({ host, limitMs, openConnections, unreadBodies }) =>
    unreadBodies > 0
      ? `No connection to ${host} became free within ${limitMs} ms: of all ${openConnections}, ${unreadBodies} are held by answers whose bodies nobody reads.`
      : `No connection to ${host} became free within ${limitMs} ms (pool deadline); all ${openConnections} are in use.`,
});

export const timeoutEntries: Entries<TimeoutDetails> = {
  "dns-timeout": deadline({
    title: "Name resolution that took too long",
    setting: "dnsMs",
    fault: "network",
    sentence: ({ host, limitMs, asked }) =>
      `${asked === "lookup" ? "The function of the option lookup" : "The resolver"} gave no answer for "${host}" within ${limitMs} ms (dns deadline).`,
  }),
  "connect-timeout": deadline({
    title: "No TCP connection in time",
    setting: "connectMs",
    fault: "network",
    sentence: ({ host, limitMs, attempts }) =>
      `No connection to ${host} could be made within ${limitMs} ms (connect deadline): ${renderAttempts(attempts)}.`,
  }),
  "starttls-timeout": deadline({
    title: "STARTTLS that took too long",
    setting: "totalMs",
    fault: "peer",
    sentence: ({ host, port, protocol, limitMs }) =>
      `${host} port ${port} (${protocolNames[protocol]}) did not come to the beginning of TLS within ${limitMs} ms (STARTTLS deadline).`,
  }),
  "tls-timeout": deadline({
    title: "TLS handshake that took too long",
    setting: "tlsMs",
    fault: "peer",
    sentence: ({ host, limitMs, ...bytes }) =>
      `The TLS handshake with ${host} did not finish within ${limitMs} ms (tls deadline)${renderHandshakeBytes(bytes)}.`,
  }),
  "send-timeout": deadline({
    title: "Request that could not be sent in time",
    setting: "sendMs",
    fault: "peer",
    sentence: ({ host, limitMs, bytesSent, shutWindow }) =>
      `${host} took no more of the request within ${limitMs} ms (send deadline), after ${bytesSent} bytes${shutWindow === undefined ? "" : `: it opened the window of the ${shutWindow} no further (RFC 9113 §5.2)`}.`,
  }),
  "head-timeout": deadline({
    title: "No response in time",
    setting: "headMs",
    fault: "peer",
    sentence: ({ host, limitMs, bytesReceived }) =>
      `${host} did not finish its response head within ${limitMs} ms (head deadline), after ${bytesReceived} bytes.`,
  }),
  "body-timeout": deadline({
    title: "Body that stopped coming",
    setting: "bodyIdleMs",
    fault: "peer",
    sentence: ({ host, limitMs, bytesReceived }) =>
      `${host} sent nothing more of the body for ${limitMs} ms (body idle deadline), after ${bytesReceived} bytes.`,
  }),
  "pool-timeout": {
    ...poolDeadline,
    means:
      "All connections that the client may have to the origin were in use. Where all of them are held by answers that nobody began to read, the request fails sooner: they may wait for each other.",
    hint: (detail, names) =>
      detail.unreadBodies > 0
        ? "Read every body, or give it up with response.cancel() (of a fetch: response.body.cancel()); an answer that was not read holds its connection."
        : poolDeadline.hint(detail, names),
  },
  "cookie-jar-timeout": {
    stage: "timeout",
    fault: "caller",
    title: "Cookie jar that did not answer in time",
    means:
      "The jar of the option cookies was asked for the cookies of a URL, or was given some to keep, and its promise did not settle.",
    remedy: { client: ({ cookiesMs }) => adviseRaising(cookiesMs, { when: slowJar }) },
    authority: "our policy: every wait has a named deadline",
    sentence: ({ host, limitMs, waitsFor }) =>
      `The cookie jar's ${waitsFor}() did not settle for ${host} within ${limitMs} ms (cookies deadline).`,
    hint: ({ limitMs }, { cookiesMs }) =>
      adviseRaising(cookiesMs, { now: renderWait(limitMs), when: slowJar }),
  },
  "total-timeout": deadline({
    title: "Request that took too long as a whole",
    setting: "totalMs",
    fault: "peer",
    sentence: ({ host, limitMs, phase }) =>
      `The request to ${host} did not finish within ${limitMs} ms (total deadline); it was in the phase ${phase}.`,
  }),
  aborted: {
    stage: "timeout",
    fault: "caller",
    title: "Request that the caller aborted",
    means: "The AbortSignal given with the request fired. Its reason is the error's cause.",
    remedy: { client: "None needed: the program asked for it." },
    authority: "WHATWG DOM §3.2 (AbortSignal)",
    sentence: ({ host, phase }) => `The request to ${host} was aborted by its caller in the phase ${phase}.`,
  },
};

const slowJar = "if the jar is known to be this slow; otherwise look at what its promise waits for";

interface DeadlineWords<Detail> {
  readonly title: string;
  readonly setting: SettingId;
  readonly fault: Entry<Detail>["fault"];
  readonly sentence: Entry<Detail>["sentence"];
}

function deadline<Detail extends Deadline>(
  words: DeadlineWords<Detail>,
): Entry<Detail> & Required<Pick<Entry<Detail>, "hint">> {
  return {
    stage: "timeout",
    fault: words.fault,
    title: words.title,
    means: "A phase of the request took longer than its deadline.",
    remedy: {
      client: (names) =>
        adviseRaising(names[words.setting], {
          when: "if the peer is known to be slow; otherwise find out what holds it up",
        }),
      server: "Look at what the server was doing at that moment.",
    },
    authority: "our policy: every wait has a named deadline",
    sentence: words.sentence,
    hint: ({ limitMs }, names) =>
      adviseRaising(names[words.setting], {
        now: renderWait(limitMs),
        when: "if the peer is known to be this slow",
      }),
  };
}
