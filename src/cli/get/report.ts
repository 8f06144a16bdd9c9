/** `get --report json`: one object that says everything, for an answer and for a failure. */
import type { RequestAttempt, Response } from "../../client/index.ts";

interface Ended {
  readonly body: Uint8Array | null;
  readonly code: number;
  /** The tries that were made before, because --retry asks for them. */
  readonly earlier: readonly RequestAttempt[];
}

/** The object for an answer. A body is text where it is UTF-8, base64 otherwise; `null` where it went to a file. */
export function describeAnswer(response: Response, { body, code, earlier }: Ended): object {
  const {
    status,
    reason,
    httpVersion,
    url,
    headers,
    trailers,
    redirects,
    trust,
    timings,
    connection,
    attempts,
  } = response;
  return {
    schema: 1,
    ok: true,
    exitCode: code,
    url,
    status,
    reason,
    httpVersion,
    headers: [...headers.lines()],
    trailers: [...trailers.lines()],
    redirects,
    attempts: [...earlier, ...attempts],
    trust,
    connection,
    timings,
    completeness: response.completeness,
    receivedBytes: response.receivedBytes,
    ...describeBody(body),
  };
}

function describeBody(body: Uint8Array | null): object {
  if (body === null) return { body: null };
  try {
    return { body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body) };
  } catch {
    return { bodyBase64: Buffer.from(body).toString("base64") };
  }
}
