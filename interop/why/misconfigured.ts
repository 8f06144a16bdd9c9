/** Other people's servers, misconfigured on purpose: how each is started, and what its fault is called. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nginxArgs } from "../servers/nginx-command.ts";
import type { Certificates, Pair } from "./certificates.ts";

export interface Started {
  readonly program: string;
  readonly args: readonly string[];
}

/** One server with one fault. */
export interface Fault {
  readonly fault: string;
  /** The headline's code. */
  readonly code: string;
  /** What the headline's sentence, its evidence or a note has to say. */
  readonly says?: RegExp;
  /** More of the command line. */
  readonly flags?: readonly string[];
  /** Without `--cacert`. */
  readonly withoutRoot?: true;
  readonly path?: string;
  readonly start: (certificates: Certificates, port: number) => Started;
}

const oldTls = "DEFAULT@SECLEVEL=0";

const whole = ({ chainFile, keyFile }: Certificates): Pair => ({ chainFile, keyFile });
const leafOnly = ({ leafFile, keyFile }: Certificates): Pair => ({ chainFile: leafFile, keyFile });
const misordered = ({ misorderedFile, keyFile }: Certificates): Pair => ({
  chainFile: misorderedFile,
  keyFile,
});

export const nginxFaults: readonly Fault[] = [
  { fault: "nothing", code: "healthy", start: nginx(whole) },
  { fault: "a missing intermediate", code: "missing-intermediate", start: nginx(leafOnly) },
  { fault: "a chain out of order", code: "healthy", says: /not in the order/, start: nginx(misordered) },
  { fault: "an expired certificate", code: "expired", start: nginx(({ expired }) => expired) },
  {
    fault: "another site's certificate",
    code: "wrong-host",
    says: /the same certificate comes/,
    start: nginx(({ otherName }) => otherName),
  },
  { fault: "a self-signed certificate", code: "self-signed", start: nginx(({ selfSigned }) => selfSigned) },
  { fault: "a certificate for clients", code: "wrong-usage", start: nginx(({ clientOnly }) => clientOnly) },
  {
    fault: "a root that was not given",
    code: "untrusted-root",
    says: /sent 2 certificates/,
    withoutRoot: true,
    start: nginx(whole),
  },
  {
    fault: "a client certificate wanted",
    code: "client-certificate-required",
    says: /answered 400/,
    start: nginx(whole, ({ caFile }) => `ssl_verify_client on; ssl_client_certificate ${caFile};`),
  },
  {
    fault: "a client certificate asked for",
    code: "healthy",
    says: /goes on without one/,
    start: nginx(whole, ({ caFile }) => `ssl_verify_client optional; ssl_client_certificate ${caFile};`),
  },
  {
    fault: "TLS 1.1 alone",
    code: "tls-version",
    says: /chose TLS 1\.1/,
    start: nginx(whole, () => `ssl_protocols TLSv1.1; ssl_ciphers ${oldTls};`),
  },
  { fault: "TLS 1.3 alone", code: "healthy", start: nginx(whole, () => "ssl_protocols TLSv1.3;") },
  {
    fault: "ciphers that nobody offers",
    code: "tls-alert",
    says: /TLS_ECDHE_ECDSA_WITH_NULL_SHA/,
    start: nginx(whole, () => "ssl_protocols TLSv1.2; ssl_ciphers eNULL@SECLEVEL=0;"),
  },
  { fault: "no TLS at all", code: "not-tls", says: /plain HTTP|HTTP/, start: nginx(whole, () => "", "") },
  {
    fault: "a refusal without a User-Agent",
    code: "fields-refused",
    says: /with a User-Agent field/,
    flags: ["-A", ""],
    start: nginx(whole, () => 'if ($http_user_agent = "") { return 403; }'),
  },
  {
    fault: "a refusal of every client but browsers",
    code: "fields-refused",
    says: /browser's User-Agent/,
    start: nginx(whole, () => 'if ($http_user_agent !~ "^Mozilla") { return 403; }'),
  },
  {
    fault: "a page that is not there",
    code: "status-error",
    says: /404/,
    path: "/missing",
    start: nginx(whole),
  },
  {
    fault: "a closed connection instead of an answer",
    code: "empty-response",
    start: nginx(whole, () => "return 444;"),
  },
  {
    fault: "a redirect to plain HTTP",
    code: "redirect-downgrade",
    start: nginx(whole, () => "return 301 http://$host/;"),
  },
  {
    fault: "a redirect to itself",
    code: "redirect-loop",
    start: nginx(whole, () => "return 302 https://$http_host/;"),
  },
  {
    fault: "a limit on requests",
    code: "rate-limited",
    start: nginx(whole, () => "return 429;"),
  },
  {
    fault: "a password wanted",
    code: "credentials-wanted",
    says: /basic/,
    path: "/members",
    start: nginx(whole, () => 'auth_basic "members"; auth_basic_user_file /dev/null;'),
  },
  {
    fault: "a dead back end",
    code: "status-error",
    says: /502/,
    path: "/behind",
    start: nginx(whole, () => "location / { proxy_pass http://127.0.0.1:1; }"),
  },
  {
    fault: "a name it refuses",
    code: "tls-alert",
    says: /unrecognized_name/,
    start: nginx(whole, () => "ssl_reject_handshake on;"),
  },
];

