/** `meerkat example`: a project on the disk for every device, with the CA that the site needs, and nothing overwritten. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deviceNames, devices } from "../../src/device/index.ts";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { type MutualSite, openMutualSite } from "../device/mutual-site.ts";
import { identityOf, pemOf } from "../pki/index.ts";
import { mint, mintLeaf } from "../pki/today.ts";
import { meerkat, type Transcript } from "./transcript.ts";

let lab: Lab;
let folder: string;
beforeAll(async () => {
  lab = await openLab({ sites: ["good", "expired", "misordered"] });
  folder = await mkdtemp(join(tmpdir(), "meerkat-example-"));
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

function example(site: string, ...argv: readonly string[]): Promise<Transcript> {
  return meerkat(["example", lab.url(site, "/data?x=1"), "--cacert", lab.caFile, ...argv]);
}

async function readAll(project: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(project, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [file.slice(project.length + 1), await readFile(file, "latin1")] as const),
    ),
  );
}

describe("meerkat example", () => {
  it.each(deviceNames)("writes a project for %s, and lists what is in it", async (device) => {
    const project = join(folder, device);
    const { exitCode, stdout, stderr } = await example(
      "good",
      "--for",
      device,
      "-o",
      project,
      "-A",
      "probe/3.1",
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(`A verified HTTPS client for ${devices[device].title}, in ${project}:`);
    expect(stdout).toContain("It believes Meerkat Lab Root and nobody else.");
    const files = await readAll(project);
    for (const path of files.keys())
      expect(stdout).toMatch(new RegExp(`^ {2}${path.replaceAll(/[.]/g, "\\.")} {2}[\\d,]+ bytes$`, "m"));
    const all = [...files.values()].join("\n");
    expect(all).toContain("probe/3.1");
    expect(all).toContain("/data?x=1");
    expect(files.get("README.md")).toContain("Meerkat Lab Root");
  });

  it("overwrites nothing that is there, and then writes nothing at all", async () => {
    const project = join(folder, "kept");
    await example("good", "--for", "node", "-o", project);
    const [first = ""] = (await readAll(project)).keys();
    await writeFile(join(project, first), "mine");
    await rm(join(project, "README.md"));
    const { exitCode, stderr } = await example("good", "--for", "node", "-o", project);
    expect(exitCode).toBe(23);
    expect(stderr).toMatch(/is there already, and nothing was written\.\nhint: .*--force/);
    expect((await readAll(project)).has("README.md")).toBe(false);
    expect((await example("good", "--for", "node", "-o", project, "--force")).exitCode).toBe(0);
    expect((await readAll(project)).get(first)).not.toBe("mine");
  });

  it("writes nothing over a file that is read, with --force neither", async () => {
    const project = join(folder, "read");
    const own = join(project, "main/ca.pem");
    await mkdir(dirname(own), { recursive: true });
    await copyFile(lab.caFile, own);
    const before = await readFile(own);
    const argv = ["--cacert", own, "--for", "esp-idf", "-o", project, "--force"];
    const { exitCode, stdout, stderr } = await meerkat(["example", lab.url("good"), ...argv]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 23, stdout: "" });
    expect(stderr).toMatch(/main\/ca\.pem" is read by this command, and would be written over\./);
    expect(await readFile(own)).toEqual(before);
    expect([...(await readAll(project)).keys()]).toEqual(["main/ca.pem"]);
  });

  it("says the same in one JSON object", async () => {
    const project = join(folder, "json");
    const { stdout } = await example("good", "--for", "zephyr", "-o", project, "--json");
    const report = JSON.parse(stdout) as {
      readonly files: readonly { readonly path: string; readonly bytes: number }[];
    };
    expect(report).toMatchObject({
      schema: 1,
      ok: true,
      device: "zephyr",
      folder: project,
      anchors: [{ subject: "CN=Meerkat Lab Root, O=Meerkat Lab" }],
    });
    const files = await readAll(project);
    expect(new Map(report.files.map(({ path, bytes }) => [path, bytes]))).toEqual(
      new Map([...files].map(([path, text]) => [path, text.length])),
    );
  });

  it.each([
    [
      "without a device",
      "good",
      [],
      2,
      /The example is for a device, and none is named\.\nhint: .*mongoose-os/,
    ],
    ["for an unknown device", "good", ["--for", "toaster"], 2, /There is no device "toaster"/],
    ["for a site that is not trusted", "expired", ["--for", "node"], 60, /expired on/],
    [
      "for a site that the device refuses",
      "misordered",
      ["--for", "arduino-esp8266"],
      60,
      /Arduino core for ESP8266 refuses misordered\.lab\.localhost:\d+, because the server's certificates are not in order/,
    ],
    [
      "with an agent that is not a field value",
      "good",
      ["--for", "node", "-A", "a\nb"],
      2,
      /The User-Agent has characters that a field cannot have/,
    ],
  ])("is refused %s", async (...[, site, flags, exitCode, says]) => {
    const transcript = await example(site, ...flags, "-o", join(folder, "refused"));
    expect(transcript.stderr).toMatch(says);
    expect(transcript).toMatchObject({ exitCode, stdout: "" });
  });
});

describe("meerkat example --cert --key", () => {
  let site: MutualSite;
  let files: { readonly ca: string; readonly cert: string; readonly key: string };
  beforeAll(async () => {
    site = await openMutualSite();
    const { cert, key } = identityOf(site.client);
    files = { ca: join(folder, "ca.pem"), cert: join(folder, "client.pem"), key: join(folder, "client.key") };
    await writeFile(files.ca, pemOf(site.root));
    await writeFile(files.cert, cert);
    await writeFile(files.key, key);
  });
  afterAll(() => {
    site.close();
  });

  it("reaches a site that wants a certificate, and leaves the key out of the project and of every line", async () => {
    const project = join(folder, "mutual");
    const argv = ["--for", "esp-idf", "-o", project, "--cacert", files.ca];
    const said = await meerkat(["example", site.url, ...argv, "--cert", files.cert, "--key", files.key]);
    expect(said).toMatchObject({ exitCode: 0, stderr: "" });
    expect(said.stdout).toMatch(/It shows device-7\. The key of that is not in the\s+project/);
    const all = await readAll(project);
    expect(all.get("main/client.pem")).toBe(await readFile(files.cert, "latin1"));
    expect([...all.keys()]).not.toContain("main/client.key");
    const secret = (await readFile(files.key, "latin1")).split("\n")[1] ?? "";
    for (const text of [...all.values(), said.stdout]) expect(text).not.toContain(secret);
  });

  it("says when the site needs an intermediate that the device does not send", async () => {
    const middle = mint({ name: "Devices", ca: true }, site.clientRoot);
    const { cert, key } = identityOf(mintLeaf("device-8", middle, { purposes: ["clientAuth"] }), middle);
    const [certFile, keyFile] = [join(folder, "chain.pem"), join(folder, "chain.key")];
    await writeFile(certFile, cert);
    await writeFile(keyFile, key);
    const told = async (device: string): Promise<string> => {
      const argv = ["--for", device, "-o", join(folder, `chain-${device}`), "--cacert", files.ca];
      const { stdout } = await meerkat(["example", site.url, ...argv, "--cert", certFile, "--key", keyFile]);
      return stdout.replaceAll(/\s+/g, " ");
    };
    expect(await told("micropython")).toContain(
      'likely does not take device-8: the server asks for a certificate that leads to "CN=Client Root", and what leads there, "Devices", is not sent: MicroPython sends the first certificate of a file alone. Get a certificate that a CA issued directly which the server names; or have the server\'s operator add "Devices" to the CAs that it verifies clients with.',
    );
    expect(await told("python")).toContain("device-8 was issued under what it names, is for clients");
    expect(await told("mongoose-7-builtin")).toContain(
      'A Mongoose that is older than 7.23 likely sends the first certificate of a file alone: the server has to have "Devices" itself.',
    );
  });

  it.each([
    [
      "a key without its certificate",
      () => ["--key", files.key],
      /--key needs the certificate it belongs to/,
    ],
    ["a file without a certificate", () => ["--cert", files.key], /is PEM, and ".*client\.key" has none/],
  ])("is refused for %s", async (_, argv, says) => {
    const project = join(folder, "refused-identity");
    const usual = ["--for", "node", "-o", project, "--cacert", files.ca];
    const { exitCode, stderr } = await meerkat(["example", site.url, ...usual, ...argv()]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(says);
  });
});
