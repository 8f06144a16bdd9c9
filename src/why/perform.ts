/** Performs one experiment: one thing changed, everything else as in the main attempt. */
import { DEFAULT_CIPHERS, type SecureContextOptions } from "node:tls";
import { Attempts } from "../client/index.ts";
import { HttpsError, type KeyType } from "../core/index.ts";
import {
  applyChanges,
  type AttemptSeen,
  type Experiment,
  type ExperimentResult,
  type Gave,
  type Met,
  type RequestChange,
  type RequestGave,
  type Undone,
} from "../diagnosis/index.ts";
import type { Field } from "../http1/index.ts";
import { keyTypeOf } from "../x509/index.ts";
import {
  endedBy,
  inVersion,
  makeAttempt,
  sentAgain,
  type AttemptOutcome,
  type AttemptRequest,
} from "./attempt.ts";
import { shakeHandsWith } from "./handshake.ts";
import { fetchIssuers, judgeAgain, type Judging } from "./judge.ts";
import { Opening, unverified, withoutCertificate } from "./opening.ts";
import type { NamedBy } from "./private-networks.ts";
import { publicFields } from "./public-fields.ts";
import { askRevocation } from "./revocation.ts";

/** What experiments start from: the main attempt, as it was asked and as it was seen. */
export interface Bench {
  readonly request: AttemptRequest;
  readonly seen: AttemptSeen;
  readonly judging: Omit<Judging, "trust">;
}

/** What it may use. */
export interface Allowance {
  readonly connections: number;
  readonly timeMs: number;
  /** The most that each step of a connection may take. */
  readonly connectionMs: number;
  /** Told of a connection that was granted and not needed. */
  readonly onSpared?: () => void;
}

/** Carries an experiment out; never rejects for anything the outside does. */
export async function perform(
  experiment: Experiment,
  bench: Bench,
  allowance: Allowance,
): Promise<ExperimentResult> {
  const startedAt = performance.now();
  const bounded: Bench = { ...bench, request: { ...bench.request, ...shortTimes(allowance) } };
  const finish = (outcome: Pick<ExperimentResult, "gave" | "undone">): ExperimentResult =>
    resultOf(experiment, { ms: performance.now() - startedAt, ...outcome });
  try {
    return finish({ gave: await carryOut(experiment, bounded, allowance), undone: undefined });
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    const undone: Undone =
      error.code === "aborted" ? { kind: "cut-off" } : { kind: "failed", ended: endedBy(error) };
    return finish({ undone, gave: undefined });
  }
}

/** An experiment with what came of it: `gave` is of its kind, which the compiler cannot see. */
export function resultOf(
  experiment: Experiment,
  outcome: Pick<ExperimentResult, "ms" | "gave" | "undone">,
): ExperimentResult {
  return { kind: experiment.kind, experiment, ...outcome } as ExperimentResult;
}

function shortTimes({
  timeMs,
  connectionMs,
}: Allowance): Pick<AttemptRequest, "connectMs" | "times" | "limitMs"> {
  const ms = Math.min(timeMs, connectionMs);
  const limitMs = Math.ceil(timeMs);
  return { connectMs: ms, times: { headMs: ms, bodyIdleMs: ms, bodyMs: ms }, limitMs };
}

async function carryOut(
  experiment: Experiment,
  bench: Bench,
  allowance: Allowance,
): Promise<Gave[Experiment["kind"]]> {
  const { seen, judging, request } = bench;
  switch (experiment.kind) {
    case "handshake":
      return shakeHandsWith(experiment, atSameAddress(bench));
    case "unverified":
      return attemptUnverified(bench);
    case "judge":
      return judgeAgain(experiment.change, { ...judging, trust: trustOf(seen) });
    case "fetch-issuer":
      return fetchIssuers(
        { ...judging, trust: trustOf(seen) },
        { namedBy: namedBy(bench), addressRules: request.addressRules, signal: request.signal },
      );
    case "revocation":
      return askRevocation({
        trust: trustOf(seen),
        policy: judging.policy,
        namedBy: namedBy(bench),
        addressRules: request.addressRules,
        signal: request.signal,
      });
    case "reach":
      return connectTo(experiment.address, request);
    case "other-key":
      return meetOtherKey(experiment.keyType, atSameAddress(bench));
    case "request":
      return askWith(experiment.changes, bench, allowance);
  }
}

/** The server's own address; where a proxy stands between, nobody here knows it. */
function addressOf({ reach }: AttemptSeen): string | undefined {
  return reach?.proxy === undefined ? reach?.connected : undefined;
}

function namedBy({ seen, request }: Bench): NamedBy | undefined {
  const address = addressOf(seen);
  return address === undefined ? undefined : { host: request.target.host, address };
}

function trustOf({ trust }: AttemptSeen): NonNullable<AttemptSeen["trust"]> {
  if (trust === undefined) throw new Error("A chain is judged again only after it was seen.");
  return trust;
}

/** The address that answered before, so that one thing alone differs. */
function atSameAddress({ request, seen }: Bench): AttemptRequest {
  const connected = addressOf(seen);
  return connected === undefined ? request : atAddress(request, connected);
}

