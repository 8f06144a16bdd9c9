/**
 * Which schemes have TLS, and how it begins: at once, or after a few words in plain (STARTTLS). Their ports are those of
 * IANA's registry of services, as each protocol's own specification names them, or the one that its maker's guides configure. What
 * is behind TLS matters to nobody here.
 */

/** A protocol with a dialogue that ends in TLS. */
export type StartTlsProtocol = "smtp" | "imap" | "pop3" | "ldap" | "postgres" | "mysql" | "ftp" | "xmpp";

export interface EndpointScheme {
  /** Where the scheme has one. */
  readonly port: number | undefined;
  /** What is spoken before TLS; `undefined` where TLS begins at once. */
  readonly startTls: StartTlsProtocol | undefined;
  /** Where TLS begins at once: the protocol within, if it has STARTTLS under another scheme. */
  readonly within: StartTlsProtocol | undefined;
}

const atOnce = (port: number | undefined, within?: StartTlsProtocol): EndpointScheme => ({
  port,
  startTls: undefined,
  within,
});
const after = (startTls: StartTlsProtocol, port: number): EndpointScheme => ({
  port,
  startTls,
  within: undefined,
});

/** By the scheme in lower case. */
export const endpointSchemes: ReadonlyMap<string, EndpointScheme> = new Map([
  ["https", atOnce(443)], // RFC 9110 §4.2.2
  ["wss", atOnce(443)], // RFC 6455 §3
  ["mqtts", atOnce(8883)], // MQTT 5.0 §4.2: secure-mqtt
  ["amqps", atOnce(5671)], // AMQP 1.0 part 5, §5.2.3
  ["smtps", atOnce(465, "smtp")], // RFC 8314 §3.3: submissions
  ["submissions", atOnce(465, "smtp")],
  ["imaps", atOnce(993, "imap")], // RFC 8314 §3.2
  ["pop3s", atOnce(995, "pop3")], // RFC 8314 §3.1
  ["ldaps", atOnce(636, "ldap")],
  ["ftps", atOnce(990, "ftp")],
  ["nntps", atOnce(563)], // RFC 8143 §1
  ["ircs", atOnce(6697)], // RFC 7194 §2.1
  ["sips", atOnce(5061)], // RFC 3261 §19.1.2
  ["rtsps", atOnce(322)], // RFC 7826 §4.2
  ["rediss", atOnce(6379)], // IANA, rediss: the port of redis
  ["xmpps", atOnce(5223, "xmpp")], // XEP-0368 §6
  ["coaps+tcp", atOnce(5684)], // RFC 8323 §8.2
  ["mongodb", atOnce(27017)], // IANA, mongodb: with TLS and without; the URL says tls=true
  ["kafka+ssl", atOnce(9093)], // Apache Kafka's guide, "Encryption and Authentication using SSL"
  ["pulsar+ssl", atOnce(6651)], // Apache Pulsar's guide: brokerServicePortTls
  ["gemini", atOnce(1965)], // Gemini network protocol specification, §1
  ["tls", atOnce(undefined)],
  ["ssl", atOnce(undefined)], // As Paho's MQTT clients write it.
  ["smtp", after("smtp", 25)], // RFC 3207
  ["submission", after("smtp", 587)], // RFC 6409 §3.1
  ["imap", after("imap", 143)], // RFC 9051 §2.1
  ["pop3", after("pop3", 110)], // RFC 2595 §4
  ["pop", after("pop3", 110)], // RFC 2384 §3
  ["ldap", after("ldap", 389)], // RFC 4516 §2
  ["postgres", after("postgres", 5432)],
  ["postgresql", after("postgres", 5432)],
  ["mysql", after("mysql", 3306)],
  ["mariadb", after("mysql", 3306)],
  ["ftp", after("ftp", 21)], // RFC 4217 §4
  ["xmpp", after("xmpp", 5222)], // RFC 6120 §3.2: without its SRV records
]);

/** Schemes of what is spoken without TLS, and the one with it. */
export const plainSchemes: ReadonlyMap<string, string> = new Map([
  ["http", "https"],
  ["ws", "wss"],
  ["mqtt", "mqtts"],
  ["tcp", "tls"],
  ["amqp", "amqps"],
  ["redis", "rediss"],
  ["sip", "sips"],
  ["rtsp", "rtsps"],
  ["irc", "ircs"],
  ["nntp", "nntps"],
  ["coap+tcp", "coaps+tcp"],
  ["kafka", "kafka+ssl"],
  ["pulsar", "pulsar+ssl"],
]);

/** What begins in plain on its usual port; `undefined` for any other port. */
export function protocolOfPort(port: number): StartTlsProtocol | undefined {
  return [...endpointSchemes.values()].find((one) => one.startTls !== undefined && one.port === port)
    ?.startTls;
}
