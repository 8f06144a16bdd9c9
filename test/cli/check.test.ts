/** `meerkat check`: planted faults are found, a good bundle is left in peace, and sites are judged as the device would. */
import { X509Certificate } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formats, readBundle } from "../../src/bundle/index.ts";
import type { Certificate } from "../../src/x509/index.ts";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { pemOf } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";
import { retiredRootsPem } from "../bundle/retired-roots.ts";
import { meerkat, type Transcript } from "../cli/transcript.ts";

let lab: Lab;
let folder: string;
let files = 0;
beforeAll(async () => {
  lab = await openLab({ sites: ["good", "expired", "misordered", "wrong-host", "cross-signed"] });
  folder = await mkdtemp(join(tmpdir(), "meerkat-check-"));
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

async function put(content: string | Uint8Array): Promise<string> {
  const file = join(folder, `bundle-${files++}`);
  await writeFile(file, content);
  return file;
}

async function check(content: string | Uint8Array, ...argv: readonly string[]): Promise<Transcript> {
  return meerkat(["check", await put(content), ...argv]);
}

const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

const root = mintRoot("Fine Root");
const issuer = mint({ name: "Fine Issuer", ca: true }, root);
const leaf = mintLeaf("fine.example", issuer);
const good = pemOf(root);
/** One of Mozilla's roots, by its name. */
function mozillaRoot(name: string): string {
  const found = rootCertificates.find((pem) => new X509Certificate(pem).subject.includes(name));
  if (found === undefined) throw new Error(`Node carries no ${name}`);
  return `${found}\n`;
}

describe("a good bundle", () => {
  it.each([[], ["--for", "mongoose-os"], ["--for", "arduino-esp8266"], ["--for", "node"]])(
    "is left in peace: %j %j",
    async (...flags) => {
      const { exitCode, stdout, stderr } = await check(good, ...flags);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toContain("Nothing is wrong with it.");
      expect(stdout).not.toMatch(/^(?:error|warning|note):/m);
    },
  );
});

const key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
const mongooseOs = ["--for", "mongoose-os"];

describe("a file that is not text", () => {
  const bytes = Array.from(root.der, (byte) => `0x${byte.toString(16)}`).join(",");
  it.each<readonly [what: string, content: string | Uint8Array, device: string, says: RegExp]>([
    ["DER for setCACert", root.der, "arduino-esp32", /setCACert takes PEM text.*openssl x509 -inform DER/],
    [
      "a C array of DER for setCACert",
      `const unsigned char ca[] = {\n${bytes}\n};\n`,
      "arduino-esp32",
      /setCACert takes PEM text/,
    ],
    [
      "a Java key store",
      Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0),
      "esp-idf",
      /The file is a Java key store.* keytool/,
    ],
    ["a web page", "<!doctype html><title>404</title>", "esp-idf", /The file is a web page/],
    [
      "UTF-16",
      Buffer.from(`\uFEFF${good}`, "utf16le"),
      "openssl",
      /in UTF-16: OpenSSL passes over it; iconv -f UTF-16 -t ASCII FILE > ca\.pem writes ASCII/,
    ],
  ])("%s is told of", async (_what, content, device, says) => {
    const { exitCode, stdout } = await check(content, "--for", device);
    expect(flat(stdout)).toMatch(says);
    expect(stdout).not.toContain("What ends next");
    expect(exitCode).toBe(1);
  });

  it("DER is what ESP-IDF takes too, and PEM with the NUL that mbedTLS wants", async () => {
    for (const content of [root.der, `${good}\0`]) {
      expect((await check(content, "--for", "esp-idf")).stdout).toContain("Nothing is wrong with it.");
    }
  });
});

describe("a planted fault is found", () => {
  it.each<
    readonly [fault: string, content: string, flags: readonly string[], says: RegExp, exitCode: number]
  >([
    [
      "a leaf instead of a root",
      pemOf(leaf),
      [],
      /error: fine\.example \(line 1\) is a server's own certificate.* put Fine Issuer, or the root behind it, here instead/,
      1,
    ],
    [
      "an intermediate, which Node does not take",
      pemOf(issuer),
      ["--for", "node"],
      /error: Fine Issuer \(line 1\) is an intermediate of Fine Root, not a root, and the device believes no path/,
      1,
    ],
    [
      "an intermediate, which ESP-IDF takes",
      pemOf(issuer),
      ["--for", "esp-idf"],
      /warning: Fine Issuer .* will fail when the CA changes its intermediates/,
      1,
    ],
    [
      "an expired root",
      pemOf(mintRoot("Old", { notAfterAt: now - dayMs })),
      [],
      /error: Old \(line 1\) expired on /,
      1,
    ],
    [
      "a root that expires soon",
      pemOf(mintRoot("Soon", { notAfterAt: now + 100 * dayMs })),
      [],
      /warning: Soon \(line 1\) expires on /,
      1,
    ],
    [
      "but not with a shorter horizon",
      pemOf(mintRoot("Soon", { notAfterAt: now + 100 * dayMs })),
      ["--within", "30"],
      /Nothing is wrong with it/,
      0,
    ],
    [
      "a duplicate, which is a note",
      good + good,
      [],
      /note: Fine Root \(line \d+\) stands here a second time; the first is at line 1/,
      0,
    ],
    ["a private key", good + key, [], /error: A private key stands at line \d+/, 1],
    [
      "no final newline on Mongoose OS",
      good.trimEnd(),
      mongooseOs,
      /error: The last line has no newline: .* the last certificate is lost/,
      1,
    ],
    ["a long line on Mongoose OS", good.replace(/\n(?=\w)/, ""), mongooseOs, /error: /, 1],
    [
      "a byte order mark for gen_crt_bundle.py",
      `\uFEFF${good}`,
      ["--for", "esp-idf-bundle"],
      /error: The file begins with a byte-order mark: gen_crt_bundle\.py does not read it/,
      1,
    ],
    [
      "CR LF, which harms nobody",
      good.replaceAll("\n", "\r\n"),
      ["--for", "esp-idf-bundle"],
      /Nothing is wrong with it/,
      0,
    ],
    [
      "but BearSSL, which takes the CR for a part of the label",
      good.replaceAll("\n", "\r\n"),
      ["--for", "arduino-esp8266"],
      /error: Lines end in CR LF .*: BearSSL does not read it; tr -d '\\r' < FILE > ca\.pem lets lines end in LF\..* The device reads no certificate/,
      1,
    ],
    [
      "an indented block, which Mongoose OS reads",
      good.replaceAll(/^(?=.)/gm, "  "),
      mongooseOs,
      /Nothing is wrong with it/,
      0,
    ],
    [
      "files joined without a line end, of which Mongoose OS reads neither",
      good.trimEnd() + pemOf(mintRoot("Other Root")),
      mongooseOs,
      /error: END and BEGIN stand on one line .*: the scanner loses both certificates.* The device reads no certificate/,
      1,
    ],
    [
      "files joined without a line end, of which gen_crt_bundle.py loses the second",
      good.trimEnd() + pemOf(mintRoot("Other Root")),
      ["--for", "esp-idf-bundle"],
      /error: END and BEGIN stand on one line .*: gen_crt_bundle\.py loses the next certificate/,
      1,
    ],
    [
      "files joined without a line end, which mbedTLS reads",
      good.trimEnd() + pemOf(mintRoot("Other Root")),
      ["--for", "esp-idf"],
      /Nothing is wrong with it/,
      0,
    ],
    [
      "and OpenSSL does not",
      good.trimEnd() + pemOf(mintRoot("Other Root")),
      ["--for", "openssl"],
      /error: END and BEGIN stand on one line .* reads no certificate of such a file.* error: The device reads no certificate/,
      1,
    ],
    [
      "a damaged block, for which OpenSSL drops the file",
      good + good.replace("MII", "M*I"),
      ["--for", "python"],
      /error: The block at line \d+ is not base64: OpenSSL reads no certificate/,
      1,
    ],
    [
      "a byte order mark, which OpenSSL passes over",
      `\uFEFF${good}`,
      ["--for", "node"],
      /Nothing is wrong with it/,
      0,
    ],
    [
      "a blank line within a block",
      good.replace("\nMII", "\n\n\nMII"),
      ["--for", "node"],
      /error: A blank line stands within a block .*: Node reads no certificate from there on; take it out\..* The device reads no certificate/,
      1,
    ],
    [
      "which mbedTLS reads",
      good.replace("\nMII", "\n\n\nMII"),
      ["--for", "esp-idf"],
      /Nothing is wrong with it/,
      0,
    ],
    [
      "indented base64, which OpenSSL reads",
      good.replaceAll(/^(?=[^-])/gm, "  "),
      ["--for", "openssl"],
      /Nothing is wrong with it/,
      0,
    ],
    [
      "an indented BEGIN, which mbedTLS reads",
      good.replaceAll(/^(?=-)/gm, "  "),
      ["--for", "esp-idf"],
      /Nothing is wrong with it/,
      0,
    ],
    [
      "blanks behind BEGIN",
      good.replaceAll(/-$/gm, "-  "),
      ["--for", "esp-idf"],
      /error: Blanks stand behind BEGIN .*: mbedTLS does not read it; take out the blanks\..* The device reads no certificate/,
      1,
    ],
    [
      "an indented block",
      good.replaceAll(/^/gm, "  "),
      ["--for", "esp-idf"],
      /base64 at .* is indented: mbedTLS does not read it.* error: The device reads no certificate/,
      1,
    ],
    [
      "OpenSSL's own label for mbedTLS",
      good.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE"),
      ["--for", "esp-idf"],
      /labelled TRUSTED CERTIFICATE: mbedTLS does not read it/,
      1,
    ],
    [
      "a C string without line ends",
      `const char* ca =\n${good.trimEnd().replaceAll(/^(.*)$/gm, '"$1"')};\n`,
      ["--for", "arduino-esp32"],
      /line ends of the block at .* are lost: mbedTLS does not read it; .* write \\n at the end of each string/,
      1,
    ],
    [
      "PEM for MicroPython",
      good,
      ["--for", "micropython"],
      /error: The bundle cannot serve as it is .* has a PEM parser .* openssl x509 -in FILE -outform DER/,
      1,
    ],
    [
      "a root whose name constraints are critical, for mbedTLS",
      pemOf(mintRoot("Constrained", { permit: ["dns:example.com"] })),
      ["--for", "esp-idf"],
      /error: Constrained .* cannot serve the device as an anchor: mbedTLS does not parse it, because its extension nameConstraints is critical/,
      1,
    ],
    [
      "a root of version 1, for Python",
      pemOf(mintRoot("Old Form", { version: 1 })),
      ["--for", "python"],
      /error: Old Form .* Python's default context refuses every path through it, because it is of version 1/,
      1,
    ],
    [
      "a root without keyUsage, for Python",
      pemOf(mintRoot("No Usage", { usages: null })),
      ["--for", "python"],
      /error: No Usage .* because it has no keyUsage \(X509_V_ERR_CA_CERT_MISSING_KEY_USAGE \(92\)\)/,
      1,
    ],
    [
      "five roots for Zephyr",
      pemOf(...Array.from({ length: 5 }, (_, i) => mintRoot(`Root ${i}`))),
      ["--for", "zephyr"],
      /error: The bundle has 5 anchors and the device takes 4 at most/,
      1,
    ],
    ["nothing at all", "", [], /: 0 bytes; for .* error: The file is empty\. $/, 1],
    [
      "a web page, which the reason is said of at once, and nothing is counted",
      "<!doctype html><html><body>Log in</body></html>",
      [],
      /: 47 bytes; for no device in particular, as of [\d-]{10}\. error: The file is a web page\. A server sent a page/,
      1,
    ],
    [
      "a request for a certificate",
      "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
      [],
      /\d bytes; for .*\. error: The file is a request for a certificate, which no CA has signed\. Give the certificate that the CA made of it\. $/,
      1,
    ],
    [
      "a private key alone",
      key,
      [],
      /: [\d,]+ bytes, format pem; .* error: A private key stands at line 1/,
      1,
    ],
    [
      "many duplicates, which are one note",
      good.repeat(4_095),
      [],
      /4,095 entries, .* note: 4,094 entries stand here once more: (?:Fine Root \(line \d+, first at line 1\), ){3}and 4,091 more\. /,
      0,
    ],
    [
      "a root under distrust-after or retirement",
      retiredRootsPem,
      [],
      /no longer taken for websites by its root programme since 2026-04-15/,
      1,
    ],
  ])("%s", async (...[, content, flags, says, exitCode]) => {
    const transcript = await check(content, ...flags);
    expect(flat(transcript.stdout)).toMatch(says);
    expect(transcript.exitCode).toBe(exitCode);
  });

  describe("a file that a library reads in part", () => {
    const [first, second, third] = ["First Root", "Second Root", "Third Root"].map((name) =>
      pemOf(mintRoot(name)),
    );
    const noEnd = second?.replace(/-----END.*\n/, "");

    it.each([
      [
        "esp-idf",
        `${first}${noEnd}${third}`,
        /mbedTLS stumbles over it\. error: Of the 2 certificates the device does not read Third Root \(line 20\)\./,
      ],
      [
        "openssl",
        `${first}${noEnd}${third}`,
        /OpenSSL stumbles over it\. error: Of the 3 certificates the device does not read Third Root \(line 20\)\./,
      ],
      [
        "arduino-esp8266",
        `${first}${noEnd}${third}`,
        /BearSSL takes no certificate of such a file\. error: The device reads no certificate/,
      ],
      [
        "openssl",
        `${first}${second?.replaceAll("-----", "------")}`,
        /BEGIN or END stands between other than five hyphens \(line 11\): OpenSSL passes over it; write five/,
      ],
      [
        "arduino-esp8266",
        `${first}${second?.replaceAll("\n", "\r\n")}`,
        /Lines end in CR LF \(line 11\): BearSSL does not read it; .* does not read Second Root \(line 11\)\./,
      ],
    ])("%s: %#", async (device, content, says) => {
      const transcript = await check(content, "--for", device);
      expect(flat(transcript.stdout)).toMatch(says);
      expect(transcript.exitCode).toBe(1);
    });

    it("and what comes through whole is left in peace", async () => {
      const behind = `${first}${second?.replaceAll("-----\n", "-----  \n")}`;
      expect((await check(behind, "--for", "openssl")).stdout).toContain("Nothing is wrong with it.");
      expect((await check(behind, "--for", "esp-idf")).exitCode).toBe(1);
    });
  });

  describe("an expired root beside its renewed self", () => {
    const ended = mintRoot("Renewed", { notBeforeAt: now - 3 * yearMs, notAfterAt: now - dayMs });
    const renewed = mintRoot("Renewed", { keys: ended.keys });

    it.each([
      [
        "esp-idf",
        pemOf(ended, renewed),
        /note: Renewed \(line 1\) expired .* its renewed self is at line 11,/,
        0,
      ],
      [
        "esp-idf-bundle",
        pemOf(ended, renewed),
        /^\S+ 2 entries.* note: Renewed \(line 1\) expired .* can go\. What/,
        0,
      ],
      ["openssl", pemOf(ended, renewed), /note: Renewed \(line 1\) expired/, 0],
      ["mongoose-7-mbedtls", pemOf(renewed, ended), /note: Renewed \(line 11\) expired/, 0],
      ["mongoose-7-builtin", pemOf(ended, renewed), /error: Renewed \(line 1\) expired .* take it out/, 1],
      ["moddable", pemOf(ended, renewed), /error: Renewed \(line 1\) expired .* take it out/, 1],
    ] as const)("is passed over by %s, or it is not", async (device, content, says, exitCode) => {
      const transcript = await check(content, "--for", device);
      expect(flat(transcript.stdout)).toMatch(says);
      expect(transcript.exitCode).toBe(exitCode);
    });
  });

  it("a root that its programme retires by the day that is asked about", async () => {
    const globalSignR3 = mozillaRoot("OU=GlobalSign Root CA - R3");
    const today = await check(globalSignR3, "--within", "0", "--at", "2026-12-01");
    expect(today.stdout).toContain("Nothing is wrong with it.");
    const later = await check(globalSignR3, "--within", "0", "--at", "2028-01-01");
    expect(flat(later.stdout)).toMatch(
      /warning: GlobalSign .* is no longer taken for websites by its root programme since 2027-04-15/,
    );
    expect(later.exitCode).toBe(1);
  });

  it("in a bundle of names and keys too, where the root is known", async () => {
    const certificates = [mintRoot("Unknown").certificate, ...knownRoots("GlobalSign")];
    const [file] = formats["esp-bundle"].write(certificates).files;
    const at = ["--at", "2028-01-01"];
    const { stdout, exitCode } = await check(file?.bytes ?? "", "--for", "esp-idf-bundle", ...at);
    expect(exitCode).toBe(1);
    expect(flat(stdout)).toMatch(
      /warning: GlobalSign \(GlobalSign Root CA - R\d\) \(entry \d+\) is no longer taken for websites/,
    );
  });
});

/** A CA's roots as Node carries them. */
function knownRoots(name: string): readonly Certificate[] {
  const { entries } = readBundle(new TextEncoder().encode(rootCertificates.join("\n")));
  return entries.flatMap((entry) =>
    entry.kind === "certificate" && entry.certificate.subject.display.startsWith(name)
      ? [entry.certificate]
      : [],
  );
}

describe("each site", () => {
  it("connects, until when, and by which anchor", async () => {
    const { exitCode, stdout } = await meerkat(["check", lab.caFile, lab.url("good"), ...mongooseOs]);
    expect(flat(stdout)).toMatch(
      /good\.lab\.localhost:\d+ connects Mongoose OS 2\.x connects by Meerkat Lab Root; its certificate ends \d{4}-\d\d-\d\d, which this device does not notice\./,
    );
    expect(exitCode).toBe(0);
  });

  it.each([
    [
      "misordered",
      "mongoose-os",
      /refuses Mongoose OS 2\.x refuses this good chain because it finds no issuer/,
    ],
    [
      "misordered",
      "arduino-esp8266",
      /refuses Arduino core for ESP8266 refuses this good chain because the server's certificates are not in order/,
    ],
    [
      "cross-signed",
      "esp-idf-bundle",
      /refuses ESP-IDF 5\.x with its certificate bundle refuses this good chain/,
    ],
    [
      "expired",
      "mongoose-os",
      /connects, wrongly Mongoose OS 2\.x accepts this .* although a full validation refuses it: .* expired on /,
    ],
    ["expired", "arduino-esp8266", /refuses Arduino core for ESP8266 refuses it, because .* past its end/],
    [
      "wrong-host",
      "esp-idf",
      /Nothing is wrong with the bundle\. .* refuses .* refuses it, because .* names another\.lab\.localhost only, not wrong-host/,
    ],
  ])("%s on %s has the device's verdict and its reason", async (site, device, says) => {
    const { exitCode, stdout } = await meerkat(["check", lab.caFile, lab.url(site), "--for", device]);
    expect(flat(stdout)).toMatch(says);
    expect(exitCode).toBe(1);
  });

  it("misordered connects where paths are searched for", async () => {
    const { exitCode, stdout } = await meerkat([
      "check",
      lab.caFile,
      lab.url("misordered"),
      "--for",
      "openssl",
    ]);
    expect(stdout).toMatch(/misordered\.lab\.localhost:\d+ {2}connects$/m);
    expect(exitCode).toBe(0);
  });

  it("is refused with a bundle that has another root", async () => {
    const { exitCode, stdout } = await check(good, lab.url("good"), "--for", "esp-idf");
    expect(flat(stdout)).toMatch(/refuses ESP-IDF 5\.x with cert_pem refuses it, because it finds no issuer/);
    expect(exitCode).toBe(1);
  });

  it("connects for now, where its way ends before the day that is asked about", async () => {
    const { exitCode, stdout } = await meerkat([
      "check",
      lab.caFile,
      lab.url("good"),
      "--for",
      "openssl",
      "--at",
      "2099-01-01",
    ]);
    expect(flat(stdout)).toContain(
      "connects, for now A program with OpenSSL 3 connects today by Meerkat Lab Root; that is good until",
    );
    expect(exitCode).toBe(1);
  });

  it("connects on, where the device does not notice the end", async () => {
    const argv = ["check", lab.caFile, lab.url("good"), ...mongooseOs, "--at", "2099-01-01"];
    const { stdout } = await meerkat(argv);
    expect(flat(stdout)).toMatch(
      /good\.lab\.localhost:\d+ connects Mongoose OS 2\.x connects by .* which this device does not notice/,
    );
  });

  it("that cannot be asked is named, and gives the exit code where nothing else does", async () => {
    const { exitCode, stdout } = await meerkat(["check", lab.caFile, "https://nobody.localhost:1/"]);
    expect(flat(stdout)).toContain(
      "Not reached, so nothing is known of them https://nobody.localhost:1/ Nothing listens",
    );
    expect(exitCode).toBe(7);
  });
});

describe("forms of report and bundle", () => {
  it("one JSON object says the same", async () => {
    const { stdout, exitCode } = await meerkat([
      "check",
      lab.caFile,
      lab.url("misordered"),
      ...mongooseOs,
      "--json",
    ]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      ok: false,
      exitCode: 1,
      bundle: { path: lab.caFile, format: "pem", entries: 1 },
      device: "mongoose-os",
      findings: [],
      sites: [{ connects: "no", code: "not-trusted", urls: [lab.url("misordered")] }],
      failures: [],
      timeline: [{ subject: "Meerkat Lab Root", reason: "not-after" }],
    });
  });

  it("a folder is one bundle: Moddable's set, with its index", async () => {
    const set = join(folder, "set");
    await mkdir(set);
    const written = formats.moddable.write([root.certificate, mintRoot("Other").certificate]).files;
    for (const { path, bytes } of written) await writeFile(join(set, path.replace("data/", "")), bytes);
    const { exitCode, stdout } = await meerkat(["check", set, "--for", "moddable"]);
    expect(stdout).toContain("Nothing is wrong with it.");
    expect(exitCode).toBe(0);
    await writeFile(join(set, "ca.ski"), new Uint8Array(40));
    expect((await meerkat(["check", set, "--for", "moddable"])).exitCode).toBe(1);
  });

  it.each([
    ["no such file", "nonesuch.pem", /there is no such file/],
    ["a folder without certificates", "empty", /the folder holds no \.pem, /],
  ])("%s is an error of its own", async (_what, path, says) => {
    await mkdir(join(folder, "empty"), { recursive: true });
    const { exitCode, stderr } = await meerkat(["check", join(folder, path)]);
    expect(stderr).toMatch(says);
    expect(exitCode).toBe(26);
  });

  it("--html writes a page beside the report, and says where", async () => {
    const page = join(folder, "page.html");
    const { stdout } = await check(good, "--html", page);
    expect(stdout).toContain(`The page is in ${page}.`);
    expect(await readFile(page, "utf8")).toContain("<title>");
  });

  it("an end in a far year is on the list", async () => {
    const { stdout } = await check(pemOf(mintRoot("Far", { notAfterAt: now + 20 * yearMs })));
    expect(flat(stdout)).toMatch(/What ends next 20\d\d-\d\d-\d\d Far: its certificate ends/);
  });
});
