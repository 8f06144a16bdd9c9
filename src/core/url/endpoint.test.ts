/** Where a text says that TLS is spoken, and why one says nothing of the kind. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { endpointSchemes, parseEndpoint, requireEndpoint, type Endpoint } from "../index.ts";
import { otherSchemes } from "./other-schemes.ts";

it.each<[law: string, text: string, expected: Partial<Endpoint>]>([
  ["a web site is its URL", "https://Host/a?b#c", { scheme: "https", port: 443, href: "https://host/a?b" }],
  ["a web site's other port is kept", "https://host:8443/", { port: 8443, authority: "host:8443" }],
  ["the port of mqtts is 8883", "mqtts://host", { port: 8883, authority: "host:8883", startTls: undefined }],
  ["a scheme's own port is left out of its URL", "mqtts://host:8883/", { href: "mqtts://host" }],
  ["another port is not", "mqtts://host:443/", { href: "mqtts://host:443", authority: "host" }],
  ["a port that is left empty is the scheme's", "ldaps://host:/", { port: 636 }],
  ["scheme and host are in lower case", "MQTTS://HOST", { scheme: "mqtts", host: "host" }],
  ["a path is not a part of it", "wss://host/socket?token=SECRET#x", { href: "wss://host", port: 443 }],
  ["a database is not a part of it", "postgres://host/db?sslmode=require", { href: "postgres://host" }],
  ["smtp begins with STARTTLS", "smtp://host", { port: 25, startTls: "smtp" }],
  ["submission is smtp on another port", "submission://host", { port: 587, startTls: "smtp" }],
  ["postgresql is postgres", "postgresql://host", { port: 5432, startTls: "postgres" }],
  ["mariadb is mysql", "mariadb://host", { port: 3306, startTls: "mysql" }],
  [
    "mongodb begins with TLS, at its one port",
    "mongodb://user:SECRET@host/db?tls=true",
    { port: 27017, href: "mongodb://host" },
  ],
  ["a scheme may have a plus", "kafka+ssl://host", { port: 9093, startTls: undefined }],
  ["CoAP over TCP has a port of its own", "coaps+tcp://host", { port: 5684 }],
  ["pulsar+ssl is Pulsar with TLS", "pulsar+ssl://host", { port: 6651 }],
  ["gemini is always within TLS", "gemini://host/", { port: 1965, href: "gemini://host" }],
  ["xmpps begins with TLS", "xmpps://host", { port: 5223, startTls: undefined }],
  ["a name beyond ASCII is in A-labels", "imaps://bücher.example", { host: "xn--bcher-kva.example" }],
  [
    "an IPv6 address has its brackets in the authority alone",
    "ftp://[2001:DB8::0:1]:2121",
    {
      host: "2001:db8::1",
      authority: "[2001:db8::1]:2121",
      startTls: "ftp",
    },
  ],
  ["an IPv4 address in other notations is in four numbers", "ssl://0x7f.1:8883", { host: "127.0.0.1" }],
  ["the root's dot is the authority's alone", "mqtts://host.", { host: "host", authority: "host.:8883" }],
  [
    "a host and a port begin with TLS",
    "Broker.example:8883",
    {
      scheme: "tls",
      host: "broker.example",
      port: 8883,
      startTls: undefined,
      href: "tls://broker.example:8883",
    },
  ],
  ["an address and a port do too", "[::1]:8883", { host: "::1", authority: "[::1]:8883" }],
  ["what every object has may be a host's name", "constructor:1", { host: "constructor" }],
  [
    "port 443 alone does not make a web site",
    "host:443",
    { scheme: "tls", port: 443, href: "tls://host:443" },
  ],
  ["space around it is not a part of it", " host:1\n", { href: "tls://host:1" }],
  [
    "who logs in to a database is not a part of it",
    "postgres://user:SE:CR%40ET@host:1/db",
    {
      href: "postgres://host:1",
      authority: "host:1",
    },
  ],
  ["a user name may stand alone", "mqtts://user@host", { href: "mqtts://host" }],
])("%s", (_law, text, expected) => {
  const endpoint = requireEndpoint(text);
  expect(endpoint).toMatchObject(expected);
  expect(JSON.stringify(endpoint)).not.toMatch(/SE|user/);
  expect(requireEndpoint(endpoint.href)).toEqual(endpoint);
});

it.each<[law: string, text: string, code: string, detail: object]>([
  ["a name alone may mean any port", "host", "url-no-scheme", { url: "host" }],
  ["a host and a port have no path", "host:443/a", "url-no-scheme", {}],
  ["tls has no port of its own", "tls://host", "endpoint-no-port", { url: "tls://host", scheme: "tls" }],
  ["http has no TLS", "http://host/", "endpoint-plaintext", { scheme: "http", secure: "https" }],
  ["mqtt has none either", "MQTT://host/", "endpoint-plaintext", { scheme: "mqtt", secure: "mqtts" }],
  ["a scheme is told as one that is near", "mqqts://host", "endpoint-unknown-scheme", { meant: "mqtts" }],
  [
    "a driver's name is not the scheme's",
    "postgresql+psycopg2://host",
    "endpoint-unknown-scheme",
    {
      meant: "postgresql",
    },
  ],
  ["nothing is told where none is near", "gopher://host", "endpoint-unknown-scheme", { meant: undefined }],
  ["what every object has is not a scheme", "constructor://host", "endpoint-unknown-scheme", {}],
  ["a scheme without slashes is not one", "mailto:a", "endpoint-unknown-scheme", { scheme: "mailto" }],
  ["a known one without slashes is not repaired", "mqtts:host", "url-malformed", {}],
  ["a host is required", "mqtts://", "url-malformed", {}],
  ["a host of a port alone is not one", "mqtts://:8883", "url-malformed", {}],
  ["a path is not taken for the host", "mqtts:///host", "url-malformed", {}],
  ["the root of the DNS is not a host", "mqtts://.", "url-malformed", {}],
  [
    "several hosts without ports are not one either",
    "mongodb://a,b/db",
    "url-malformed",
    { like: "mongodb://host or mongodb://host:port, one host at a time" },
  ],
  ["a host whose port was forgotten is told as that", "host:", "url-bad-port", { port: "" }],
  ["kafka alone has no TLS", "kafka://host", "endpoint-plaintext", { secure: "kafka+ssl" }],
  ["several hosts are not one", "postgres://a:1,b:1/db", "url-malformed", {}],
  ["a host is not written with percent signs", "mqtts://h%6fst", "url-malformed", {}],
  ["an unclosed bracket is not a host", "mqtts://[::1", "url-malformed", {}],
  ["a control character is not dropped", "mqtts://ho\nst", "url-malformed", {}],
  ["a tab behind a port is not dropped", "host:44\t3", "endpoint-unknown-scheme", {}],
  ["port 0 is not a port", "mqtts://host:0", "url-bad-port", { port: "0" }],
  [
    "port 65536 is none behind a host alone either, which is shown as it was typed",
    "host:65536",
    "url-bad-port",
    { url: "host:65536", port: "65536" },
  ],
  ["a word is not a port", "mqtts://host:mqtt", "url-bad-port", { port: "***" }],
  ["a web site's password is refused", "https://user:SECRET@host/", "url-credentials", { host: "host" }],
  [
    "a password with a slash leaves the host open",
    "postgres://u:1/SECRET@host/db",
    "url-credentials",
    {
      host: "***",
    },
  ],
  [
    "a password with an @ and a slash does too",
    "postgres://u:SEC@RE/T@host/db",
    "url-credentials",
    {
      host: "***",
    },
  ],
])("%s", (_law, text, code, detail) => {
  const reading = parseEndpoint(text);
  expect(reading).toMatchObject({ ok: false, error: { code, detail } });
  expect(() => requireEndpoint(text)).toThrow(expect.objectContaining({ code }));
  if (reading.ok) return;
  expect(reading.error.message + reading.error.hint + JSON.stringify(reading.error.detail)).not.toMatch(
    /SEC|RET/,
  );
});

it.each([
  ["mqqts://host", "Did you mean mqtts://? Where TLS begins at once, write host:port."],
  ["gopher://host", "Where TLS begins at once, write host:port."],
  ["ws://host", "Write its wss:// URL."],
  ["postgres://", "Correct it: a URL looks like postgres://host or postgres://host:port."],
  ["tls:host:1", "Correct it: a URL looks like tls://host:port."],
  [
    "mongodb://a:1,b:2/",
    "Correct it: a URL looks like mongodb://host or mongodb://host:port, one host at a time.",
  ],
  ["a b:1", "Correct it: a URL looks like host:port."],
  ["https://", "Correct it: a URL looks like https://host/path?query."],
  ["mqtts://host:0", "Correct the port, or leave it out for the scheme's own (8883 for mqtts)."],
  ["tls://host:0", "Correct the port."],
  ["https://host:0", "Correct the port, or leave it out for the scheme's own (443 for https)."],
  [
    "host:99999",
    "Correct the port; or write a scheme, whose own port is taken: https://, mqtts:// and others.",
  ],
  ["redis+tls://host", "Did you mean rediss://? Where TLS begins at once, write host:port."],
  ["jdbc:postgresql://host/db", "Did you mean postgresql://? Where TLS begins at once, write host:port."],
  [
    "mongodb+srv://a.example/db",
    "Its hosts are in the DNS (SRV records of _mongodb._tcp.a.example): write one of them, as mongodb://a.example.",
  ],
  ["turns:SECRET", "Over TCP, write host:5349."],
  ["ssh://SECRET@host", "SSH has host keys and no certificates of TLS."],
  [
    "::1",
    'An IPv6 address stands in brackets: "https://[::1]" for a web site, "[::1]:port" for anything else that begins with TLS.',
  ],
  [
    "[::1]",
    'Write "https://[::1]" for a web site; for anything else its scheme, such as "mqtts://[::1]", or host and port, such as "[::1]:8883".',
  ],
  [
    "bücher.example",
    'Write "https://bücher.example" for a web site; for anything else its scheme, such as "mqtts://bücher.example", or host and port, such as "bücher.example:8883".',
  ],
  [
    "host.",
    'Write "https://host." for a web site; for anything else its scheme, such as "mqtts://host.", or host and port, such as "host.:8883".',
  ],
  ["tcp://host:1", "Write host:port, if TLS begins there at once."],
])("the next step for %s: %s", (text, hint) => {
  expect(parseEndpoint(text)).toMatchObject({ ok: false, error: { hint } });
});

it.each([...otherSchemes.keys()])("%s is not asked, and what it says instead names the host", (scheme) => {
  expect(endpointSchemes.has(scheme)).toBe(false);
  const reading = parseEndpoint(`${scheme}://a.example/`);
  const instead = otherSchemes.get(scheme)?.replaceAll("HOST", "a.example");
  expect(reading).toMatchObject({ ok: false, error: { code: "endpoint-unknown-scheme", hint: instead } });
});

it("no text makes it throw, and what it reads it reads again the same", () => {
  const part = fc.constantFrom(
    "mqtts",
    "tls",
    "postgres",
    "://",
    ":",
    "/",
    "@",
    "[",
    "]",
    "::1",
    "host",
    "8883",
    "%40",
    "?",
    "#",
    "ü",
    ".",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(part).map((parts) => parts.join("")),
      ),
      (text) => {
        const reading = parseEndpoint(text);
        if (reading.ok) expect(requireEndpoint(reading.endpoint.href)).toEqual(reading.endpoint);
      },
    ),
  );
});
