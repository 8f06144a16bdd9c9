/** Judges a chain from a file, by anchors from another, with WebCrypto: on Node, Deno, Bun, and where files come otherwise. */
import { readFileSync } from "node:fs";
import { explainVerdict, peerNameOf, readAnchors, readChain } from "meerkat/trust";
import { verify } from "meerkat/trust/webcrypto";

const chain = readChain(readFileSync("sent.pem"));
const anchors = readAnchors(readFileSync("new-root.pem"), { store: "new-root.pem" });
const names = [peerNameOf("shop.example")];
const verdict = await verify({ ...chain, anchors, names, at: Date.now() });
console.log(explainVerdict(verdict));
