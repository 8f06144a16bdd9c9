/** Requests one after another, on one connection or on many side by side, for a while. */
import { sizedPath, smallPath, type OriginName } from "../server/origins.ts";
import { metered } from "./meter.ts";
import { noPrograms, type Effort, type Scenario, type Subject } from "./scenario.ts";

const bodyBytes = 65_536;

/** What a small answer holds. */
interface SmallBody {
  readonly resumed: string;
}

export const small1: Scenario = {
  name: "small-1",
  title: "Small JSON, one connection",
  connections: 1,
  proxied: false,
  without: noPrograms,
  measure: (subject, effort) => readSmall(subject, effort, { origin: "kept", lanes: 1 }),
};

export const small50: Scenario = {
  name: "small-50",
  title: "Small JSON, 50 connections",
  connections: 50,
  proxied: false,
  without: noPrograms,
  measure: (subject, effort) => readSmall(subject, effort, { origin: "kept", lanes: 50 }),
};

export const body64k50: Scenario = {
  name: "body64k-50",
  title: "64 KiB, 50 connections",
  connections: 50,
  proxied: false,
  without: noPrograms,
  measure: ({ client, origins }, effort) => {
    const url = origins.kept + sizedPath(bodyBytes);
    return repeat(effort, 50, async () => {
      const bytes = await client.bytes(url);
      if (bytes !== bodyBytes) throw new Error(`${bytes} bytes came of ${bodyBytes}`);
      return { bytes, resumed: false };
    });
  },
};

export const cold: Scenario = {
  name: "cold",
  title: "A connection for each request, nothing resumed",
  connections: 1,
  proxied: false,
  without: noPrograms,
  measure: async (subject, effort) => {
    const sample = await readSmall(subject, effort, { origin: "cold", lanes: 1 });
    if (sample.resumed > 0) throw new Error(`${sample.resumed} handshakes were not cold`);
    return sample;
  },
};

export const resumed: Scenario = {
  name: "resumed",
  title: "A connection for each request, TLS resumed",
  connections: 1,
  proxied: false,
  without: noPrograms,
  measure: (subject, effort) => readSmall(subject, effort, { origin: "resumable", lanes: 1 }),
};

export const proxy: Scenario = {
  name: "proxy",
  title: "Small JSON through CONNECT, one connection",
  connections: 1,
  proxied: true,
  without: {
    ...noPrograms,
    "node:https": "has no CONNECT of its own",
    got: "has no CONNECT of its own",
    ky: "has no CONNECT of its own on this Node",
  },
  measure: (subject, effort) => readSmall(subject, effort, { origin: "kept", lanes: 1 }),
};

export function readSmall(
  { client, origins }: Subject,
  effort: Effort,
  { origin, lanes }: { readonly origin: OriginName; readonly lanes: number },
): ReturnType<Scenario["measure"]> {
  const url = origins[origin] + smallPath;
  return repeat(effort, lanes, async () => {
    const body = (await client.json(url)) as SmallBody;
    return { bytes: origins.smallBytes, resumed: body.resumed === "r" };
  });
}

/** Runs `once` in so many lanes until the time is up. */
function repeat(
  { ms }: Effort,
  lanes: number,
  once: () => Promise<{ readonly bytes: number; readonly resumed: boolean }>,
): ReturnType<Scenario["measure"]> {
  return metered(async () => {
    const latenciesMs: number[] = [];
    const done = { bytes: 0, resumed: 0 };
    const endsAt = performance.now() + ms;
    const lane = async (): Promise<void> => {
      for (let startedAt = performance.now(); startedAt < endsAt;) {
        const { bytes, resumed } = await once();
        const endedAt = performance.now();
        latenciesMs.push(endedAt - startedAt);
        done.bytes += bytes;
        if (resumed) done.resumed++;
        startedAt = endedAt;
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return { requests: latenciesMs.length, latenciesMs, ...done };
  });
}
