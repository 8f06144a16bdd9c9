/** `meerkat ca --update`: from the lock of a firmware in the field to the bundles that its fleet needs, signed. */
import { execFileSync, spawn } from "node:child_process";
import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBundle } from "../../src/bundle/index.ts";
import { pemOf } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import { openSites, type SiteRecipe, type Sites } from "./device-sites.ts";
import { meerkat, type Transcript } from "./transcript.ts";

const rootA = mintRoot("Root A");
const rootB = mintRoot("Root B");
const rootC = mintRoot("Root C", { notAfterAt: now + 400 * dayMs });
const chainOf = (host: string, root: typeof rootA): SiteRecipe => {
  const issuer = mint({ name: `${host} Issuer`, ca: true }, root);
  return { chain: [mintLeaf(host, issuer), issuer] };
};
const before = {
  "moves.localhost": chainOf("moves.localhost", rootA),
  "stays.localhost": chainOf("stays.localhost", rootC),
};

const passphrase = "a passphrase that nobody sees";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");

/** Text without the line breaks of the layout. */
const flat = (text: string): string => text.replaceAll(/\s+/g, " ");
const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let folder: string;
let recipes: Record<string, SiteRecipe>;
let sites: Sites;
let lock: string;
let runs = 0;
const file = (name: string): string => join(folder, name);
const put = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(file(name), content);
  return file(name);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-update-"));
  recipes = { ...before };
  sites = await openSites(recipes);
  await put("roots.pem", pemOf(rootA, rootB, rootC));
  await put("sign.pem", privateKey.export({ type: "pkcs8", format: "pem" }));
  await put(
    "sealed.pem",
    privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }),
  );
  await put("public.pem", publicKey.export({ type: "spki", format: "pem" }));
  lock = await record("meerkat.lock.json", "mongoose-os");
});
afterAll(async () => {
  await sites.close();
  await rm(folder, { recursive: true });
});

