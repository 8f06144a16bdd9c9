/** What the engine accepts and refuses in names and their constraints: each row is a law. */
import { writeElement, writeOid, writeSequence } from "../../src/der/index.ts";
import { mailboxName, nameOf } from "../pki/index.ts";
import { askFor, client, laws } from "./laws.ts";
import type { Scenario } from "./scenario.ts";

const any = "1.2.3.4";

laws("host names", [
  ["letter case does not count", { ask: askFor("HOST.Example.com") }, "trusted"],
  ["one final dot in the URL does not count", { ask: askFor("host.example.com.") }, "trusted"],
  ["two final dots do", { ask: askFor("host.example.com..") }, "wrong-host"],
  ["a final dot in the certificate does count", { leaf: { names: ["dns:host.example.com."] } }, "wrong-host"],
  ["another host is refused", { ask: askFor("other.example.com") }, "wrong-host"],
  ["a subdomain is another host", { ask: askFor("a.host.example.com") }, "wrong-host"],
  ["the parent domain is another host", { ask: askFor("example.com") }, "wrong-host"],
  [
    "every name asked for has to be there",
    {
      ask: {
        names: [
          { kind: "dns", value: "host.example.com" },
          { kind: "dns", value: "b.example.com" },
        ],
      },
    },
    "wrong-host",
  ],
  ["no name asked for is not a name compared", { ask: { names: [] } }, "trusted"],
  [
    "a common name never counts",
    { leaf: { names: null, name: "host.example.com" }, profile: "rfc5280" },
    "no-names",
  ],
  ["a wildcard stands for one label", { leaf: { names: ["dns:*.example.com"] } }, "trusted"],
  [
    "a wildcard does not stand for two",
    { leaf: { names: ["dns:*.com.example"] }, ask: askFor("a.b.com.example") },
    "wrong-host",
  ],
  ["a wildcard does not stand for none", { leaf: { names: ["dns:*.host.example.com"] } }, "wrong-host"],
  ["a wildcard stands left-most", { leaf: { names: ["dns:host.*.com"] } }, "wrong-host"],
  ["a wildcard is a whole label", { leaf: { names: ["dns:h*.example.com"] } }, "wrong-host"],
  [
    "a wildcard is not inside an A-label",
    { leaf: { names: ["dns:xn--*-1b3c148a.example.com"] }, ask: askFor("xn--bliss-1b3c148a.example.com") },
    "wrong-host",
  ],
  [
    "a wildcard over a top-level domain matches nothing",
    { leaf: { names: ["dns:*.com"] }, ask: askFor("example.com") },
    "wrong-host",
  ],
  ["a wildcard alone is not a host name", { leaf: { names: ["dns:*"] }, ask: askFor("com") }, "wrong-host"],
  [
    "a wildcard over a top-level domain is refused under webpki",
    {
      leaf: { name: "", namesCritical: true, names: ["dns:host.example.com", "dns:*.com"] },
      profile: "webpki",
    },
    "irregular-certificate",
  ],
  [
    "a wildcard over a registry is refused under webpki",
    { leaf: { name: "x.co.uk", names: ["dns:*.co.uk"] }, ask: askFor("x.co.uk"), profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "a wildcard over a registry is allowed under rfc5280",
    { leaf: { name: "x.co.uk", names: ["dns:*.co.uk"] }, ask: askFor("x.co.uk"), profile: "rfc5280" },
    "trusted",
  ],
  [
    "a wildcard below a registry is not",
    { leaf: { name: "*.x.co.uk", names: ["dns:*.x.co.uk"] }, ask: askFor("a.x.co.uk"), profile: "webpki" },
    "trusted",
  ],
  [
    "a wildcard inside a label is not a host name",
    { leaf: { names: ["dns:host.example.com", "dns:h*.example.com"] } },
    "irregular-certificate",
  ],
  [
    "an address is not a host name",
    { leaf: { names: ["dns:host.example.com", "dns:192.0.2.1"] } },
    "irregular-certificate",
  ],
  [
    "an underscore is not a part of a host name",
    { leaf: { names: ["dns:host.example.com", "dns:a_b.example.com"] } },
    "irregular-certificate",
  ],
  [
    "an address as DNS name is not an address",
    { leaf: { names: ["dns:192.0.2.1"] }, ask: askFor("192.0.2.1", "ip") },
    "wrong-host",
  ],
  [
    "an address matches an address",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("192.0.2.1", "ip") },
    "trusted",
  ],
  [
    "another address does not",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("192.0.2.2", "ip") },
    "wrong-host",
  ],
  [
    "IPv6 is compared as bytes",
    { leaf: { names: ["ip:2001:db8::1"] }, ask: askFor("2001:DB8:0:0::1", "ip") },
    "trusted",
  ],
  [
    "an IPv4 address is not its mapped IPv6 address",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("::ffff:192.0.2.1", "ip") },
    "wrong-host",
  ],
  [
    "an octal address is not an address",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("192.0.2.01", "ip") },
    "wrong-host",
  ],
  [
    "a mailbox keeps the case before the @",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:Ann@example.com"] },
      ask: client(["ann@example.com"]),
    },
    "wrong-host",
  ],
  [
    "a mailbox's host has no case",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:ann@EXAMPLE.com"] },
      ask: client(["ann@example.com"]),
    },
    "trusted",
  ],
  ["an address of mail is not a host name", { leaf: { names: ["email:ann@host.example.com"] } }, "no-names"],
  ["a URI is not a host name", { leaf: { names: ["uri:https://host.example.com/"] } }, "no-names"],
]);

