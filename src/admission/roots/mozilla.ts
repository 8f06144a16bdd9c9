/** The roots Node carries, which are Mozilla's, and those that `NODE_EXTRA_CA_CERTS` adds. */
import tls from "node:tls";
import { assert, HttpsError, isWithheld, ownValue, renderBase64 } from "../../core/index.ts";
import { runtimeHere } from "../../runtime/index.ts";
import { parseCertificate, parsePem, type Certificate } from "../../x509/index.ts";
import { deniedNotes, type RootsEnvironment } from "./environment.ts";
import { readRootFile } from "./file.ts";
import type { AnchorSource, RootCertificate, RootStore, TrustNote } from "../../trust/index.ts";

let parsed: readonly RootCertificate[] | undefined;

/** What the runtime carries, as PEM; `undefined` where this program may not see it. */
export function carriedRoots(): readonly string[] | undefined {
  try {
    // Deno asks for its permission at the first use.
    const { rootCertificates } = tls;
    return rootCertificates.length > 0 ? rootCertificates : [];
  } catch (error) {
    if (isWithheld(error)) return undefined;
    throw error;
  }
}

/** Node's own list, parsed once. @throws HttpsError `runtime-unfit` where this program may not see it */
export function mozillaRoots(): readonly RootCertificate[] {
  if (parsed !== undefined) return parsed;
  const carried = carriedRoots();
  if (carried === undefined) {
    const { name } = runtimeHere;
    const reason = `this program may not see the roots that ${name} carries (--allow-sys).`;
    const instead = "Start it with --allow-sys, or name the roots (roots), which needs no such permission.";
    throw new HttpsError("runtime-unfit", { runtime: name, reason, instead });
  }
  return (parsed = parsePem(carried.join("\n")).blocks.map(({ bytes }) => {
    const result = parseCertificate(bytes);
    assert(result.ok, "Node carries roots that can be parsed");
    return { certificate: result.certificate, origin: { store: "mozilla" } };
  }));
}

/** Whether a certificate is one of Mozilla's roots, wherever it was found. Where that cannot be seen, it is held to their rules. */
export function isMozillaRoot({ der }: Certificate, { store }: AnchorSource): boolean {
  if (store === "mozilla") return true;
  bodies ??= carriedRoots() && new Set(carriedRoots()?.map(bodyOf));
  return bodies?.has(renderBase64(der)) ?? true;
}

/** A certificate's base64: PEM may be wrapped in several ways. */
export function bodyOf(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, "");
}

let bodies: ReadonlySet<string> | undefined;

/** What is said of roots of which cannot be told whether they are Mozilla's. */
export function programmeNotes(roots: readonly RootCertificate[]): readonly TrustNote[] {
  if (roots.length === 0 || carriedRoots() !== undefined) return [];
  const sentence = `Whether these roots are Mozilla's cannot be told, since this program may not see those that ${runtimeHere.name} carries (--allow-sys): they are held to the rules for public ones, unless the option profile says otherwise.`;
  return [{ about: "store", sentence }];
}

/** What `NODE_EXTRA_CA_CERTS` adds. Node drops a file it cannot read without a word; here it is said. */
export function extraRoots(environment: RootsEnvironment): RootStore {
  const file = ownValue(environment, "NODE_EXTRA_CA_CERTS");
  if (file === undefined || file === "")
    return { roots: [], notes: deniedNotes(environment, ["NODE_EXTRA_CA_CERTS"]) };
  try {
    return readRootFile(file, "NODE_EXTRA_CA_CERTS");
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    const sentence = `NODE_EXTRA_CA_CERTS has no effect: ${error.message}`;
    return { roots: [], notes: [{ about: "environment", sentence }] };
  }
}
