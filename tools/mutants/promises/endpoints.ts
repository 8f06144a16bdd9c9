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
    "core/url/endpoint.ts",
    ["src/core/url/endpoint.test.ts"],
    [["a piece of a password is not taken for the host", 'text.slice(whole.length).includes("@")', "false"]],
  ),
];