/** nginx with these certificates and these further lines in its server block. */
function nginx(
  choose: (certificates: Certificates) => Pair,
  more: (certificates: Certificates) => string = () => "",
  listen = "ssl",
): Fault["start"] {
  return (certificates, port) => {
    const { folder } = certificates;
    const { chainFile, keyFile } = choose(certificates);
    const http = `
  server {
    listen 127.0.0.1:${port} ${listen};
    server_name localhost;
    ssl_certificate ${chainFile};
    ssl_certificate_key ${keyFile};
    ${more(certificates)}
    root ${folder};
    location = / { default_type text/plain; return 200 "Hello from nginx.\\n"; }
  }`;
    return { program: "nginx", args: nginxArgs({ folder, name: `nginx-${port}` }, http) };
  };
}

export const haproxyFaults: readonly Fault[] = [
  { fault: "nothing", code: "healthy", start: haproxy(whole) },
  { fault: "a missing intermediate", code: "missing-intermediate", start: haproxy(leafOnly) },
  { fault: "a chain out of order", code: "healthy", says: /not in the order/, start: haproxy(misordered) },
  { fault: "an expired certificate", code: "expired", start: haproxy(({ expired }) => expired) },
  {
    fault: "a client certificate wanted, over TLS 1.3",
    code: "client-certificate-required",
    start: haproxy(whole, ({ caFile }) => `ssl verify required ca-file ${caFile} ssl-min-ver TLSv1.3`),
  },
  {
    fault: "a client certificate wanted, over TLS 1.2",
    code: "tls-alert",
    says: /asked for a certificate from the client/,
    start: haproxy(whole, ({ caFile }) => `ssl verify required ca-file ${caFile} ssl-max-ver TLSv1.2`),
  },
  {
    fault: "TLS 1.0 alone",
    code: "tls-version",
    says: /chose TLS 1\.0/,
    start: haproxy(whole, () => `ssl ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.0 ciphers ${oldTls}`),
  },
  {
    fault: "names it does not know refused",
    code: "tls-alert",
    says: /unrecognized_name|handshake_failure/,
    start: haproxy(
      ({ otherName }) => otherName,
      () => "ssl strict-sni",
    ),
  },
  {
    fault: "h2 alone by ALPN, which it does not insist on",
    code: "healthy",
    start: haproxy(whole, () => "ssl alpn h2"),
  },
  { fault: "no TLS at all", code: "not-tls", start: haproxy(whole, () => "") },
];

/** haproxy, which answers by itself, with these certificates and this after them on its bind line. */
function haproxy(
  choose: (certificates: Certificates) => Pair,
  bind: (certificates: Certificates) => string = () => "ssl",
): Fault["start"] {
  return (certificates, port) => {
    const { folder } = certificates;
    const { chainFile, keyFile } = choose(certificates);
    const pem = join(folder, `haproxy-${port}.pem`);
    writeFileSync(pem, readFileSync(chainFile, "utf8") + readFileSync(keyFile, "utf8"));
    const file = join(folder, `haproxy-${port}.cfg`);
    const options = bind(certificates);
    writeFileSync(
      file,
      `
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend site
  bind 127.0.0.1:${port} ${options === "" ? "" : `crt ${pem} ${options}`}
  http-request return status 200 content-type text/plain string "Hello from haproxy."
`,
    );
    return { program: "haproxy", args: ["-db", "-f", file] };
  };
}

