/** The limits of the client: each wait, count and size has a name, a value and a reason. */
import type { Limit } from "../core/index.ts";

export const clientLimits: Readonly<
  Record<
    | "sendMs"
    | "headMs"
    | "bodyIdleMs"
    | "unreadBodyMs"
    | "unclaimedBodyMs"
    | "unreadHoldMs"
    | "totalMs"
    | "openMs"
    | "poolMs"
    | "cookiesMs"
    | "connectionsPerOrigin"
    | "pipelining"
    | "idleMs"
    | "http2IdleMs"
    | "idleMarginMs"
    | "lifetimeMs"
    | "pingMs"
    | "protocolMs"
    | "sharedOpeningMs"
    | "hopedStreams"
    | "unprocessedRetries"
    | "lastWordsMs"
    | "waitingPerOrigin"
    | "queuedBodyBytes"
    | "bufferedBodyBytes"
    | "joinedWriteBytes"
    | "continueMs"
    | "redirects"
    | "retries"
    | "retryAfterMs"
    | "retryDelayMs"
    | "resumptions"
    | "mostResumptions"
    | "eventBytes"
    | "eventDelayMs"
    | "eventLongestDelayMs"
    | "eventRetryMs"
    | "eventAttempts"
    | "websocketMessageBytes"
    | "websocketQueuedBytes"
    | "websocketSendBytes"
    | "websocketCloseMs"
    | "websocketPingMs"
    | "websocketPongMs"
    | "websocketDeflateBytes"
    | "websocketDeflateNowBytes"
    | "websocketDeflateParts"
    | "pages"
    | "parsedTargets"
    | "compiledPolicies"
    | "cacheBytes"
    | "cacheEntries"
    | "cachedBodyBytes"
    | "cacheStoreMs"
    | "systemProxyMs"
    | "systemProxyBytes"
    | "recordedEntries"
    | "recordedBodyBytes"
    | "recordingBytes",
    Limit
  >
