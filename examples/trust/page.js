/** The same in a page, built by any bundler: the chain and the anchors are fetched, and the page says what the verdict is. */
import { explainVerdict, peerNameOf, readAnchors, readChain } from "meerkat/trust";
import { verify } from "meerkat/trust/webcrypto";

const read = async (path) => (await fetch(path)).text();

const chain = readChain(await read("sent.pem"));
const anchors = readAnchors(await read("roots.pem"), { store: "roots.pem" });
const names = [peerNameOf("shop.example")];
const verdict = await verify({ ...chain, anchors, names, at: Date.now() });
document.body.className = verdict.trusted ? "trusted" : verdict.primary.code;
document.body.innerText = explainVerdict(verdict);
