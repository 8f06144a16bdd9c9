/**
 * Which endpoints are one job. A shard holds all endpoints of the networks that it touches, so that in a round one worker
 * alone speaks to them, and what it keeps to by itself (two connections a second to an address, eight to a network) holds for
 * all workers of a place, without a lock between them.
 *
 * Q: What if one network holds far more endpoints than a shard should? A: Its shard is longer: nobody else could help.
 * What is beyond `longestShard` is left for the next round.
 */
import { workLimits } from "../limits.ts";

/** An endpoint's id, and the networks that its addresses lie in; none where its name has no address. */
export interface Placed {
  readonly id: string;
  readonly networks: readonly string[];
}

export interface Shard {
  readonly endpoints: readonly string[];
  readonly networks: readonly string[];
}

/** Puts what belongs together together, and fills shards with it. `random` gives 0 to 1. */
export function groupShards(placed: readonly Placed[], random: () => number): readonly Shard[] {
  const shards: Shard[] = [];
  let open: Shard = { endpoints: [], networks: [] };
  for (const cluster of shuffle(clustersOf(placed), random)) {
    const endpoints = shuffle(cluster.endpoints, random).slice(0, workLimits.longestShard.value);
    const isFull = open.endpoints.length + endpoints.length > workLimits.shardLength.value;
    if (isFull && open.endpoints.length > 0) {
      shards.push(open);
      open = { endpoints: [], networks: [] };
    }
    open = {
      endpoints: [...open.endpoints, ...endpoints],
      networks: [...open.networks, ...cluster.networks],
    };
  }
  return open.endpoints.length === 0 ? shards : [...shards, open];
}

/** Endpoints that share a network, directly or by others that share one with both. */
function clustersOf(placed: readonly Placed[]): readonly Shard[] {
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root))
      root = next;
    // The way is shortened, so that the next one who asks has it near.
    for (let at = name; at !== root;) {
      const next = parents.get(at) ?? root;
      parents.set(at, root);
      at = next;
    }
    return root;
  };
  for (const { networks } of placed) {
    const [first, ...others] = networks;
    if (first === undefined) continue;
    if (!parents.has(first)) parents.set(first, first);
    for (const other of others) {
      if (!parents.has(other)) parents.set(other, other);
      parents.set(rootOf(other), rootOf(first));
    }
  }
  const clusters = new Map<string, { endpoints: string[]; networks: Set<string> }>();
  for (const { id, networks } of placed) {
    const [first] = networks;
    const key = first === undefined ? `no address: ${id}` : rootOf(first);
    const cluster = clusters.get(key) ?? { endpoints: [], networks: new Set() };
    clusters.set(key, cluster);
    cluster.endpoints.push(id);
    for (const network of networks) cluster.networks.add(network);
  }
  return [...clusters.values()].map(({ endpoints, networks }) => ({ endpoints, networks: [...networks] }));
}

/** In an order that nothing outside can guess (Fisher and Yates). */
function shuffle<T>(list: readonly T[], random: () => number): readonly T[] {
  const shuffled = [...list];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    const [one, other] = [shuffled[last] as T, shuffled[chosen] as T];
    shuffled[last] = other;
    shuffled[chosen] = one;
  }
  return shuffled;
}
