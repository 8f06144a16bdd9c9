/**
 * A server as a client meets it: its chain, what it asks of clients, and what it makes of a client's certificate. Nothing is
 * sent to it but handshakes, and the certificate to nobody for whom nobody vouches.
 */
import { admit, compilePolicy, sightOf, type RootSource, type TrustPolicy } from "../../admission/index.ts";
import { type Endpoint, HttpsError, requireEndpoint } from "../../core/index.ts";
import {
  findPskSuite,
  inTime,
  meetAsAnybody,
  presentIdentity,
  type EndpointRequest,
  type Meeting,
  type Presented,
} from "../../survey/index.ts";
import { type IdentityVerdict, TrustReport } from "../../trust/index.ts";
import { parseCertificate } from "../../x509/index.ts";
import type { Context } from "../frame/context.ts";
import type { ClientIdentity } from "../identity/read.ts";
import { judgeFor } from "../identity/report.ts";
import { type wayFlags, wayOptions, wayOut } from "../devices/meet/site-options.ts";
import { AdvisedError } from "../frame/failure.ts";
import type { FlagsOf } from "../frame/flags.ts";

export interface ServerQuestion {
  /** As it was typed. */
  readonly source: string;
  readonly roots: readonly RootSource[] | undefined;
  readonly way: FlagsOf<typeof wayFlags>;
  readonly identity: ClientIdentity | undefined;
}

export interface ServerLook {
  readonly endpoint: Endpoint;
  readonly trust: TrustReport;
  readonly meeting: Meeting;
  /** Of the client's certificate; `undefined` where none was given, or it cannot be read. */
  readonly verdict: IdentityVerdict | undefined;
  /** What came of showing it; `undefined` without its key. */
  readonly presented: Presented | undefined;
}

/** @throws HttpsError when there is no chain to look at */
export async function lookAtServer(
  { source, roots, way, identity }: ServerQuestion,
  { env, signal }: Pick<Context, "env" | "signal">,
): Promise<ServerLook> {
  const endpoint = requireEndpoint(source);
  const { host } = endpoint;
  const shown = identity?.shown;
  const policy = compilePolicy(
    {
      insecure: { reason: "the chain is shown, and nothing is requested" },
      ...(roots === undefined ? {} : { roots }),
      ...(shown === undefined ? {} : { clientCertificate: shown }),
    },
    env,
  );
  const request = { ...wayOut(endpoint, { ...wayOptions(way), environment: env }, policy), signal };
  const endAt = performance.now() + request.totalMs;
  const left = (): number => Math.max(1, Math.ceil(endAt - performance.now()));
  const meeting = await inTime(request, meetAsAnybody);
  if (meeting.chain.length === 0) throw await explainNoChain(meeting, { ...request, totalMs: left() });
  const trust = reportOn(meeting, host, policy);
  const presented = shown === undefined ? undefined : await presentIdentity({ ...request, totalMs: left() });
  const verdict =
    identity && judgeFor(asSent(identity, presented), { ...meeting, at: trust.at, profile: undefined });
  return { endpoint, trust, meeting, verdict, presented };
}

/** Why there is nothing to look at; of a server that takes a pre-shared key in place of certificates, that it does. */
async function explainNoChain(
  { error }: Meeting,
  request: EndpointRequest,
): Promise<HttpsError | AdvisedError> {
  const { host, port } = request;
  if (error === undefined)
    return new HttpsError("no-certificate", { name: host, reason: "the chain is empty" });
  const suite = error.stage === "tls" ? await findPskSuite(request) : undefined;
  if (suite === undefined) return error;
  return new AdvisedError(
    error,
    `The server takes a pre-shared key (PSK): offered that, it chose ${suite}. PSK is out of scope here, where all is about certificates; openssl s_client -connect ${host}:${port} -tls1_2 -psk_identity NAME -psk HEX tries one.`,
  );
}

/** What OpenSSL sent counts more than what was read from a PKCS#12 file. */
function asSent(identity: ClientIdentity, presented: Presented | undefined): ClientIdentity {
  if (identity.isWhole || presented?.sent === undefined || presented.sent.length === 0) return identity;
  const certificates = presented.sent.flatMap((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok ? [parsed.certificate] : [];
  });
  return { ...identity, certificates, isWhole: true };
}

/** Of a handshake that was broken off before OpenSSL had a say, it has none. */
function reportOn({ chain, staple, openssl }: Meeting, host: string, policy: TrustPolicy): TrustReport {
  const evidence = { host, name: host, sent: chain, staple, resumed: false };
  const { report } = admit({ ...evidence, openssl: openssl ?? { accepted: true } }, policy);
  if (openssl !== undefined) return report;
  return new TrustReport({
    kind: report.kind,
    host,
    chain: report.chain,
    verdict: report.verdict,
    openssl,
    at: report.at,
    decidedAt: report.at,
    basis: report.basis,
    pin: undefined,
    insecureReason: policy.insecure?.reason,
    ...sightOf(policy, staple),
    notes: policy.notes.map(({ sentence }) => sentence),
  });
}
