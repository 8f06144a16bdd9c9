/** Visits the URLs of a command line, with a line that says how far it has come. */
import type { HttpsError, SettingNames } from "../../core/index.ts";
import type { DeviceProfile } from "../../device/index.ts";
import type { Context } from "../frame/context.ts";
import { exitCodeOf, type Failure, describeFailure } from "../frame/failure.ts";
import { sitesOf, type Site } from "./sites.ts";
import { type SiteFlags, visitOptions } from "./site-options.ts";
import { StatusLine } from "./status-line.ts";
import { visitAll } from "./visit.ts";

export interface Survey {
  readonly urls: readonly string[];
  readonly sites: readonly Site[];
  /** URLs that gave no answer, and why. */
  readonly failures: readonly FailedUrl[];
  /** URLs whose host was met within TLS and spoke no HTTP, and how that ended. */
  readonly unanswered: readonly FailedUrl[];
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
  /** Further roots by which sites may verify, as PEM; empty for none. */
  readonly addRoots?: string;
}

export async function survey(
  { urls, flags, profile, addRoots = "" }: SurveyRequest,
  { env, err, signal, names }: Context,
): Promise<Survey> {
  const status = new StatusLine(err);
  try {
    const visits = await visitAll(urls, {
      client: { ...visitOptions(flags, { env, profile }), ...(addRoots === "" ? {} : { addRoots }) },
      follow: flags.redirects,
      signal,
      onProgress: status.show,
    });
    const told = (url: string, error: HttpsError | undefined): readonly FailedUrl[] =>
      failureOf(url, error, names());
    return {
      urls,
      sites: sitesOf(visits),
      failures: visits.flatMap(({ url, failure }) => told(url, failure)),
      unanswered: visits.flatMap(({ url, unanswered }) => told(url, unanswered)),
    };
  } finally {
    status.clear();
  }
}

/** Where it would have led on to is not known. */
export function explainUnanswered({ url, error }: FailedUrl): string {
  return `${url} was met within TLS and gave no HTTP answer: ${error.message} For its own certificates that is enough; whether it would lead on to another host is not known.`;
}

function failureOf(url: string, failure: HttpsError | undefined, names: SettingNames): readonly FailedUrl[] {
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
