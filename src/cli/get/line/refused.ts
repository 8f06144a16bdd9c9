/** What curl has and this program has not: for each flag a sentence why, and the nearest thing that is here. */
import type { Command } from "commander";
import { CommandError } from "../../frame/failure.ts";
import { findNearest } from "../../frame/nearest.ts";

/** Why a flag is not here, and what is. */
interface Refusal {
  readonly why: string;
  readonly instead: string;
}

const other = (protocol: string): Refusal => ({
  why: `${protocol} is not spoken here.`,
  instead: "meerkat get asks https:// and http:// URLs; leave it out for them.",
});
const ofFtp = other("FTP");
const ofMail = other("Mail");
const ofSsh = other("SSH");
const proxyLogin: Refusal = {
  why: "A proxy is logged in to by name and password in basic form alone.",
  instead: "-U user:password does that.",
};
const ticket: Refusal = {
  why: "Logging in by Kerberos, SPNEGO or NTLM is not done here.",
  instead: "-u user:password (with --digest where the server wants that) and --oauth2-bearer TOKEN log in.",
};
const proxyTls: Refusal = {
  why: "A proxy that is reached over TLS is held to the same roots as the server.",
  instead: "--cacert, --add-cacert and --roots name them for both.",
};
const socks4: Refusal = {
  why: "SOCKS4 is not spoken: it has no names, and no IPv6.",
  instead: "--socks5 HOST:PORT and --socks5-hostname HOST:PORT go by SOCKS5.",
};
const resolver: Refusal = {
  why: "Names are resolved by this system's own resolver.",
  instead: "--resolve host:port:address says where a host is.",
};
const platform: Refusal = {
  why: "It is for a TLS library that this program does not use.",
  instead: "--ca-native trusts this system's own store, too.",
};
const srp: Refusal = {
  why: "TLS-SRP is gone from TLS 1.3, and not spoken here.",
  instead: "-E FILE shows a certificate, -u user:password logs in.",
};
const trace: Refusal = {
  why: "No trace of octets is written: it would hold every credential.",
  instead: "-v tells each phase, the chain and both heads, with credentials masked.",
};
const http3: Refusal = {
  why: "HTTP/3 is not spoken; Meerkat speaks HTTP/2 and HTTP/1.1.",
  instead: "--http2 lets the server choose between them.",
};
const oldTls: Refusal = {
  why: "SSL 2 and SSL 3 are broken (RFC 6176, RFC 7568), and never spoken.",
  instead: "TLS 1.2 and 1.3 are spoken without a flag.",
};
const variables: Refusal = {
  why: "Nothing in a command line is expanded here.",
  instead: "A shell does that before the program is started.",
};
const kept: Refusal = {
  why: "Nothing is kept between two runs but what a flag names.",
  instead: "-c FILE keeps cookies, --etag-save FILE an ETag.",
};
const noted: Refusal = {
  why: "It sets what the network sees of a packet, which this runtime does not let a program set.",
  instead: "Leave it out.",
};
const local: Refusal = {
  why: "The address and the port of this end are the system's choice.",
  instead: "-4 and -6 choose the family; a network namespace, or a route, chooses the interface.",
};

