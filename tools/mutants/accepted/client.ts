/** Mutants of `client` that change nothing but how much is done for the same outcome. */
import type { Accepted } from "./accepted.ts";

export const client: readonly Accepted[] = [
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
