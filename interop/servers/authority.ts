/** A test CA made by the `openssl` program, so that certificates, server and client have three different authors. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Files of a CA, an intermediate under it, and a server's certificate for `localhost`. */
export interface AuthorityFiles {
  readonly caFile: string;
  /** The server's certificate and the intermediate, in the order of sending. */
  readonly chainFile: string;
  readonly keyFile: string;
}

/** Makes them in `folder`. */
export function mintAuthority(folder: string): AuthorityFiles {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): string =>
    execFileSync("openssl", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=Interop Test Root",
    "-days",
    "30",
  );
  writeFileSync(
    at("extensions.cnf"),
    `[intermediate]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`,
  );
  const issue = (name: string, issuer: string, subject: string): void => {
    openssl("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
    const signer = ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`, "-CAcreateserial"];
    const extensions = ["-extfile", "extensions.cnf", "-extensions", name];
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...signer,
      ...extensions,
      "-days",
      "30",
      "-out",
      `${name}.pem`,
    );
  };
  issue("intermediate", "ca", "/CN=Interop Test Intermediate");
  issue("server", "intermediate", "/CN=localhost");
  const chain = ["server.pem", "intermediate.pem"].map((name) => openssl("x509", "-in", name));
  writeFileSync(at("chain.pem"), chain.join(""));
  return { caFile: at("ca.pem"), chainFile: at("chain.pem"), keyFile: at("server.key") };
}
