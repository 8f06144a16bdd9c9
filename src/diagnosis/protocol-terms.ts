/**
 * The words of each protocol's own programs: what it is called, which of its URLs is the other way to begin TLS, and which
 * settings of widespread clients and servers turn TLS on and verify it, as their manuals name them.
 */
import { endpointSchemes, protocolNames, type StartTlsProtocol } from "../core/index.ts";
import type { EndpointSeen } from "./observation.ts";

export interface Terms {
  /** `PostgreSQL`. */
  readonly name: string;
  /** How a client is made to verify, with the root in FILE. */
  readonly client: string | undefined;
  /** Where a server's certificate is named, and how it is taken up. */
  readonly server: string | undefined;
}

const mail = {
  client: "In a mail program, require STARTTLS or TLS for the account, and have it trust FILE.",
  server:
    "Dovecot: ssl = required, ssl_cert = <FILE (the certificate, then the intermediates) and ssl_key = <FILE, then doveadm reload.",
};

const byProtocol: Readonly<Record<StartTlsProtocol, Omit<Terms, "name">>> = {
  postgres: {
    client:
      "libpq and psql: sslmode=verify-full sslrootcert=FILE. Only verify-full checks the name, and prefer, the default, goes on in plain where TLS is not offered.",
    server:
      "postgresql.conf: ssl = on, ssl_cert_file (the certificate, then the intermediates) and ssl_key_file; SELECT pg_reload_conf() takes them up.",
  },
  mysql: {
    client:
      "MySQL's clients: --ssl-mode=VERIFY_IDENTITY --ssl-ca=FILE; MariaDB's: --ssl-verify-server-cert --ssl-ca=FILE.",
    server:
      "my.cnf: ssl_cert (the certificate, then the intermediates) and ssl_key; ALTER INSTANCE RELOAD TLS (MySQL) or FLUSH SSL (MariaDB) takes them up.",
  },
  smtp: {
    client: "Postfix as a client: smtp_tls_security_level = secure and smtp_tls_CAfile = FILE.",
    server:
      "Postfix: smtpd_tls_security_level = may and smtpd_tls_chain_files = FILE (the key, the certificate, then the intermediates), then postfix reload.",
  },
  imap: mail,
  pop3: mail,
  ldap: {
    client:
      "OpenLDAP's clients: TLS_CACERT FILE and TLS_REQCERT demand in ldap.conf, and -ZZ, which insists on StartTLS.",
    server: "OpenLDAP: olcTLSCertificateFile and olcTLSCertificateKeyFile in cn=config.",
  },
  ftp: {
    client: "lftp: set ftp:ssl-force true, set ssl:verify-certificate true and set ssl:ca-file FILE.",
    server:
      "vsftpd: ssl_enable=YES, rsa_cert_file (the certificate, then the intermediates) and rsa_private_key_file.",
  },
  xmpp: {
    client: "In the program's account, require encryption, and have it trust FILE.",
    server:
      "Prosody: a certificate for this VirtualHost (prosodyctl cert import), with the intermediates behind it.",
  },
};

/** What is spoken behind TLS that begins at once, and is not also spoken behind STARTTLS. */
const byScheme: Readonly<Record<string, Terms>> = {
  mqtts: {
    name: "MQTT",
    client: "mosquitto_sub and mosquitto_pub: --cafile FILE, without --insecure.",
    server:
      "Mosquitto: certfile (the certificate, then the intermediates) and keyfile of the listener, then SIGHUP.",
  },
  rediss: {
    name: "Redis",
    client: "redis-cli: --tls --cacert FILE.",
    server: "redis.conf: tls-port, tls-cert-file (the certificate, then the intermediates) and tls-key-file.",
  },
  amqps: {
    name: "AMQP",
    client: undefined,
    server:
      "RabbitMQ: listeners.ssl.default, ssl_options.certfile (the certificate, then the intermediates) and ssl_options.keyfile.",
  },
  wss: { name: "WebSocket", client: undefined, server: undefined },
};

/** The protocol that a scheme speaks behind TLS, where it has STARTTLS under another scheme. */
export function plainSibling(scheme: string): StartTlsProtocol | undefined {
  return endpointSchemes.get(scheme)?.within;
}

/** The scheme under which the same begins with TLS; `tls` where it has none of its own. */
export function schemeAtOnce(protocol: StartTlsProtocol): string {
  const [scheme = "tls"] = [...endpointSchemes].find(([, { within }]) => within === protocol) ?? [];
  return scheme;
}

/** What is spoken there, as far as the scheme says. */
export function termsOf({ scheme, startTls }: Pick<EndpointSeen, "scheme" | "startTls">): Terms {
  const protocol = startTls ?? plainSibling(scheme);
  if (protocol !== undefined) return { name: protocolNames[protocol], ...byProtocol[protocol] };
  const own = Object.hasOwn(byScheme, scheme) ? byScheme[scheme] : undefined;
  return (
    own ?? {
      name: scheme === "tls" || scheme === "ssl" ? "TLS" : scheme,
      client: undefined,
      server: undefined,
    }
  );
}
