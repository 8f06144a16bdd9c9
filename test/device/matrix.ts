/** Fifty sites and twenty roots of every shape, for a device's verdict on each pair. */
import { extension, makeKeys, type Minted, rsaKeys } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";

export interface MatrixRoot {
  readonly what: string;
  readonly root: Minted;
}

export interface MatrixSite {
  readonly what: string;
  /** The server's own certificate first. */
  readonly sent: readonly Minted[];
  readonly name: string;
}

const host = "device.localhost";
const nothing = Uint8Array.of(5, 0);
const unknown = (critical: boolean): Uint8Array => extension("1.2.3.4.5", critical, nothing);
const permitsHost = ["dns:localhost"];
const permitsOther = ["dns:other.example"];

const plain = mintRoot("Plain Root");
const rsa = mintRoot("RSA Root", { keys: rsaKeys(2048, 0) });
const p384 = mintRoot("P-384 Root", { keys: makeKeys("P-384"), hash: "sha384" });
const p521 = mintRoot("P-521 Root", { keys: makeKeys("P-521"), hash: "sha512" });
const ed25519 = mintRoot("Ed25519 Root", { keys: makeKeys("Ed25519") });
const rsa1024 = mintRoot("RSA 1024 Root", { keys: rsaKeys(1024, 0) });
const rsa4096 = mintRoot("RSA 4096 Root", { keys: rsaKeys(4096, 0), hash: "sha384" });
const versionOne = mintRoot("Version One Root", { version: 1 });
const ended = mintRoot("Renewed Root", { notBeforeAt: now - 9 * yearMs, notAfterAt: now - 30 * dayMs });
const renewed = mintRoot("Renewed Root", { keys: ended.keys });
const future = mintRoot("Future Root", { notBeforeAt: now + 30 * dayMs });
const rekeyed = mintRoot("Plain Root");
const flat = mintRoot("Flat Root", { pathLength: 0 });
const narrowed = mintRoot("Constrained Root", { permit: permitsHost });
const softly = mintRoot("Softly Constrained Root", { permit: permitsOther, constraintsCritical: false });
const strange = mintRoot("Strange Root", { extra: [unknown(true)] });
const mute = mintRoot("Mute Root", { usages: ["digitalSignature"] });
const bare = mintRoot("Bare Root", { ca: null, usages: null });
const clients = mintRoot("Clients' Root", { purposes: ["clientAuth"] });
const sha1 = mintRoot("SHA-1 Root", { hash: "sha1" });

export const matrixRoots: readonly MatrixRoot[] = [
  { what: "P-256", root: plain },
  { what: "RSA 2048", root: rsa },
  { what: "P-384", root: p384 },
  { what: "P-521", root: p521 },
  { what: "Ed25519", root: ed25519 },
  { what: "RSA 1024", root: rsa1024 },
  { what: "RSA 4096", root: rsa4096 },
  { what: "version 1", root: versionOne },
  { what: "expired", root: ended },
  { what: "renewed", root: renewed },
  { what: "not valid yet", root: future },
  { what: "another key of the first's name", root: rekeyed },
  { what: "no CA below it", root: flat },
  { what: "critical constraints that allow the name", root: narrowed },
  { what: "constraints for other names", root: softly },
  { what: "an unknown critical extension", root: strange },
  { what: "may not sign certificates", root: mute },
  { what: "no basicConstraints", root: bare },
  { what: "for clients", root: clients },
  { what: "signed with SHA-1", root: sha1 },
];

/** An issuer below a root; what is not said is usual. */
function below(root: Minted, shape: Parameters<typeof mint>[0] = {}): Minted {
  return mint({ name: `Issuing of ${root.certificate.subject.display}`, ca: true, ...shape }, root);
}

const issuing = below(plain);
const second = mint({ name: "Second", ca: true }, issuing);
const crossed = mint({ name: "Plain Root", keys: plain.keys, ca: true }, p384);
const crossedBack = mint({ name: "P-384 Root", keys: p384.keys, ca: true, hash: "sha384" }, plain);
const expiredCross = mint({ name: "Plain Root", keys: plain.keys, ca: true, notAfterAt: now - dayMs }, ended);
const underEnded = below(ended);
const rollover = mint({ name: "Plain Root", keys: rekeyed.keys, ca: true }, plain);

function ladder(count: number): readonly Minted[] {
  const steps: Minted[] = [];
  let issuer = plain;
  for (let i = 1; i <= count; i++) {
    issuer = mint({ name: `Step ${i}`, ca: true }, issuer);
    steps.unshift(issuer);
  }
  return [mintLeaf(host, issuer), ...steps];
}

