/** What `why` says of an endpoint that the watch found failing, as its command prints it. */
import { Writable } from "node:stream";
import type { TrustPolicy } from "../../admission/index.ts";
import { chooseProxy, defaultUserAgent, requireDestination } from "../../client/index.ts";
import { runWhy, type WhyRequest } from "../../why/index.ts";
import type { Config, KeptWhy } from "../../watch/index.ts";
import type { WatchedEndpoint } from "../../fleet/index.ts";
import { Output } from "../frame/output.ts";
import { renderDiagnosis, renderStage } from "../why/text.ts";

export interface AskWhySetting {
  readonly config: () => Config;
  readonly policy: TrustPolicy;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export async function askWhy(
  { href }: WatchedEndpoint,
  { config, policy, env }: AskWhySetting,
  signal: AbortSignal,
): Promise<KeptWhy> {
  const { proxy, resolve, place = "here", roots } = config();
  const { target, endpoint } = requireDestination(href);
  const proxyFor: WhyRequest["proxyFor"] = (asked) =>
    chooseProxy({ target: asked, option: proxy, environment: env, policy: () => policy });
  const { diagnosis } = await runWhy({
    target,
    endpoint,
    fields: endpoint === undefined ? [["User-Agent", defaultUserAgent]] : [],
    policy,
    ownRoots: roots !== undefined,
    environment: env,
    proxyFor,
    addressRules: { resolve, lookup: undefined, family: undefined },
    signal,
  });
  const out = new Output(nowhere, { NO_COLOR: "1" });
  const lines = [
    ...diagnosis.stages.flatMap((stage) => renderStage(stage, out)),
    ...renderDiagnosis(diagnosis, out),
  ];
  return { at: Date.now(), place, code: diagnosis.headline.code, text: lines.join("\n") };
}

/** For its width and the want of colour. */
const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