laws("the subject", [
  ["an empty subject needs critical alternative names", { leaf: { name: "" } }, "irregular-certificate"],
  [
    "an empty subject with critical alternative names will do",
    { leaf: { name: "", namesCritical: true }, profile: "webpki" },
    "trusted",
  ],
  [
    "critical alternative names beside a subject are refused under webpki",
    { leaf: { namesCritical: true }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "critical alternative names beside a subject are allowed under rfc5280",
    { leaf: { namesCritical: true }, profile: "rfc5280" },
    "trusted",
  ],
  ["a CA has a subject", { root: { name: "" } }, "irregular-certificate"],
  [
    "an issuer is not empty",
    { leaf: { issuerName: "" }, root: { name: "" }, intermediate: null },
    "irregular-certificate",
  ],
  [
    "a common name that contradicts the names is refused under webpki",
    { leaf: { name: "other.example.com" }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "a common name that contradicts the names is allowed under rfc5280",
    { leaf: { name: "other.example.com" }, profile: "rfc5280" },
    "trusted",
  ],
  [
    "a common name is a copy, letter case too, under webpki",
    { leaf: { name: "Host.example.com" }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "a hexadecimal address is not a copy",
    {
      leaf: { name: "0xC0000201", names: ["ip:192.0.2.1"] },
      ask: askFor("192.0.2.1", "ip"),
      profile: "webpki",
    },
    "irregular-certificate",
  ],
  [
    "an address with leading zeros is not a copy",
    {
      leaf: { name: "192.000.002.001", names: ["ip:192.0.2.1"] },
      ask: askFor("192.0.2.1", "ip"),
      profile: "webpki",
    },
    "irregular-certificate",
  ],
  [
    "an IPv6 address is written by RFC 5952",
    {
      leaf: { name: "2001:DB8::1", names: ["ip:2001:db8::1"] },
      ask: askFor("2001:db8::1", "ip"),
      profile: "webpki",
    },
    "irregular-certificate",
  ],
  [
    "an IPv6 address written by RFC 5952 will do",
    {
      leaf: { name: "2001:db8::1", names: ["ip:2001:db8::1"] },
      ask: askFor("2001:db8::1", "ip"),
      profile: "webpki",
    },
    "trusted",
  ],
  [
    "a common name of another kind contradicts nothing",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("192.0.2.1", "ip"), profile: "webpki" },
    "trusted",
  ],
]);

laws("name constraints on DNS names", [
  ["a name inside what is permitted will do", { intermediate: { permit: ["dns:example.com"] } }, "trusted"],
  [
    "a name equal to what is permitted will do",
    { intermediate: { permit: ["dns:host.example.com"] } },
    "trusted",
  ],
  ["a name outside is refused", { intermediate: { permit: ["dns:example.net"] } }, "name-constraint"],
  ["labels count, not letters", { intermediate: { permit: ["dns:ample.com"] } }, "name-constraint"],
  ["letter case does not", { intermediate: { permit: ["dns:EXAMPLE.com"] } }, "trusted"],
  [
    "one of several permitted is enough",
    { intermediate: { permit: ["dns:example.net", "dns:example.com"] } },
    "trusted",
  ],
  ["an excluded name is refused", { intermediate: { exclude: ["dns:example.com"] } }, "name-constraint"],
  ["an exclusion elsewhere is not", { intermediate: { exclude: ["dns:example.net"] } }, "trusted"],
  [
    "exclusion beats permission",
    { intermediate: { permit: ["dns:example.com"], exclude: ["dns:host.example.com"] } },
    "name-constraint",
  ],
  ["the empty name excludes all", { intermediate: { exclude: ["dns:"] } }, "name-constraint"],
  [
    "every name of the leaf is looked at",
    {
      leaf: { names: ["dns:host.example.com", "dns:x.example.net"] },
      intermediate: { permit: ["dns:example.com"] },
    },
    "name-constraint",
  ],
  ["the root's constraints count", { root: { permit: ["dns:example.net"] } }, "name-constraint"],
  [
    "a CA below cannot widen them",
    { root: { permit: ["dns:example.net"] }, intermediate: { permit: ["dns:example.com"] } },
    "name-constraint",
  ],
  [
    "a CA below can narrow them",
    { root: { permit: ["dns:example.com"] }, intermediate: { permit: ["dns:other.example.com"] } },
    "name-constraint",
  ],
  [
    "the names of an intermediate are looked at",
    { root: { permit: ["dns:example.com"] }, intermediate: { names: ["dns:example.net"] } },
    "name-constraint",
  ],
  [
    "those of a self-issued intermediate are not",
    {
      root: { name: "One", permit: ["dns:example.com"] },
      intermediate: { name: "One", names: ["dns:example.net"] },
    },
    "trusted",
  ],
  [
    "a wildcard inside what is permitted will do",
    { leaf: { names: ["dns:*.example.com"] }, intermediate: { permit: ["dns:example.com"] } },
    "trusted",
  ],
  [
    "a wildcard of which only a part is permitted is refused",
    { leaf: { names: ["dns:*.example.com"] }, intermediate: { permit: ["dns:host.example.com"] } },
    "name-constraint",
  ],
  [
    "a wildcard of which a part is excluded is refused",
    { leaf: { names: ["dns:*.example.com"] }, intermediate: { exclude: ["dns:bar.example.com"] } },
    "name-constraint",
  ],
  [
    "a wildcard that cannot reach what is excluded is not",
    { leaf: { names: ["dns:*.example.com"] }, intermediate: { exclude: ["dns:a.bar.example.com"] } },
    "trusted",
  ],
  [
    "a wildcard elsewhere is not excluded",
    { leaf: { names: ["dns:*.example.com"] }, intermediate: { exclude: ["dns:example.net"] } },
    "trusted",
  ],
  [
    "the names of a self-issued leaf are looked at (§6.1.3 (b))",
    { intermediate: { permit: ["dns:example.net"] }, leaf: { name: "Test Intermediate" } },
    "name-constraint",
  ],
  ["the empty name permits all", { intermediate: { permit: ["dns:"] } }, "trusted"],
  [
    "a constraint with a wildcard is malformed",
    { intermediate: { permit: ["dns:*.example.com"] } },
    "malformed-certificate",
  ],
  [
    "a constraint with a leading dot is malformed",
    { intermediate: { permit: ["dns:.example.com"] } },
    "malformed-certificate",
  ],
  [
    "under private it permits what lies below",
    { intermediate: { permit: ["dns:.example.com"] }, profile: "private" },
    "trusted",
  ],
  [
    "a wildcard directly below, too",
    {
      leaf: { names: ["dns:*.example.com"] },
      intermediate: { permit: ["dns:.example.com"] },
      profile: "private",
    },
    "trusted",
  ],
  [
    "and not the domain itself",
    { intermediate: { permit: ["dns:.host.example.com"] }, profile: "private" },
    "name-constraint",
  ],
  [
    "nor a name that only ends alike",
    { intermediate: { permit: ["dns:.ample.com"] }, profile: "private" },
    "name-constraint",
  ],
  [
    "under private it excludes what lies below",
    { intermediate: { exclude: ["dns:.example.com"] }, profile: "private" },
    "name-constraint",
  ],
  [
    "and neither the domain itself",
    { intermediate: { exclude: ["dns:.host.example.com"] }, profile: "private" },
    "trusted",
  ],
  [
    "nor a wildcard of which none lies below",
    {
      leaf: { names: ["dns:*.example.com"] },
      intermediate: { exclude: ["dns:.host.example.com"] },
      profile: "private",
    },
    "trusted",
  ],
  [
    "two leading dots are malformed under private too",
    { intermediate: { permit: ["dns:..example.com"] }, profile: "private" },
    "malformed-certificate",
  ],
  [
    "a name that is none cannot be inside",
    {
      leaf: { names: ["dns:host.example.com", "dns:.example.com"] },
      intermediate: { permit: ["dns:example.com"] },
    },
    "name-constraint",
  ],
  [
    "a constraint of another form says nothing",
    { intermediate: { permit: ["ip:192.0.2.0/255.255.255.0"] } },
    "trusted",
  ],
]);

const mailboxAlone: NonNullable<Scenario["leaf"]> = {
  subject: mailboxName("a@example.com"),
  names: null,
  purposes: ["clientAuth"],
};

laws("name constraints of other forms", [
  [
    "an address inside a network will do",
    {
      leaf: { names: ["ip:192.0.2.1"] },
      intermediate: { permit: ["ip:192.0.2.0/255.255.255.0"] },
      ask: askFor("192.0.2.1", "ip"),
    },
    "trusted",
  ],
  [
    "an address outside is refused",
    {
      leaf: { names: ["ip:192.0.3.1"] },
      intermediate: { permit: ["ip:192.0.2.0/255.255.255.0"] },
      ask: askFor("192.0.3.1", "ip"),
    },
    "name-constraint",
  ],
  [
    "an excluded IPv6 address is refused",
    {
      leaf: { names: ["ip:::1"] },
      intermediate: { exclude: ["ip:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] },
      ask: askFor("::1", "ip"),
    },
    "name-constraint",
  ],
  [
    "an IPv6 address is outside every IPv4 network",
    {
      leaf: { names: ["ip:::1"] },
      intermediate: { permit: ["ip:0.0.0.0/0.0.0.0"] },
      ask: askFor("::1", "ip"),
    },
    "name-constraint",
  ],
  [
    "an address constraint without a mask is malformed",
    { intermediate: { permit: ["ip:192.0.2.0"] } },
    "malformed-certificate",
  ],
  [
    "a mask with a hole is malformed",
    { intermediate: { permit: ["ip:192.0.2.0/255.0.255.0"] } },
    "malformed-certificate",
  ],
  [
    "an alternative name that is a network is malformed",
    { leaf: { names: ["ip:192.0.2.0/255.255.255.0"] } },
    "malformed-certificate",
  ],
  [
    "a subject inside a permitted directory will do",
    { leaf: { name: "host.example.com" }, intermediate: { permit: ["dir:host.example.com"] } },
    "trusted",
  ],
  ["a subject outside is refused", { intermediate: { permit: ["dir:somebody"] } }, "name-constraint"],
  [
    "an excluded subject is refused",
    { intermediate: { exclude: ["dir:host.example.com"] } },
    "name-constraint",
  ],
  [
    "a subject below a permitted directory will do",
    { leaf: { subject: nameOf("Example", "host") }, intermediate: { permit: ["dir:Example/"] } },
    "trusted",
  ],
  [
    "a subject equal to a permitted directory of two names will do",
    { leaf: { subject: nameOf("Example", "host") }, intermediate: { permit: ["dir:Example/host"] } },
    "trusted",
  ],
  [
    "a subject above a permitted directory is refused",
    { leaf: { subject: nameOf("Example") }, intermediate: { permit: ["dir:Example/host"] } },
    "name-constraint",
  ],
  [
    "a subject that shares the first name of a directory alone is refused",
    { leaf: { subject: nameOf("Example", "host") }, intermediate: { permit: ["dir:Example/other"] } },
    "name-constraint",
  ],
  [
    "a subject that shares the last name of a directory alone is refused",
    { leaf: { subject: nameOf("Example", "host") }, intermediate: { permit: ["dir:Other/host"] } },
    "name-constraint",
  ],
  [
    "an empty subject is not a name",
    { leaf: { name: "", namesCritical: true }, intermediate: { permit: ["dir:somebody"] } },
    "trusted",
  ],
  [
    "a directory name among the alternatives is looked at",
    { leaf: { names: ["dns:host.example.com", "dir:bad"] }, intermediate: { exclude: ["dir:bad"] } },
    "name-constraint",
  ],
  [
    "a mailbox equal to the constraint will do",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@example.com"] },
      intermediate: { permit: ["email:a@example.com"] },
      ask: client(["a@example.com"]),
    },
    "trusted",
  ],
  [
    "a mailbox on the host will do",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@example.com"] },
      intermediate: { permit: ["email:example.com"] },
      ask: client(["a@example.com"]),
    },
    "trusted",
  ],
  [
    "a mailbox on a subdomain of the host is refused",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@b.example.com"] },
      intermediate: { permit: ["email:example.com"] },
      ask: client(["a@b.example.com"]),
    },
    "name-constraint",
  ],
  [
    "a domain with a leading dot holds its subdomains",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@b.example.com"] },
      intermediate: { permit: ["email:.example.com"] },
      ask: client(["a@b.example.com"]),
    },
    "trusted",
  ],
  [
    "and not itself",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@example.com"] },
      intermediate: { permit: ["email:.example.com"] },
      ask: client(["a@example.com"]),
    },
    "name-constraint",
  ],
  [
    "asterisks in a mailbox are letters",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@example.com"] },
      intermediate: { permit: ["email:**@example.com"] },
      ask: client(["a@example.com"]),
    },
    "name-constraint",
  ],
  [
    "a mailbox with two @ cannot be inside",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@b@example.com"] },
      intermediate: { permit: ["email:example.com"] },
      ask: client([]),
    },
    "name-constraint",
  ],
  [
    "a constraint with two @ is malformed",
    { intermediate: { permit: ["email:a@b@example.com"] } },
    "malformed-certificate",
  ],
  [
    "a mailbox in the subject inside what is permitted will do",
    { leaf: mailboxAlone, intermediate: { permit: ["email:example.com"] }, ask: client([]) },
    "trusted",
  ],
  [
    "a mailbox in the subject is looked at where there are no alternative names",
    { leaf: mailboxAlone, intermediate: { permit: ["email:example.net"] }, ask: client([]) },
    "name-constraint",
  ],
  [
    "and not where there are some, of whatever kind",
    {
      leaf: { ...mailboxAlone, names: ["dns:host.example.com"] },
      intermediate: { permit: ["email:example.net"] },
      ask: client([]),
    },
    "trusted",
  ],
  [
    "a URI's host is what is constrained",
    {
      leaf: { names: ["dns:host.example.com", "uri:https://user@www.example.com:8443/x"] },
      intermediate: { permit: ["uri:www.example.com"] },
    },
    "trusted",
  ],
  [
    "a URI on a subdomain needs the leading dot",
    {
      leaf: { names: ["dns:host.example.com", "uri:https://www.example.com/"] },
      intermediate: { permit: ["uri:example.com"] },
    },
    "name-constraint",
  ],
  [
    "a URI with an address cannot be placed",
    {
      leaf: { names: ["dns:host.example.com", "uri:https://192.0.2.1/"] },
      intermediate: { exclude: ["uri:.example.com"] },
    },
    "name-constraint",
  ],
  [
    "an unknown form that is constrained and present is refused",
    {
      leaf: { names: ["dns:host.example.com", `other:${any}`] },
      intermediate: { exclude: [`other:${any}`] },
    },
    "name-constraint",
  ],
  [
    "a constraint on one type of other names says nothing of another type",
    {
      leaf: { names: ["dns:host.example.com", "other:1.2.3.5"] },
      intermediate: { exclude: [`other:${any}`] },
    },
    "trusted",
  ],
  [
    "an unknown form that is constrained and absent is not",
    { intermediate: { exclude: [`other:${any}`] } },
    "trusted",
  ],
]);

