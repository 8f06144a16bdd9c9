/** Brokers, mail servers, directories and databases as Debian builds them, each on a loopback port with a test CA's certificate. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { mintAuthority, type AuthorityFiles } from "../servers/authority.ts";
import { mosquittoArgs } from "../servers/mosquitto-command.ts";
import { findProgram, freePort, startServer } from "../servers/process.ts";

/** How one of them is started. */
export interface Program {
  /** The scheme of its endpoint. */
  readonly scheme: string;
  readonly program: string;
  /** Writes what it needs into the folder; its arguments, and the program that runs it where it will not run as root. */
  readonly prepare: (place: Place) => {
    readonly args: readonly string[];
    readonly runner?: readonly string[];
  };
}

export interface Place extends AuthorityFiles {
  readonly folder: string;
  readonly port: number;
}

export interface Running {
  readonly caFile: string;
  readonly port: number;
  /** `smtp://localhost:PORT`. */
  readonly url: string;
  stop(): Promise<void>;
}

export async function start({ scheme, program, prepare }: Program): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-broker-"));
  chmodSync(folder, 0o755);
  const files = mintAuthority(folder);
  const port = await freePort();
  const { args, runner = [] } = prepare({ folder, port, ...files });
  const [command = "", ...rest] = [
    ...runner,
    program.startsWith("/") ? program : (findProgram(program) ?? program),
    ...args,
  ];
  const server = await startServer(command, rest, port);
  return {
    caFile: files.caFile,
    port,
    url: `${scheme}://localhost:${port}`,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** MQTT over TLS. With `isMutual`, clients have to show a certificate. */
export function mosquitto(isMutual = false): Program {
  return {
    scheme: "mqtts",
    program: "mosquitto",
    prepare: ({ caFile, ...place }) => ({ args: mosquittoArgs({ ...place, clientCas: caFile, isMutual }) }),
  };
}

/** Redis over TLS alone, which keeps nothing. */
export const redis: Program = {
  scheme: "rediss",
  program: "redis-server",
  prepare: ({ folder, port, chainFile, keyFile }) => {
    const settings = {
      port: "0",
      "tls-port": String(port),
      bind: "127.0.0.1",
      "tls-cert-file": chainFile,
      "tls-key-file": keyFile,
      "tls-auth-clients": "no",
      save: '""',
      dir: folder,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
    lines.push("user app on >secret ~* +@all");
    writeFileSync(join(folder, "redis.conf"), `${lines.join("\n")}\n`);
    return { args: [join(folder, "redis.conf")] };
  },
};

const mailProtocols = { imap: "imap-login", pop3: "pop3-login", submission: "submission-login" } as const;

/** Dovecot, for IMAP, POP3 or as a front of SMTP. */
export function dovecot(scheme: keyof typeof mailProtocols): Program {
  return {
    scheme,
    program: "dovecot",
    prepare: ({ folder, port, chainFile, keyFile }) => {
      const { username, uid } = userInfo();
      // As root it changes to the users that Debian made for it, and refuses to serve as root.
      const users = uid === 0 ? "" : `default_internal_user = ${username}\ndefault_login_user = ${username}`;
      mkdirSync(join(folder, "run"));
      writeFileSync(
        join(folder, "dovecot.conf"),
        `
base_dir = ${folder}/run
log_path = /dev/stderr
protocols = ${scheme}
ssl = yes
ssl_cert = <${chainFile}
ssl_key = <${keyFile}
disable_plaintext_auth = no
${users}
submission_relay_host = 127.0.0.1
first_valid_uid = 0
mail_location = maildir:${folder}/mail
passdb {
  driver = static
  args = password=x
}
userdb {
  driver = static
  args = uid=0 gid=0 home=${folder}
}
service ${mailProtocols[scheme]} {
  chroot =
  inet_listener ${scheme} {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener ${scheme}s {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`,
      );
      return { args: ["-F", "-c", join(folder, "dovecot.conf")] };
    },
  };
}

export const slapd: Program = {
  scheme: "ldap",
  program: "slapd",
  prepare: ({ folder, port, chainFile, keyFile, caFile }) => {
    const lines = [
      `TLSCertificateFile ${chainFile}`,
      `TLSCertificateKeyFile ${keyFile}`,
      `TLSCACertificateFile ${caFile}`,
      `pidfile ${folder}/slapd.pid`,
    ];
    writeFileSync(join(folder, "slapd.conf"), `${lines.join("\n")}\n`);
    return { args: ["-d", "0", "-f", join(folder, "slapd.conf"), "-h", `ldap://127.0.0.1:${port}`] };
  },
};

export const vsftpd: Program = {
  scheme: "ftp",
  program: "vsftpd",
  prepare: ({ folder, port, chainFile, keyFile }) => {
    mkdirSync(join(folder, "empty"), { mode: 0o555 });
    const lines = [
      "listen=YES",
      "listen_address=127.0.0.1",
      `listen_port=${port}`,
      "background=NO",
      "anonymous_enable=YES",
      `secure_chroot_dir=${folder}/empty`,
      "ssl_enable=YES",
      "allow_anon_ssl=YES",
      `rsa_cert_file=${chainFile}`,
      `rsa_private_key_file=${keyFile}`,
      "ssl_ciphers=HIGH",
      "seccomp_sandbox=NO",
    ];
    writeFileSync(join(folder, "ftp.conf"), `${lines.join("\n")}\n`);
    return { args: [join(folder, "ftp.conf")] };
  },
};

export const prosody: Program = {
  scheme: "xmpp",
  program: "prosody",
  prepare: ({ folder, port, chainFile, keyFile }) => {
    writeFileSync(
      join(folder, "prosody.cfg.lua"),
      `
run_as_root = true
daemonize = false
data_path = "${folder}/data"
pidfile = "${folder}/prosody.pid"
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
modules_enabled = { "tls", "saslauth" }
modules_disabled = { "s2s", "offline", "posix" }
log = { error = "*console" }
VirtualHost "localhost"
ssl = { certificate = "${chainFile}", key = "${keyFile}" }
`,
    );
    mkdirSync(join(folder, "data"));
    return { args: ["-F", "--config", join(folder, "prosody.cfg.lua")] };
  },
};

export const mariadb: Program = {
  scheme: "mysql",
  program: "mariadbd",
  prepare: ({ folder, port, chainFile, keyFile }) => {
    mkdirSync(join(folder, "data"));
    return {
      args: [
        "--no-defaults",
        `--user=${userInfo().username}`,
        `--datadir=${folder}/data`,
        `--socket=${folder}/db.sock`,
        `--pid-file=${folder}/db.pid`,
        "--bind-address=127.0.0.1",
        `--port=${port}`,
        "--skip-grant-tables",
        "--skip-networking=0",
        "--innodb-log-file-size=4M",
        "--innodb-buffer-pool-size=8M",
        `--ssl-cert=${chainFile}`,
        `--ssl-key=${keyFile}`,
      ],
    };
  },
};

/** Where Debian puts PostgreSQL's programs, which are not on the path. */
const postgresFolder = ((): string | undefined => {
  const root = "/usr/lib/postgresql";
  const newest = existsSync(root)
    ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a))[0]
    : undefined;
  const folder = newest === undefined ? undefined : join(root, newest, "bin");
  return folder !== undefined && existsSync(join(folder, "initdb")) ? folder : undefined;
})();

