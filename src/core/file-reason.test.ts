/** What is said of a file that cannot be used. */
import { expect, it } from "vitest";
import { explainUnreadable, explainUnwritable, isDenied, isWithheld } from "./index.ts";

const failure = (code: string): Error => Object.assign(new Error(`${code}: the system's words`), { code });

it.each([
  ["a file that is not there", "ENOENT", "there is no such file", "its folder does not exist"],
  ["a file of another user", "EACCES", "this user may not read it", "this user may not write there"],
  ["a folder", "EISDIR", "it is a folder", "it is a folder"],
  [
    "a path through a file",
    "ENOTDIR",
    "a part of its path is not a folder",
    "a part of its path is not a folder",
  ],
  [
    "a file where its folder should be",
    "EEXIST",
    "EEXIST: the system's words",
    "a part of its path is not a folder",
  ],
  [
    "a file that this process was started without permission for",
    "ERR_ACCESS_DENIED",
    "Node's permission model does not let this process read it",
    "Node's permission model does not let this process write there",
  ],
  ["a full disk", "ENOSPC", "ENOSPC: the system's words", "the disk is full"],
  ["anything else", "EIO", "EIO: the system's words", "EIO: the system's words"],
])("%s", (_what, code, unreadable, unwritable) => {
  expect(explainUnreadable(failure(code))).toBe(unreadable);
  expect(explainUnwritable(failure(code))).toBe(unwritable);
});

it("what is not an error is its own text", () => {
  expect(explainUnreadable("no reason")).toBe("no reason");
});

const denoDenial = Object.assign(
  new Error('Requires read access to "/a", run again with the --allow-read flag'),
  {
    name: "NotCapable",
  },
);

it("what Deno does not permit is called that", () => {
  expect(explainUnreadable(denoDenial)).toBe(
    "Deno's permissions do not let this program read it (--allow-read)",
  );
  expect(explainUnwritable(denoDenial)).toBe(
    "Deno's permissions do not let this program write there (--allow-write)",
  );
});

it.each([
  ["Deno's permissions", denoDenial, true, true],
  ["Node's permission model", failure("ERR_ACCESS_DENIED"), true, true],
  ["the system", failure("EACCES"), false, true],
  ["nobody: it is not there", failure("ENOENT"), false, false],
])("%s denied it", (_, error, withheld, denied) => {
  expect([isWithheld(error), isDenied(error)]).toEqual([withheld, denied]);
});
