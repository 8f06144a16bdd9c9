/** What a file of logins says, and to whom it is said. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { forever } from "../../../test/cli/forever.ts";
import { findLogin } from "./logins.ts";
import { parseNetrc, readLogins } from "./netrc.ts";

const text = `# mine
machine a.example login jane password "se cret\\"" # here
machine b.example
  login joe
  password pw
macdef init
machine c.example login x password y

default login anonymous password me`;

describe("a file of logins", () => {
  it("has a login for each host, on one line or several, and one for all others", () => {
    expect(parseNetrc(text)).toEqual([
      { host: "a.example", name: "jane", password: 'se cret"' },
      { host: "b.example", name: "joe", password: "pw" },
      { host: undefined, name: "anonymous", password: "me" },
    ]);
  });

  it.each([
    ["a.example", undefined, "jane"],
    ["A.EXAMPLE", undefined, "jane"],
    ["sub.a.example", undefined, "anonymous"],
    ["a.example", "other", undefined],
    ["c.example", undefined, "anonymous"],
  ])("gives %s (user %s) the login of %s", (host, user, name) => {
    expect(findLogin(parseNetrc(text), host, user)?.name).toBe(name);
  });

  it.skipIf(process.platform === "win32")("that others can read is refused, with what to do", async () => {
    const folder = await mkdtemp(join(tmpdir(), "meerkat-netrc-"));
    const netrcFile = join(folder, "logins");
    try {
      await writeFile(netrcFile, text, { mode: 0o600 });
      const machine = { env: {}, signal: forever };
      expect(await readLogins({ netrcFile }, machine)).toHaveLength(3);
      await chmod(netrcFile, 0o640);
      await expect(readLogins({ netrcFile }, machine)).rejects.toMatchObject({
        message: expect.stringContaining("can be read by others") as string,
        hint: `chmod 600 ${netrcFile} keeps it from them.`,
      });
      expect(await readLogins({ netrc: true }, { ...machine, env: { HOME: join(folder, "none") } })).toEqual(
        [],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