laws("the form of name constraints", [
  [
    "they are critical under rfc5280",
    { intermediate: { permit: ["dns:example.com"], constraintsCritical: false }, profile: "rfc5280" },
    "irregular-certificate",
  ],
  [
    "they need not be under webpki",
    { intermediate: { permit: ["dns:example.com"], constraintsCritical: false }, profile: "webpki" },
    "trusted",
  ],
  [
    "and count all the same",
    { intermediate: { permit: ["dns:example.net"], constraintsCritical: false }, profile: "webpki" },
    "name-constraint",
  ],
  [
    "a CA in the place of the leaf may have them",
    { leaf: { ca: true, usages: ["keyCertSign"], permit: ["dns:example.com"] } },
    "trusted",
  ],
  ["a leaf has none", { leaf: { permit: ["dns:example.com"] } }, "irregular-certificate"],
  ["an empty list of subtrees is malformed", { intermediate: { permit: [] } }, "malformed-certificate"],
]);

laws("names are compared by RFC 5280 §7.1", [
  [
    "letter case and white space do not count",
    { intermediate: { name: "Test  Intermediate" }, leaf: { issuerName: " test intermediate" } },
    "trusted",
  ],
  ["other letters do", { leaf: { issuerName: "Test Intermediates" } }, "missing-intermediate"],
  [
    "a subject of the same letters in another string type is the same",
    {
      root: {
        subject: writeSequence(
          writeElement(
            0x31,
            writeSequence(writeOid("2.5.4.3"), writeElement(0x13, new TextEncoder().encode("Test Root"))),
          ),
        ),
      },
      intermediate: { issuerName: "Test Root" },
    },
    "trusted",
  ],
]);
