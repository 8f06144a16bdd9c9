/**
 * Huffman-coded octets to octets: RFC 7541 §5.2. A machine that takes half an octet at a time, which ends at most one
 * symbol, since every code has at least five bits. Its table is made when it is first needed.
 */
import { codeLengths, codes, endOfString } from "./huffman-code.ts";

/** No string is longer: the shortest codes have five bits. */
export function mostDecoded(codedOctets: number): number {
  return Math.floor((codedOctets * 8) / 5);
}

/** What is wrong with a coded string. */
export const holdsEos = -1;
export const paddingTooLong = -2;
export const paddingNotEos = -3;

/** A step: the next state in its low octet, the symbol that ended in the octet above, and these. */
const emits = 0x1_0000;
const fails = 0x2_0000;

let machine: Machine | undefined;

interface Machine {
  /** By state and half octet. */
  readonly steps: Uint32Array;
  /** By state: the fault of a string that ends in it, or 0. */
  readonly endings: Int8Array;
}

/** Decodes `bytes` from `start` to `end` onto the beginning of `out`, which has room; gives the length, or a fault. */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  const { steps, endings } = (machine ??= makeMachine());
  let length = 0;
  let state = 0;
  for (let at = start; at < end; at++) {
    const octet = bytes[at] as number;
    const high = steps[(state << 4) | (octet >>> 4)] as number;
    if (high >= emits) {
      if (high >= fails) return holdsEos;
      out[length++] = high >>> 8;
    }
    const low = steps[((high & 0xff) << 4) | (octet & 15)] as number;
    if (low >= emits) {
      if (low >= fails) return holdsEos;
      out[length++] = low >>> 8;
    }
    state = low & 0xff;
  }
  const fault = endings[state] as number;
  return fault === 0 ? length : fault;
}

/** A node of the tree is an index; a child is a node, or a symbol below 0, or 0 where there is none yet. */
interface Tree {
  readonly children: readonly Int16Array[];
  /** Whether the way to the node is the beginning of EOS, and how long it is. */
  readonly depths: number[];
  readonly isOfEos: boolean[];
}

function makeMachine(): Machine {
  const tree = makeTree();
  const states = tree.depths.length;
  const steps = new Uint32Array(states * 16);
  const endings = new Int8Array(states);
  for (let state = 0; state < states; state++) {
    for (let half = 0; half < 16; half++) steps[state * 16 + half] = stepOf(tree, state, half);
    if (tree.isOfEos[state] !== true) endings[state] = paddingNotEos;
    else if ((tree.depths[state] ?? 0) > 7) endings[state] = paddingTooLong;
  }
  return { steps, endings };
}

function stepOf({ children }: Tree, state: number, half: number): number {
  let node = state;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const child = children[(half >>> bit) & 1]?.[node] ?? 0;
    if (child > 0) {
      node = child;
      continue;
    }
    const symbol = -child - 1;
    if (symbol === endOfString) return fails;
    emitted = emits | (symbol << 8);
    node = 0;
  }
  return emitted | node;
}

function makeTree(): Tree {
  const inner = codes.length - 1;
  const children = [new Int16Array(inner), new Int16Array(inner)] as const;
  const tree = { children, depths: [0], isOfEos: [true] };
  for (let symbol = 0; symbol < codes.length; symbol++) {
    const code = codes[symbol] ?? 0;
    let node = 0;
    for (let bit = (codeLengths[symbol] ?? 0) - 1; bit >= 0; bit--) {
      const side = children[((code >>> bit) & 1) as 0 | 1];
      if (bit === 0) side[node] = -symbol - 1;
      else node = side[node] || addNode(tree, side, node);
    }
  }
  return tree;
}

function addNode({ children, depths, isOfEos }: Tree, side: Int16Array, parent: number): number {
  const node = depths.length;
  side[parent] = node;
  depths.push((depths[parent] ?? 0) + 1);
  isOfEos.push(isOfEos[parent] === true && side === children[1]);
  return node;
}
