/** Both doors of the engine's cryptography on Node, Bun and Deno: each believes what is good and nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { node } from "../../src/runtime/index.ts";
import { makeKeys, pemOf, rsaKeys, type Keys } from "../../test/pki/index.ts";
import { mint, mintLeaf, mintRoot, now, yearMs } from "../../test/pki/today.ts";
import { binaries, run } from "./binaries.ts";
import type { Chain, Judged } from "./trust-program.ts";

const here = { runtime: node, command: [process.execPath, "--import", "tsx"] };

type LeafShape = Parameters<typeof mintLeaf>[2];

function chainOf(name: string, keys: Keys, leaf: LeafShape = {}): Chain {
  const root = mintRoot("Runtime Root", { keys });
  const issuing = mint({ name: "Runtime CA", ca: true, keys }, root);
  return { name, sent: pemOf(mintLeaf("shop.example", issuing, leaf), issuing), roots: pemOf(root) };
}

const ec = makeKeys();
const chains = [
  chainOf("RSA", rsaKeys()),
  ...["P-256", "P-384", "P-521", "Ed25519"].map((kind) => chainOf(kind, makeKeys(kind))),
  chainOf("forged", ec, { forged: true }),
  chainOf("over", ec, { notAfterAt: now - yearMs / 2 }),
  chainOf("another name", ec, { names: ["dns:other.example"] }),
];
const outcomes: Readonly<Record<string, string>> = {
  forged: "bad-signature",
  over: "expired",
  "another name": "wrong-host",
};

describe("the doors of the engine's cryptography", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "meerkat-doors-"));
    writeFileSync(join(folder, "chains.json"), JSON.stringify(chains));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  for (const { runtime, command } of [here, ...binaries]) {
    const { name } = runtime;
    test.skipIf(command === undefined)(
      `judge as they should on ${name} (skipped without ${name})`,
      async () => {
        const { stdout, stderr } = await run(command, [
          "interop/runtimes/trust-program.ts",
          join(folder, "chains.json"),
        ]);
        expect(stderr).toBe("");
        const expected = chains.map((chain): Judged => {
          const outcome = outcomes[chain.name] ?? "trusted";
          // Deno's node:crypto says "false" of every such signature, which is then not taken for one that does not hold.
          const isUnseen = name === "Deno" && chain.name === "P-521";
          return { name: chain.name, node: isUnseen ? "signature-unchecked" : outcome, webcrypto: outcome };
        });
        expect(JSON.parse(stdout)).toEqual(expected);
      },
    );
  }
});
