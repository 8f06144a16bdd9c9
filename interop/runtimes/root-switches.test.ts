/** Bun and Deno, started with other roots than their own: who is believed, by both keys, and that the report names the switch. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answering, identity, openOrigin, reply, rootPem, type Origin } from "../../test/client/origin.ts";
import { askOn } from "./ask.ts";
import { binaries } from "./binaries.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-switches-"));
const store = join(folder, "store.pem");
let origin: Origin;
beforeAll(async () => {
  writeFileSync(store, rootPem);
  origin = await openOrigin(
    answering(() => reply("x")),
    { tls: identity },
  );
});
afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true });
});

describe.each(binaries)("$runtime.name", ({ runtime, command }) => {
  const isMissing = command === undefined;
  /** One request with the switch, as an option or in the environment. */
  const ask = async (written: string): Promise<string[]> => {
    const [name = "", value] = written.split("=");
    const isOption = name.startsWith("--");
    const environment = {
      SSL_CERT_FILE: store,
      ...(isOption || value === undefined ? {} : { [name]: value }),
    };
    const [program = "", ...rest] = command ?? [];
    const [[told] = []] = await askOn(
      isOption ? [program, written, ...rest] : command,
      [{ url: `${origin.url}/`, client: { environment } }],
      environment,
    );
    return [told?.code ?? told?.kind ?? "", told?.explained ?? ""];
  };

  test.skipIf(isMissing)("without a switch believes nobody of the system's store", async () => {
    expect((await ask(""))[0]).toMatch(/^(missing-intermediate|untrusted-root|keys-disagree)$/);
  });

  test.skipIf(isMissing).each(runtime.rootSwitches.map(({ written }) => written))("%s", async (written) => {
    expect(await ask(written)).toEqual([
      "verified",
      expect.stringContaining(`${written} is set: the roots of this system's store`),
    ]);
  });
});
