/**
 * A client certificate in an example. The certificate goes into the project; its key is never read and never written: the
 * README says where the owner puts it, and `.gitignore` has its name before it is there.
 */
import { renderPem } from "../../bundle/index.ts";
import type { Certificate } from "../../x509/index.ts";
import type { ExampleFile } from "./example-file.ts";

/** What the device shows of itself. */
export interface Identity {
  /** Its own certificate first, then those that lead to a CA of the server's. */
  readonly certificates: readonly Certificate[];
  readonly key: "rsa" | "ec";
  /** Whose key the certificate is signed with, by kind. */
  readonly issuerKey: "rsa" | "ec";
}

/** Throws a `RangeError` for a key that none of the platforms can use. */
export function parseIdentity(certificates: readonly Certificate[]): Identity {
  const [own] = certificates;
  if (own === undefined) throw new RangeError("A client certificate is to be used, and none is given.");
  const { kind } = own.spki.key;
  if (kind !== "rsa" && kind !== "ec")
    throw new RangeError(`The client certificate has a key (${own.spki.text}) that is neither RSA nor EC.`);
  return {
    certificates,
    key: kind,
    issuerKey: own.signatureAlgorithm.scheme.kind === "ecdsa" ? "ec" : "rsa",
  };
}

/** Where the two halves go, and how the owner brings the key into the form that the platform reads. */
export interface Halves {
  readonly certificate: ExampleFile;
  /** Path of the key. */
  readonly key: string;
  readonly step: string;
}

/** Two PEM files in a folder. */
export function pemHalves({ certificates }: Identity, folder: string): Halves {
  const key = `${folder}client.key`;
  return {
    certificate: { path: `${folder}client.pem`, content: renderPem(certificates) },
    key,
    step: stepOf(`cp KEY ${key}`),
  };
}

/** The certificates behind the first, a DER file each, for a platform that takes a list of them. */
export function derBehind({ certificates }: Identity, folder: string): readonly ExampleFile[] {
  return certificates
    .slice(1)
    .map(({ der }, i) => ({ path: `${folder}client-ca${i + 1}.der`, content: der }));
}

/** Two DER files in a folder, for platforms without a PEM parser: one certificate, and its key. */
export function derHalves({ certificates }: Identity, folder: string): Halves {
  const key = `${folder}client-key.der`;
  return {
    certificate: { path: `${folder}client.der`, content: certificates[0]?.der ?? new Uint8Array(0) },
    key,
    step: stepOf(`openssl pkey -in KEY -outform DER -out ${key}`),
  };
}

/** Two headers of C++ with PEM in raw strings. */
export function headerHalves({ certificates }: Identity, folder: string): Halves {
  const key = `${folder}client_key.h`;
  return {
    certificate: {
      path: `${folder}client_pem.h`,
      content: `static const char client_pem[] = R"PEM(${renderPem(certificates)})PEM";\n`,
    },
    key,
    step: stepOf(`(echo 'static const char client_key[] = R"KEY('; cat KEY; echo ')KEY";') > ${key}`),
  };
}

function stepOf(command: string): string {
  return `Put the key of the client certificate where the program looks for it: \`${command}\`, where \`KEY\` is your file, in PEM and without a passphrase. Nothing here has read it, and \`.gitignore\` keeps it out of git. It belongs to the certificate when \`openssl pkey -in KEY -pubout\` prints the same as \`openssl x509 -in CERT -noout -pubkey\`, where \`CERT\` is the certificate's file.`;
}

/** `.gitignore`, for what must not be published. */
export function ignoring(paths: readonly string[]): ExampleFile {
  return { path: ".gitignore", content: paths.map((path) => `${path}\n`).join("") };
}
