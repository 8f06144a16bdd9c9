/** Refusals name what the certificate has, and never contradict themselves. */
import { describe, expect, it } from "vitest";
import { mintLeaf, mintRoot } from "../../test/pki/today.ts";
import { explainRefusal } from "./verdict.ts";

const root = mintRoot("Verdict Root");
const wrongName = (names: string, value: string): string =>
  explainRefusal({
    code: "wrong-name",
    certificate: mintLeaf(names, root).certificate,
    value,
    library: "",
  });

describe("a wrong name", () => {
  it("is set beside those that the certificate has", () => {
    expect(wrongName("other.example", "localhost")).toBe(
      "the certificate of other.example names other.example only, not localhost",
    );
  });

  it("that the certificate has all the same is one that the device does not take", () => {
    expect(wrongName("*.other.example", "a.other.example")).toBe(
      "the certificate of *.other.example names *.other.example, which it does not take for a.other.example",
    );
  });

  it("is told as such where a dot at the host's end makes it", () => {
    expect(wrongName("other.example", "other.example.")).toBe(
      "the certificate of other.example names other.example, which it does not take for other.example with a dot at its end",
    );
  });

  it("of a certificate without names for hosts is said plainly", () => {
    const { certificate } = root;
    expect(explainRefusal({ code: "wrong-name", certificate, value: "localhost", library: "" })).toBe(
      "the certificate of Verdict Root has no name that is localhost",
    );
  });
});
