/** Where a result of SARIF stands, and what tells it apart. */
import { expect, it } from "vitest";
import { readBundle } from "../../../bundle/index.ts";
import { devices } from "../../../device/index.ts";
import type { FirmwareVerdict } from "./fleet.ts";
import { describeSarif } from "./sarif.ts";

const profile = devices.python;

function firmware(path: string): FirmwareVerdict {
  const bundle = readBundle(new Uint8Array());
  return {
    firmware: {
      name: "x",
      profile,
      paths: [path],
      read: [path],
      bundle,
      endpoints: [],
      identities: new Map(),
      untilAt: undefined,
      count: undefined,
    },
    profile,
    untilAt: 0,
    remarks: [],
    endpoints: [
      {
        endpoint: "https://x/",
        verdict: "unreached",
        end: undefined,
        says: ["no."],
        notes: ["an aside."],
        code: null,
        identities: [],
      },
    ],
  };
}

it.each([
  ["below the working directory", "fw/ca.pem", "fw/ca.pem"],
  ["with signs that a URI does not hold", "fw/a b/ca#1%.pem", "fw/a%20b/ca%231%25.pem"],
  ["with two dots that are a name", "..fw/ca.pem", "..fw/ca.pem"],
  ["absolute and below", "/project/fw/ca.pem", "fw/ca.pem"],
  ["outside", "../out.pem", "file:///out.pem"],
  ["elsewhere", "/fw/ca.pem", "file:///fw/ca.pem"],
])("a bundle %s", (_where, path, uri) => {
  const outcome = { file: "fleet.json", at: 0, exitCode: 60, firmwares: [firmware(path)] };
  expect(describeSarif(outcome, "/project")).toMatchObject({
    runs: [
      {
        results: [
          {
            ruleId: "endpoint-unreached",
            message: { text: "x, https://x/: no." },
            locations: [{ physicalLocation: { artifactLocation: { uri } } }],
          },
          { ruleId: "endpoint-note", level: "note", message: { text: "x, https://x/: an aside." } },
        ],
      },
    ],
  });
});
