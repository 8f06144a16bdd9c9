/**
 * What a Redis that carries a queue has to be, by what it says of itself (INFO). BullMQ looks at the same, and says it on the
 * console, in the middle of a log: it is not given the cause.
 */
import { WatchError } from "../watch-error.ts";

/** BullMQ 6 goes on from the first, and knows by the second all that makes it quick. */
const least: Version = [5, 0];
const wanted: Version = [6, 2];

type Version = readonly [major: number, minor: number];

export interface RedisServer {
  /** What is not as it should be, and goes on all the same. */
  readonly warnings: readonly string[];
  /** Whether BullMQ would say by itself that it is old. */
  readonly isOld: boolean;
}

/** `name` shows no credentials. @throws WatchError for one that is too old */
export function readRedisServer(info: string, name: string): RedisServer {
  const version = versionOf(info);
  const shown = version?.join(".");
  if (isBefore(version, least))
    throw new WatchError(`The queue at ${name} is Redis ${shown}, which is too old.`, {
      hint: `Redis ${least.join(".")} or newer carries a queue, or any Valkey; ${wanted.join(".")} or newer is better.`,
    });
  const isOld = isBefore(version, wanted);
  const [, policy = "noeviction"] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
  return {
    isOld,
    warnings: [
      ...(policy === "noeviction"
        ? []
        : [
            `The queue at ${name} forgets work when its memory is full: its maxmemory-policy is ${policy}. Set it to noeviction, in its redis.conf and by CONFIG SET.`,
          ]),
      ...(isOld
        ? [`The queue at ${name} is Redis ${shown}, which is old: ${wanted.join(".")} or newer is quicker.`]
        : []),
    ],
  };
}

/** As BullMQ is to read it. */
export function withoutPolicy(info: string): string {
  return info.replace(/^maxmemory_policy:.*\r?\n/m, "");
}

/** Valkey and others that speak as it does say which Redis they are like. */
function versionOf(info: string): Version | undefined {
  const [, major, minor] = /^redis_version:(\d+)\.(\d+)/m.exec(info) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

function isBefore(version: Version | undefined, [major, minor]: Version): boolean {
  if (version === undefined) return false;
  return version[0] < major || (version[0] === major && version[1] < minor);
}