/** By the flag's names, several of one kind together. */
const groups: readonly (readonly [names: string, refusal: Refusal])[] = [
  [
    "-P --ftp-port --ftp-account --ftp-alternative-to-user --ftp-create-dirs --ftp-method --ftp-pasv --ftp-pret --ftp-skip-pasv-ip --ftp-ssl --ftp-ssl-ccc --ftp-ssl-ccc-mode --ftp-ssl-control --ftp-ssl-reqd --disable-eprt --disable-epsv --krb -l --list-only -Q --quote",
    ofFtp,
  ],
  [
    "--mail-auth --mail-from --mail-rcpt --mail-rcpt-allowfails --sasl-authzid --sasl-ir --login-options --upload-flags",
    ofMail,
  ],
  ["--hostpubmd5 --hostpubsha256 --pubkey --compressed-ssh --knownhosts", ofSsh],
  ["-t --telnet-option", other("Telnet")],
  ["--tftp-blksize --tftp-no-options", other("TFTP")],
  ["--ipfs-gateway", other("IPFS")],
  ["--metalink", { why: "Metalink is gone from curl, too.", instead: "Give the file's own URL." }],
  ["--negotiate --ntlm --ntlm-wb --delegation --service-name", ticket],
  [
    "--proxy-anyauth --proxy-digest --proxy-negotiate --proxy-ntlm --proxy-service-name --socks5-gssapi --socks5-gssapi-nec --socks5-gssapi-service --socks5-basic",
    proxyLogin,
  ],
  [
    "--proxy-header",
    {
      why: "A proxy is told where to connect and who asks, and nothing else.",
      instead: "-U user:password logs in to it; -H is for the server.",
    },
  ],
  [
    "--proxy-cacert --proxy-capath --proxy-ca-native --proxy-cert --proxy-cert-type --proxy-ciphers --proxy-crlfile --proxy-key --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-ssl-allow-beast --proxy-ssl-auto-client-cert --proxy-tls13-ciphers --proxy-tlsv1",
    proxyTls,
  ],
  [
    "--proxy-insecure",
    {
      why: "A proxy over TLS is verified: it sees where every request goes.",
      instead: "--add-cacert FILE trusts the CA of the proxy, too.",
    },
  ],
  [
    "--proxy1.0 --proxy-http2",
    { why: "A proxy is spoken to in HTTP/1.1.", instead: "-x http://HOST:PORT goes through it." },
  ],
  [
    "--preproxy",
    {
      why: "A request goes by one proxy, not by two in a row.",
      instead: "-x URL, --socks5 and --socks5-hostname name one.",
    },
  ],
  ["--socks4 --socks4a", socks4],
  [
    "--haproxy-protocol --haproxy-clientip",
    { why: "No PROXY line is sent before TLS.", instead: '-H "Forwarded: for=ADDRESS" says it in HTTP.' },
  ],
  ["--dns-interface --dns-ipv4-addr --dns-ipv6-addr --dns-servers", resolver],
  ["--doh-url --doh-insecure --doh-cert-status", resolver],
  ["--interface --local-port", local],
  [
    "--abstract-unix-socket",
    {
      why: "Sockets without a file are Linux's alone.",
      instead: "--unix-socket FILE connects to one with a file.",
    },
  ],
  ["--ip-tos --vlan-priority --mptcp --keepalive-cnt", noted],
  [
    "--location-trusted",
    {
      why: "Credentials never cross to another origin: whoever can redirect a request would be handed them.",
      instead: "-L follows without them; ask the other origin itself with -u.",
    },
  ],
  [
    "--follow",
    {
      why: "-L keeps the method that -X names, as curl's does.",
      instead: "-L without -X changes it as the status says.",
    },
  ],
  ["--http3 --http3-only --alt-svc", http3],
  [
    "--http0.9",
    {
      why: "An answer without a head is not HTTP/1.1, and is refused.",
      instead: "meerkat why URL says what the server speaks.",
    },
  ],
  [
    "--ignore-content-length",
    {
      why: "Whether a body is whole is told by its length.",
      instead: "A body of a wrong length is an error; -o FILE keeps what came of it.",
    },
  ],
  [
    "--raw",
    {
      why: "Chunks of HTTP are the way, not the body, and are taken off.",
      instead: "Without --compressed a body's coding is left as it came.",
    },
  ],
  [
    "--tr-encoding",
    {
      why: "A transfer coding other than chunked is refused (RFC 9112 §7).",
      instead: "--compressed asks for content codings.",
    },
  ],
  [
    "--capath",
    {
      why: "A folder of CA files is not read.",
      instead: "--cacert FILE takes a file, and may be repeated; --roots system is this system's store.",
    },
  ],
  [
    "--cert-status",
    {
      why: "A staple that says no, or is bad, always refuses; that there is one cannot be demanded.",
      instead: "--crlfile FILE refuses what is revoked by a list.",
    },
  ],
  [
    "--curves --sigalgs",
    {
      why: "Groups and signatures are the runtime's own.",
      instead: "--ciphers and --tls13-ciphers choose suites.",
    },
  ],
  [
    "--ech --tls-earlydata --false-start --ssl-sessions",
    {
      why: "The runtime's TLS does not do it.",
      instead: "Leave it out: TLS 1.3 is spoken where the server can.",
    },
  ],
  ["--ssl-allow-beast --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort", platform],
  [
    "--dump-ca-embed",
    {
      why: "The roots are Mozilla's, as the runtime carries them.",
      instead: "meerkat ca URL writes those that a URL needs.",
    },
  ],
  ["--tlsauthtype --tlspassword --tlsuser --proxy-tlsauthtype --proxy-tlspassword --proxy-tlsuser", srp],
  ["-2 --sslv2 -3 --sslv3", oldTls],
  [
    "--engine --egd-file --random-file",
    {
      why: "The runtime's OpenSSL chooses by itself.",
      instead: "--key FILE names a key; one in hardware is not reached.",
    },
  ],
  [
    "--aws-sigv4",
    {
      why: "AWS's signature of a request is not made here.",
      instead: "A URL that is signed beforehand needs no flag: aws s3 presign makes one.",
    },
  ],
  ["--trace --trace-ascii --trace-ids --trace-config", trace],
  ["--variable --expand-url --expand-data --expand-header --expand-output --expand-variable", variables],
  ["--hsts", kept],
  [
    "--libcurl",
    { why: "No program is written.", instead: "meerkat example --for DEVICE URL writes a complete client." },
  ],
  [
    "-M --manual",
    {
      why: "There is no manual of that length.",
      instead: "meerkat get --help lists every flag; docs/cli.md has the same.",
    },
  ],
  [
    "--rate",
    {
      why: "Several URLs are asked one after the other, at once.",
      instead: "--limit-rate slows a body down; a loop with sleep spaces requests out.",
    },
  ],
  [
    "--parallel-max-host",
    {
      why: "-Z counts all requests together.",
      instead: "--parallel-max says how many are made at the same time.",
    },
  ],
  [
    "--crlf",
    { why: "What is sent is sent as it is.", instead: "unix2dos, or sed, changes line ends beforehand." },
  ],
  [
    "--form-escape",
    { why: "Names in a form are percent-encoded, as browsers do.", instead: "Leave it out." },
  ],
  [
    "--xattr",
    {
      why: "No attributes are written to a file.",
      instead: "-w '%{url_effective} %{content_type}' prints what they would hold.",
    },
  ],
  [
    "--skip-existing",
    {
      why: "A file that is there is not left out.",
      instead: "--no-clobber leaves it as it is, and writes file.1; -z FILE asks only for what is newer.",
    },
  ],
  ["--out-null", { why: "A body goes somewhere.", instead: "-o /dev/null throws it away." }],
];

