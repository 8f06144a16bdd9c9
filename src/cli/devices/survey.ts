/** Visits the URLs of a command line, with a line that says how far it has come. */
import type { ClientOptions } from "../../client/index.ts";
import type { SettingNames } from "../../core/index.ts";
import type { DeviceProfile } from "../../device/index.ts";
import type { Context } from "../frame/context.ts";
import { exitCodeOf, type Failure, describeFailure } from "../frame/failure.ts";
import { sitesOf, type Site } from "./sites.ts";
import { type SiteFlags, visitOptions } from "./site-options.ts";
import { StatusLine } from "./status-line.ts";
import { visitAll, type Visit } from "./visit.ts";

export interface Survey {
  readonly urls: readonly string[];
  readonly sites: readonly Site[];
  /** URLs that gave no answer, and why. */
  readonly failures: readonly FailedUrl[];
}

export interface FailedUrl {
  readonly url: string;
  readonly exitCode: number;
  readonly error: Pick<Failure, "code" | "message" | "hint">;
}

export interface SurveyRequest {
  readonly urls: readonly string[];
  readonly flags: SiteFlags;
  /** The device whose TLS versions are spoken. */
  readonly profile: DeviceProfile | undefined;
  /** Further roots by which sites may verify. */
  readonly addRoots?: ClientOptions["addRoots"];
}

export async function survey(
  { urls, flags, profile, addRoots }: SurveyRequest,
  { env, err, signal, names }: Context,
): Promise<Survey> {
  const status = new StatusLine(err);
  try {
    const visits = await visitAll(urls, {
      client: { ...visitOptions(flags, { env, profile }), ...(addRoots === undefined ? {} : { addRoots }) },
      follow: flags.redirects,
      signal,
      onProgress: status.show,
    });
    return { urls, sites: sitesOf(visits), failures: visits.flatMap((visit) => failureOf(visit, names())) };
  } finally {
    status.clear();
  }
}

function failureOf({ url, failure }: Visit, names: SettingNames): readonly FailedUrl[] {
  if (failure === undefined) return [];
  const { code, message, hint } = describeFailure(failure, names);
  return [
    {
      url,
      exitCode: exitCodeOf(failure),
      error: { code, message, ...(hint === undefined ? {} : { hint }) },
    },
  ];
}
