/** Certificates by the `openssl` program for misconfigured servers: each wrong in one thing. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mintAuthority, type AuthorityFiles } from "../servers/authority.ts";

export interface Certificates extends AuthorityFiles {
  readonly folder: string;
  /** The server's certificate alone. */
  readonly leafFile: string;
  /** Leaf, root, intermediate: whole, and out of order. */
  readonly misorderedFile: string;
  /** A chain whose leaf expired, under the same intermediate, with its key. */
  readonly expired: Pair;
  /** A chain for other.example. */
  readonly otherName: Pair;
  /** A certificate that signed itself. */
  readonly selfSigned: Pair;
  /** Leaf for clients alone. */
  readonly clientOnly: Pair;
}

export interface Pair {
  readonly chainFile: string;
  readonly keyFile: string;
}

/** Makes them all in `folder`. */
export function mintCertificates(folder: string): Certificates {
  const files = mintAuthority(folder);
  const at = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(at(name), "utf8");
  const bundle = (name: string, ...parts: readonly string[]): string => {
    writeFileSync(at(name), parts.map(read).join(""));
    return at(name);
  };
  const issue = (name: string, changes: Changes): Pair => {
    issueLeaf(folder, name, changes);
    return {
      chainFile: bundle(`${name}-chain.pem`, `${name}.pem`, "intermediate.pem"),
      keyFile: at(`${name}.key`),
    };
  };
  return {
    ...files,
    folder,
    leafFile: at("server.pem"),
    misorderedFile: bundle("misordered.pem", "server.pem", "ca.pem", "intermediate.pem"),
    expired: issue("expired", { days: -2 }),
    otherName: issue("other", { names: "DNS:other.example" }),
    clientOnly: issue("client-only", { usage: "clientAuth" }),
    selfSigned: mintSelfSigned(folder),
  };
}

interface Changes {
  readonly days?: number;
  readonly names?: string;
  readonly usage?: string;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(folder: string, args: readonly string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

function issueLeaf(
  folder: string,
  name: string,
  { days = 30, names = "DNS:localhost, IP:127.0.0.1", usage = "serverAuth" }: Changes,
): void {
  const section = `[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = ${usage}
subjectAltName = ${names}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;
  writeFileSync(join(folder, `${name}.cnf`), section);
  openssl(folder, [
    "req",
    ...newKey,
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.csr`,
    "-subj",
    `/CN=${name}`,
  ]);
  writeFileSync(join(folder, "index.txt"), "");
  const settings = `[ca]
default_ca = this
[this]
new_certs_dir = .
database = index.txt
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
`;
  writeFileSync(join(folder, "issue.cnf"), settings);
  const from = ["-cert", "intermediate.pem", "-keyfile", "intermediate.key"];
  const dates = ["-startdate", instant(days - 60), "-enddate", instant(days)];
  const extensions = ["-extfile", `${name}.cnf`, "-extensions", "leaf"];
  const files = ["-in", `${name}.csr`, "-out", `${name}.pem`];
  // `openssl ca` alone sets both dates; `x509 -days` takes no past.
  openssl(folder, [
    "ca",
    "-batch",
    "-notext",
    "-config",
    "issue.cnf",
    ...from,
    ...dates,
    ...extensions,
    ...files,
  ]);
}

/** So many days from now, as `YYYYMMDDHHMMSSZ`. */
function instant(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
}

function mintSelfSigned(folder: string): Pair {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "30"];
  openssl(folder, ["req", "-x509", ...newKey, "-keyout", "self.key", "-out", "self.pem", ...subject]);
  return { chainFile: join(folder, "self.pem"), keyFile: join(folder, "self.key") };
}
