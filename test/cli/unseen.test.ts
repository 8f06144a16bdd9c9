/** What of an endpoint was not looked at is said wherever a verdict on it is: the chains that are known may not be all. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identityOf, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { answering, openOrigin, reply, type Origin } from "../client/origin.ts";
import { meerkat } from "./transcript.ts";

const host = "parts.example";
const root = mintRoot("Parts Root");
const identity = identityOf(mintLeaf(host, root));

let folder: string;
let origin: Origin;
let place: readonly string[];
const file = (name: string): string => join(folder, name);
const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-unseen-"));
  await writeFile(file("ca.pem"), pemOf(root));
  origin = await openOrigin(() => {}, { tls: { ...identity, ALPNProtocols: undefined } });
  // Nothing listens at the second, and to a multicast address there is no way for TCP.
  const addresses = "127.0.0.1,127.0.0.2,[ff02::1]";
  place = [
    `mqtts://${host}:${origin.port}`,
    "--resolve",
    `${host}:${origin.port}:${addresses}`,
    "--cacert",
    file("ca.pem"),
  ];
});
afterAll(async () => {
  await origin.close();
  await rm(folder, { recursive: true });
});

const refused = /parts\.example:\d+ at 127\.0\.0\.2 could not be reached \(ECONNREFUSED\): what cert/;
const noWay =
  /parts\.example:\d+ at ff02::1 could not be reached, because this machine has no way there over IPv6 \(\w+\): a device that uses IPv6 may be shown/;

interface Report {
  readonly exitCode: number;
  readonly unseen: readonly { readonly site: string; readonly address: string; readonly code: string }[];
  readonly notes: readonly string[];
}

async function report(...args: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await meerkat([...args, "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Report;
}

function expectTold({ exitCode, unseen, notes }: Report): void {
  const site = `${host}:${origin.port}`;
  expect({ exitCode, unseen }).toEqual({
    exitCode: 0,
    unseen: [
      { site, address: "127.0.0.2", code: "connection-refused" },
      { site, address: "ff02::1", code: "unreachable" },
    ],
  });
  expect(notes.filter((note) => refused.test(note) || noWay.test(note))).toHaveLength(2);
}

describe("an address that cannot be reached fails nothing, and is told with the reason", () => {
  it("by ca, which records it: --locked says it again", async () => {
    const lock = ["--lock", file("lock.json"), "-o", file("out.pem")];
    expectTold(await report("ca", ...place, "--for", "openssl", ...lock));
    expectTold(await report("ca", "--locked", ...lock));
    const { stdout } = await meerkat(["ca", ...place, "--for", "openssl"]);
    expect(flat(stdout)).toMatch(refused);
    expect(flat(stdout)).toMatch(noWay);
  });

  it("by check, and on its page", async () => {
    expectTold(await report("check", file("ca.pem"), ...place, "--html", file("page.html")));
    const page = flat(await readFile(file("page.html"), "utf8"));
    expect(page).toMatch(/What this does not cover.*127\.0\.0\.2 could not be reached/);
    const { stdout } = await meerkat(["check", file("ca.pem"), ...place]);
    expect(flat(stdout)).toMatch(refused);
    expect(flat(stdout)).toMatch(noWay);
  });

  it("by example", async () => {
    const [project, again] = [file("project"), file("again")];
    const { unseen, notes } = await report("example", ...place, "--for", "openssl", "-o", project);
    expectTold({ exitCode: 0, unseen, notes });
    const { stdout } = await meerkat(["example", ...place, "--for", "openssl", "-o", again]);
    expect(flat(stdout)).toMatch(refused);
  });

  it("by a checked fleet, in each of its reports, at the endpoint", async () => {
    const [url = "", ...flags] = place;
    const firmware = { name: "lamp", device: "openssl", bundle: "ca.pem", endpoints: [url] };
    await writeFile(file("fleet.json"), JSON.stringify({ schema: 1, firmwares: [firmware] }));
    const argv = ["check", "--fleet", file("fleet.json"), ...flags];
    const reports = ["--junit", file("junit.xml"), "--sarif", file("fleet.sarif")];
    const { stdout, exitCode } = await meerkat([...argv, ...reports, "--json"]);
    const { firmwares } = JSON.parse(stdout) as {
      readonly firmwares: readonly { readonly endpoints: readonly Pick<Report, "notes">[] }[];
    };
    const told = firmwares[0]?.endpoints[0]?.notes.join(" ");
    expect(told).toMatch(refused);
    expect(told).toMatch(noWay);
    expect(exitCode).toBe(0);
    const [output] = (await readFile(file("junit.xml"), "utf8")).match(
      /<testcase [^>]*mqtts[\s\S]*?<\/testcase>/,
    ) ?? [""];
    expect(output).toMatch(/<system-out>[\s\S]*at 127\.0\.0\.2 could not be reached/);
    expect(output).not.toContain("<failure");
    const sarif = JSON.parse(await readFile(file("fleet.sarif"), "utf8")) as {
      readonly runs: readonly { readonly results: readonly unknown[] }[];
    };
    expect(sarif.runs[0]?.results).toMatchObject([
      {
        ruleId: "endpoint-note",
        level: "note",
        message: { text: expect.stringMatching(refused) as unknown },
      },
      { ruleId: "endpoint-note", level: "note", message: { text: expect.stringMatching(noWay) as unknown } },
    ]);
    const brief = await meerkat(argv);
    expect(flat(brief.stdout)).toContain("2 notes on what this does not cover; --verbose shows them");
    const verbose = await meerkat([...argv, "-v"]);
    expect(flat(verbose.stdout)).toMatch(refused);
  });
});

it("a lock from before these were recorded is repeated without them", async () => {
  const lock = ["--lock", file("old.json"), "-o", file("old.pem")];
  await report("ca", ...place, "--for", "openssl", ...lock);
  const kept = JSON.parse(await readFile(file("old.json"), "utf8")) as Record<string, unknown>;
  for (const key of ["notes", "turnedDown", "unanswered"]) {
    expect(kept).toHaveProperty(key);
    delete kept[key];
  }
  await writeFile(file("old.json"), JSON.stringify(kept));
  const { exitCode, unseen } = await report("ca", "--locked", ...lock);
  expect({ exitCode, unseen }).toEqual({ exitCode: 0, unseen: [] });
});

it("whom the device cannot speak with is named again by --locked after --partial", async () => {
  const tls = { ...identity, ALPNProtocols: undefined, minVersion: "TLSv1.3" as const };
  await using modern = await openOrigin(() => {}, { tls });
  const further = [`mqtts://${host}:${modern.port}`, "--resolve", `${host}:${modern.port}:127.0.0.1`];
  const lock = ["--lock", file("partial.json"), "-o", file("partial.pem")];
  const chosen = await meerkat(["ca", ...place, ...further, "--for", "esp-idf", "--partial", ...lock]);
  const sentence = "because the server speaks none of its TLS versions";
  expect([chosen.exitCode, flat(chosen.stdout)]).toEqual([0, expect.stringContaining(sentence)]);
  const again = await meerkat(["ca", "--locked", ...lock]);
  expect([again.exitCode, flat(again.stdout)]).toEqual([0, expect.stringContaining(sentence)]);
});

it("a place that is named by two schemes is looked at once", async () => {
  await using site = await openOrigin(
    answering(() => reply("x")),
    { tls: identity },
  );
  const [https, mqtts] = ["https", "mqtts"].map((scheme) => `${scheme}://${host}:${site.port}`);
  const resolve = ["--resolve", `${host}:${site.port}:127.0.0.1`, "--cacert", file("ca.pem")];
  const connections = async (...urls: readonly string[]): Promise<number> => {
    const before = site.accepted.length;
    expect((await report("ca", ...urls, ...resolve, "--for", "openssl")).exitCode).toBe(0);
    return site.accepted.length - before;
  };
  const alone = await connections(`${https}/`);
  expect(await connections(`${https}/`, mqtts ?? "")).toBe(alone);
});

it("a place that is named by two schemes without HTTP is looked at once", async () => {
  const count = async (...urls: readonly string[]): Promise<number> => {
    const before = origin.accepted.length;
    const { exitCode } = await report("ca", ...urls, ...place.slice(1), "--for", "openssl");
    expect(exitCode).toBe(0);
    return origin.accepted.length - before;
  };
  const once = await count(`mqtts://${host}:${origin.port}`);
  expect(await count(`mqtts://${host}:${origin.port}`, `amqps://${host}:${origin.port}`)).toBe(once);
});
