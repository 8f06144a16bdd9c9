/** A survey of a server on this machine: what every survey in tests has. */
import type { TrustPolicy } from "../src/admission/index.ts";
import type { EndpointRequest } from "../src/survey/index.ts";

/** Of a name that stands for 127.0.0.1 at this port. */
export function onLoopback(place: {
  readonly host: string;
  readonly port: number;
  readonly policy: TrustPolicy;
}): EndpointRequest & { readonly onProgress: () => void } {
  const { host, port } = place;
  return {
    ...place,
    startTls: undefined,
    addressRules: { resolve: { [`${host}:${port}`]: "127.0.0.1" }, lookup: undefined, family: undefined },
    proxy: undefined,
    signal: new AbortController().signal,
    totalMs: 60_000,
    onProgress: () => {},
  };
}
