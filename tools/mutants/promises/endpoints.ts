/** Endpoints, and what is said in plain before TLS. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const endpoints: readonly BrokenPromise[] = [
  ...rows(
    "starttls/start-tls.ts",
    ["src/starttls/start-tls.test.ts"],
    [
      [
        "what stands behind the server's consent is never taken for what comes within TLS",
        'this.#held.length > 0 ? { kind: "injection", bytes: this.#held.length } : "tls"',
        '"tls"',
      ],
      ["no unit is longer than its bound", "(length ?? this.#held.length) > unitBytes.value", "false"],
      [
        "no more is read before TLS than its bound",
        "bytes.length > room ? this.#tooLong() : undefined",
        "undefined",
      ],
      [
        "a dialogue that has ended says nothing more",
        'this.#ended = { kind: "tls", send: nothing };',
        'this.#ended = { kind: "tls", send };',
      ],
      ["a terminal obeys nothing of a refusal", "showControls(said.slice(0, most))", "said.slice(0, most)"],
    ],
  ),
  ...rows(
    "starttls/mail.ts",
    ["src/starttls/start-tls.test.ts"],
    [["a mail server's own name is not an offer", "hello.lines.slice(1)", "hello.lines"]],
  ),
  ...rows(
    "starttls/databases.ts",
    ["src/starttls/start-tls.test.ts"],
    [["without its flag MySQL is not sent a handshake", "(flags & clientSsl) === 0", "false"]],
  ),
  ...rows(
    "diagnosis/findings/before-tls.ts",
    ["test/why/endpoints.test.ts"],
    [
      [
        "that TLS begins at once is said where a handshake at once completed",
        'experiment.change === "at-once" && gave?.completed === true',
        'experiment.change === "at-once"',
      ],
    ],
  ),
  ...rows(
    "diagnosis/plan.ts",
    ["test/why/endpoints.test.ts"],
    [
      [
        "nothing is said in a protocol's words within TLS to whom nobody vouches for",
        'if (attempt.endpoint === undefined) wanted.unshift({ kind: "unverified" });',
        'wanted.unshift({ kind: "unverified" });',
      ],
    ],
  ),
  ...rows(
    "cli/why/prepare.ts",
    ["test/why/endpoints.test.ts"],
    [
      [
        "a pin counts wherever it is asked for",
        "const url = endpoint === undefined ? typed : `https://${endpoint.authority}/`;",
        "const url = typed;",
      ],
    ],
  ),
  ...rows(
    "net/upgrade.ts",
    ["test/client/connect.test.ts"],
    [
      [
        "bytes that were there before TLS on a caller's socket are never taken for the server's",
        "if (bytes === 0) return;",
        "return;",
      ],
      [
        "what resumes on a caller's socket is what was verified by the same name",
        "const scope = { host, port, sni, name, alpn, via: wayOfCaller };",
        'const scope = { host: "", port, sni: "", name: "", alpn, via: wayOfCaller };',
      ],
    ],
  ),
  ...rows(
    "net/secure.ts",
    ["test/client/connect.test.ts"],
    [
      [
        "a socket is nobody's before both keys admitted its server",
        "admitOrClose(evidence, policy, socket)",
        'admitOrClose(evidence, { ...policy, insecure: { reason: "x" } }, socket)',
      ],
    ],
  ),
  ...rows(
    "net/open-start-tls.ts",
    ["test/client/connect.test.ts"],
    [["a socket that was paused has its dialogue too", "socket.resume();", ""]],
  ),
  ...rows(
    "client/adapters/socket.ts",
    ["test/client/socket.test.ts"],
    [
      [
        "a socket that is there at once takes no more than is read",
        "if (!this.push(chunk)) socket.pause();",
        "this.push(chunk);",
      ],
      ["who gives a socket up gives up its connection, too", "this.#stop.abort(error ?? undefined);", ""],
    ],
  ),
  ...rows(
    "client/options/connect-options.ts",
    ["test/client/connect.test.ts"],
    [
      [
        "the client's own identity is checked on a socket of the caller's, too",
        "return { ...readRequest(rest), ...words, source: rest };",
        "return { ...namedBy(words.servername, readRequest(rest)), ...words, source: rest };",
      ],
    ],
  ),
  ...rows(
    "client/openings.ts",
    ["test/client/connect.test.ts", "test/why/sockets.test.ts"],
    [
      ["a socket of the caller's does not stay open where TLS on it fails", "given.destroy();", ""],
      [
        "a socket of the caller's has one handshake",
        "needConnected(socket, (one) => this.#begun.has(one))",
        "needConnected(socket, () => false)",
      ],
      [
        "where a caller's socket led, and nowhere else, is asked again",
        "addressRules: { ...noAddressRules, resolve: { [`${target.host}:${remotePort}`]: remoteAddress } },",
        "",
      ],
      [
        "who may be a proxy is not asked as the server",
        "if (!isSpoken) return protocol ??",
        "if (true) return protocol ??",
      ],
    ],
  ),
  ...rows(
    "client/destination.ts",
    ["test/client/connect.test.ts"],
    [
      [
        "a scheme without TLS is not connected to as one with it",
        "requireEndpoint(text)",
        'requireEndpoint(text.replace(/^(redis|mqtt):/, "$1s:"))',
      ],
    ],
  ),
  ...rows(
    "survey/survey.ts",
    ["src/survey/survey.test.ts"],
    [
      [
        "OpenSSL judges a weak chain at its ordinary level",
        "!mayBeTooWeak(certificatesOf(found), policy.anchors)",
        "true",
      ],
      ["an offer that ended in a reset is not taken for turned down", "!isTurnedDown(meeting)", "false"],
    ],
  ),
  ...rows(
    "devices/meet/turned-down.ts",
    ["src/cli/devices/meet/turned-down.test.ts"],
    [["an address is not turned down on another one's word", "one.address === address && ", ""]],
  ),
  ...rows(
    "core/url/endpoint.ts",
    ["src/core/url/endpoint.test.ts"],
    [["a piece of a password is not taken for the host", 'text.slice(whole.length).includes("@")', "false"]],
  ),
];
