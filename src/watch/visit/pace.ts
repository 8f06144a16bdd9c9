/**
 * Decides when a connection to an address may begin: one at a time to an address and two a second, eight a second to its
 * network. Time is an argument, milliseconds by one monotonic clock.
 *
 * A connection counts from its beginning until a second after its end, so that an address never meets more than that in any
 * second of its own: however late a connection arrives, it arrives before its end. For the network, one that lasts longer
 * than a second has arrived by then; hosts that are silent there do not keep others waiting.
 */
import { parseIpAddress } from "../../x509/index.ts";
import { visitLimits } from "./limits.ts";

/** How many connections may begin within a second. */
export interface Rates {
  readonly address: number;
  readonly network: number;
}

export const politeRates: Rates = {
  address: visitLimits.addressASecond.value,
  network: visitLimits.networkASecond.value,
};

const secondMs = 1_000;

interface Begun {
  readonly at: number;
  endedAt: number | undefined;
}

export class Pace {
  readonly #rates: Rates;
  readonly #addresses = new Map<string, Begun[]>();
  readonly #networks = new Map<string, Begun[]>();
  /** Each address is read once, until it is forgotten. */
  readonly #networkOfAddress = new Map<string, string>();
  #begun = 0;

  constructor(rates: Rates = politeRates) {
    this.#rates = rates;
  }

  /** From when on a connection may begin; `Infinity` as long as one to the address has not ended. */
  nextAt(address: string, at: number): number {
    const own = current(this.#addresses.get(address), at, afterEnd);
    if (own.some(({ endedAt }) => endedAt === undefined)) return Infinity;
    const near = current(this.#networks.get(this.#networkOf(address)), at, afterArrival);
    const { address: mostThere, network: mostNear } = this.#rates;
    return Math.max(at, freeAt(own, mostThere, afterEnd), freeAt(near, mostNear, afterArrival));
  }

  /** Only at a moment that `nextAt` allows. */
  begin(address: string, at: number): void {
    if (++this.#begun % visitLimits.quietAddresses.value === 0) this.#forget(at);
    const begun = { at, endedAt: undefined };
    const network = this.#networkOf(address);
    this.#addresses.set(address, [...current(this.#addresses.get(address), at, afterEnd), begun]);
    this.#networks.set(network, [...current(this.#networks.get(network), at, afterArrival), begun]);
  }

  end(address: string, at: number): void {
    const open = this.#addresses.get(address)?.find(({ endedAt }) => endedAt === undefined);
    if (open !== undefined) open.endedAt = at;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#addresses.size;
  }

  #networkOf(address: string): string {
    let network = this.#networkOfAddress.get(address);
    if (network === undefined) this.#networkOfAddress.set(address, (network = networkOf(address)));
    return network;
  }

  #forget(at: number): void {
    this.#networkOfAddress.clear();
    for (const places of [this.#addresses, this.#networks])
      for (const [place, begun] of places)
        if (current(begun, at, afterEnd).length === 0) places.delete(place);
  }
}

/** `192.0.2.0/24`, `2001:db8:1::/48`; what is not an address, as it is. */
export function networkOf(address: string): string {
  const bytes = parseIpAddress(address);
  if (bytes === undefined) return address;
  const ipv4 = bytes.length === 4 ? bytes : isMapped(bytes) ? bytes.subarray(12) : undefined;
  return ipv4 === undefined ? `6 ${bytes.subarray(0, 6).join(" ")}` : `4 ${ipv4.subarray(0, 3).join(" ")}`;
}

/** `::ffff:192.0.2.1` leads where `192.0.2.1` does: RFC 4291 §2.5.5.2. */
function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((one) => one === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

/** Until when one counts. */
type Counting = (begun: Begun) => number;

/** For its address. */
const afterEnd: Counting = ({ endedAt = Infinity }) => endedAt + secondMs;

/** For its network. */
const afterArrival: Counting = ({ at, endedAt = Infinity }) => Math.min(endedAt, at + secondMs) + secondMs;

/** Those that count at a moment; an open one to an address counts for it however long it lasts. */
function current(begun: readonly Begun[] | undefined, at: number, counting: Counting): Begun[] {
  return (begun ?? []).filter((one) => one.endedAt === undefined || counting(one) > at);
}

/** When fewer than `most` of them count. */
function freeAt(begun: readonly Begun[], most: number, counting: Counting): number {
  const ends = begun.map(counting).toSorted((a, b) => b - a);
  return ends[most - 1] ?? 0;
}
