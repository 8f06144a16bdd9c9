/** Apache as Debian builds it, on one loopback port over TLS: ranges, cookies, compression and digest authentication. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mintAuthority, type AuthorityFiles } from "../servers/authority.ts";
import { apacheArgs, hasApache as isThere } from "../servers/apache-command.ts";
import { findProgram, freePort, startServer } from "../servers/process.ts";

/** Whether what this needs is installed. */
export const hasApache: boolean = isThere && findProgram("openssl") !== undefined;

export interface Apache extends AuthorityFiles {
  readonly origin: string;
  /** What `/large.bin` holds. */
  readonly large: Uint8Array;
  /** What `/text.txt` holds; it comes compressed to whoever takes that. */
  readonly text: string;
  stop(): Promise<void>;
}

/** Starts Apache with a certificate of a fresh test CA. `/secret/` is for `jane` with the password `secret`. */
export async function startApache(): Promise<Apache> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-apache-"));
  const files = mintAuthority(folder);
  const port = await freePort();
  const large = Uint8Array.from({ length: 2 * 1024 * 1024 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
  const text = "All work and no play. ".repeat(1000);
  const site = join(folder, "site");
  for (const name of [site, join(site, "secret"), join(site, "set")]) mkdirSync(name);
  writeFileSync(join(site, "large.bin"), large);
  writeFileSync(join(site, "text.txt"), text);
  writeFileSync(join(site, "secret", "index.html"), "the secret\n");
  writeFileSync(join(site, "set", "index.html"), "set\n");
  // htdigest's format: HA1 of RFC 7616 §3.4.2, with MD5, the only one that this module has.
  const ha1 = createHash("md5").update("jane:the realm:secret").digest("hex");
  writeFileSync(join(folder, "users"), `jane:the realm:${ha1}\n`);
  const args = apacheArgs({ folder, port, modules }, configure(folder, files, port));
  const server = await startServer(findProgram("apache2") ?? "apache2", args, port);
  return {
    ...files,
    origin: `https://localhost:${port}`,
    large,
    text,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

const modules = [
  "authn_core",
  "authn_file",
  "authz_core",
  "authz_user",
  "auth_digest",
  "headers",
  "dir",
  "alias",
  "mime",
  "filter",
  "deflate",
  "ssl",
];

function configure(folder: string, { chainFile, keyFile }: AuthorityFiles, port: number): string {
  return `
DocumentRoot ${folder}/site
DirectoryIndex index.html
AddType text/plain .txt
AddOutputFilterByType DEFLATE text/plain
Redirect /moved https://localhost:${port}/large.bin
Header set X-Cookie "expr=%{HTTP:Cookie}"
SSLEngine on
SSLCertificateFile ${chainFile}
SSLCertificateKeyFile ${keyFile}
<Location /set/>
  Header add Set-Cookie "kept=1; Max-Age=1000; Path=/; Secure"
  Header add Set-Cookie "session=2; Path=/; HttpOnly"
</Location>
<Location /secret/>
  AuthType Digest
  AuthName "the realm"
  AuthDigestProvider file
  AuthUserFile ${folder}/users
  Require valid-user
</Location>
`;
}