export const opensslFaults: readonly Fault[] = [
  { fault: "nothing", code: "healthy", start: sServer(whole) },
  { fault: "a missing intermediate", code: "missing-intermediate", start: sServer(leafOnly) },
  { fault: "a chain out of order", code: "healthy", says: /not in the order/, start: sServer(misordered) },
  { fault: "a self-signed certificate", code: "self-signed", start: sServer(({ selfSigned }) => selfSigned) },
  {
    fault: "a client certificate wanted, over TLS 1.3",
    code: "client-certificate-required",
    start: sServer(whole, "-Verify", "1", "-tls1_3"),
  },
  {
    fault: "a client certificate wanted, over TLS 1.2",
    code: "tls-alert",
    says: /asked for a certificate from the client/,
    start: sServer(whole, "-Verify", "1", "-tls1_2"),
  },
  {
    fault: "TLS 1.1 alone",
    code: "tls-version",
    says: /chose TLS 1\.1/,
    start: sServer(whole, "-tls1_1", "-cipher", oldTls),
  },
  {
    fault: "a curve that nobody offers",
    code: "tls-alert",
    says: /secp256k1|brainpool/i,
    start: sServer(whole, "-tls1_2", "-groups", "brainpoolP256r1"),
  },
  {
    fault: "an old protocol alone",
    code: "alpn-mismatch",
    start: sServer(whole, "-alpn", "spdy/3.1"),
  },
  {
    fault: "HTTP/2 agreed to, and never spoken",
    code: "head-timeout",
    start: sServer(whole, "-alpn", "h2"),
  },
];

function sServer(choose: (certificates: Certificates) => Pair, ...more: readonly string[]): Fault["start"] {
  return (certificates, port) => {
    const { chainFile, keyFile } = choose(certificates);
    const files = ["-cert", chainFile, "-cert_chain", chainFile, "-key", keyFile];
    return {
      program: "openssl",
      args: ["s_server", "-accept", `127.0.0.1:${port}`, ...files, "-www", ...more],
    };
  };
}

export const gnutlsFaults: readonly Fault[] = [
  { fault: "nothing", code: "healthy", start: gnutls(whole) },
  { fault: "a missing intermediate", code: "missing-intermediate", start: gnutls(leafOnly) },
  { fault: "an expired certificate", code: "expired", start: gnutls(({ expired }) => expired) },
  {
    fault: "TLS 1.1 alone",
    code: "tls-version",
    says: /chose TLS 1\.1/,
    start: gnutls(whole, "--priority", "LEGACY:-VERS-ALL:+VERS-TLS1.1"),
  },
  {
    fault: "a client certificate wanted",
    code: "client-certificate-required",
    start: (certificates, port) =>
      gnutls(whole, "--require-client-cert", "--x509cafile", certificates.caFile)(certificates, port),
  },
];

function gnutls(choose: (certificates: Certificates) => Pair, ...more: readonly string[]): Fault["start"] {
  return (certificates, port) => {
    const { chainFile, keyFile } = choose(certificates);
    const files = ["--x509certfile", chainFile, "--x509keyfile", keyFile];
    return { program: "gnutls-serv", args: ["--http", "--port", String(port), ...files, ...more] };
  };
}

/** stunnel ends TLS for a back end; `backend` is the port of one that answers. */
export function stunnelFaults(backend: number): readonly Fault[] {
  const stunnel =
    (
      choose: (certificates: Certificates) => Pair,
      more: (certificates: Certificates) => string = () => "",
      to: number = backend,
    ): Fault["start"] =>
    (certificates, port) => {
      const { folder } = certificates;
      const { chainFile, keyFile } = choose(certificates);
      const file = join(folder, `stunnel-${port}.conf`);
      writeFileSync(
        file,
        `
foreground = yes
pid =
debug = err
[site]
accept = 127.0.0.1:${port}
connect = 127.0.0.1:${to}
cert = ${chainFile}
key = ${keyFile}
${more(certificates)}
`,
      );
      return { program: "stunnel", args: [file] };
    };
  return [
    { fault: "nothing", code: "healthy", start: stunnel(whole) },
    { fault: "a missing intermediate", code: "missing-intermediate", start: stunnel(leafOnly) },
    { fault: "another site's certificate", code: "wrong-host", start: stunnel(({ otherName }) => otherName) },
    {
      fault: "a client certificate wanted",
      code: "client-certificate-required",
      start: stunnel(whole, ({ caFile }) => `verifyChain = yes\nCAfile = ${caFile}\nsslVersionMin = TLSv1.3`),
    },
    {
      fault: "TLS 1.1 alone",
      code: "tls-version",
      says: /chose TLS 1\.1/,
      start: stunnel(whole, () => `sslVersion = TLSv1.1\nciphers = ${oldTls}\nsecurityLevel = 0`),
    },
    {
      fault: "a back end that is not there",
      code: "empty-response",
      start: stunnel(whole, () => "", 1),
    },
  ];
}
