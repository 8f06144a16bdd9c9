/** The language by today's clock: certificates that are valid now, so that real clients take them too. */
import { mint as mintShape, type Minted } from "./certificate.ts";
import type { Shape } from "./shape.ts";

export const dayMs = 86_400_000;
export const yearMs: number = 365 * dayMs;

/** The moment that these certificates are made around: today's midnight. */
export const now: number = Math.floor(Date.now() / dayMs) * dayMs;

/** A certificate for five years, with the key usages of its kind, unless the shape says otherwise. */
export function mint(shape: Shape, issuer?: Minted): Minted {
  const usages = shape.ca === true ? (["keyCertSign", "cRLSign"] as const) : (["digitalSignature"] as const);
  return mintShape({ notBeforeAt: now - yearMs, notAfterAt: now + 5 * yearMs, usages, ...shape }, issuer);
}

export function mintRoot(name: string, shape: Shape = {}): Minted {
  return mint({ name, ca: true, notAfterAt: now + 10 * yearMs, ...shape });
}

export function mintLeaf(host: string, issuer: Minted, shape: Shape = {}): Minted {
  const usual = { names: [`dns:${host}`], purposes: ["serverAuth"], notAfterAt: now + 90 * dayMs } as const;
  return mint({ name: host, ...usual, ...shape }, issuer);
}
