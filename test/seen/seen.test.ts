/** What counts as seen, and what a run says of what was not. */
import { describe, expect, test } from "vitest";
import { Client } from "../../src/index.ts";
import { HttpsError } from "../../src/core/index.ts";
import { compilePolicy } from "../../src/admission/index.ts";
import { explainRejection, explainVerdict } from "../../src/trust/index.ts";
import { daysLater } from "../pki/certificate.ts";
import { judge } from "../trust/scenario.ts";
import { judgeCodes, renderJudgement, type FileRun } from "./judgement.ts";
import { seenCodes } from "./recorder.ts";

/** The error of a URL that cannot be asked for. */
async function errorOf(url: string): Promise<HttpsError> {
  await using client = new Client({ environment: {} });
  const error: unknown = await client.request(url).catch((error: unknown) => error);
  if (error instanceof HttpsError) return error;
  throw new Error(`${url} was asked for`);
}

describe("a code is seen", () => {
  test("when the product makes an error of it and an assertion is handed that error", async () => {
    const error = await errorOf("example.com");
    expect(seenCodes().includes("url-no-scheme")).toBe(false);
    expect(error).toBeInstanceOf(HttpsError);
    expect(seenCodes()).toContain("url-no-scheme");
  });

  test("when the code alone is handed to an assertion, or stands deep in what is", async () => {
    const [bare, deep] = [await errorOf("ftp://example.com/"), await errorOf("https://example.com:x/")];
    expect(bare.code).toBe("url-unknown-scheme");
    expect([new Map([[1, { cause: deep }]])]).toHaveLength(1);
    expect(seenCodes()).toEqual(expect.arrayContaining(["url-unknown-scheme", "url-bad-port"]));
  });

  test("when an assertion catches the error itself", async () => {
    expect(() => compilePolicy({ at: Number.NaN }, {})).toThrow(HttpsError);
    await using client = new Client({ environment: {} });
    await expect(client.request("https://exa mple/")).rejects.toThrow(HttpsError);
    expect(seenCodes()).toEqual(expect.arrayContaining(["option-invalid", "url-malformed"]));
  });

  test("when the engine's verdict is put into words", () => {
    const verdict = judge({ leaf: { notAfterAt: daysLater(-1) } });
    expect(verdict.trusted ? "" : verdict.primary.code).toBe("expired");
    expect(seenCodes().includes("expired")).toBe(false);
    expect(explainVerdict(verdict)).toContain("expired on");
    expect(seenCodes()).toContain("expired");
  });

  test("when it is a finding's alone and an assertion is handed the finding", () => {
    expect({ findings: [{ code: "clock-wrong", certainty: "likely", sentence: "It is." }] }).toBeDefined();
    expect(seenCodes()).toContain("clock-wrong");
  });
});

describe("a code is not seen", () => {
  test("when a test makes the error up", () => {
    const error = new HttpsError("client-closed", { host: "a.example" });
    expect(error.code).toBe("client-closed");
    expect(seenCodes().includes("client-closed")).toBe(false);
  });

  test("when a test puts a rejection of its own into words", () => {
    const verdict = judge({ leaf: { notBeforeAt: daysLater(1) } });
    if (verdict.trusted) throw new Error("a certificate of tomorrow was trusted");
    expect(explainRejection(verdict.primary)).toContain("not valid before");
    expect(verdict.primary.code).toBe("not-yet-valid");
    expect(seenCodes().includes("not-yet-valid")).toBe(false);
  });

  test("when no assertion is handed the error, or only its words", async () => {
    const error = await errorOf("https://user:word@example.com/");
    expect(error.message).toContain("carries a user name");
    expect(seenCodes().includes("url-credentials")).toBe(false);
  });

  test("when only the test names it", () => {
    expect("redirect-loop").toBe("redirect-loop");
    expect({ code: "redirect-loop", certainty: "certain", sentence: "So it is." }).toBeDefined();
    expect(seenCodes().includes("redirect-loop")).toBe(false);
  });
});

describe("a run", () => {
  const all: FileRun = { path: "a.test.ts", seen: ["one", "two"], skippedText: undefined };
  const some: FileRun = { path: "b.test.ts", seen: ["one"], skippedText: 'test.skip(f("three"))' };

  test.each<[string, readonly string[], readonly FileRun[], string]>([
    ["that saw every code says nothing", ["one", "two"], [all, some], ""],
    ["lists what nobody saw", ["one", "four"], [all, some], "code that no test provokes: four"],
    [
      "tells apart what a skipped test names",
      ["three", "four"],
      [all, some],
      "code not seen because skipped: three (b.test.ts)\ncode that no test provokes: four",
    ],
    [
      "excuses nothing by the name of another code",
      ["three-more", "hree"],
      [some],
      "code that no test provokes: three-more\ncode that no test provokes: hree",
    ],
  ])("%s", (_, codes, files, text) => {
    expect(renderJudgement(judgeCodes(codes, files))).toBe(text);
  });
});
