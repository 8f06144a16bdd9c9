/** Mutants of `client` that change nothing but how much is done for the same outcome. */
import type { Accepted } from "./accepted.ts";

export const client: readonly Accepted[] = [
  {
    file: "journey/journey.ts",
    before:
      "const fields = this.#plain?.fields ?? heads.firstFields(target, settings, { method, body, given });",
    after: ["const fields = (heads.firstFields(target, settings, { method, body, given }));"],
    why: "Spares making the fields: those of a plain head were made of the same.",
  },
  {
    file: "journey/journey.ts",
    before:
      "const response = this.#isFinal(answer.head) ? this.#respond(answer) : await this.#settle(answer);",
    after: ["const response = (await this.#settle(answer));"],
    why: "Spares a turn of the queue of promises: what is final is what nothing follows from when it is settled, too.",
  },
  {
    file: "journey/journey.ts",
    before: "return status < 300 && (this.#settings.options.cookies ?? undefined) === undefined;",
    after: [
      "return (status <= 300) && (this.#settings.options.cookies ?? undefined) === undefined;",
      "return status < 300 && ((this.#settings.options.cookies)) === undefined;",
    ],
    why: "Spares the same turn; nothing follows from a 300, nor from an answer whose cookies no jar wants.",
  },
  {
    file: "journey/journey.ts",
    before: "if (connection === undefined || !isHeard(onEvent)) return;",
    after: ["if ((connection === undefined)) return;"],
    why: "Spares making a function: an event that nobody hears is not told.",
  },
  {
    file: "journey/journey.ts",
    before:
      'if (isHeard(onEvent)) tell(onEvent, () => ({ kind: "head", url: this.#asked.target.href, head }));',
    after: ['if (true) tell(onEvent, () => ({ kind: "head", url: this.#asked.target.href, head }));'],
    why: "Spares making a function: an event that nobody hears is not told.",
  },
  {
    file: "journey/journey.ts",
    before: "if (isHeard(options.onEvent))",
    after: ["if (true)"],
    why: "Spares making a function: an event that nobody hears is not told.",
  },
  {
    file: "core/url/host.ts",
    before: "if (text.length > longestUnicodeHost && hasLongUnicodeHost(text)) return undefined;",
    after: [
      "if ((text.length >= longestUnicodeHost) && hasLongUnicodeHost(text)) return undefined;",
      "if ((hasLongUnicodeHost(text))) return undefined;",
    ],
    why: "Spares looking for the host: in a text that is no longer than the bound, none is longer either.",
  },
  {
    file: "options/settings.ts",
    before: "proxyTrust: options.proxyTrust && this.#policyFor(proxyTrust).fingerprint,",
    after: ["proxyTrust: (this.#policyFor(proxyTrust).fingerprint),"],
    why: "Spares the compiling of a policy: where none is given for proxies, theirs follows from the one in the key already.",
  },
  {
    file: "core/url/target.ts",
    before: 'if (fragment !== "" || url.href.endsWith("#")) url.hash = "";',
    after: ['if (true) url.hash = "";'],
    why: "Spares a call into the URL parser: a fragment that is not there is taken out without effect.",
  },
  {
    file: "core/url/target.ts",
    before: 'if (userinfo !== undefined) url.username = url.password = "";',
    after: ['if (true) url.username = url.password = "";'],
    why: "Spares two calls into the URL parser: what is not there is taken out without effect.",
  },
];