/** What a firmware in the field has: a lock made while both sites were as they were. */
async function record(name: string, device: string, ...more: readonly string[]): Promise<string> {
  Object.assign(recipes, before);
  const urls = [sites.url("moves.localhost"), sites.url("stays.localhost")];
  const argv = ["ca", ...urls, "--cacert", file("roots.pem"), "--for", device, "-o", `${file(name)}.files/`];
  const { exitCode, stderr } = await meerkat([...argv, "--lock", file(name), ...more]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return file(name);
}

interface Updated extends Transcript {
  readonly out: string;
}

async function update(...argv: readonly string[]): Promise<Updated> {
  const out = file(`ota-${runs++}`);
  const said = await meerkat(["ca", "--update", lock, "--cacert", file("roots.pem"), "-o", out, ...argv]);
  return { ...said, out };
}

/** The site moves to another root. */
function move(): void {
  recipes["moves.localhost"] = chainOf("moves.localhost", rootB);
}

interface RotationJson {
  readonly steps: readonly string[];
  readonly field: readonly { readonly site: string; readonly fate: string; readonly says: string }[];
  readonly bundles: readonly {
    readonly name: string;
    readonly anchors: readonly { readonly subject: string }[];
    readonly proof: readonly { readonly site: string; readonly seen: string; readonly accepts: boolean }[];
  }[];
}

const updated = async (...argv: readonly string[]): Promise<RotationJson & { readonly out: string }> => {
  const { stdout, out } = await update("--json", ...argv);
  return { ...(JSON.parse(stdout) as RotationJson), out };
};

describe("a site that moved to another root", () => {
  it("is what the field has lost, and the way is the union first", async () => {
    move();
    const { exitCode, stdout, stderr } = await update();
    const said = flat(stdout);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(said).toMatch(/^Mongoose OS 2\.x: the firmware recorded [\d-]{10} has lost 1 of 2 sites/);
    expect(said).toMatch(/moves\.localhost:\d+ lost already: it moved from Root A to Root B, which/);
    expect(said).toMatch(
      /stays\.localhost:\d+ verifies by Root C; its certificate ends [\d-]{10}, which this device/,
    );
    expect(said).toMatch(
      /1\. union\/ to every device.* 2\. When every device has it, and no server of moves\.localhost:\d+ shows its recorded chain any more, new\//,
    );
  });

  it("every recorded chain has a verdict under each bundle, and the union serves them all", async () => {
    move();
    const { bundles, out, steps } = await updated();
    expect(steps).toEqual(["union", "new"]);
    const served = bundles.map(({ name, anchors, proof }) => ({
      name,
      anchors: anchors.map(({ subject }) => subject).toSorted(),
      refuses: proof
        .filter(({ accepts }) => !accepts)
        .map(({ site, seen }) => `${site.split(":")[0]} ${seen}`),
      chains: proof.length,
    }));
    expect(served).toEqual([
      { name: "old", anchors: ["CN=Root A", "CN=Root C"], refuses: ["moves.localhost today"], chains: 4 },
      { name: "union", anchors: ["CN=Root A", "CN=Root B", "CN=Root C"], refuses: [], chains: 4 },
      { name: "new", anchors: ["CN=Root B", "CN=Root C"], refuses: ["moves.localhost recorded"], chains: 4 },
    ]);
    const kept = JSON.parse(await readFile(join(out, "rotation.json"), "utf8")) as RotationJson;
    expect(kept.bundles).toEqual(bundles);
  });

  it("the old files are the very ones of the field, and the new lock repeats the new ones", async () => {
    move();
    const { out } = await update();
    expect(await readFile(join(out, "old/fs/ca.pem"))).toEqual(await readFile(`${lock}.files/fs/ca.pem`));
    const again = file(`again-${runs++}/`);
    const { exitCode } = await meerkat([
      "ca",
      "--locked",
      "--lock",
      join(out, "meerkat.lock.json"),
      "-o",
      again,
    ]);
    expect(exitCode).toBe(0);
    expect(await readFile(join(again, "fs/ca.pem"))).toEqual(await readFile(join(out, "new/fs/ca.pem")));
  });

  it("without -o nothing is written, and the report is the same", async () => {
    move();
    const { exitCode, stdout } = await meerkat(["ca", "--update", lock, "--cacert", file("roots.pem")]);
    expect(exitCode).toBe(0);
    expect(flat(stdout)).toContain("Nothing was written. -o FOLDER writes the bundles");
  });
});

describe("where nothing has moved", () => {
  it("there is nothing to roll out", async () => {
    Object.assign(recipes, before);
    const { stdout, exitCode } = await update();
    expect(exitCode).toBe(0);
    expect(flat(stdout)).toContain("reaches every site that answers today");
    expect(stdout).toContain("The field has what it needs: there is nothing to roll out.");
  });

  it("a site that is new is one step: the union is the new bundle", async () => {
    Object.assign(recipes, before, { "further.localhost": chainOf("further.localhost", rootB) });
    const { steps, field } = await updated(sites.url("further.localhost"));
    expect(steps).toEqual(["new"]);
    expect(field[0]).toMatchObject({
      fate: "moved",
      says: "lost already: it ends in Root B, which that firmware does not hold",
    });
  });
});

describe("a preset that the lock records", () => {
  it("is taken again", async () => {
    const own = file("preset.lock.json");
    const out = ["-o", file("preset.pem"), "--lock", own];
    const { exitCode } = await meerkat(["ca", "--preset", "aws-iot", "--for", "python", ...out]);
    expect(exitCode).toBe(0);
    const { stdout } = await meerkat(["ca", "--update", own, "--json"]);
    const { steps, bundles } = JSON.parse(stdout) as RotationJson;
    const [before, , after] = bundles.map(({ anchors }) => anchors.map(({ subject }) => subject));
    expect(after?.length).toBeGreaterThan(1);
    expect({ steps, after }).toEqual({ steps: [], after: before });
  });
});

describe("firmware that reads the older layout of a bundle", () => {
  it("is judged as what reads it", async () => {
    const own = await record("older.lock.json", "esp-idf-bundle", "--format", "esp-bundle-5.3");
    move();
    const argv = [
      "ca",
      "--update",
      own,
      "--cacert",
      file("roots.pem"),
      "-o",
      file(`ota-${runs++}`),
      "--json",
    ];
    const { stdout, exitCode } = await meerkat(argv);
    expect(exitCode).toBe(0);
    const { field } = JSON.parse(stdout) as RotationJson;
    expect(field.map(({ site, fate }) => [site.split(".")[0], fate])).toEqual([
      ["moves", "moved"],
      ["stays", "verifies"],
    ]);
  });
});

describe("a device that looks at one of a name", () => {
  it("has no union of two roots of one name, and is told so", async () => {
    const twin = mintRoot("Root A");
    const own = await record("bundle.lock.json", "esp-idf-bundle");
    recipes["moves.localhost"] = chainOf("moves.localhost", twin);
    const roots = await put("twin.pem", pemOf(twin, rootC));
    const out = file(`ota-${runs++}`);
    const argv = ["ca", "--update", own, "--cacert", roots, "-o", out];
    const { stdout, exitCode } = await meerkat(argv);
    expect(exitCode).toBe(0);
    expect(flat(stdout)).toMatch(
      /There is no union to roll out: under both together the device no longer verifies moves\.localhost/,
    );
    expect(flat(stdout)).toContain("1. new/ to every device.");
    await expect(readFile(join(out, "union/manifest.json"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(stdout).not.toContain("Not of this run");
    await cp(join(out, "new"), join(out, "union"), { recursive: true });
    const again = await meerkat(argv);
    const left = [join(out, "union/")];
    expect(flat(again.stdout)).toContain("Not of this run, though they look like it:");
    for (const path of left) expect(again.stdout.replaceAll(/\s/g, "")).toContain(path);
    const { leftovers } = JSON.parse((await meerkat([...argv, "--json"])).stdout) as { leftovers: unknown };
    expect(leftovers).toEqual(left);
  });
});

describe("a site that is not served", () => {
  it("by the new bundle ends it with its number, and nothing is written", async () => {
    Object.assign(recipes, before, { "moves.localhost": chainOf("moves.localhost", mintRoot("Unknown")) });
    const { exitCode, stdout, out } = await update();
    expect(exitCode).toBe(60);
    expect(flat(stdout)).toContain("Nothing was written, because not every site is served.");
    expect(flat(stdout)).toMatch(/Recorded on [\d-]{10} and not met today.*moves\.localhost/);
    await expect(readFile(join(out, "rotation.json"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("the manifest", () => {
  async function signed(key: string, ...more: readonly string[]): Promise<Updated> {
    move();
    const made = await update("--sign-key", file(key), ...more);
    expect({ exitCode: made.exitCode, stderr: made.stderr }).toEqual({ exitCode: 0, stderr: "" });
    return made;
  }
  const verifyIt = (out: string, key = "public.pem"): Promise<Transcript> =>
    meerkat(["ca", "--verify-manifest", join(out, "union/manifest.json"), "--public-key", file(key)]);

  it("is canonical, holds what its bundle is, and is signed as it stands", async () => {
    const { out } = await signed("sign.pem");
    const bytes = await readFile(join(out, "new/manifest.json"));
    const ca = await readFile(join(out, "new/fs/ca.pem"));
    const parsed = JSON.parse(bytes.toString()) as Record<string, unknown>;
    expect(Object.keys(parsed)).toEqual(Object.keys(parsed).toSorted());
    expect(bytes.toString()).toBe(JSON.stringify(parsed));
    expect(parsed).toMatchObject({
      schema: 1,
      kind: "meerkat-ca-bundle",
      bundle: "new",
      device: "mongoose-os",
      files: [{ path: "fs/ca.pem", bytes: ca.length, sha256: hash(ca) }],
      previous: [{ path: "fs/ca.pem", sha256: hash(await readFile(join(out, "union/fs/ca.pem"))) }],
      validity: { until: new Date(now + 400 * dayMs).toISOString() },
    });
    const ids = readBundle(ca).entries.map(
      (entry) => entry.kind === "certificate" && hash(entry.certificate.der),
    );
    expect((parsed["anchors"] as { sha256: string }[]).map(({ sha256 }) => sha256)).toEqual(ids);
    const signature = await readFile(join(out, "new/manifest.json.sig"));
    expect(signature).toHaveLength(64);
    expect(verify(null, bytes, publicKey, signature)).toBe(true);
  });

  it("is checked by the program, with an encrypted key too, and the key never shows", async () => {
    await writeFile(file("sealed.txt"), `${passphrase}\n`);
    const { out, stdout } = await signed("sealed.pem", "--sign-pass", `file:${file("sealed.txt")}`);
    const { exitCode, stdout: said } = await verifyIt(out);
    expect(exitCode).toBe(0);
    expect(flat(said)).toMatch(
      /^The signature holds, and so does its file\. It is the union bundle for Mongoose OS 2\.x, 3 CA/,
    );
    const secret = privateKey.export({ type: "pkcs8", format: "der" }).subarray(-32);
    const texts = ["rotation.json", "meerkat.lock.json", "new/manifest.json", "union/manifest.json"];
    const all = [
      stdout,
      ...(await Promise.all(texts.map((name) => readFile(join(out, name), "latin1")))),
    ].join("\n");
    for (const shown of [passphrase, secret.toString("base64").slice(0, 20), secret.toString("hex")])
      expect(all).not.toContain(shown);
  });

  /** The manifest of `bundle` as it would have been with other members, signed. */
  async function rewrite(out: string, bundle: string, changes: () => object): Promise<string> {
    const own = join(out, bundle, "manifest.json");
    const was = JSON.parse(await readFile(own, "utf8")) as object;
    const folder = file(`rewritten-${runs++}`);
    await cp(join(out, bundle), folder, { recursive: true });
    const bytes = Buffer.from(JSON.stringify({ ...was, ...changes() }));
    await writeFile(join(folder, "manifest.json"), bytes);
    await writeFile(join(folder, "manifest.json.sig"), sign(null, bytes, privateKey));
    return join(folder, "manifest.json");
  }
  const created = (days: number) => (): object => ({ created: new Date(now + days * dayMs).toISOString() });

  it.each<
    readonly [
      law: string,
      args: (out: string) => Promise<readonly string[]>,
      says: RegExp,
      /** Refused with 60, or what it follows. */
      ends: 60 | "directly" | "later" | "same" | null,
    ]
  >([
    [
      "behind the files of the field, goes on",
      async (out) => [join(out, "union/manifest.json"), "--previous", join(out, "old")],
      /It follows the bundle that the device has\./,
      "directly",
    ],
    [
      "behind the manifest before it, goes on",
      async (out) => [join(out, "new/manifest.json"), "--previous", join(out, "union/manifest.json")],
      /It follows the bundle/,
      "directly",
    ],
    [
      "of the bundle that is there, goes on",
      async (out) => [join(out, "new/manifest.json"), "--previous", join(out, "new")],
      /It is the bundle that the device has/,
      "same",
    ],
    [
      "later than another bundle, goes on and says so",
      async (out) => {
        const before = await rewrite(out, "new", created(-9));
        return [join(out, "union/manifest.json"), "--previous", before];
      },
      /It is later than the bundle that the device has, and follows another one\./,
      "later",
    ],
    [
      "of the step before, is refused",
      async (out) => [join(out, "union/manifest.json"), "--previous", join(out, "new")],
      /The union bundle does not follow the new one that the device has, and is not later/,
      60,
    ],
    [
      "from before the one that is there, is refused though it names it",
      async (out) => {
        const before = await rewrite(out, "union", created(1));
        return [join(out, "new/manifest.json"), "--previous", before];
      },
      /before that of the bundle that the device has .*: an old bundle would be put back/,
      60,
    ],
    [
      "behind other files than the field's, is refused",
      async (out) => [join(out, "new/manifest.json"), "--previous", join(out, "old")],
      /follows another bundle than that of ".*", by the SHA-256 of fs\/ca\.pem/,
      60,
    ],
    [
      "behind one that was changed after it was signed, is refused",
      async (out) => {
        const before = await rewrite(out, "union", created(-9));
        await writeFile(
          before,
          (await readFile(before, "utf8")).replace(/"created":"\d{4}/, '"created":"2020'),
        );
        return [join(out, "new/manifest.json"), "--previous", before];
      },
      /The signature of ".*" does not hold: .*so what the device has is not known\..*Take nothing of this bundle\./,
      60,
    ],
    [
      "behind one without a signature, goes on",
      async (out) => {
        const before = await rewrite(out, "union", created(-9));
        await rm(`${before}.sig`);
        return [join(out, "new/manifest.json"), "--previous", before];
      },
      /It follows the bundle/,
      "directly",
    ],
    [
      "of another device, is refused",
      async (out) => {
        const before = await rewrite(out, "union", () => ({ device: "python" }));
        return [join(out, "new/manifest.json"), "--previous", before];
      },
      /is for mongoose-os in the format .*, and the bundle before it for python/,
      60,
    ],
    [
      "as old as it may be, goes on",
      async (out) => [await rewrite(out, "new", created(-40)), "--max-age", "41"],
      /The signature holds/,
      null,
    ],
    [
      "older than it may be, is refused",
      async (out) => [await rewrite(out, "new", created(-40)), "--max-age", "39"],
      /The manifest is from [\d-]{10}, which is more than 39 days ago\./,
      60,
    ],
    [
      "from the future, is refused",
      async (out) => [await rewrite(out, "new", created(40)), "--max-age", "39"],
      /is from [\d-]{10}, and today is [\d-]{10}: one of two clocks is wrong/,
      60,
    ],
  ])("%s", async (_law, argsOf, says, ends) => {
    const { out } = await signed("sign.pem");
    const argv = ["ca", "--public-key", file("public.pem"), "--verify-manifest", ...(await argsOf(out))];
    const { exitCode, stdout, stderr } = await meerkat(argv);
    expect(flat(stdout + stderr)).toMatch(says);
    expect(exitCode).toBe(ends === 60 ? 60 : 0);
    if (ends === 60) return;
    const report: unknown = JSON.parse((await meerkat([...argv, "--json"])).stdout);
    expect(report).toMatchObject({ ok: true, follows: ends });
  });

  it.each<readonly [what: string, change: (out: string) => Promise<unknown>, says: RegExp, code: number]>([
    [
      "that was changed",
      async (out) => {
        const path = join(out, "union/manifest.json");
        await writeFile(path, (await readFile(path, "utf8")).replace("mongoose-os", "mongoose-0s"));
      },
      /The signature of ".*" does not hold: another key made it, or the manifest was changed/,
      60,
    ],
    [
      "of another bundle",
      (out) => cp(join(out, "new/manifest.json.sig"), join(out, "union/manifest.json.sig")),
      /does not hold/,
      60,
    ],
    [
      "whose file was changed",
      async (out) => writeFile(join(out, "union/fs/ca.pem"), pemOf(rootB)),
      /is not the file that was signed: its SHA-256 is another one/,
      60,
    ],
    [
      "whose file is gone",
      (out) => rm(join(out, "union/fs/ca.pem")),
      /cannot be read: there is no such file/,
      26,
    ],
    [
      "without a signature",
      (out) => rm(join(out, "union/manifest.json.sig")),
      /The signature ".*" cannot be read/,
      26,
    ],
    [
      "whose signature is text",
      (out) => writeFile(join(out, "union/manifest.json.sig"), "no signature"),
      /does not hold/,
      60,
    ],
  ])("%s is refused", async (_what, change, says, code) => {
    const { out } = await signed("sign.pem");
    await change(out);
    const { exitCode, stdout, stderr } = await verifyIt(out);
    expect(stderr).toMatch(says);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: "" });
  });

  it.each([
    [
      "outside its folder",
      `{"path":"../../x","bytes":1,"sha256":"00"}`,
      /names a file outside its folder/,
      60,
    ],
    ["that is not of its shape", `{"path":7}`, /: files\[0\]\.path is not text/, 26],
  ])("signed, with a file %s, is refused", async (_what, named, says, code) => {
    const { out } = await signed("sign.pem");
    const path = join(out, "union/manifest.json");
    const text = (await readFile(path, "utf8")).replace(/"files":\[[^\]]*\]/, `"files":[${named}]`);
    await writeFile(path, text);
    await writeFile(`${path}.sig`, sign(null, Buffer.from(text), privateKey));
    const { exitCode, stderr } = await verifyIt(out);
    expect(stderr).toMatch(says);
    expect(exitCode).toBe(code);
  });

  it("is not signed unasked, and that is said", async () => {
    move();
    const { stdout, out } = await update();
    expect(flat(stdout)).toContain("No manifest.json is signed: with --sign-key FILE each is");
    await expect(readFile(join(out, "new/manifest.json.sig"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("is not written over a signed one without a key: its signature would stay beside another manifest", async () => {
    const { out } = await signed("sign.pem");
    const { exitCode, stderr } = await update("-o", out);
    expect(exitCode).toBe(23);
    expect(flat(stderr)).toMatch(/manifest\.json\.sig" signs the manifest that is to be written anew/);
    expect((await verifyIt(out)).exitCode).toBe(0);
  });
});

describe("what stands in the folders of the bundles", () => {
  it.each([
    "old/fs/ca.pem",
    "union/fs/ca.pem",
    "new/fs/ca.pem",
    "new/manifest.json",
    "new/manifest.json.sig",
  ])(
    "is written over where an earlier run wrote it, and kept where it is something else: %s",
    async (name) => {
      move();
      const sign = ["--sign-key", file("sign.pem")];
      const { out } = await update(...sign);
      const place = join(out, name);
      expect((await update(...sign, "-o", out)).exitCode).toBe(0);
      await rm(join(out, "old/fs/ca.pem"));
      await writeFile(place, "mine");
      const { exitCode, stderr } = await update(...sign, "-o", out);
      expect(exitCode).toBe(23);
      expect(stderr).toMatch(/is there already and is something else, and nothing was written\./);
      expect(await readFile(place, "utf8")).toBe("mine");
      // Not by halves: what is written first is not written either.
      if (!name.startsWith("old/"))
        await expect(readFile(join(out, "old/fs/ca.pem"))).rejects.toMatchObject({ code: "ENOENT" });
      expect((await update(...sign, "-o", out, "--force")).exitCode).toBe(0);
      expect(await readFile(place, "latin1")).not.toBe("mine");
    },
  );

  it("is not written over where it is read, with --force neither", async () => {
    move();
    const { out } = await update();
    const own = join(out, "union/fs/ca.pem");
    const before = await readFile(own);
    const { exitCode, stderr } = await update("--roots", own, "-o", out, "--force");
    expect(exitCode).toBe(23);
    expect(stderr).toMatch(/union\/fs\/ca\.pem" is read by this command, and would be written over\./);
    expect(await readFile(own)).toEqual(before);
  });
});

describe("a key that cannot serve gets a sentence, before anybody is visited", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const pkcs8 = (key: typeof rsa): string => key.export({ type: "pkcs8", format: "pem" }).toString();
  const ed448 = generateKeyPairSync("ed448").privateKey;
  const sealed = (): Promise<string> => readFile(file("sealed.pem"), "utf8");

  it.each<
    readonly [what: string, content: () => string | Promise<string>, pass: readonly string[], says: RegExp]
  >([
    ["an RSA key", () => pkcs8(rsa), [], /is a key of another kind \(RSA\), and the signature is Ed25519/],
    [
      "an RSA key of PKCS#1",
      () => rsa.export({ type: "pkcs1", format: "pem" }).toString(),
      [],
      /is an RSA key/,
    ],
    ["an Ed448 key", () => pkcs8(ed448), [], /another kind \(ED448\)/],
    [
      "the public key",
      () => readFile(file("public.pem"), "utf8"),
      [],
      /is a public key, and only the private one/,
    ],
    ["a certificate", () => pemOf(rootA), [], /its label is CERTIFICATE/],
    ["text", () => "hello", [], /is not PEM/],
    ["an empty file", () => "", [], /is empty/],
    [
      "a damaged key",
      () => "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
      [],
      /its content is damaged/,
    ],
    ["an encrypted key", sealed, [], /is encrypted, and no passphrase is given\.\nhint: .*--sign-pass/],
    ["an encrypted key and a wrong passphrase", sealed, ["--sign-pass", "wrong"], /cannot be decrypted/],
    ["a key of 65 KB", () => "x".repeat(65_537), [], /it has 65537 bytes, more than 65536/],
  ])("%s", async (_what, content, pass, says) => {
    const key = await put("other.pem", await content());
    const { exitCode, stdout, stderr } = await update("--sign-key", key, ...pass);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^error: The key "/);
    expect(stderr).not.toContain('wrong"');
    expect({ exitCode, stdout }).toEqual({ exitCode: 26, stdout: "" });
  });

  it.each<readonly [what: string, content: () => string | Promise<string>, says: RegExp]>([
    ["the private key", () => pkcs8(privateKey), /is a private key, and whoever checks/],
    ["a certificate", () => pemOf(rootA), /its label is CERTIFICATE/],
    ["a damaged key", () => "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", /is damaged/],
    ["an empty file", () => "", /is empty/],
  ])("to check with: %s", async (_what, content, says) => {
    const key = await put("other.pem", await content());
    const { exitCode, stderr } = await meerkat(["ca", "--verify-manifest", key, "--public-key", key]);
    expect(stderr).toMatch(says);
    expect(exitCode).toBe(26);
  });
});

describe("a command line that says two things", () => {
  it.each<readonly [argv: readonly string[], says: RegExp]>([
    [["--update", "x", "--locked"], /--locked visits nobody and --update visits again/],
    [
      ["--update", "x", "--for", "zephyr"],
      /takes the device and its format from the lock, so it takes no --for/,
    ],
    [["--sign-key", "x"], /--sign-key signs the manifests of --update/],
    [["--update", "x", "--sign-key", "x"], /nothing is to be written/],
    [["--update", "x", "--sign-pass", "x", "-o", "x"], /the passphrase of a key, and none is given/],
    [["--public-key", "x"], /--public-key is for --verify-manifest/],
    [["--max-age", "0"], /--max-age is for --verify-manifest/],
    [["--previous", "x"], /--previous is for --verify-manifest/],
    [["--verify-manifest", "x"], /none is given.*\nhint: Add --public-key/],
    [["--verify-manifest", "x", "--update", "y"], /--verify-manifest only checks/],
  ])("%j is refused with a sentence", async (argv, says) => {
    const { exitCode, stdout, stderr } = await meerkat(["ca", ...argv]);
    expect(stderr).toMatch(says);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  it("a lock of a private CA needs that CA's file again, by the flag that it was named with", async () => {
    const { exitCode, stderr } = await meerkat(["ca", "--update", lock]);
    expect(flat(stderr)).toMatch(
      /The lock's roots are from a file, .* hint: Name them as .* written: --cacert/,
    );
    expect(stderr.replaceAll(/\s/g, "")).toContain(`--cacert${file("roots.pem")}`);
    expect(exitCode).toBe(2);
  });

  it.each<readonly [law: string, recorded: readonly string[] | undefined, store: string, flags: string]>([
    ["the system's store", ["system"], "system", "--roots system"],
    ["several", ["mozilla", "own roots.pem"], "file", "--roots mozilla --cacert 'own roots.pem'"],
    ["those of a lock that names no sources", undefined, "file", "--cacert FILE"],
    ["the system's store, of such a lock", undefined, "system", "--roots system"],
  ])("the roots have to be named again: %s", async (_law, rootSources, store, flags) => {
    const own = file("elsewhere.lock.json");
    const text = (await readFile(lock, "utf8")).replaceAll('"store": "file"', `"store": "${store}"`);
    await writeFile(own, JSON.stringify({ ...(JSON.parse(text) as object), rootSources }));
    const { exitCode, stderr } = await meerkat(["ca", "--update", own]);
    expect(flat(stderr).trim()).toMatch(new RegExp(`lock was written: ${flags}$`));
    expect(exitCode).toBe(2);
  });
});

describe("a lock that is not one", () => {
  it.each<readonly [what: string, make: (path: string) => Promise<unknown>, says: RegExp]>([
    ["a folder", (path) => mkdir(path), /it is a folder/],
    [
      "five megabytes of something else",
      (path) => writeFile(path, "x".repeat(5_000_000)),
      /is not a lock that can be repeated/,
    ],
    ["that is not there", () => Promise.resolve(), /there is no such file/],
    [
      "of files that come out otherwise",
      async (path) =>
        writeFile(
          path,
          (await readFile(lock, "utf8")).replace(
            /(ca\.pem",\s+"sha256": ")[0-9a-f]{64}/,
            `$1${"0".repeat(64)}`,
          ),
        ),
      /come out otherwise: it was written by version/,
    ],
  ])("%s gets a sentence, for --update and for --locked", async (_what, make, says) => {
    const path = file(`lock-${runs++}`);
    await make(path);
    for (const argv of [
      ["--update", path, "--cacert", file("roots.pem")],
      ["--locked", "--lock", path],
    ]) {
      const { exitCode, stdout, stderr } = await meerkat(["ca", ...argv]);
      expect(stderr.replace("comes out", "come out")).toMatch(says);
      expect(stderr.split("\n").length).toBeLessThan(4);
      expect([1, 26]).toContain(exitCode);
      expect(stdout).toBe("");
    }
  });

  it("a pipe that gives something else does as well", async () => {
    const path = file(`lock-${runs++}`);
    execFileSync("bash", ["-c", 'mkfifo "$0"', path]);
    // A writer waits for its reader.
    spawn("sh", ["-c", 'echo text > "$1"', "sh", path], { stdio: "ignore" }).unref();
    const { exitCode, stderr } = await meerkat(["ca", "--update", path]);
    expect(stderr).toMatch(/is not a lock that can be repeated/);
    expect(exitCode).toBe(26);
  });
});
