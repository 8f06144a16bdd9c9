/** Sites whose certificates name the wrong host, or the right one in a way worth a look: RFC 9525, RFC 5280 §4.2.1.6. */
import { renderFillers } from "./fillers.ts";
import { fails, healthy, presents, type Definition } from "../../site.ts";

const labelOfBooks = "xn--bcher-kva"; // bücher, in the form of RFC 5890 §2.3.2.1.

export const nameSites: readonly Definition[] = [
  {
    name: "wrong-host",
    title: "A certificate for another host",
    wrong: "The server's certificate names another.lab.localhost, not this host.",
    ...fails("wrong-host", "name"),
    ...presents((authority) => authority.identify("another.lab.localhost")),
  },
  {
    name: "common-name-only",
    title: "A name in the subject alone",
    wrong: "The host stands in the subject's common name, and there are no subject alternative names.",
    ...fails("no-names", "name"),
    ...presents((authority, host) => authority.identify(host, { names: [] })),
  },
  {
    name: "no-names",
    title: "A certificate that names no host at all",
    wrong: "Neither subject alternative names nor a common name.",
    ...fails("no-names", "name"),
    ...presents((authority, host) =>
      authority.identify(host, { names: [], subject: [["O", "Meerkat Lab"]] }),
    ),
  },
  {
    name: "no-common-name",
    title: "A subject without a common name",
    wrong: "Nothing is wrong: the alternative names name the host, and those are what counts.",
    ...healthy,
    ...presents((authority, host) => authority.identify(host, { subject: [["O", "Meerkat Lab"]] })),
  },
  {
    name: "no-subject",
    title: "An empty subject",
    wrong:
      "Nothing is wrong: the subject is empty, so the alternative names are critical, and they name the host.",
    ...healthy,
    ...presents((authority, host) => authority.identify(host, { subject: [] })),
  },
  {
    name: "wildcard",
    title: "A wildcard for this level",
    wrong: "Nothing is wrong: *.lab.localhost covers this host.",
    ...healthy,
    ...presents((authority) => authority.identify("*.lab.localhost")),
  },
  {
    name: "wildcard-depth",
    label: "deep.wildcard-depth",
    title: "A wildcard for another level",
    wrong:
      "A wildcard stands for one label: *.lab.localhost does not cover deep.wildcard-depth.lab.localhost.",
    ...fails("wrong-host", "name"),
    ...presents((authority) => authority.identify("*.lab.localhost")),
  },
  {
    name: "partial-wildcard",
    title: "A wildcard inside a label",
    wrong:
      "partial-*.lab.localhost would cover this host by the older rules; now a wildcard has to be the whole label.",
    ...fails("wrong-host", "name"),
    ...presents((authority) => authority.identify("partial-*.lab.localhost")),
  },
  {
    name: "idn",
    label: `${labelOfBooks}.idn`,
    title: "An internationalised name",
    wrong: `Nothing is wrong: the host is bücher.idn.lab.localhost, in the certificate as ${labelOfBooks}.`,
    ...healthy,
    ...presents((authority, host) => authority.identify(host)),
  },
  {
    name: "upper-case",
    title: "A name in capitals",
    wrong: "Nothing is wrong: the certificate writes the host in capitals, and names of hosts have no case.",
    ...healthy,
    ...presents((authority, host) => authority.identify(host.toUpperCase())),
  },
  {
    name: "ip-san",
    byAddress: true,
    ownPort: "ipv4",
    title: "An address as the name",
    wrong: "Nothing is wrong: the site is reached by its address, which the certificate names as an address.",
    ...healthy,
    ...presents((authority, host) => authority.identify("ip-san.lab.localhost", { names: [`ip:${host}`] })),
  },
  {
    name: "ip-as-dns",
    byAddress: true,
    ownPort: "ipv4",
    title: "An address written as a DNS name",
    wrong: "The site is reached by its address, which the certificate names only as if it were a DNS name.",
    ...fails("wrong-host", "name"),
    ...presents((authority, host) =>
      authority.identify("ip-as-dns.lab.localhost", { names: [`dns:${host}`] }),
    ),
  },
  {
    name: "thousand-names",
    title: "A thousand names",
    wrong: "Nothing is wrong: this host is the last of 1,000 alternative names.",
    ...healthy,
    ...presents((authority, host) =>
      authority.identify(host, { names: [...renderFillers(999), `dns:${host}`] }),
    ),
  },
  {
    name: "ten-thousand-names",
    title: "Ten thousand names",
    wrong:
      "The certificate's 10,000 names make the chain longer than most clients, OpenSSL's among them, will read.",
    ...fails("tls-failed", "encoding"),
    ...presents((authority, host) =>
      authority.identify(host, { names: [...renderFillers(9_999), `dns:${host}`] }),
    ),
  },
];
