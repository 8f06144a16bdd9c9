/** From what was typed to what a diagnosis is asked: the request that `get` would make, and whom it would believe. */
import { acceptedCodings } from "../../coding/index.ts";
import { chooseProxy, defaultUserAgent, requireDestination, type ClientOptions } from "../../client/index.ts";
import { HttpsError, type SettingNames, type Target } from "../../core/index.ts";
import type { Field } from "../../http1/index.ts";
import { compilePolicy } from "../../admission/index.ts";
import type { WhyRequest } from "../../why/index.ts";
import type { Context } from "../frame/context.ts";
import { CommandError, describeFailure, nameProxy } from "../frame/failure.ts";
import { protocolFlag } from "../get/protocol.ts";
import { clientOptions } from "../get/client-options.ts";
import { pacAddress } from "../get/pac/address.ts";
import { refuseBesidePac } from "../get/line/unmet.ts";
import { requireFields, readFieldLines } from "../get/send/fields.ts";
import type { WhyFlags } from "./flags.ts";

export interface Typed {
  readonly url: string;
  readonly flags: WhyFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Context["stdin"];
  /** Ends the reading of files. */
  readonly signal: AbortSignal;
}

/** What is asked. Throws a `CommandError` for whatever cannot be. */
export async function prepareWhy(typed: Typed, names: SettingNames): Promise<WhyRequest> {
  try {
    return { ...(await prepare(typed)), names };
  } catch (error) {
    // A URL or a file that cannot be used is a matter of usage here: no site was looked at.
    if (!(error instanceof HttpsError)) throw error;
    const { message, hint = "" } = describeFailure(error, names);
    throw new CommandError(message, { hint });
  }
}

async function prepare({ url: typed, flags, env, stdin, signal }: Typed): Promise<WhyRequest> {
  const { target, endpoint } = requireDestination(typed);
  if (endpoint !== undefined) refuseFields(flags);
  // Whom a pin and a proxy are for is read as for a web site.
  const url = endpoint === undefined ? typed : `https://${endpoint.authority}/`;
  refuseBesidePac(flags);
  const options = await clientOptions({ url, flags, env, signal });
  const headers = requireFields(await readFieldLines(flags.header ?? [], { stdin, signal }));
  const { roots, addRoots, pins, clientCertificate, resolve, environment = env } = options;
  const policy = compilePolicy(
    {
      ...(roots === undefined ? {} : { roots }),
      ...(addRoots === undefined ? {} : { addRoots }),
      ...(pins === undefined ? {} : { pins }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
      ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    },
    environment,
  );
  const option = (await pacProxy(flags.proxy, { url, options, signal })) ?? options.proxy;
  const proxyFor: WhyRequest["proxyFor"] = (asked) => {
    const { proxy, rule } = chooseProxy({
      target: asked,
      option,
      environment,
      policy: () => policy,
    });
    return { proxy: proxy && { ...proxy, source: nameProxy(proxy.source) }, rule: nameProxy(rule) };
  };
  proxyFor(target); // What is not a proxy's URL is refused before anything is asked.
  return {
    target,
    endpoint,
    fields: requestFields(target, options, headers),
    protocol: options.protocol ?? "auto",
    policy,
    ownRoots: roots !== undefined,
    environment,
    proxyFor,
    addressRules: { resolve, lookup: undefined, family: undefined },
    reading: { limits: undefined, allow: flags.allow },
    connectMs: flags.connectTimeout,
    totalMs: flags.maxTime,
    experiments: flags.experiments,
  };
}

interface PacQuestion {
  readonly url: string;
  readonly options: ClientOptions;
  readonly signal: AbortSignal;
}

/** What a PAC file says of this URL: whoever else is asked on its account is asked by the same way. */
async function pacProxy(
  proxy: string | undefined,
  { url, options, signal }: PacQuestion,
): Promise<string | null | undefined> {
  const address = pacAddress(proxy);
  if (address === undefined) return undefined;
  const { openPacWays } = await import("../get/pac/ways.ts");
  const ways = await openPacWays(address, { login: undefined, options, signal, tell: () => undefined });
  return (await ways.optionsFor(url)).proxy;
}

/** What is said in HTTP has no place elsewhere. */
function refuseFields(flags: WhyFlags): void {
  const { header, userAgent } = flags;
  const given = header !== undefined ? "-H" : userAgent !== undefined ? "-A" : protocolFlag(flags);
  if (given === undefined) return;
  throw new CommandError(`${given} is for web sites: nothing is asked in HTTP here.`, {
    hint: "Leave it out.",
  });
}

/** The fields in the order in which the client sends them. */
function requestFields(
  target: Target,
  { userAgent = defaultUserAgent }: ClientOptions,
  headers: Readonly<Record<string, readonly string[] | null>>,
): readonly Field[] {
  const fields: Field[] = [["Host", target.authority]];
  if (userAgent !== null) fields.push(["User-Agent", userAgent]);
  fields.push(["Accept", "*/*"], ["Accept-Encoding", acceptedCodings]);
  const given = new Map(
    Object.entries(headers).map(([name, lines]) => [name.toLowerCase(), { name, lines }]),
  );
  const kept = fields.flatMap((field): readonly Field[] => {
    const own = given.get(field[0].toLowerCase());
    if (own === undefined) return [field];
    given.delete(field[0].toLowerCase());
    return (own.lines ?? []).map((line): Field => [own.name, line]);
  });
  for (const { name, lines } of given.values()) for (const line of lines ?? []) kept.push([name, line]);
  return kept;
}
