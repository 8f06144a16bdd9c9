/** The version of HTTP: which was spoken and how it came to that, and the same request over the other one. */
import type { Details } from "../core/index.ts";
import type { AttemptSeen, Ended, HttpVersion, VersionSeen } from "./observation.ts";
import type { RequestChange } from "./request-change.ts";

export const versionNames: Readonly<Record<HttpVersion, string>> = { h2: "HTTP/2", "http/1.1": "HTTP/1.1" };

/** What was spoken, as a name; HTTP/1.1 where it did not come to that. */
export function spokenIn({ exchange }: AttemptSeen): string {
  return versionNames[exchange?.version.spoken ?? "http/1.1"];
}

/** The same request over this version. */
export function overVersion(version: HttpVersion): RequestChange {
  return { kind: "version", id: "version", version, says: `over ${versionNames[version]}` };
}

/** Whether it is nothing but another version of HTTP. */
export function isOfVersion(changes: readonly RequestChange[]): boolean {
  return changes.length === 1 && changes[0]?.kind === "version";
}

/** The version that was not spoken, where the request can be made over it. */
export function otherVersion({ exchange, scheme, ended }: AttemptSeen): HttpVersion | undefined {
  const { version } = exchange ?? {};
  if (version === undefined) return ended?.code === "http2-not-chosen" ? "http/1.1" : undefined;
  if (version.isWanted) return undefined;
  if (version.spoken === "h2") return "http/1.1";
  // Nothing is agreed on in plain: what speaks HTTP/2 there shows it.
  if (scheme === "http") return ended !== undefined && answersInHttp2(ended) ? "h2" : undefined;
  // A server that was offered it has chosen.
  return version.offered.includes("h2") ? undefined : "h2";
}

/** Whether HTTP/1.1 was answered in HTTP/2. */
export function answersInHttp2({ code, detail }: Ended): boolean {
  return code === "not-http" && (detail as Partial<Details["not-http"]>).speaks === "HTTP/2";
}

/** How it came to be spoken, and why not the other; words that stand behind what was answered. */
export function explainVersion(version: VersionSeen): string {
  const { spoken, offered, selected, isWanted } = version;
  if (isWanted) return "HTTP/1.1, since the server wants this request so (HTTP_1_1_REQUIRED)";
  if (offered.length === 0)
    return spoken === "h2"
      ? "HTTP/2 without being agreed on, as was asked"
      : "http:// has no ALPN, by which a server chooses HTTP/2";
  if (offered.length === 1) return `${versionNames[spoken]} alone was offered (ALPN)`;
  const both = "HTTP/2 and HTTP/1.1 were offered";
  return selected === undefined
    ? `${both}, and the server did not answer that (ALPN)`
    : `${both}, and the server chose ${versionNames[spoken]} (ALPN)`;
}