/** By name. */
export const refusedFlags: ReadonlyMap<string, Refusal> = new Map(
  groups.flatMap(([names, refusal]) => names.split(" ").map((name) => [name, refusal] as const)),
);

/** What is said of a word that stands for no flag here. */
export function complainOf(word: string, command: Command): CommandError {
  const [name = ""] = word.split("=");
  const refusal = refusedFlags.get(name) ?? refusedFlags.get(`--${name.replace(/^-*(?:no-)?/, "")}`);
  if (refusal !== undefined)
    return new CommandError(`${name} is curl's, and not here: ${decapitalize(refusal.why)}`, {
      hint: refusal.instead,
    });
  const flags = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long?.slice(2) ?? "");
  const nearest = name.startsWith("--") ? findNearest(name.slice(2), flags) : undefined;
  const meant = nearest === undefined ? "" : `Did you mean "--${nearest}"? `;
  return new CommandError(`Unknown option "${word}".`, {
    hint: `${meant}\`meerkat ${command.name()} --help\` lists what it takes.`,
  });
}

/** A sentence behind a colon; a name in capitals stays one. */
function decapitalize(sentence: string): string {
  return /^[A-Z][a-z]+ |^A /.test(sentence) ? sentence[0]?.toLowerCase() + sentence.slice(1) : sentence;
}
