/** Every failure ends the program with a number that the help explains. */
import { expect, it } from "vitest";
import { catalogue, type Code } from "../../core/index.ts";
import {
  anyEndings,
  exitCode,
  exitCodeMeanings,
  exitCodes,
  httpEndings,
  serverEndings,
} from "./exit-codes.ts";

it.each(Object.keys(catalogue) as Code[])("%s has an exit code that the help explains", (code) => {
  expect(exitCodeMeanings[exitCodes[code]]).toEqual(expect.any(String));
  expect(exitCodes[code]).not.toBe(exitCode.ok);
});

it("explains no exit code that nothing ends with", () => {
  const used = new Set([...Object.values(exitCode), ...Object.values(exitCodes)]);
  expect(new Set(Object.keys(exitCodeMeanings).map(Number))).toEqual(used);
});

it.each([
  ["name-not-found", 6],
  ["connection-refused", 7],
  ["connect-timeout", 28],
  ["tls-alert", 35],
  ["expired", 60],
  ["ca-file-empty", 77],
] as const)("%s has curl's number, which scripts know: %d", (code, number) => {
  expect(exitCodes[code]).toBe(number);
});

it.each([
  ["any command", anyEndings],
  ["one that reaches a server", serverEndings],
  ["one that asks by HTTP", httpEndings],
])("%s ends with numbers of the table alone", (_what, endings) => {
  for (const number of Object.keys(endings))
    expect(exitCodeMeanings[Number(number)]).toEqual(expect.any(String));
});
