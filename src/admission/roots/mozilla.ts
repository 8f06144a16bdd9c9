/** The roots Node carries, which are Mozilla's, and those that `NODE_EXTRA_CA_CERTS` adds. */
import { rootCertificates } from "node:tls";
import { assert, HttpsError, renderBase64 } from "../../core/index.ts";
import { parseCertificate, parsePem, type Certificate } from "../../x509/index.ts";
import { readRootFile } from "./file.ts";
import type { AnchorSource, RootCertificate, RootStore } from "../../trust/index.ts";

let parsed: readonly RootCertificate[] | undefined;

/** Node's own list, parsed once. */
export function mozillaRoots(): readonly RootCertificate[] {
  return (parsed ??= parsePem(rootCertificates.join("\n")).blocks.map(({ bytes }) => {
    const result = parseCertificate(bytes);
    assert(result.ok, "Node carries roots that can be parsed");
    return { certificate: result.certificate, origin: { store: "mozilla" } };
  }));
}

/** Whether a certificate is one of Mozilla's roots, wherever it was found. */
export function isMozillaRoot({ der }: Certificate, { store }: AnchorSource): boolean {
  if (store === "mozilla") return true;
  bodies ??= new Set(rootCertificates.map(bodyOf));
  return bodies.has(renderBase64(der));
}

/** A certificate's base64: PEM may be wrapped in several ways. */
export function bodyOf(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, "");
}

let bodies: ReadonlySet<string> | undefined;

/** What `NODE_EXTRA_CA_CERTS` adds. Node drops a file it cannot read without a word; here it is said. */
export function extraRoots(file: string | undefined): RootStore {
  if (file === undefined || file === "") return { roots: [], notes: [] };
  try {
    return readRootFile(file, "NODE_EXTRA_CA_CERTS");
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    const sentence = `NODE_EXTRA_CA_CERTS has no effect: ${error.message}`;
    return { roots: [], notes: [{ about: "environment", sentence }] };
  }
}
