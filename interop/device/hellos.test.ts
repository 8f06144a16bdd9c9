/**
 * What the libraries that are installed really offer, recorded and held against the profiles; and that this machine's
 * OpenSSL, asked for a profile's offer, sends the same in the same order.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { connect, createSecureContext } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { versionNames, type HelloVersion } from "../../src/core/index.ts";
import { deviceNames, devices, mbedtls2Hello, type DeviceProfile } from "../../src/device/index.ts";
import { offerOf } from "../../src/survey/index.ts";
import { parseClientHello } from "../../src/tap/index.ts";
import { mintRoot } from "../../test/pki/today.ts";
import { whatIsMissing } from "../../test/device/harness/libraries.ts";
import { openWorkshop, type Workshop } from "../../test/device/harness/harness.ts";

const run = promisify(execFile);

type Heard = NonNullable<ReturnType<typeof parseClientHello>>["facts"];
interface Ear {
  readonly port: number;
  /** The next first message. */
  readonly heard: () => Promise<Heard>;
  readonly server: Server;
}

/** Takes connections, reads one ClientHello of each, and hangs up. */
async function listen(): Promise<Ear> {
  const queue: Heard[] = [];
  let wake: (() => void) | undefined;
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.length < 5 ? Infinity : 5 + bytes.readUInt16BE(3);
      if (bytes.length < end) return;
      const read = parseClientHello(bytes.subarray(9, end), { limit: 512, leftOut: 0 });
      if (read !== undefined) queue.push(read.facts);
      wake?.();
      socket.destroy();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const heard = async (): Promise<Heard> => {
    for (;;) {
      const next = queue.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { port: (server.address() as AddressInfo).port, heard, server };
}

/** The names of the IANA registry, by OpenSSL's. */
let standardNames: ReadonlyMap<string, string>;
let ear: Ear;
let workshop: Workshop;
beforeAll(async () => {
  ear = await listen();
  workshop = await openWorkshop();
  const { stdout } = await run("openssl", ["ciphers", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]);
  standardNames = new Map(
    stdout
      .split("\n")
      .flatMap((line) =>
        /^(\S+)\s+- (\S+)/.exec(line) === null
          ? []
          : [[line.split(/\s+/)[2] ?? "", line.split(" ")[0] ?? ""]],
      ),
  );
});
afterAll(async () => {
  ear.server.close();
  await workshop.close();
});

/** Some libraries send nothing where they have nobody to believe, or another offer. */
const root = mintRoot("Nobody's");

const signals = new Set(["EMPTY_RENEGOTIATION_INFO_SCSV", "FALLBACK_SCSV"].map((name) => `TLS_${name}`));

/** What was heard, as a profile says it; suites that OpenSSL has no name for are counted. */
function asProfile(heard: Heard): object {
  // openssl ciphers lists those of TLS 1.3 that are on by default alone.
  const known = new Set([...standardNames.values(), "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"]);
  const suites = heard.cipherSuites.filter((suite) => !signals.has(suite));
  return {
    suites: suites.filter((suite) => known.has(suite)),
    beyond: suites.filter((suite) => !known.has(suite)).length,
    groups: heard.groups,
    signatureAlgorithms: heard.signatureAlgorithms,
  };
}

function expected({ hello }: Pick<DeviceProfile, "hello">): object {
  return {
    suites: hello.suites.map((suite) => standardNames.get(suite) ?? suite),
    beyond: hello.beyondOpenssl.length,
    groups: hello.groups,
    signatureAlgorithms: hello.signatureAlgorithms,
  };
}

const meeting = () => ({ port: ear.port, name: "a.localhost", ca: new Uint8Array(root.der), at: Date.now() });

describe("the profile offers what the library offers", () => {
  it.for([
    ["bearssl", "arduino-esp8266"],
    ["openssl", "openssl"],
    ["mbedtls-3.6", "mongoose-7-mbedtls"],
    ["mongoose-builtin", "mongoose-7-builtin"],
  ] as const)("%s as %s", async ([library, device], { skip }) => {
    if (!workshop.libraries.has(library)) skip(whatIsMissing(library));
    const [heard] = await Promise.all([ear.heard(), workshop.meet(library, meeting())]);
    expect(asProfile(heard)).toEqual(expected(devices[device]));
  });

  it("mbedTLS 2.28: its order is what the profiles of mbedTLS have less of", async ({ skip }) => {
    if (!workshop.libraries.has("mbedtls")) skip(whatIsMissing("mbedtls"));
    const [heard] = await Promise.all([ear.heard(), workshop.meet("mbedtls", meeting())]);
    expect(asProfile(heard)).toEqual(expected({ hello: mbedtls2Hello }));
    const { suites } = mbedtls2Hello;
    for (const name of ["mongoose-7-mbedtls", "esp-idf", "micropython", "zephyr"] as const) {
      const own = devices[name].hello.suites.filter((suite) => !/^TLS_|ARIA/.test(suite));
      expect(suites.filter((suite) => own.includes(suite))).toEqual(own);
    }
  });

  it("Node", async () => {
    const socket = connect({ port: ear.port, host: "127.0.0.1", servername: "a.localhost" });
    socket.on("error", () => {});
    expect(asProfile(await ear.heard())).toEqual(expected(devices.node));
  });

  it("Python", async ({ skip }) => {
    const program = `import socket, ssl
try: ssl.create_default_context().wrap_socket(socket.create_connection(("127.0.0.1", ${ear.port})), server_hostname="a.localhost")
except (OSError, ValueError): pass`;
    const python = spawn("python3", ["-c", program], { stdio: "ignore" });
    const missing = await Promise.race([once(python, "error"), once(python, "spawn").then(() => undefined)]);
    if (missing !== undefined) skip("python3 is missing");
    expect(asProfile(await ear.heard())).toEqual(expected(devices.python));
  });
});

describe("OpenSSL, asked for a profile's offer, makes it", () => {
  it.each(deviceNames)("%s", async (name) => {
    const { hello } = devices[name];
    const socket = connect({
      port: ear.port,
      host: "127.0.0.1",
      servername: "a.localhost",
      secureContext: createSecureContext(offerOf(hello, "none")),
    });
    socket.on("error", () => {});
    const heard = await ear.heard();
    expect(asProfile(heard)).toMatchObject({
      suites: hello.suites.map((suite) => standardNames.get(suite) ?? suite),
      beyond: 0,
    });
    const versions: readonly HelloVersion[] =
      hello.versions.length > 1 && hello.versions.at(-1) !== "TLSv1.3" ? ["TLSv1.2"] : hello.versions;
    expect(heard.versions.toReversed()).toEqual(versions.map((version) => versionNames[version]));
    // OpenSSL has no groups below the level of its library, and adds none.
    expect(hello.groups).toEqual(expect.arrayContaining([...heard.groups]));
    if (hello.signatureAlgorithms.length > 0)
      expect(heard.signatureAlgorithms).toEqual(hello.signatureAlgorithms);
  });
});
