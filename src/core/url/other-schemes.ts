/**
 * Schemes that people have at hand and that are not asked as such, and what leads to the server's certificates all the same; or
 * why nothing does. `HOST` stands for the host.
 */
const inDatagrams =
  "It is spoken in datagrams (UDP), with DTLS or QUIC, and only TLS over TCP is looked at here.";
const inSsh = "SSH has host keys and no certificates of TLS.";
const httpsAt = (port: number): string => `It is HTTPS: write https://HOST:${port}.`;

/** By the scheme in lower case: a sentence. */
export const otherSchemes: ReadonlyMap<string, string> = new Map([
  [
    "mongodb+srv",
    "Its hosts are in the DNS (SRV records of _mongodb._tcp.HOST): write one of them, as mongodb://HOST.",
  ],
  [
    "nats",
    "NATS begins in plain text, in words that are not known here; with handshake_first, write HOST:4222.",
  ],
  [
    "mssql",
    "SQL Server begins in words that are not known here; where TLS begins at once (TDS 8.0, Encrypt=strict), write HOST:1433.",
  ],
  [
    "sqlserver",
    "SQL Server begins in words that are not known here; where TLS begins at once (TDS 8.0, Encrypt=strict), write HOST:1433.",
  ],
  ["stomp", "With TLS, write its host and port, often HOST:61614."],
  ["cassandra", "With TLS, write its host and port: HOST:9042, or HOST:9142."],
  ["tcps", "Write its host and port: for Oracle's listener with TLS HOST:2484."],
  ["grpc", "With TLS, write https://HOST, or HOST:port."],
  ["grpcs", "Write https://HOST, or HOST:port."],
  ["elasticsearch", httpsAt(9200)],
  ["etcd", httpsAt(2379)],
  ["docker", httpsAt(2376)],
  ["turns", "Over TCP, write HOST:5349."],
  ["stuns", "Over TCP, write HOST:5349."],
  ["ftpes", "FTP that begins in plain text is ftp://HOST."],
  ["dtls", inDatagrams],
  ["coaps", `${inDatagrams} CoAP over TCP is coaps+tcp://HOST.`],
  ["quic", inDatagrams],
  ["h3", `${inDatagrams} The same server is often at https://HOST.`],
  ["ssh", inSsh],
  ["sftp", `${inSsh} FTP with TLS is ftps://HOST, or ftp://HOST.`],
  ["scp", inSsh],
  ["file", "It is a file: `meerkat inspect FILE` shows the certificates in one."],
  ["ldapi", "It is a socket of this machine's, which has no TLS."],
]);
