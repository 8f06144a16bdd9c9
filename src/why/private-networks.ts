/** Which addresses a stranger's word may lead to: every public one, and of private networks the stranger's own. */
import { BlockList, isIP } from "node:net";

/** Whoever named the address: the host that was asked for, and where it was found. */
export interface NamedBy {
  readonly host: string;
  readonly address: string;
}

type Network = readonly [network: string, prefix: number];

/** Addresses that mean something to one machine or one link alone: RFC 1122 §3.2.1.3, RFC 3927, RFC 4291. */
const nearest: readonly Network[] = [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 3],
  ["::", 96],
  ["fe80::", 10],
  ["ff00::", 8],
];

/** Networks of somebody's own: RFC 1918, RFC 6598, RFC 2544, RFC 6890 §2.2.2, RFC 4193, RFC 3879. */
const shared: readonly Network[] = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["fc00::", 7],
  ["fec0::", 10],
];

function blockOf(networks: readonly Network[]): BlockList {
  const block = new BlockList();
  for (const [network, prefix] of networks)
    block.addSubnet(network, prefix, network.includes(":") ? "ipv6" : "ipv4");
  return block;
}

const nearestBlock = blockOf(nearest);
const sharedBlocks = shared.map((network) => blockOf([network]));

/** RFC 6052 §2.1: an IPv4 address in an IPv6 one, for a translator to take out. (A mapped one `BlockList` reads itself.) */
const translated = blockOf([["64:ff9b::", 96]]);

/** This machine itself, as addresses are told by a look-up. */
const loopback = blockOf([
  ["127.0.0.0", 8],
  ["::1", 128],
]);

/** Whether `address` is one that a stranger must not lead to. */
export function isOutOfBounds(address: string, namedBy: NamedBy | undefined): boolean {
  if (isIP(address) === 0 || isIn(translated, address)) return true;
  if (isIn(nearestBlock, address)) return !(isIn(loopback, address) && isOfOwnSetup(namedBy));
  const block = sharedBlocks.find((one) => isIn(one, address));
  return block !== undefined && (namedBy === undefined || !isIn(block, namedBy.address));
}

/** Whether a redirect to `address` leads further inside than whoever sent it stands. */
export function leadsInside(address: string, namedBy: NamedBy | undefined): boolean {
  const isOnOneMachine = namedBy !== undefined && isIn(loopback, namedBy.address) && isIn(loopback, address);
  return !isOnOneMachine && isOutOfBounds(address, namedBy);
}

/**
 * Who types a name under `localhost` asks for a site that runs on this machine, such as a lab's. `localhost` itself and
 * loopback addresses are also how a forwarded port is asked for, behind which anybody may answer.
 */
function isOfOwnSetup(namedBy: NamedBy | undefined): boolean {
  if (namedBy === undefined || !/[^.]\.localhost\.?$/i.test(namedBy.host)) return false;
  return isIn(loopback, namedBy.address);
}

function isIn(block: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && block.check(address, version === 4 ? "ipv4" : "ipv6");
}
