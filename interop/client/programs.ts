/** Servers and proxies from Debian, each on loopback, with certificates of a test CA made by openssl. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apacheArgs, hasApache } from "../servers/apache-command.ts";
import { mintAuthority, type AuthorityFiles } from "../servers/authority.ts";
import { findProgram, freePort, startServer } from "../servers/process.ts";

const hasOpenssl = findProgram("openssl") !== undefined;
/** Debian's Python, which has Debian's packages; not one that comes first on the PATH. */
const python = "/usr/bin/python3";

export const has: Readonly<
  Record<
    "apache2" | "haproxy" | "httpbin" | "squid" | "tinyproxy" | "microsocks" | "danted" | "nginx",
    boolean
  >
> = {
  apache2: hasOpenssl && hasApache,
  haproxy: hasOpenssl && findProgram("haproxy") !== undefined,
  httpbin:
    hasOpenssl &&
    findProgram("haproxy") !== undefined &&
    spawnSync(python, ["-c", "import httpbin"]).status === 0,
  squid: hasOpenssl && findProgram("squid") !== undefined,
  tinyproxy: hasOpenssl && findProgram("tinyproxy") !== undefined,
  microsocks: findProgram("microsocks") !== undefined,
  danted: findProgram("danted") !== undefined,
  nginx: hasOpenssl && findProgram("nginx") !== undefined,
};

export interface Running extends AuthorityFiles {
  readonly origin: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Files for a server, and their removal. */
function openFolder(name: string): {
  readonly folder: string;
  readonly files: AuthorityFiles;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), `meerkat-${name}-`));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, files: mintAuthority(folder), remove };
}

async function run(
  name: string,
  args: readonly string[],
  at: { readonly port: number; readonly files: AuthorityFiles; readonly remove: () => void },
): Promise<Running> {
  const server = await startServer(findProgram(name) ?? name, args, at.port);
  const stop = async (): Promise<void> => {
    await server.stop();
    at.remove();
  };
  return { ...at.files, origin: `https://localhost:${at.port}`, port: at.port, stop };
}

/** Apache httpd: files, a directory that wants a password by digest, and gzip. */
export async function startApache(): Promise<Running> {
  const { folder, files, remove } = openFolder("apache");
  const port = await freePort();
  mkdirSync(join(folder, "site", "private"), { recursive: true });
  mkdirSync(join(folder, "site", "old"));
  writeFileSync(join(folder, "site", "index.html"), "<p>Hello from Apache.</p>\n");
  writeFileSync(join(folder, "site", "large.txt"), "0123456789abcdef".repeat(65_536));
  writeFileSync(join(folder, "site", "private", "index.html"), "private\n");
  // htdigest's line for the user "me", the realm "interop" and the password "secret": RFC 7616 §3.4.2.
  const digest = spawnSync("openssl", ["md5", "-r"], {
    input: "me:interop:secret",
    encoding: "utf8",
  }).stdout.slice(0, 32);
  writeFileSync(join(folder, "digest"), `me:interop:${digest}\n`);
  const modules = [
    "authz_core",
    "authz_user",
    "authn_core",
    "authn_file",
    "auth_digest",
    "dir",
    "alias",
    "mime",
    "filter",
    "deflate",
    "headers",
    "ssl",
    "socache_shmcb",
  ];
  const args = apacheArgs(
    { folder, port, modules },
    `LogLevel error
KeepAlive On
KeepAliveTimeout 3
SSLEngine on
SSLCertificateFile ${files.chainFile}
SSLCertificateKeyFile ${files.keyFile}
AddType text/html .html
AddType text/plain .txt
DocumentRoot ${folder}/site
DirectoryIndex index.html
AddOutputFilterByType DEFLATE text/plain
Redirect 301 /old /index.html
<Directory ${folder}/site>
  Require all granted
</Directory>
<Location /private>
  AuthType Digest
  AuthName interop
  AuthUserFile ${folder}/digest
  Require valid-user
</Location>
`,
  );
  return run("apache2", args, { port, files, remove });
}

