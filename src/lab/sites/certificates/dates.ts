/** Sites whose certificates are past their end, or before their beginning: RFC 5280 §4.1.2.5. */
import { dayMs, hourMs } from "../../pki/authority.ts";
import { fails, healthy, presents, type Definition } from "../../site.ts";

export const dateSites: readonly Definition[] = [
  {
    name: "good",
    title: "A healthy site",
    wrong:
      "Nothing is wrong: a current certificate for this host, its intermediate sent, under the lab's root.",
    ...healthy,
    serving: { kind: "https" },
  },
  {
    name: "expired",
    title: "A certificate past its end",
    wrong: "The server's certificate expired a day ago.",
    ...fails("expired", "dates"),
    ...presents((authority, host) =>
      authority.identify(host, { notBeforeAt: authority.at - 31 * dayMs, notAfterAt: authority.at - dayMs }),
    ),
  },
  {
    name: "not-yet-valid",
    title: "A certificate before its beginning",
    wrong: "The server's certificate is valid only from tomorrow.",
    ...fails("not-yet-valid", "dates"),
    ...presents((authority, host) =>
      authority.identify(host, { notBeforeAt: authority.at + dayMs, notAfterAt: authority.at + 31 * dayMs }),
    ),
  },
  {
    name: "expired-intermediate",
    title: "An intermediate past its end",
    wrong: "The server's own certificate is current; the intermediate that issued it expired a day ago.",
    ...fails("expired", "dates"),
    ...presents((authority, host) => {
      const issuer = authority.mintCa("Meerkat Lab Expired Intermediate", {
        issuer: authority.root,
        notBeforeAt: authority.at - 60 * dayMs,
        notAfterAt: authority.at - dayMs,
      });
      return authority.identify(host, { issuer });
    }),
  },
  {
    name: "not-yet-valid-intermediate",
    title: "An intermediate before its beginning",
    wrong: "The server's own certificate is current; its intermediate is valid only from tomorrow.",
    ...fails("not-yet-valid", "dates"),
    ...presents((authority, host) => {
      const issuer = authority.mintCa("Meerkat Lab Early Intermediate", {
        issuer: authority.root,
        notBeforeAt: authority.at + dayMs,
      });
      return authority.identify(host, { issuer });
    }),
  },
  {
    name: "expires-tomorrow",
    title: "A certificate in its last day",
    wrong: "Nothing is wrong yet: the server's certificate ends within a day.",
    ...healthy,
    ...presents((authority, host) => authority.identify(host, { notAfterAt: authority.at + 20 * hourMs })),
  },
  {
    name: "long-lived",
    title: "A certificate that lives ten years",
    wrong: "No public CA may issue for ten years; a private one, such as the lab's, may.",
    ...healthy,
    ...presents((authority, host) => authority.identify(host, { notAfterAt: authority.at + 3_650 * dayMs })),
  },
];
