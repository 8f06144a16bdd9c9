/** Bags of certificates that a peer sends: meshes in which everybody may have issued everybody, and nobody signed. */
import { trustPorts } from "../../src/admission/index.ts";
import { anchorFromCertificate, verify } from "../../src/trust/index.ts";
import { parseCertificate, type Certificate } from "../../src/x509/index.ts";
import { makeKeys, type Minted, type Shape } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../pki/today.ts";
import type { PeerWork } from "./growth.ts";

/** About as many small certificates as OpenSSL takes of a peer. */
const bound = 386;
const root = mintRoot("Root");
const keys = Array.from({ length: 16 }, () => makeKeys());

/** Who the certificate of a number is, and who it says issued it. */
const meshes: Readonly<Record<string, (number: number) => Shape>> = {
  "one name": (number) => ({ name: "0", issuerName: number === 0 ? "Root" : "0" }),
  "one name under the root": () => ({ name: "0", issuerName: "Root" }),
  "four names": (number) => mesh(number, 4),
  "nineteen names": (number) => mesh(number, 19),
  "a ladder": (number) => ({
    name: `${number % 6}`,
    issuerName: number % 6 === 5 ? "Root" : `${(number % 6) + 1}`,
  }),
  "a long chain, backwards": (number) => ({
    name: `${number}`,
    issuerName: number % 190 === 189 ? "Root" : `${number + 1}`,
  }),
};

function mesh(number: number, names: number): Shape {
  const issuerName = number % 10 === 0 ? "Root" : `${Math.floor(number / names) % names}`;
  return { name: `${number % names}`, issuerName };
}

function read({ der }: Minted): Certificate {
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(parsed.malformation.reason);
  return parsed.certificate;
}

export const chains: readonly PeerWork[] = Object.entries(meshes).map(([what, shapeOf]) => ({
  what: `a mesh of ${what}`,
  bound,
  prepare: (size) => {
    const sent = Array.from({ length: size }, (_, number) => {
      const own = keys[number % keys.length] ?? makeKeys();
      return mint({ ca: true, serial: number + 1, keys: own, ...shapeOf(number) });
    });
    const leaf = read(mintLeaf("a.example", root, { issuerName: "0" }));
    const anchors = [anchorFromCertificate(read(root), { store: "file" })];
    const intermediates = sent.map(read);
    const names = [{ kind: "dns", value: "a.example" }] as const;
    return () => verify({ leaf, intermediates, anchors, names, at: Date.now() }, trustPorts);
  },
}));
