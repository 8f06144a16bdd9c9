/** The command that is given for a file of another form makes CA certificates of it. Each is run, where its program is. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { type Bundle, readBundle } from "../../src/bundle/index.ts";
import { devices } from "../../src/device/index.ts";
import { pemOf } from "../pki/index.ts";
import { checkContent } from "./check-bundle.ts";
import { mintRoot } from "../pki/today.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-conversions-"));
afterAll(() => rmSync(folder, { recursive: true }));

const roots = [mintRoot("First"), mintRoot("Second")] as const;
const pem = pemOf(...roots);
const [{ der }] = roots;
const hex = Buffer.from(der).toString("hex");
writeFileSync(join(folder, "roots.pem"), pem);

const shell = (command: string): Buffer =>
  execFileSync("sh", ["-c", command], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
const isHere = (program: string): boolean => {
  try {
    return shell(`command -v ${program}`).length > 0;
  } catch {
    return false;
  }
};

/** What a check says of it; the commands stand there. */
function sentencesOf(bytes: Uint8Array, device: keyof typeof devices = "openssl"): string {
  return checkContent(bytes, { profile: devices[device] }).sentences.join("\n");
}

function subjectsOf({ entries }: Bundle): readonly string[] {
  return entries.flatMap((entry) =>
    entry.kind === "certificate" ? [entry.certificate.subject.display] : [],
  );
}

const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));
const store =
  (type: string): (() => Uint8Array) =>
  () => {
    for (const [name, root] of [
      ["first", roots[0]],
      ["second", roots[1]],
    ] as const) {
      writeFileSync(join(folder, `${name}.pem`), pemOf(root));
      shell(
        `keytool -importcert -noprompt -alias ${name} -file ${name}.pem -keystore store.${type} -storetype ${type} -storepass changeit`,
      );
    }
    return readFileSync(join(folder, `store.${type}`));
  };

interface Conversion {
  readonly what: string;
  /** Programs that make it and undo it. */
  readonly needs: readonly string[];
  readonly make: () => Uint8Array;
  /** The command, as it has to stand in what is said. */
  readonly command: RegExp;
  readonly input?: string;
  readonly device?: keyof typeof devices;
  readonly gives?: readonly string[];
}

