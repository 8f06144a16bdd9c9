/** A value that an option cannot have is refused at the door, by the option's name, before anything is done with it. */
import { describe, expect, test } from "vitest";
import { compilePolicy, trustPorts } from "../../src/admission/index.ts";
import { auditBundle, chooseAnchors, formats } from "../../src/bundle/index.ts";
import { HttpsError, requireUrl } from "../../src/core/index.ts";
import { buildExample, checkBundle, chooseForDevice, devices, verifyAs } from "../../src/device/index.ts";
import { Client, MeerkatAgent, request } from "../../src/index.ts";
import { openLab } from "../../src/lab/index.ts";
import * as six from "../../src/mongoose/index.ts";
import { runWhy } from "../../src/why/index.ts";

type Door = (options: object) => unknown;

const url = "https://localhost:1/"; // Never connected to: what is refused here is refused before.
const bundle = { format: "pem", entries: [], remarks: [] } as never;
const node = devices.node;

const doors = {
  "a client": (options) => new Client(options).destroy(),
  "a request": (options) => request(url, options),
  "an agent": (options) => new MeerkatAgent(new Client(), options),
  "Mongoose 6": (options) => {
    const told: six.mg_error_string = { value: null };
    const given = { error_string: told, ...options };
    six.mg_connect_http_opt(new six.mg_mgr(), () => undefined, null, given, url, "", "");
    throw told.error ?? new Error("it was not refused");
  },
  chooseAnchors: (options) => chooseAnchors({ sites: [], costs: [], untilAt: 0, ...options }),
  auditBundle: (options) => {
    const usual = { at: 0, horizonMs: 0, sha256: trustPorts.sha256, isPublic: () => false };
    return auditBundle(bundle, { ...usual, ...options });
  },
  chooseForDevice: (options) =>
    chooseForDevice({ profile: node, sites: [], roots: [], at: 0, untilAt: 0, ...options }, trustPorts),
  checkBundle: (options) => {
    const usual = { bundle, profile: node, fallback: node, at: 0, horizonMs: 0, isPublic: () => false };
    return checkBundle({ ...usual, sites: [], knownRoots: [], ...options }, trustPorts);
  },
  verifyAs: (options) =>
    verifyAs(node, { chain: [], anchors: [], name: "a.example", at: 0, ...options }, trustPorts),
  buildExample: (options) => buildExample(node, { url, anchors: [{}] as never, ...options }),
  openLab: (options) => openLab(options),
  "a diagnosis": (options) => {
    const asked = { target: requireUrl(url), fields: [], policy: compilePolicy({}, {}), ownRoots: false };
    return runWhy({ ...asked, environment: {}, ...options });
  },
} satisfies Readonly<Record<string, Door>>;

const notNumbers = [NaN, -1, "5", {}, null];
const endless = [...notNumbers, -Infinity];
const ended = [...endless, Infinity];
const fractions = [...ended, 0.5];
const notTexts = [5, NaN, {}, []];
const notObjects = [5, NaN, "x", null, true];
const notJars = [5, NaN, "x", true, {}, { getCookieString: () => "" }];

const table: readonly (readonly [keyof typeof doors, string, readonly unknown[]])[] = [
  ["a client", "headers", notObjects],
  ["a client", "cookies", notJars],
  ["a request", "headers", notObjects],
  ["a request", "cookies", notJars],
  ["a request", "signal", [...notObjects, {}, new AbortController()]],
  ["an agent", "keepAlive", [1, "yes", null]],
  ["an agent", "keepAliveMsecs", [...ended, 2 ** 31]],
  ["an agent", "maxSockets", [...endless, 0, 0.5]],
  ["an agent", "maxTotalSockets", [...endless, 0, 0.5]],
  ["an agent", "maxFreeSockets", [...endless, 0, 0.5]],
  ["an agent", "scheduling", ["filo", 5, null]],
  ["an agent", "timeout", [...ended, 2 ** 31]],
  ["Mongoose 6", "flags", [...fractions, 2 ** 32]],
  ...["nameserver", "ssl_cert", "ssl_key", "ssl_ca_cert", "ssl_cipher_suites", "ssl_server_name"].map(
    (name) => ["Mongoose 6", name, notTexts] as const,
  ),
  ...["ssl_psk_identity", "ssl_psk_key"].map((name) => ["Mongoose 6", name, notTexts] as const),
  ["chooseAnchors", "untilAt", ["5", NaN, Infinity, {}, null]],
  ["chooseAnchors", "maxNodes", [...endless, 0.5]],
  ["chooseAnchors", "sites", notObjects],
  ["auditBundle", "at", ["5", NaN, Infinity, {}, null]],
  ["auditBundle", "horizonMs", endless],
  ["auditBundle", "rules", notObjects],
  ["auditBundle", "isPublic", notObjects],
  ["chooseForDevice", "at", ["5", NaN, Infinity, {}, null]],
  ["chooseForDevice", "untilAt", ["5", NaN, Infinity, {}, null]],
  ["chooseForDevice", "redundancy", fractions],
  ["chooseForDevice", "maxNodes", [...endless, 0.5]],
  ["chooseForDevice", "format", ["pme", 5, null]],
  ["checkBundle", "at", ["5", NaN, Infinity, {}, null]],
  ["checkBundle", "sitesAt", ["5", NaN, Infinity, {}, null]],
  ["checkBundle", "horizonMs", endless],
  ["verifyAs", "at", ["5", NaN, Infinity, {}, null]],
  ["verifyAs", "name", [...notTexts, null]],
  ["verifyAs", "clockSet", [0, "no", null]],
  ["buildExample", "timeoutMs", [...fractions, 0, 2 ** 31]],
  ["buildExample", "agent", [...notTexts, null]],
  ["openLab", "port", [...fractions, 65_536]],
  ["a diagnosis", "totalMs", [...ended, 2 ** 31]],
  ["a diagnosis", "connectMs", [...ended, 2 ** 31]],
];

async function refusalOf(door: keyof typeof doors, options: object): Promise<unknown> {
  try {
    await doors[door](options);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe.each(table)("%s refuses as %s", (door, option, values) => {
  test.each(values.map((value) => ({ value })))("$value", async ({ value }) => {
    const error = await refusalOf(door, { [option]: value });
    expect(error).toBeInstanceOf(HttpsError);
    expect(error).toMatchObject({ code: "option-invalid", detail: { option } });
  });
});

describe("fields", () => {
  test.each<[string, object]>([
    ["headers[x-a]", { "x-a": NaN }],
    ["headers[x-a]", { "x-a": Infinity }],
    ["headers", ["x-a: 1"]],
    ["headers", [[1, 2]]],
  ])("%s are refused: %o", async (option, headers) => {
    for (const door of ["a client", "a request"] as const)
      expect(await refusalOf(door, { headers })).toMatchObject({
        code: "option-invalid",
        detail: { option },
      });
  });
});

test("every format may be asked for", () => {
  for (const format of Object.keys(formats))
    expect(() => doors.chooseForDevice({ format })).not.toThrow("format");
});