/** A leaf under the usual issuer, with one thing changed. */
function leafWith(shape: Parameters<typeof mint>[0]): readonly Minted[] {
  return [mintLeaf(host, issuing, shape), issuing];
}

/** A leaf under an issuer with one thing changed. */
function issuerWith(shape: Parameters<typeof mint>[0], root: Minted = plain): readonly Minted[] {
  const issuer = below(root, shape);
  return [mintLeaf(host, issuer), issuer];
}

const rows: readonly (readonly [what: string, sent: readonly Minted[], name?: string])[] = [
  ["under P-256", [mintLeaf(host, issuing), issuing]],
  ["under RSA", issuerWith({ keys: rsaKeys(2048, 1) }, rsa)],
  ["under P-384", issuerWith({ hash: "sha384" }, p384)],
  ["under P-521", issuerWith({ hash: "sha512" }, p521)],
  ["under Ed25519", issuerWith({}, ed25519)],
  ["under RSA 1024", issuerWith({}, rsa1024)],
  ["under RSA 4096", issuerWith({}, rsa4096)],
  ["under version 1", issuerWith({}, versionOne)],
  ["under the renewed root", [mintLeaf(host, underEnded), underEnded]],
  ["under a root that is not valid yet", issuerWith({}, future)],
  ["under the root's new key", issuerWith({}, rekeyed)],
  ["a CA under a root that allows none", issuerWith({}, flat)],
  ["right under a root that allows no CA", [mintLeaf(host, flat)]],
  ["under a constrained root", issuerWith({}, narrowed)],
  ["under a softly constrained root", issuerWith({}, softly)],
  ["under a root with an unknown critical extension", issuerWith({}, strange)],
  ["under a root that may not sign", issuerWith({}, mute)],
  ["under a root without basicConstraints", issuerWith({}, bare)],
  ["under a root for clients", issuerWith({}, clients)],
  ["under a root signed with SHA-1", issuerWith({}, sha1)],
  ["the root is sent", [mintLeaf(host, issuing), issuing, plain]],
  ["a cross-signed root is sent", [mintLeaf(host, issuing), issuing, crossed]],
  ["a cross-signed root, and its signer", [mintLeaf(host, issuing), issuing, crossed, p384]],
  ["an expired cross-signed root is sent", [mintLeaf(host, issuing), issuing, expiredCross]],
  ["two roots that signed each other", [mintLeaf(host, issuing), issuing, crossed, crossedBack]],
  ["the root's new key, signed by the old one", [...issuerWith({}, rekeyed), rollover]],
  ["the intermediate is missing", [mintLeaf(host, issuing)]],
  ["out of order", [mintLeaf(host, second), issuing, second]],
  ["two intermediates", [mintLeaf(host, second), second, issuing]],
  ["the intermediate twice", [mintLeaf(host, issuing), issuing, issuing]],
  ["an unrelated certificate between", [mintLeaf(host, issuing), rsa, issuing]],
  ["eight intermediates", ladder(8)],
  ["nine intermediates", ladder(9)],
  ["an expired leaf", leafWith({ notAfterAt: now - dayMs })],
  ["an expired issuer", issuerWith({ notAfterAt: now - dayMs })],
  ["another name", leafWith({ names: ["dns:other.localhost"] })],
  ["a wildcard", leafWith({ names: ["dns:*.localhost"] })],
  ["an address", leafWith({ names: ["ip:127.0.0.1"] }), "127.0.0.1"],
  ["a common name alone", leafWith({ names: null })],
  ["a leaf on P-521", leafWith({ keys: makeKeys("P-521") })],
  ["a leaf of Ed25519", leafWith({ keys: makeKeys("Ed25519") })],
  ["a leaf under Ed25519", [mintLeaf(host, ed25519)]],
  ["a leaf of RSA 1024", leafWith({ keys: rsaKeys(1024, 1) })],
  ["a leaf signed with SHA-1", leafWith({ hash: "sha1" })],
  ["a leaf for clients", leafWith({ purposes: ["clientAuth"] })],
  ["a leaf that may only sign certificates", leafWith({ usages: ["keyCertSign"] })],
  ["an unknown critical extension in the leaf", leafWith({ extra: [unknown(true)] })],
  ["an issuer for clients", issuerWith({ purposes: ["clientAuth"] })],
  ["an issuer with critical constraints that allow the name", issuerWith({ permit: permitsHost })],
  [
    "an issuer with constraints for other names",
    issuerWith({ permit: permitsOther, constraintsCritical: false }),
  ],
  ["an issuer whose basicConstraints are not critical", issuerWith({ caCritical: false })],
];

export const matrixSites: readonly MatrixSite[] = rows.map(([what, sent, name = host]) => ({
  what,
  sent,
  name,
}));
