/** Examples for what is not HTTP: they connect, verify and say so. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  buildExample,
  type DeviceName,
  deviceNames,
  devices,
  type ExampleFile,
} from "../../src/device/index.ts";
import { identityOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { keyInForm } from "./mutual-site.ts";
import { isHere, output, programs, put, run, stubFolder, textOf } from "./projects.ts";

const [root, other] = [mintRoot("Broker Root"), mintRoot("Other Root")];
const client = mintLeaf("device-3", root, { purposes: ["clientAuth"] });

let folder = "";
let broker: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-tls-examples-"));
  // A broker says nothing before its client does.
  broker = createServer(identityOf(mintLeaf("localhost", root)), (socket) => {
    socket.resume().on("error", () => undefined);
  });
  broker.on("tlsClientError", () => undefined);
  broker.listen(0, "127.0.0.1");
  await once(broker, "listening");
});

afterAll(async () => {
  broker.close();
  await rm(folder, { recursive: true, force: true });
});

function build(device: DeviceName, url = "mqtts://broker.example", isMutual = false): readonly ExampleFile[] {
  return buildExample(devices[device], {
    url,
    anchors: [root.certificate],
    ...(isMutual ? { clientCertificates: [client.certificate] } : {}),
  });
}

describe("an example for a broker", () => {
  it.each(deviceNames.filter((name) => name !== "moddable"))(
    "of %s sends no request, and says so",
    (name) => {
      const files = build(name);
      const readme = files.find(({ path }) => path === "README.md");
      expect(readme === undefined ? "" : textOf(readme)).toContain("It worked when it prints `verified`.");
      const all = files.map(textOf).join("\n");
      expect(all).toContain("broker.example");
      expect(all).toContain("8883");
      expect(all).not.toMatch(/GET |User-Agent|fetch HTTP/);
    },
  );

  it("of Mongoose 7 names its own port where TLS is left out", () => {
    const readme = build("mongoose-7-openssl").find(({ path }) => path === "README.md");
    expect(readme === undefined ? "" : textOf(readme)).toContain("goes out in clear text, to port 8883.");
  });

  it.each([
    ["moddable", "mqtts://broker.example", /speaks HTTPS/],
    ["openssl", "smtp://mail.example", /begins in plain text \(STARTTLS\)/],
    ["openssl", "mqtt://broker.example", /./],
  ] as const)("of %s is refused for %s", (device, url, says) => {
    expect(() => build(device, url)).toThrow(says);
  });

  it("does not have a password that stands in the URL", () => {
    const files = build("python", "mqtts://user:secret@broker.example");
    expect(files.map(textOf).join("\n")).not.toContain("secret");
  });
});

describe("its code compiles", () => {
  const cases = programs.flatMap(([name, source, stubs]) =>
    [false, true].map((isMutual) => ({
      name,
      source,
      stubs,
      isMutual,
      shows: isMutual ? " with a certificate" : "",
    })),
  );
  it.for(cases)("for $name$shows", async ({ name, source, stubs, isMutual }, { skip }) => {
    if (!(await isHere("gcc"))) skip("gcc is missing");
    const directory = await put(join(folder, `${name}-${isMutual}`), [
      ...build(name, undefined, isMutual),
      { path: "src/client.der.inc", content: "0x30," },
      { path: "src/client-key.der.inc", content: "0x30," },
    ]);
    const include = stubs === undefined ? [] : ["-I", join(stubFolder, stubs)];
    const flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", ...include];
    await run("gcc", [...flags, join(directory, source)]).catch((error: { stderr?: string }) => {
      if (/openssl\/.*No such file/.test(error.stderr ?? "")) skip("libssl-dev is missing");
      throw new Error(error.stderr);
    });
  });

  it.for(["arduino-esp32", "arduino-esp8266"] as const)("for %s, against stubs", async (name, { skip }) => {
    if (!(await isHere("g++"))) skip("g++ is missing");
    const key = { path: "fetch/client_key.h", content: keyInForm(client, "fetch/client_key.h") };
    const directory = await put(join(folder, name), [...build(name, undefined, true), key]);
    const flags = ["-x", "c++", "-std=gnu++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"];
    const stubs = ["-I", join(stubFolder, "arduino"), "-include", join(stubFolder, "arduino", "Arduino.h")];
    await run("g++", [...flags, ...stubs, join(directory, "fetch/fetch.ino")]);
  });

  it.for(["python", "micropython"] as const)("for %s is Python", async (name, { skip }) => {
    if (!(await isHere("python3"))) skip("python3 is missing");
    const directory = await put(join(folder, name), build(name, undefined, true));
    await run("python3", ["-W", "error", "-m", "py_compile", join(directory, "main.py")]);
  });
});

describe("it is run", () => {
  const ways: Readonly<Record<"openssl" | "python" | "node", (directory: string) => Promise<string>>> = {
    openssl: async (cwd) => {
      await run("make", [], { cwd });
      return output("./fetch", [], { cwd });
    },
    python: (cwd) => output("python3", ["main.py"], { cwd }),
    node: (cwd) => output(process.execPath, ["main.js"], { cwd }),
  };

  it.for([
    ["openssl", "make"],
    ["python", "python3"],
    ["node", "node"],
  ] as const)(
    "%s verifies the broker, and refuses it with another root",
    async ([device, needs], { skip }) => {
      if (!(await isHere(needs))) skip(`${needs} is missing`);
      const url = `mqtts://localhost:${(broker.address() as AddressInfo).port}`;
      const said = await Promise.all(
        [root, other].map(async (anchor, i) => {
          const files = buildExample(devices[device], { url, anchors: [anchor.certificate] });
          return ways[device](await put(join(folder, `run-${device}-${i}`), files));
        }),
      );
      expect(said[0]).toMatch(/^verified, TLSv1\.3$/m);
      expect(said[1]).not.toContain("verified, TLS");
      expect(said[1]).toMatch(/certificate|unable to verify/);
    },
  );
});
