/**
 * What `error.why()` does: asks again the request that failed. Who can do that stands above this room, registers here, and
 * is loaded when it is first asked for, so that a program which never asks does not pay for it.
 */
import {
  assert,
  Unasked,
  type Endpoint,
  type ErrorReport,
  type HttpsError,
  type Target,
} from "../core/index.ts";
import type { Field } from "../http1/index.ts";
import type { AddressRules } from "../net/index.ts";
import type { TrustPolicy } from "../admission/index.ts";
import { laterRemedy, latePart, whyNotThere } from "./late-part.ts";
import type { Environment } from "./options/options.ts";
import type { Protocol } from "./options/protocol.ts";
import type { ConnectionOptions } from "./pool/connection-owner.ts";
import type { ProxyChoice } from "./pool/proxy-choice.ts";

/** The request that failed, as the client made it. */
export interface Inquiry {
  readonly target: Target;
  /** What is spoken there, where it is not a web site. */
  readonly endpoint: Endpoint | undefined;
  readonly method: "GET" | "HEAD";
  readonly fields: readonly Field[];
  /** Which version of HTTP it asks for. */
  readonly protocol: Protocol;
  readonly policy: TrustPolicy;
  /** Whether the caller named the roots. */
  readonly ownRoots: boolean;
  readonly environment: Environment;
  readonly proxyFor: (target: Target) => ProxyChoice;
  readonly addressRules: AddressRules;
  readonly sni: string | null | undefined;
  /** The name that the certificate must carry. */
  readonly name: string | undefined;
  /** What was offered by ALPN, where it is not what the version of HTTP has offered. */
  readonly alpn: readonly string[] | undefined;
  /** How the answer is read. */
  readonly reading: Reading;
  /** Ends it. */
  readonly signal: AbortSignal | undefined;
}

/** Bounds on answers, and the faults of theirs that are let pass. */
export type Reading = Pick<ConnectionOptions, "limits" | "allow">;

/** Finds out more about a request that failed. */
export type Inquirer = (inquiry: Inquiry) => Promise<ErrorReport<"why">>;

let loadInquirer: (() => Promise<Inquirer>) | undefined;

/** Says who answers `error.why()`; loaded when it is first asked for. */
export function registerInquirer(load: () => Promise<Inquirer>): void {
  loadInquirer = load;
}

/** What is found out about a request, whatever came of it. */
export async function explainRequest(inquiry: Inquiry): Promise<ErrorReport<"why">> {
  assert(loadInquirer !== undefined, "the public door says who answers");
  const inquirer = await latePart(loadInquirer);
  if (inquirer === undefined) throw new Error(`Nothing could be asked: ${notLoaded}`);
  return inquirer(inquiry);
}

/** What is found out about `error`; the error itself, where nobody is there who could find out more. */
export async function inquire(inquiry: Inquiry, error: HttpsError): ReturnType<HttpsError["why"]> {
  if (loadInquirer === undefined) return new Unasked(error);
  const inquirer = await latePart(loadInquirer);
  return inquirer === undefined
    ? new Unasked(error, `Nothing was asked again: ${notLoaded}`)
    : inquirer(inquiry);
}

const notLoaded = `${whyNotThere("what asks")} ${laterRemedy}`;