/** haproxy before nothing: it answers by itself, and ends TLS for \`backendPort\` where there is one. */
export async function startHaproxy(backendPort?: number): Promise<Running> {
  const { folder, files, remove } = openFolder("haproxy");
  const port = await freePort();
  const pem = join(folder, "server-and-key.pem");
  writeFileSync(pem, spawnSync("cat", [files.chainFile, files.keyFile], { encoding: "utf8" }).stdout);
  const backend = backendPort === undefined ? "" : `backend app\n  server app 127.0.0.1:${backendPort}\n`;
  writeFileSync(
    join(folder, "haproxy.cfg"),
    `global
  maxconn 100
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
  timeout http-keep-alive 1s
frontend f
  bind 127.0.0.1:${port} ssl crt ${pem} alpn http/1.1
${
  backendPort === undefined
    ? `  http-request redirect code 308 location /end if { path /moved }
  http-request return status 200 content-type text/plain lf-string "%[req.hdr(user-agent)]" if { path /agent }
  http-request deny deny_status 429 if { path /limited }
  http-request return status 200 content-type text/plain string "hello from haproxy"
`
    : "  default_backend app\n"
}${backend}`,
  );
  return run("haproxy", ["-db", "-q", "-f", join(folder, "haproxy.cfg")], { port, files, remove });
}

/** httpbin, by Python's own HTTP server, behind haproxy, which brings the TLS. */
export async function startHttpbin(): Promise<Running> {
  const port = await freePort();
  const program = `from httpbin import app\napp.run(host="127.0.0.1", port=${port}, threaded=True)`;
  const app = await startServer(python, ["-W", "ignore", "-c", program], port);
  const front = await startHaproxy(port);
  const stop = async (): Promise<void> => {
    await front.stop();
    await app.stop();
  };
  return { ...front, stop };
}

export interface RunningProxy {
  readonly port: number;
  stop(): Promise<void>;
}

/** squid: tunnels to any port, with the password "secret" of the user "me" where \`authenticates\`. */
export async function startSquid(authenticates: boolean): Promise<RunningProxy> {
  const { folder, files, remove } = openFolder("squid");
  const port = await freePort();
  // squid's helper protocol: a line with user and password, percent-encoded; OK or ERR comes back.
  const helper = join(folder, "helper.sh");
  chmodSync(folder, 0o755); // squid, started by root, becomes a user of its own.
  writeFileSync(
    helper,
    '#!/bin/sh\nwhile read -r user password; do [ "$user $password" = "me secret" ] && echo OK || echo ERR; done\n',
    { mode: 0o755 },
  );
  const access = authenticates
    ? `auth_param basic program ${helper}\nauth_param basic realm interop\nacl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all`
    : "acl blocked dstdomain blocked.example\nhttp_access deny blocked\nhttp_access allow all";
  writeFileSync(
    join(folder, "squid.conf"),
    `http_port 127.0.0.1:${port}
${access}
cache deny all
access_log none
cache_log /dev/null
pid_filename none
netdb_filename none
coredump_dir ${folder}
shutdown_lifetime 0 seconds
workers 1
pinger_enable off
visible_hostname interop
`,
  );
  const running = await run("squid", ["-N", "-n", `interop${port}`, "-f", join(folder, "squid.conf")], {
    port,
    files,
    remove,
  });
  return { port, stop: () => running.stop() };
}

/** tinyproxy: a small proxy of another family. */
export async function startTinyproxy(): Promise<RunningProxy> {
  const { folder, files, remove } = openFolder("tinyproxy");
  const port = await freePort();
  writeFileSync(
    join(folder, "tinyproxy.conf"),
    `Port ${port}\nListen 127.0.0.1\nTimeout 10\nMaxClients 20\nLogLevel Critical\nLogFile "${folder}/log"\nBasicAuth me secret\n`,
  );
  const running = await run("tinyproxy", ["-d", "-c", join(folder, "tinyproxy.conf")], {
    port,
    files,
    remove,
  });
  return { port, stop: () => running.stop() };
}

/** microsocks: SOCKS 5 alone; with the user "me" and the password "secret" where `authenticates`. */
export async function startMicrosocks(authenticates: boolean): Promise<RunningProxy> {
  const port = await freePort();
  const login = authenticates ? ["-u", "me", "-P", "secret"] : [];
  const server = await startServer(
    findProgram("microsocks") ?? "microsocks",
    ["-i", "127.0.0.1", "-p", String(port), ...login],
    port,
  );
  return { port, stop: () => server.stop() };
}

/** Dante, the SOCKS server that firewalls have: no login, and a rule against port 2. */
export async function startDante(): Promise<RunningProxy> {
  const { folder, files, remove } = openFolder("dante");
  const port = await freePort();
  writeFileSync(
    join(folder, "danted.conf"),
    `logoutput: stderr
internal: 127.0.0.1 port = ${port}
external: lo
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
socks block { from: 0.0.0.0/0 to: 0.0.0.0/0 port = 2 }
socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 protocol: tcp }
`,
  );
  const args = ["-f", join(folder, "danted.conf"), "-p", join(folder, "pid"), "-N", "1"];
  const running = await run("danted", args, { port, files, remove });
  return { port, stop: () => running.stop() };
}
