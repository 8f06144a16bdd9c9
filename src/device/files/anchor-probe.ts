/**
 * Whether a CA certificate can serve a device at all: the device is given a server without fault under it, whose
 * signature is taken to hold. Where the device refuses because of the CA's own certificate, no server under it fares
 * better.
 */
import { anchorFromCertificate, type TrustPorts } from "../../trust/index.ts";
import { type Certificate, leafUnder } from "../../x509/index.ts";
import type { DeviceProfile } from "../profile.ts";
import { explainRefusal, type RefusalCode } from "../verdict.ts";
import { verifyOnDevice } from "../verify-as.ts";

const host = "server.invalid";

/** What is told of a CA elsewhere (its dates, that it is none), or depends on the server, is left to those. */
const lasting: ReadonlySet<RefusalCode> = new Set([
  "unreadable-certificate",
  "unsupported-key",
  "unsupported-signature",
  "critical-extension",
  "key-usage",
  "purpose",
  "weak-hash",
  "weak-key",
]);

/** Why the device refuses every server under this CA: a clause. */
export function explainUnfit(
  certificate: Certificate,
  profile: DeviceProfile,
  ports: TrustPorts,
): string | undefined {
  const leaf = isCa(certificate) ? leafUnder(certificate, host) : undefined;
  if (leaf === undefined) return undefined;
  const at = Math.floor((certificate.notBeforeAt + certificate.notAfterAt) / 2);
  const anchors = [anchorFromCertificate(certificate, { store: "file" })];
  const verdict = verifyOnDevice(
    profile,
    { chain: [leaf], anchors, name: host, at },
    { ...ports, verifySignature: () => true },
  );
  if (verdict.accepts) return undefined;
  const { refusal } = verdict;
  const { code, library } = refusal;
  if (code === "not-trusted" && maySign(certificate) === false) {
    return `its key may not sign certificates (keyUsage), so the device does not take it for an issuer (${library})`;
  }
  return refusal.certificate?.der === certificate.der && lasting.has(code)
    ? `no server under it is accepted, because ${explainRefusal(refusal)} (${library})`
    : undefined;
}

/** Version 1 knows no basicConstraints. */
function isCa({ version, extensions }: Certificate): boolean {
  return version < 3 || extensions.value("basicConstraints")?.isCa === true;
}

function maySign({ extensions }: Certificate): boolean | undefined {
  return extensions.value("keyUsage")?.includes("keyCertSign");
}