export const postgres: Program = {
  scheme: "postgres",
  program: postgresFolder === undefined ? "postgres" : join(postgresFolder, "postgres"),
  prepare: ({ folder, port, chainFile, keyFile }) => {
    const data = join(folder, "data");
    const runner =
      userInfo().uid === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
    if (runner.length > 0) {
      const id = (flag: string): number =>
        Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
      for (const path of [folder, keyFile, chainFile]) chownSync(path, id("-u"), id("-g"));
    }
    chmodSync(keyFile, 0o600);
    const [command, ...rest] = [...runner, join(dirname(postgres.program), "initdb")];
    execFileSync(command, [...rest, "-D", data, "-A", "trust", "--no-sync"], {
      stdio: "ignore",
      cwd: folder,
    });
    const settings = [
      `ssl_cert_file=${chainFile}`,
      `ssl_key_file=${keyFile}`,
      `unix_socket_directories=${folder}`,
    ];
    return {
      args: [
        "-D",
        data,
        "-h",
        "127.0.0.1",
        "-p",
        String(port),
        "-l",
        ...settings.flatMap((one) => ["-c", one]),
      ],
      runner,
    };
  },
};

/** Whether what it needs is installed. */
export function isInstalled({ program }: Program): boolean {
  if (findProgram("openssl") === undefined) return false;
  return program.startsWith("/")
    ? existsSync(program)
    : program !== "postgres" && findProgram(program) !== undefined;
}
