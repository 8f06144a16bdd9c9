/** What the judge of `trust` says of the client's own certificate, by what the server asked for and what was sent. */
import type { TLSSocket } from "node:tls";
import { trustPorts, type TrustPolicy } from "../admission/index.ts";
import { versionNamed } from "../core/index.ts";
import type { OwnCertificate } from "../diagnosis/index.ts";
import type { Observed } from "../tap/index.ts";
import { judgeIdentity } from "../trust/index.ts";
import { type Certificate, parseCertificate } from "../x509/index.ts";

export interface OwnIdentity {
  readonly certificates: readonly Certificate[];
  readonly isWhole: boolean;
  /** The moment at which it is to be shown. */
  readonly at: number;
}

/** What this client has to show. Of a PKCS#12 file OpenSSL tells the first certificate alone, and that before it lets go. */
export function ownIdentity(socket: TLSSocket, policy: TrustPolicy): OwnIdentity | undefined {
  if (!policy.hasClientCertificate) return undefined;
  const at = policy.at ?? Date.now();
  const given = policy.clientCertificates();
  if (given.length > 0) return { certificates: given, isWhole: true, at };
  const own = socket.getX509Certificate();
  return { certificates: own === undefined ? [] : readEach([own.raw]), isWhole: false, at };
}

/** What was sent counts more than what was to be. `undefined` where it cannot be read, or none was asked for. */
export function judgeOwn(
  { asked, serverHello, clientCertificates }: Observed,
  { certificates: given, isWhole, at }: OwnIdentity,
): OwnCertificate | undefined {
  const sent = readEach(clientCertificates?.list ?? []);
  const certificates = sent.length > 0 ? sent : given;
  const [own] = certificates;
  const verdict = judgeIdentity(
    {
      certificates,
      isWhole: isWhole || sent.length > 0,
      at,
      // The policy does not take a pair that is none.
      keyMatches: true,
      asked,
      version: versionNamed(serverHello?.version),
      client: undefined,
    },
    trustPorts,
  );
  if (own === undefined || verdict === undefined || asked === undefined) return undefined;
  return { issuer: own.issuer.display, verdict };
}

function readEach(list: readonly Uint8Array[]): readonly Certificate[] {
  return list.flatMap((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok ? [parsed.certificate] : [];
  });
}