const both = ["First", "Second"];
const conversions: readonly Conversion[] = [
  { what: "gzip", needs: ["gunzip"], make: () => gzipSync(pem), command: /gunzip -c FILE > ca\.pem/ },
  { what: "tar", needs: ["tar"], make: () => shell("tar cf - roots.pem"), command: /tar -xf FILE/ },
  {
    what: "bzip2",
    needs: ["bzip2"],
    make: () => shell("bzip2 -c roots.pem"),
    command: /bunzip2 -c FILE > ca\.pem/,
  },
  { what: "xz", needs: ["xz"], make: () => shell("xz -c roots.pem"), command: /xz -dc FILE > ca\.pem/ },
  {
    what: "ZIP",
    needs: ["zip", "unzip"],
    make: () => shell("zip -q - roots.pem"),
    command: /unzip FILE/,
  },
  {
    what: "PKCS #7 in DER",
    needs: ["openssl"],
    make: () => shell("openssl crl2pkcs7 -nocrl -certfile roots.pem -outform DER"),
    command: /openssl pkcs7 -inform DER -in FILE -print_certs -out ca\.pem/,
  },
  {
    what: "PKCS #7 in PEM",
    needs: ["openssl"],
    make: () => shell("openssl crl2pkcs7 -nocrl -certfile roots.pem"),
    command: /openssl pkcs7 -in FILE -print_certs -out ca\.pem/,
  },
  {
    what: "PKCS #12",
    needs: ["openssl"],
    make: () => shell("openssl pkcs12 -export -nokeys -in roots.pem -passout pass:"),
    command: /openssl pkcs12 -in FILE -nokeys -out ca\.pem/,
    input: "\n",
  },
  {
    what: "a Java key store",
    needs: ["keytool"],
    make: store("JKS"),
    command: /keytool -list -rfc -keystore FILE \| tr -d '\\r' > ca\.pem/,
    input: "changeit\n",
  },
  {
    what: "base64 of PEM",
    needs: ["base64"],
    make: () => Buffer.from(Buffer.from(pem).toString("base64").replaceAll(/.{76}/g, "$&\n")),
    command: /base64 -d FILE > ca\.pem/,
  },
  {
    what: "base64 without BEGIN and END",
    needs: ["base64"],
    make: () => Buffer.from(Buffer.from(der).toString("base64").replaceAll(/.{64}/g, "$&\n")),
    command: /base64 -d FILE > ca\.der/,
    gives: ["First"],
  },
  {
    what: "base64 in the letters of URLs",
    needs: ["base64", "tr"],
    make: () =>
      Buffer.from(`${Buffer.from(der).toString("base64").replaceAll("+", "-").replaceAll("/", "_")}\n`),
    command: /tr '_-' '\/\+' < FILE \| base64 -d > ca\.der/,
    gives: ["First"],
  },
  {
    what: "hexadecimal",
    needs: ["xxd"],
    make: () => Buffer.from(hex.replaceAll(/.{60}/g, "$&\n")),
    command: /xxd -r -p FILE ca\.der/,
    gives: ["First"],
  },
  {
    what: "a dump of xxd's",
    needs: ["xxd"],
    make: () => {
      writeFileSync(join(folder, "first.der"), der);
      return shell("xxd first.der");
    },
    command: /xxd -r FILE ca\.der/,
    gives: ["First"],
  },
  {
    what: "UTF-16",
    needs: ["iconv"],
    make: () => utf16(pem),
    command: /iconv -f UTF-16 -t ASCII FILE > ca\.pem/,
  },
  {
    what: "CR alone",
    needs: ["tr"],
    make: () => Buffer.from(pem.replaceAll("\n", "\r")),
    command: /tr '\\r' '\\n' < FILE > ca\.pem/,
  },
  {
    what: "CR LF, for BearSSL",
    needs: ["tr"],
    make: () => Buffer.from(pem.replaceAll("\n", "\r\n")),
    command: /tr -d '\\r' < FILE > ca\.pem/,
    device: "arduino-esp8266",
  },
  {
    what: "OpenSSL's own labels, for mbedTLS",
    needs: ["openssl"],
    make: () => Buffer.from(pem.replaceAll(" CERTIFICATE", " X509 CERTIFICATE")),
    command: /openssl crl2pkcs7 -nocrl -certfile FILE \| openssl pkcs7 -print_certs -out ca\.pem/,
    device: "esp-idf",
  },
  {
    what: "DER, for OpenSSL",
    needs: ["openssl"],
    make: () => der,
    command: /openssl x509 -inform DER -in FILE -out ca\.pem/,
    gives: ["First"],
  },
  {
    what: "PEM, for MicroPython",
    needs: ["openssl"],
    make: () => Buffer.from(pemOf(roots[0])),
    command: /openssl x509 -in FILE -outform DER -out ca\.der/,
    device: "micropython",
    gives: ["First"],
  },
];

describe("what is said of a file in another form", () => {
  it.for(conversions)("$what: its command works", (conversion, { skip }) => {
    const { needs, make, command, input = "", device, gives = both } = conversion;
    const missing = needs.find((program) => !isHere(program));
    if (missing !== undefined) skip(`${missing} is not here`);
    const content = make();
    const [found] = command.exec(sentencesOf(content, device)) ?? [];
    expect(found).toBeDefined();
    const place = mkdtempSync(join(folder, "run-"));
    writeFileSync(join(place, "given"), content);
    execFileSync("sh", ["-c", (found ?? "").replaceAll("FILE", "given")], {
      cwd: place,
      input,
      stdio: "pipe",
    });
    const made = readdirSync(place).filter((name) => name !== "given");
    expect(made).toHaveLength(1);
    const result = readBundle(readFileSync(join(place, made[0] ?? "")));
    expect(subjectsOf(result).toSorted()).toEqual(gives);
    expect(result.remarks.map(({ kind }) => kind).filter((kind) => kind !== "stray-text")).toEqual([]);
  });
});
