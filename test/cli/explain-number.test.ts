/** `meerkat explain NUMBER`: which codes of the catalogue end the program so, beside what the number is to other programs. */
import { describe, expect, it } from "vitest";
import { meerkat } from "./transcript.ts";

describe("meerkat explain NUMBER", () => {
  it("says what an exit code means, and every code that ends so", async () => {
    const { exitCode, stdout } = await meerkat(["explain", "60"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^meerkat: exit code 60\n\n {2}the server's certificate is not trusted\n\n {2}expired +Expired/,
    );
    expect(stdout).toMatch(/^ {2}untrusted-root +/m);
    expect(stdout).toContain("curl exit code: CURLE_PEER_FAILED_VERIFICATION (60)");
  });

  it("says it of a number that no other program has, and in JSON", async () => {
    expect((await meerkat(["explain", "143"])).stdout).toBe("meerkat: exit code 143\n\n  terminated\n\n");
    const { stdout } = await meerkat(["explain", "--json", "90"]);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      exitCode: { number: 90, means: "none of the pinned keys", codes: ["pin-mismatch"] },
    });
  });

  it("says that there is none of a number that is not one", async () => {
    const { exitCode, stderr } = await meerkat(["explain", "99999"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('There is no code "99999".');
  });
});
