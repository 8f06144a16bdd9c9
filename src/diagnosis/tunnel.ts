/** What came through a proxy's tunnel, or did not: from here it cannot be seen whether the proxy or the server did it. */
import type { Code, Details } from "../core/index.ts";
import type { AttemptSeen } from "./observation.ts";

/** How a tunnel that was opened can end before a byte came through it. */
const ends: Partial<Readonly<Record<Code, string>>> = {
  "handshake-closed": "was closed during the TLS handshake",
  "handshake-reset": "was reset during the TLS handshake",
  "tls-timeout": "stayed silent",
};

/** A tunnel that let nothing through. */
export function explainSilentTunnel({ reach, tls, host, port, ended }: AttemptSeen): string | undefined {
  const how = ended && ends[ended.code];
  const { proxy } = reach ?? {};
  if (proxy === undefined || how === undefined || tls?.bytesReceived !== 0) return undefined;
  return `The tunnel to ${host} port ${port} that the proxy ${proxy.url} opened ${how}, and not a byte came back: the proxy let nothing through, or nothing behind it answers TLS.`;
}

/** A tunnel through which something else than TLS came. */
export function explainForeignTunnel({ reach, host, port, ended }: AttemptSeen): string | undefined {
  const { proxy } = reach ?? {};
  if (proxy === undefined || ended?.code !== "not-tls") return undefined;
  const { speaks, firstBytes } = ended.detail as Details["not-tls"];
  return `Through the proxy ${proxy.url} came ${speaks} ("${firstBytes}") in place of TLS: the proxy answered itself, or what it reached for ${host} port ${port} does not speak TLS.`;
}

/** What ended an attempt, as far as it can be told who did it. */
export function explainEnd(attempt: AttemptSeen): string {
  return explainSilentTunnel(attempt) ?? explainForeignTunnel(attempt) ?? attempt.ended?.sentence ?? "";
}
