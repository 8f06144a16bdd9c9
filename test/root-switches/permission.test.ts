/**
 * Roots that a program may not read, by Node's permission model, are told as that: a denied read is not a store that is
 * missing, and no variable falls away without a word. And a program on an old Node finds the package that asks the system.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAtLeast } from "../runtime.ts";
import { nodes, openAsking, versionOf, type Asking } from "./asking.ts";

let asking: Asking;
beforeAll(async () => {
  asking = await openAsking();
});
afterAll(() => asking[Symbol.asyncDispose]());

const denied = "Node's permission model does not let this process read it";

describe.each(nodes)("%s", (node) => {
  let version: string;
  let flags: readonly string[];
  beforeAll(async () => {
    version = await versionOf(node);
    const name =
      isAtLeast(version, 23, 5) || (isAtLeast(version, 22, 13) && !isAtLeast(version, 23))
        ? "--permission"
        : "--experimental-permission";
    const net = isAtLeast(version, 25) ? ["--allow-net"] : [];
    flags = ["--no-warnings", name, `--allow-fs-read=${asking.folder}/*`, ...net];
  });

  test("a file of roots that may not be read", async () => {
    const { code, message } = await asking.ask(node, { flags, options: { roots: asking.store } });
    expect([code, message]).toEqual([
      "ca-file-unreadable",
      `The CA file "${asking.store}" cannot be read: ${denied}.`,
    ]);
  });

  test("a system's store that may not be read", async () => {
    const { code, message, hint } = await asking.ask(node, { flags, options: { roots: "system" } });
    expect([code, message]).toEqual([
      "system-store-missing",
      `This system's trust store cannot be read: ${asking.store} (${denied}).`,
    ]);
    expect(hint).toContain("Permit this program to read it");
  });

  test("a store of the environment's that may not be read has no effect, and is said", async () => {
    const env = { NODE_USE_SYSTEM_CA: "1", NODE_EXTRA_CA_CERTS: asking.store };
    const { code, why } = await asking.ask(node, {
      flags: [...flags, "--disable-warning=ExperimentalWarning"],
      env,
    });
    expect(code).toBe("missing-intermediate");
    expect(why).toContainEqual(
      expect.stringMatching(/^NODE_USE_SYSTEM_CA=1 is set and has no effect: .*permission model/),
    );
  });

  test("the package system-ca is found beside the program where Node cannot ask the system", async ({
    skip,
  }) => {
    skip(isAtLeast(version, 22, 15), `${version} asks by itself`);
    const asked = { platform: "win32", env: { SSL_CERT_FILE: "" }, options: { roots: "system" } };
    const said = async (): Promise<string> => {
      const { notes = [], why, message } = await asking.ask(node, asked);
      return [message, ...notes, ...why].join("\n");
    };
    expect(await said()).toContain("the package system-ca, installed beside the program");
    const folder = join(asking.folder, "node_modules", "system-ca");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "index.js"),
      'exports.systemCertsSync = () => { throw new Error("found and asked"); };',
    );
    expect(await said()).toContain("the package system-ca failed: found and asked");
  });
});
