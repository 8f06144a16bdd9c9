/** Sites whose chains are incomplete, in disorder, or have more than one way up: RFC 8446 §4.4.2, RFC 4158. */
import { dayMs, labName } from "../../pki/authority.ts";
import { writeOctetString } from "../../../der/index.ts";
import { fails, healthy, presents, type Definition } from "../../site.ts";

export const chainSites: readonly Definition[] = [
  {
    name: "self-signed",
    title: "A certificate signed by its own key",
    wrong: "Nobody vouches for the server's certificate but the server itself.",
    ...fails("self-signed", "path"),
    ...presents((authority, host) => ({ sent: [authority.mintSelfSigned(host)] })),
  },
  {
    name: "untrusted-root",
    title: "A chain to a root that nobody trusts",
    wrong: "The chain is whole and ends in a root, sent along, that is not the lab's.",
    ...fails("untrusted-root", "path"),
    ...presents((authority, host) => {
      const issuer = authority.mintCa("Meerkat Lab Stranger Root");
      return authority.identify(host, { issuer });
    }),
  },
  {
    name: "missing-intermediate",
    title: "A chain with its middle left out",
    wrong: "The server sends its own certificate without the intermediate that issued it.",
    ...fails("missing-intermediate", "path"),
    ...presents((authority, host) => ({ sent: [authority.mintLeaf(host)] })),
  },
  {
    name: "missing-intermediate-unpublished",
    title: "A chain with its middle left out, and no word where it is",
    wrong: "The intermediate is not sent, and the certificate does not say where it could be fetched.",
    ...fails("missing-intermediate", "path"),
    ...presents((authority, host) => ({ sent: [authority.mintLeaf(host, { published: {} })] })),
  },
  {
    name: "wrong-intermediate",
    title: "An intermediate with the right name and another key",
    wrong: "The intermediate sent has the name of the one that issued the certificate, but not its key.",
    ...fails("bad-signature", "signature"),
    ...presents((authority, host) => {
      const namesake = authority.mintCa("Meerkat Lab Intermediate", { issuer: authority.root });
      return { sent: [authority.mintLeaf(host), namesake] };
    }),
  },
  {
    name: "reversed",
    title: "A chain that begins at the wrong end",
    wrong: "The server sends its intermediate first, and so presents a CA as the server's certificate.",
    ...fails("no-names", "name"),
    ...presents((authority, host) => ({ sent: [authority.intermediate, authority.mintLeaf(host)] })),
  },
  {
    name: "misordered",
    title: "A chain out of order",
    wrong:
      "Nothing is missing: two intermediates are sent in the wrong order. Path builders fix this; simple clients do not.",
    ...healthy,
    ...presents((authority, host) => {
      const upper = authority.mintCa("Meerkat Lab Upper Intermediate", { issuer: authority.root });
      const lower = authority.mintCa("Meerkat Lab Lower Intermediate", { issuer: upper });
      return { sent: [authority.mintLeaf(host, { issuer: lower }), upper, lower] };
    }),
  },
  {
    name: "duplicated",
    title: "A chain with everything twice",
    wrong: "Nothing is missing: the server's certificate and the intermediate are each sent twice.",
    ...healthy,
    ...presents((authority, host) => {
      const leaf = authority.mintLeaf(host);
      return { sent: [leaf, leaf, authority.intermediate, authority.intermediate] };
    }),
  },
  {
    name: "unrelated-extras",
    title: "A chain with strangers in it",
    wrong: "Nothing is missing: two certificates are sent that have nothing to do with the chain.",
    ...healthy,
    ...presents((authority, host) => {
      const stranger = authority.mintCa("Meerkat Lab Bystander");
      const strangersChild = authority.mintLeaf("bystander.lab.localhost", { issuer: stranger });
      return { sent: [authority.mintLeaf(host), strangersChild, authority.intermediate, stranger] };
    }),
  },
  {
    name: "root-sent",
    title: "The root sent along",
    wrong: "Nothing is wrong: the trusted root is sent too, which costs bytes and changes nothing.",
    ...healthy,
    ...presents((authority, host) => ({ sent: [...authority.identify(host).sent, authority.root] })),
  },
  {
    name: "expired-root-sent",
    title: "An expired edition of the root sent along",
    wrong:
      "Nothing is missing: beside the chain, an edition of the root that has expired is sent; the trusted one is current.",
    ...healthy,
    ...presents((authority, host) => {
      const former = authority.mintCa("Meerkat Lab Root", {
        keys: authority.root.keys,
        ...past(authority.at),
      });
      return { sent: [...authority.identify(host).sent, former] };
    }),
  },
  {
    name: "cross-signed",
    title: "A cross-signed root appended",
    wrong: "Nothing is missing: the lab's root is also sent as signed by an older root that nobody trusts.",
    ...healthy,
    ...presents((authority, host) => {
      const older = authority.mintCa("Meerkat Lab Older Root");
      const crossed = authority.mintCa("Meerkat Lab Root", { keys: authority.root.keys, issuer: older });
      return { sent: [...authority.identify(host).sent, crossed] };
    }),
  },
  {
    name: "expired-cross-sign",
    title: "An expired cross-signed root beside a good path",
    wrong:
      "Nothing is missing: the older root's signature under the lab's has expired; the direct path is good.",
    ...healthy,
    ...presents((authority, host) => {
      const older = authority.mintCa("Meerkat Lab Older Root", past(authority.at));
      const crossed = authority.mintCa("Meerkat Lab Root", {
        keys: authority.root.keys,
        issuer: older,
        ...past(authority.at),
      });
      return { sent: [...authority.identify(host).sent, crossed] };
    }),
  },
  {
    name: "renewed-intermediate",
    title: "An expired intermediate beside its successor",
    wrong:
      "Nothing is missing: the expired edition of the intermediate is sent first, the current one after it.",
    ...healthy,
    ...presents((authority, host) => {
      const issuer = authority.mintCa("Meerkat Lab Renewed Intermediate", { issuer: authority.root });
      const former = authority.mintCa("Meerkat Lab Renewed Intermediate", {
        issuer: authority.root,
        keys: issuer.keys,
        ...past(authority.at),
      });
      return { sent: [authority.mintLeaf(host, { issuer }), former, issuer] };
    }),
  },
  {
    name: "long-chain",
    title: "Eight intermediates",
    wrong: "Nothing is wrong: the path has eight intermediates, all sent, in order.",
    ...healthy,
    ...presents((authority, host) => {
      const intermediates = [authority.mintCa("Meerkat Lab Intermediate 8", { issuer: authority.root })];
      for (let left = 7; left > 0; left--) {
        const [issuer] = intermediates;
        intermediates.unshift(
          authority.mintCa(`Meerkat Lab Intermediate ${left}`, { ...(issuer && { issuer }) }),
        );
      }
      const [issuer] = intermediates;
      return { sent: [authority.mintLeaf(host, { ...(issuer && { issuer }) }), ...intermediates] };
    }),
  },
  {
    name: "chain-over-16-kib",
    title: "A chain longer than one record",
    wrong: "Nothing is wrong: the certificates have more than 16 KiB and so do not fit one TLS record.",
    ...healthy,
    ...presents((authority, host) => {
      // A private extension that is not critical, so that everybody may pass over it.
      const filling = {
        oid: "1.3.6.1.4.1.99999.1",
        critical: false,
        value: writeOctetString(new Uint8Array(18_000)),
      };
      const issuer = authority.mintCa("Meerkat Lab Heavy Intermediate", {
        subject: labName("Meerkat Lab Heavy Intermediate"),
        issuer: authority.root,
        extensions: [filling],
      });
      return authority.identify(host, { issuer });
    }),
  },
];

function past(at: number): { readonly notBeforeAt: number; readonly notAfterAt: number } {
  return { notBeforeAt: at - 400 * dayMs, notAfterAt: at - 30 * dayMs };
}
