/** Judges a chain from a file, by anchors from another, on Node. */
import { readFileSync } from "node:fs";
import { explainVerdict, peerNameOf, readChain } from "meerkat/trust";
import { openAnchors, verify } from "meerkat/trust/node";

const chain = readChain(readFileSync("sent.pem"));
const names = [peerNameOf("shop.example")];
const verdict = verify({ ...chain, anchors: openAnchors("new-root.pem"), names, at: Date.now() });
console.log(explainVerdict(verdict));
