/** Mutants of `net` that change nothing which a test on loopback could notice. */
import type { Accepted } from "./accepted.ts";

export const net: readonly Accepted[] = [
  {
    file: "net/handshake.ts",
    before: "return connectTls(parameters, { ...place, autoSelectFamily: false, noDelay: true, ...reads });",
    after: ["return connectTls(parameters, { ...place, autoSelectFamily: true, noDelay: true, ...reads });"],
    why: "An address is connected to, and Node chooses between families for names alone; `false` keeps what stands on Object.prototype from being read.",
  },
  {
    file: "net/handshake.ts",
    before: "return connectTls(parameters, { ...place, autoSelectFamily: false, noDelay: true, ...reads });",
    after: [
      "return connectTls(parameters, { ...place, autoSelectFamily: false, noDelay: false, ...reads });",
    ],
    why: "Nagle's algorithm holds bytes back for a time, and only where the peer acknowledges late; Node does not say whether it is on.",
  },
];