function atAddress(request: AttemptRequest, address: string): AttemptRequest {
  const { host, port } = request.target;
  const { addressRules } = request;
  return { ...request, addressRules: { ...addressRules, resolve: { [`${host}:${port}`]: address } } };
}

/**
 * Nothing is verified, pins neither. Nobody vouches for the server then, so nothing secret goes there: no certificate of
 * this client, no path and no query.
 */
async function attemptUnverified(bench: Bench): Promise<AttemptSeen> {
  const request = atSameAddress(bench);
  const { target } = request;
  const reason = "to see whether the server answers a client that does not verify";
  const { seen } = await makeAttempt({
    ...request,
    target: { ...target, path: "/", href: `${target.origin}/` },
    method: "GET",
    policy: unverified(request.policy, reason),
    fields: publicFields(request.fields),
    followRedirects: false,
    onProgress: undefined,
  });
  return seen;
}

/** To this address: TCP, and TLS where the URL has it, verified, without the caller's certificate. No request follows. */
async function connectTo(address: string, request: AttemptRequest): Promise<Gave["reach"]> {
  const policy = { ...withoutCertificate(request.policy), pins: new Map() };
  const opening = new Opening(atAddress({ ...request, policy, proxy: undefined }, address));
  const error = await opening.openAlone();
  const { connected, lost = [] } = opening.reach ?? {};
  const [{ outcome } = { outcome: "pending" }] = lost;
  if (connected === undefined)
    return {
      connected: false,
      outcome: outcome === "pending" ? "no answer in time" : outcome,
      met: undefined,
    };
  const isTls = request.target.scheme === "https";
  return { connected: true, outcome: "connected", met: isTls ? metBy(opening, error) : undefined };
}

/** What is offered where keys of one kind alone are taken: suites below TLS 1.3, and signatures. */
const offersOf: Readonly<Record<KeyType, SecureContextOptions>> = {
  RSA: {
    ciphers: `${DEFAULT_CIPHERS}:!aECDSA`,
    sigalgs:
      "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:rsa_pkcs1_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha512",
  },
  ECDSA: {
    ciphers: `${DEFAULT_CIPHERS}:!aRSA`,
    sigalgs: "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512",
  },
};

/** The certificate that the server has of this kind, where it has one. */
async function meetOtherKey(keyType: KeyType, request: AttemptRequest): Promise<Gave["other-key"]> {
  const { policy } = request;
  const secureContext = policy.contextOffering({
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
    ...offersOf[keyType],
  });
  const opening = new Opening({
    ...request,
    policy: { ...withoutCertificate(policy, secureContext), pins: new Map() },
  });
  const met = metBy(opening, await opening.openAlone());
  const leaf = opening.trust?.chain[0]?.certificate;
  return { ...met, keyType: leaf && keyTypeOf(leaf.spki) };
}

function metBy({ trust }: Opening, error: HttpsError | undefined): Met {
  return {
    leaf: trust?.chain[0]?.fingerprint,
    trusted: trust?.verdict?.trusted,
    ended: error && endedBy(error),
  };
}

/** The request with these changes, twice: over one connection where it persists. */
async function askWith(
  changes: readonly RequestChange[],
  bench: Bench,
  { connections, onSpared }: Allowance,
): Promise<readonly RequestGave[]> {
  const request = atSameAddress(bench);
  const fields: readonly Field[] = applyChanges(request.fields, changes);
  const usual = {
    ...request,
    fields,
    attempts: attemptsFor(bench),
    followRedirects: false,
    onProgress: undefined,
    before: undefined,
  };
  const version = changes.find(({ kind }) => kind === "version");
  const arm = version?.kind === "version" ? inVersion(usual, version.version) : usual;
  let left = connections - 1;
  let outcome = await makeAttempt({ ...arm, askAgain: true });
  if (outcome.resend !== undefined && left > 0) {
    left--;
    outcome = await makeAttempt({ ...sentAgain(arm, outcome.resend), askAgain: true });
  }
  const { again } = outcome;
  const first = giveOf(outcome);
  const isRefused = first.status === undefined || first.status >= 400;
  // The server closes after each answer: the second one costs a connection, if there is one left. Silence is not asked for
  // again: the main attempt heard it once already. Nor is a change that did not help: once is enough to see that.
  const isOver =
    request.signal.aborted || first.ended?.stage === "timeout" || (isRefused && changes.length > 0);
  if (again !== undefined || left < 1 || isOver) {
    if (left > 0) onSpared?.();
    return again === undefined ? [first] : [first, again];
  }
  return [first, giveOf(await makeAttempt(arm))];
}

/** The answer of an attempt as an arm's. */
function giveOf({ seen: { exchange, ended }, resend }: AttemptOutcome): RequestGave {
  const status = ended === undefined ? exchange?.answer?.status : undefined;
  // RFC 9110 §15.5.20: over HTTP/2 that is said of the connection.
  const isPassing = resend !== undefined || (status === 421 && exchange?.version.spoken === "h2");
  return { status, ended, isPassing };
}

/** Where the request itself was sent again to no avail, its arms are not sent again as well. */
function attemptsFor({ request: { attempts, protocol }, seen: { ended, exchange } }: Bench): Attempts {
  const { status = 400 } = exchange?.answer ?? {};
  return ended === undefined && status < 400 ? new Attempts(undefined, protocol) : attempts;
}
