/**
 * Runs on the runtime that is tested: judges the chains of a file through both doors of cryptography, and prints the outcomes.
 * `Date.now()` is the moment.
 */
import { readFileSync } from "node:fs";
import { verify as verifyByNode } from "../../src/admission/public.ts";
import { peerNameOf, readAnchors, readChain, type Verdict } from "../../src/trust/public.ts";
import { verify as verifyByWebcrypto } from "../../src/webcrypto/public.ts";

export interface Chain {
  readonly name: string;
  readonly sent: string;
  readonly roots: string;
}

export interface Judged {
  readonly name: string;
  readonly node: string;
  readonly webcrypto: string;
}

const outcome = (verdict: Verdict): string => (verdict.trusted ? "trusted" : verdict.primary.code);

const judged: Judged[] = [];
for (const { name, sent, roots } of JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Chain[]) {
  const names = [peerNameOf("shop.example")];
  const request = { ...readChain(sent), anchors: readAnchors(roots), names, at: Date.now() };
  judged.push({
    name,
    node: outcome(verifyByNode(request)),
    webcrypto: outcome(await verifyByWebcrypto(request)),
  });
}
console.log(JSON.stringify(judged));