> = {
  sendMs: {
    value: 60_000,
    unit: "ms",
    option: "timeouts.sendMs",
    why: "nginx's client_body_timeout: no server waits longer between two reads of a request.",
  },
  headMs: {
    value: 60_000,
    unit: "ms",
    option: "timeouts.headMs",
    why: "nginx's proxy_read_timeout: what stands in front of most servers gives up then too.",
  },
  bodyIdleMs: {
    value: 60_000,
    unit: "ms",
    option: "timeouts.bodyIdleMs",
    why: "nginx's send_timeout, seen from the other side.",
  },
  unreadBodyMs: {
    value: 60_000,
    unit: "ms",
    option: "timeouts.unreadBodyMs",
    why: "A body that nobody reads holds its connection; as long as the server would wait to send it.",
  },
  unclaimedBodyMs: {
    value: 1_000,
    unit: "ms",
    why: "A body that nobody began to read for so long is not waited for by close(), and holds no socket of an agent's once it is whole.",
  },
  unreadHoldMs: {
    value: 10_000,
    unit: "ms",
    why: "Where every connection has an answer that nobody began to read for so long, who waits for one is told, and waits no longer: they may be left by the same program.",
  },
  totalMs: {
    value: Infinity,
    unit: "ms",
    option: "timeouts.totalMs",
    why: "A download may take a day; every phase has its own deadline.",
  },
  openMs: {
    value: Infinity,
    unit: "ms",
    option: "timeouts.openMs",
    why: "Each phase has its own; curl's --connect-timeout is one for all of them, where somebody asks for it.",
  },
  poolMs: {
    value: 60_000,
    unit: "ms",
    option: "timeouts.poolMs",
    why: "As long as a head: a request that waits behind others should not outlive theirs.",
  },
  cookiesMs: {
    value: 10_000,
    unit: "ms",
    option: "timeouts.cookiesMs",
    why: "As long as a name's resolution: a jar kept in a file or a database answers in much less.",
  },
  connectionsPerOrigin: {
    value: 64,
    unit: "count",
    option: "connections",
    why: "Ten times a browser's 6, and a sixteenth of the usual limit of open files (1,024).",
  },
  pipelining: {
    value: 1,
    unit: "count",
    option: "pipelining",
    why: "One request at a time: RFC 9112 §9.3.2 allows more, and not every server bears it.",
  },
  idleMs: {
    value: 4_000,
    unit: "ms",
    option: "idleMs",
    why: "undici's keepAliveTimeout: Node's servers close after 5 s, and a request sent into that close fails.",
  },
  http2IdleMs: {
    value: 60_000,
    unit: "ms",
    option: "idleMs",
    why: "HTTP/2 says when it ends (GOAWAY), so nothing is lost by a late request; nginx and Apache keep a connection for 60 s and more.",
  },
  idleMarginMs: {
    value: 1_000,
    unit: "ms",
    why: "Taken off the server's Keep-Alive hint: undici's keepAliveTimeoutThreshold, for the time on the way.",
  },
  lifetimeMs: {
    value: 600_000,
    unit: "ms",
    option: "lifetimeMs",
    why: "Ten minutes: a name that moves to other addresses is followed within that time.",
  },
  pingMs: {
    value: 25_000,
    unit: "ms",
    option: "pingMs",
    why: "Twice that is less than what is waited for a head: a peer that is gone is found out before a request's own deadline, and servers that count PINGs see one or two.",
  },
  protocolMs: {
    value: 250,
    unit: "ms",
    why: "While nobody knows which version is spoken, others wait so long for the first connection; RFC 8305's delay between two attempts.",
  },
  sharedOpeningMs: {
    value: 1_000,
    unit: "ms",
    why: "Where HTTP/2 is spoken, others wait so long for a connection that is being opened: TCP and TLS take three round trips at most, of 300 ms on the slowest usual way.",
  },
  hopedStreams: {
    value: 100,
    unit: "count",
    why: "RFC 9113 §6.5.2 asks servers to allow no fewer: so many requests wait for one connection that is being opened.",
  },
  unprocessedRetries: {
    value: 3,
    unit: "count",
    why: "A server that was never asked before refuses what is over its limit once, and says its limit; one that is restarted says GOAWAY once more.",
  },
  lastWordsMs: {
    value: 1_000,
    unit: "ms",
    why: "GOAWAY and close_notify go into the socket's buffer, where it has room; a peer that reads nothing is not told.",
  },
  waitingPerOrigin: {
    value: 100_000,
    unit: "count",
    option: "waiting",
    why: "Requests that wait cost memory; more than this many at once are a loop that lost its bound.",
  },
  queuedBodyBytes: {
    value: 262_144,
    unit: "bytes",
    why: "Sixteen TLS records: enough to keep the network busy, little enough for a thousand slow readers.",
  },
  bufferedBodyBytes: {
    value: 268_435_456,
    unit: "bytes",
    option: "maxBodyBytes",
    why: "What bytes(), text() and json() will hold: half of the longest string there is; larger bodies are streamed.",
  },
  joinedWriteBytes: {
    value: 16_384,
    unit: "bytes",
    why: "One TLS record (RFC 8446 §5.1): a head and a body that fit go out in one write.",
  },
  continueMs: {
    value: 1_000,
    unit: "ms",
    option: "expectContinueMs",
    why: "curl's wait for 100 Continue before it sends the body anyway (RFC 9110 §10.1.1).",
  },
  redirects: {
    value: 20,
    unit: "count",
    option: "redirects",
    why: "The Fetch standard's limit.",
  },
  retries: {
    value: 10,
    unit: "count",
    option: "retry.attempts",
    why: "The most that may be asked for: a loop of retries is load on a server that is in trouble.",
  },
  retryAfterMs: {
    value: 60_000,
    unit: "ms",
    option: "retry.maxDelayMs",
    why: "A Retry-After that asks for more than a minute is the caller's to honour.",
  },
  retryDelayMs: {
    value: 500,
    unit: "ms",
    option: "retry.delayMs",
    why: "The first pause, doubled each time: undici's minTimeout.",
  },
  resumptions: {
    value: 10,
    unit: "count",
    option: "resume.attempts",
    why: "How often the rest of one body is asked for, whether or not anything came of it: ten breaks of one download are a bad network, more are a server that cuts every answer.",
  },
  mostResumptions: {
    value: 1_000,
    unit: "count",
    why: "The most that may be asked for: a server that gives a byte at a time costs a request for each.",
  },
  eventBytes: {
    value: 1_048_576,
    unit: "bytes",
    option: "maxEventBytes",
    why: "What one event of an event stream may hold: far above what is sent as one, and held in full until its end.",
  },
  eventDelayMs: {
    value: 3_000,
    unit: "ms",
    option: "reconnect.delayMs",
    why: "The pause before an event stream is asked for again: Chrome's.",
  },
  eventLongestDelayMs: {
    value: 30_000,
    unit: "ms",
    why: "The pause is doubled up to here while a server cannot be reached; one that asks for longer (retry:) gets it.",
  },
  eventRetryMs: {
    value: 3_600_000,
    unit: "ms",
    why: "The longest pause that the retry: of an event stream is believed: a timer would fire at once after an endless one.",
  },
  eventAttempts: {
    value: 10,
    unit: "count",
    option: "reconnect.attempts",
    why: "Failures in a row before an event stream is given up: some four minutes, which a restart of a server takes.",
  },
  websocketMessageBytes: {
    value: 16_777_216,
    unit: "bytes",
    option: "websocket(url, { maxMessageBytes })",
    why: "RFC 6455 §10.4 asks for a limit: a message is kept whole until its end. tungstenite's for one frame; Python's websockets holds 1 MiB, ws 100 MiB.",
  },
  websocketQueuedBytes: {
    value: 65_536,
    unit: "bytes",
    why: "Messages that nobody has taken yet, before the socket is paused: one read of a socket is as much, and the read_limit of Python's websockets. Pongs that the peer does not take, too.",
  },
  websocketSendBytes: {
    value: 16_777_216,
    unit: "bytes",
    why: "What send() may leave waiting for the network: as much as one message that comes. One message alone may be larger.",
  },
  websocketCloseMs: {
    value: 10_000,
    unit: "ms",
    option: "websocket(url, { closeMs })",
    why: "The close_timeout of Python's websockets. RFC 6455 §7.1.1 lets a client close at any time; ws waits 30 s, Firefox 20 s (network.websocket.timeout.close), Chrome 60 s.",
  },
  websocketPingMs: {
    value: Infinity,
    unit: "ms",
    option: "websocket(url, { pingMs })",
    why: "No pings unless they are asked for, as in browsers and ws: a server may count them. RFC 6455 §5.5.2 leaves it to each side.",
  },
  websocketPongMs: {
    value: 10_000,
    unit: "ms",
    option: "websocket(url, { pongMs })",
    why: "Firefox's network.websocket.timeout.ping.response, which any octet that comes puts off, too.",
  },
  websocketDeflateBytes: {
    value: 1_024,
    unit: "bytes",
    why: "Where each message is compressed by itself, shorter ones are sent as they are: the threshold of ws.",
  },
  websocketDeflateNowBytes: {
    value: 65_536,
    unit: "bytes",
    why: "Longer messages are compressed beside the program: this much takes some 3 ms.",
  },
  websocketDeflateParts: {
    value: 64,
    unit: "count",
    why: "Deflate streams within one message (RFC 7692 §7.2.3.4), each of which costs as much as a message; senders end one at most.",
  },
  pages: {
    value: 1_000,
    unit: "count",
    option: "maxPages",
    why: "100,000 items at the hundred a page that interfaces commonly give; more is asked for on purpose.",
  },
  parsedTargets: {
    value: 256,
    unit: "count",
    why: "URLs kept parsed: programs ask for the same few again and again.",
  },
  compiledPolicies: {
    value: 32,
    unit: "count",
    why: "Trust settings of single requests kept compiled: a program uses a handful, and each holds an OpenSSL context.",
  },
  cacheBytes: {
    value: 67_108_864,
    unit: "bytes",
    option: "cache.maxBytes",
    why: "What a cache in memory holds, keys and fields included: a browser's memory cache on a small machine.",
  },
  cacheEntries: {
    value: 1_024,
    unit: "count",
    option: "cache.maxEntries",
    why: "Responses that a cache in memory holds: a program asks for hundreds of URLs again, not for thousands.",
  },
  cachedBodyBytes: {
    value: 8_388_608,
    unit: "bytes",
    option: "cache.maxBodyBytes",
    why: "An eighth of a cache's memory: one body does not push out all others.",
  },
  cacheStoreMs: {
    value: 1_000,
    unit: "ms",
    why: "A slower store does not help: the server is asked then.",
  },
  systemProxyMs: {
    value: 2_000,
    unit: "ms",
    why: "What prints the system's proxy settings takes some 20 ms; on a machine that is busy, a hundred times that is enough. All else waits meanwhile.",
  },
  systemProxyBytes: {
    value: 65_536,
    unit: "bytes",
    why: "Settings of proxies are a few hundred bytes; the longest part is the list of exceptions, which Windows's own dialog takes 2,064 characters of.",
  },
  recordedEntries: {
    value: 10_000,
    unit: "count",
    why: "Exchanges that a recorder holds: the oldest goes first. A day of a browser's network panel has fewer.",
  },
  recordedBodyBytes: {
    value: 1_048_576,
    unit: "bytes",
    option: "openRecorder({ maxBodyBytes })",
    why: "Bodies are text in a HAR, which is read whole: what tests replay is smaller.",
  },
  recordingBytes: {
    value: 268_435_456,
    unit: "bytes",
    why: "All bodies that a recorder holds, and the largest HAR that is read: half of the longest string there is.",
  },
};
