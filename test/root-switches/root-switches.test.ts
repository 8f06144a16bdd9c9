/**
 * The switches by which a program is started with other roots than those that its runtime carries, each with a program of
 * its own: who is believed then, and that the report and the diagnosis name the switch. On Node itself, and every other one
 * that MEERKAT_NODES names.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pemOf } from "../pki/index.ts";
import { mintRoot } from "../pki/today.ts";
import { isAtLeast } from "../runtime.ts";
import { nodes, openAsking, versionOf, type Asked, type Asking, type Told } from "./asking.ts";

let asking: Asking;
beforeAll(async () => {
  asking = await openAsking();
});
afterAll(() => asking[Symbol.asyncDispose]());

function ask(node: string, asked: Asked): Promise<Told> {
  return asking.ask(node, asked);
}

/** By both keys: what the runtime believes by default does not open the first. */
const refused = { code: "missing-intermediate", isOpensslWilling: false };

describe.each(nodes)("%s", (node) => {
  let version: string;
  beforeAll(async () => {
    version = await versionOf(node);
  });
  const knows = (major: number, minor: number): boolean => isAtLeast(version, major, minor);

  test("without a switch, the system's store is nobody's word", async () => {
    const { code, why } = await ask(node, {});
    expect([code, why.join()]).toEqual(["missing-intermediate", expect.not.stringMatching(/is set/)]);
  });

  describe.each<[written: string, asked: Asked, since: readonly [number, number]]>([
    ["NODE_USE_SYSTEM_CA=1", { env: { NODE_USE_SYSTEM_CA: "1" } }, [20, 18]],
    ["--use-system-ca", { flags: ["--use-system-ca"] }, [22, 15]],
    ["--use-system-ca", { env: { NODE_OPTIONS: "--use-system-ca" } }, [22, 15]],
    ["--use-system-ca", { env: { NODE_OPTIONS: "--use_system_ca" } }, [22, 15]],
    ["--use-openssl-ca", { flags: ["--use-openssl-ca"] }, [20, 18]],
    ["--use-openssl-ca", { env: { NODE_OPTIONS: "--use-openssl-ca" } }, [20, 18]],
  ])("%s, as %j,", (written, asked, since) => {
    test("has the system's store believed, and is named", async ({ skip }) => {
      skip(!knows(...since), `${version} does not know it`);
      const { status, profile, notes = [], why } = await ask(node, asked);
      expect([status, profile]).toEqual([200, "private"]);
      for (const said of [notes, why])
        expect(said).toContainEqual(
          expect.stringContaining(`${written} is set: the roots of this system's store`),
        );
    });

    test("counts for nothing where the roots are named", async ({ skip }) => {
      skip(!knows(...since), `${version} does not know it`);
      for (const roots of ["mozilla", pemOf(mintRoot("Stranger Root"))])
        expect(await ask(node, { ...asked, options: { roots } })).toMatchObject(refused);
      const own = await ask(node, { ...asked, options: { roots: pemOf(asking.company) } });
      expect([own.status, own.notes]).toEqual([200, []]);
    });
  });

  test.each<[law: string, asked: Asked]>([
    [
      "a variable is taken back by an option",
      { env: { NODE_USE_SYSTEM_CA: "1" }, flags: ["--no-use-system-ca"] },
    ],
    ["a later option counts", { env: { NODE_OPTIONS: "--use-system-ca" }, flags: ["--no-use-system-ca"] }],
    ["a variable with another value is nothing", { env: { NODE_USE_SYSTEM_CA: "true" } }],
  ])("%s", async (_, asked) => {
    if (!knows(22, 15) && (asked.flags !== undefined || asked.env?.["NODE_OPTIONS"] !== undefined)) return;
    expect((await ask(node, asked)).code).toBe("missing-intermediate");
  });

  test("a store that is to be added and is not there leaves Mozilla's roots, and is said", async () => {
    const env = { NODE_USE_SYSTEM_CA: "1", SSL_CERT_FILE: "/nowhere.pem" };
    const { code, why } = await ask(node, { env });
    expect(code).toBe("missing-intermediate");
    expect(why).toContainEqual(
      expect.stringMatching(
        /^NODE_USE_SYSTEM_CA=1 is set and has no effect: .*\/nowhere\.pem \(there is no such file\)/,
      ),
    );
  });

  test("a store that is to replace Mozilla's roots and is not there is an error", async () => {
    const asked = { flags: ["--use-openssl-ca"], env: { SSL_CERT_FILE: "/nowhere.pem" } };
    expect(await ask(node, asked)).toMatchObject({ code: "system-store-missing" });
  });

  test("what a program's own code makes of Node's default list has no effect, and is said", async ({
    skip,
  }) => {
    skip(!knows(22, 19), `${version} has no tls.setDefaultCACertificates`);
    const replaced = await ask(node, { replace: [pemOf(asking.company)] });
    expect(replaced).toMatchObject(refused);
    const said = expect.stringContaining(
      "Node's default list of roots was changed in this process",
    ) as string;
    expect(replaced.why).toContainEqual(said);
    const both = await ask(node, { replace: [], env: { NODE_USE_SYSTEM_CA: "1" } });
    expect(both.status).toBe(200);
    expect(both.notes).toContainEqual(said);
  });
});
