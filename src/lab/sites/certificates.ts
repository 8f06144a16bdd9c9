/** Sites whose certificates are at fault, each in one thing, and the healthy ones beside them. */
import { dayMs } from "../pki/authority.ts";
import type { Definition } from "../site.ts";

export const certificateSites: readonly Definition[] = [
  {
    name: "good",
    title: "A healthy site",
    wrong:
      "Nothing is wrong: a current certificate for this host, its intermediate sent, under the lab's root.",
    expected: { code: null, status: 200 },
  },
  {
    name: "expired",
    title: "A certificate past its end",
    wrong: "The server's certificate expired a day ago.",
    expected: { code: "expired", status: null },
    identify: (authority, host) =>
      authority.identify(host, { notBeforeAt: authority.at - 31 * dayMs, notAfterAt: authority.at - dayMs }),
  },
  {
    name: "not-yet-valid",
    title: "A certificate before its beginning",
    wrong: "The server's certificate is valid only from tomorrow.",
    expected: { code: "not-yet-valid", status: null },
    identify: (authority, host) =>
      authority.identify(host, { notBeforeAt: authority.at + dayMs, notAfterAt: authority.at + 31 * dayMs }),
  },
  {
    name: "wrong-host",
    title: "A certificate for another host",
    wrong: "The server's certificate names another.lab.localhost, not this host.",
    expected: { code: "wrong-host", status: null },
    identify: (authority) => authority.identify("another.lab.localhost"),
  },
  {
    name: "self-signed",
    title: "A certificate signed by its own key",
    wrong: "Nobody vouches for the server's certificate but the server itself.",
    expected: { code: "self-signed", status: null },
    identify: (authority, host) => ({ sent: [authority.mintSelfSigned(host)] }),
  },
  {
    name: "untrusted-root",
    title: "A chain to a root that nobody trusts",
    wrong: "The chain is whole and ends in a root, sent along, that is not the lab's.",
    expected: { code: "untrusted-root", status: null },
    identify: (authority, host) => {
      const root = authority.mintCa("Meerkat Lab Stranger Root");
      return { sent: [authority.mintLeaf(host, { issuer: root }), root] };
    },
  },
  {
    name: "missing-intermediate",
    title: "A chain with its middle left out",
    wrong: "The server sends its own certificate without the intermediate that issued it.",
    expected: { code: "missing-intermediate", status: null },
    identify: (authority, host) => ({ sent: [authority.mintLeaf(host)] }),
  },
];
