/** Every format: what is written is read back whole, sizes are told before, and hostile bytes end in entries. */
import { rootCertificates } from "node:tls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes, renderHex } from "../../core/index.ts";
import { type Certificate, parseCertificate, parsePem } from "../../x509/index.ts";
import { rsaSpki } from "../../../test/pki/index.ts";
import { mintRoot } from "../../../test/pki/today.ts";
import {
  type Bundle,
  type BundleFile,
  type FormatName,
  formats,
  isFormatName,
  maxBundleBytes,
  maxBundleEntries,
  readBundle,
} from "../index.ts";
import { isCSource } from "./c-source.ts";
import { cpuMsOf } from "../../../test/cost.ts";

const roots: readonly Certificate[] = rootCertificates.map((pem) => {
  const parsed = parseCertificate(parsePem(pem).blocks[0]?.bytes ?? new Uint8Array(0));
  if (!parsed.ok) throw new Error(parsed.malformation.reason);
  return parsed.certificate;
});
const names = Object.keys(formats).filter(isFormatName);
const text = new TextEncoder();

function rootNamed(name: string): Certificate {
  const found = roots.find(({ subject }) => subject.display === name);
  if (found === undefined) throw new Error(`Node carries no root named ${name}`);
  return found;
}

/** Name and key of each entry, sorted, as text. */
function contents({ entries }: Pick<Bundle, "entries">): string[] {
  return entries
    .map((entry) => {
      if (entry.kind === "unreadable") return `unreadable: ${entry.reason}`;
      const [subject, key] =
        entry.kind === "certificate"
          ? [entry.certificate.subject, entry.certificate.spki]
          : [entry.subject, entry.key];
      return renderHex(subject.der) + renderHex(key.der);
    })
    .toSorted();
}

function contentsOf(certificates: readonly Certificate[]): string[] {
  return certificates.map(({ subject, spki }) => renderHex(subject.der) + renderHex(spki.der)).toSorted();
}

/** What is read from the files that a format wrote. */
function readBack(files: readonly BundleFile[]): Bundle {
  const [only] = files;
  return files.length === 1 && only !== undefined ? readBundle(only.bytes) : readBundle(files);
}

describe("each format", () => {
  it.each(names)("gives back every root of a browser's store (%s)", (name) => {
    const { files, omitted } = formats[name].write(roots);
    const bundle = readBack(files);
    const carried = roots.filter((root) => !omitted.some(({ certificate }) => certificate === root));
    expect(contents(bundle)).toEqual(contentsOf(carried));
    expect(bundle.remarks).toEqual([]);
    for (const { certificate, reason } of omitted) expect(formats[name].refuse(certificate)).toBe(reason);
  });

  it.each(names)("gives back a single root (%s)", (name) => {
    const root = rootNamed("ISRG Root X1");
    expect(contents(readBack(formats[name].write([root]).files))).toEqual(contentsOf([root]));
  });

  it.each(names)("gives the same bytes for the same roots (%s)", (name) => {
    const once = formats[name].write(roots).files;
    for (const [i, { path, bytes }] of formats[name].write(roots).files.entries()) {
      expect(path).toBe(once[i]?.path);
      expect(equalBytes(bytes, once[i]?.bytes ?? new Uint8Array(0))).toBe(true);
    }
  });

  it.each(names)("writes an empty set without failing (%s)", (name) => {
    for (const { bytes } of formats[name].write([]).files) expect(bytes).toBeInstanceOf(Uint8Array);
  });
});

/** Bytes on the device, as measured by others on the same roots (PEM / DER / ESP / BearSSL). */
const sizes: readonly (readonly [root: string, ...sizes: number[]])[] = [
  ["ISRG Root X1", 1939, 1391, 639, 596],
  ["ISRG Root X2", 790, 543, 209, 178],
  ["Amazon Root CA 1", 1188, 837, 361, 318],
  ["DigiCert Global Root G2", 1294, 914, 401, 358],
  ["GTS Root R4", 765, 525, 201, 170],
  ["USERTrust RSA Certification Authority", 2094, 1506, 697, 654],
];

describe("the size of an anchor", () => {
  it.for(sizes)("%s is as large as others have measured", ([name, ...sizes]) => {
    const root = rootNamed(name);
    const measured = (["pem", "der", "esp-bundle", "bearssl"] as const).map((format) =>
      formats[format].sizeOf(root),
    );
    expect(measured).toEqual(sizes);
  });

  it.each(["pem", "mongoose-os", "der", "esp-bundle", "moddable"] as const satisfies readonly FormatName[])(
    "adds up to the size of the files (%s)",
    (name) => {
      const carried = roots.filter((root) => formats[name].refuse(root) === undefined);
      const total = formats[name].write(carried).files.reduce((sum, { bytes }) => sum + bytes.length, 0);
      expect(total).toBe(carried.reduce((sum, root) => sum + formats[name].sizeOf(root), 0));
    },
  );
});

describe("the ESP bundle", () => {
  const three = ["GTS Root R4", "Amazon Root CA 1", "ISRG Root X2"].map(rootNamed);

  it("from ESP-IDF 5.4 begins with a table of little-endian offsets", () => {
    const bytes = formats["esp-bundle"].write(three).files[0]?.bytes ?? new Uint8Array(0);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect(view.getUint32(0, true)).toBe(12);
    const second = view.getUint32(4, true);
    expect(second).toBe(12 + 4 + view.getUint16(12, true) + view.getUint16(14, true));
    expect(readBundle(bytes).format).toBe("esp-bundle");
  });

  it("through ESP-IDF 5.3 begins with a big-endian count", () => {
    const bytes = formats["esp-bundle-5.3"].write(three).files[0]?.bytes ?? new Uint8Array(0);
    expect([...bytes.subarray(0, 2)]).toEqual([0, 3]);
    expect(readBundle(bytes).format).toBe("esp-bundle-5.3");
  });

  it.each([12, 76, 140])("of %i roots begins as DER does, and is not taken for it", (count) => {
    const many = [...roots, ...roots].slice(0, count);
    const bytes = formats["esp-bundle"].write(many).files[0]?.bytes ?? new Uint8Array(0);
    expect(bytes[0]).toBe(0x30);
    const { format, entries, remarks } = readBundle(bytes);
    expect([format, entries.length, remarks]).toEqual(["esp-bundle", count, []]);
  });

  it.each(["esp-bundle", "esp-bundle-5.3"] as const)(
    "as an array in C source is the same bundle (%s)",
    (name) => {
      const bytes = formats[name].write(three).files[0]?.bytes ?? new Uint8Array(0);
      const source = `const uint8_t bundle[${bytes.length}] PROGMEM = {\n${[...bytes].join(", ")}\n};\n`;
      const bundle = readBundle(text.encode(source));
      expect(bundle.format).toBe(name);
      expect(contents(bundle)).toEqual(contentsOf(three));
    },
  );

  it("is sorted by the bytes of the names, whatever order they came in", () => {
    expect(formats["esp-bundle"].write(three.toReversed())).toEqual(formats["esp-bundle"].write(three));
  });

  it("out of order is remarked on, since the device searches by halves", () => {
    const [a, b] = formats["esp-bundle-5.3"].write(three).files.flatMap(({ bytes }) => splitOld(bytes));
    const swapped = Uint8Array.from([0, 2, ...(b ?? []), ...(a ?? [])]);
    expect(readBundle(swapped).remarks.map(({ kind }) => kind)).toEqual(["unsorted"]);
  });
});

/** Entries of an old bundle, each with its lengths. */
function splitOld(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const entries: Uint8Array[] = [];
  for (let at = 2; at < bytes.length;) {
    const end = at + 4 + view.getUint16(at) + view.getUint16(at + 2);
    entries.push(bytes.subarray(at, end));
    at = end;
  }
  return entries;
}

describe("certs.ar", () => {
  const [x1, x2] = ["ISRG Root X1", "ISRG Root X2"].map(rootNamed);
  const bytes =
    formats["certs-ar"].write([x1, x2].flatMap((root) => root ?? [])).files[0]?.bytes ?? new Uint8Array(0);

  it("has headers of 60 bytes and starts every member at an even offset", () => {
    expect(new TextDecoder().decode(bytes.subarray(0, 8))).toBe("!<arch>\n");
    expect(new TextDecoder().decode(bytes.subarray(66, 68))).toBe("`\n");
    const second = 8 + 60 + (x1?.der.length ?? 0) + ((x1?.der.length ?? 0) % 2);
    expect(second % 2).toBe(0);
    expect(new TextDecoder().decode(bytes.subarray(second, second + 9))).toBe("ca_2.der ");
  });

  it("passes over a member that only renames", () => {
    const rename = text.encode(`${"//".padEnd(48)}${"4".padEnd(10)}\`\nabcd`);
    const archive = Uint8Array.from([...bytes.subarray(0, 8), ...rename, ...bytes.subarray(8)]);
    expect(contents(readBundle(archive))).toEqual(contents(readBundle(bytes)));
  });

  it("cut off inside a member says which", () => {
    expect(readBundle(bytes.subarray(0, bytes.length - 40)).entries.at(-1)).toEqual({
      kind: "unreadable",
      place: "member ca_2.der",
      reason: "the archive ends inside this member",
    });
  });
});

describe("what a format cannot carry is left out by name", () => {
  it("BearSSL has no RSA keys above 4096 bits", () => {
    const large = mintRoot("Large", { spki: rsaSpki(4104) }).certificate;
    const { omitted } = formats.bearssl.write([large]);
    expect(omitted.map(({ reason }) => reason)).toEqual([
      "BearSSL takes RSA keys up to 4096 bits, and this one is RSA 4104",
    ]);
  });

  it("Moddable finds anchors by their subject key identifier alone", () => {
    const plain = mintRoot("Plain", { subjectKeyId: null, authorityKeyId: null }).certificate;
    const { files, omitted } = formats.moddable.write([plain]);
    expect(omitted).toHaveLength(1);
    expect(files.map(({ path }) => path)).toEqual(["data/ca.ski"]);
  });
});

describe("PEM", () => {
  const pem = new TextDecoder().decode(formats.pem.write([rootNamed("GTS Root R4")]).files[0]?.bytes);

  it.each([
    ["carriage returns", pem.replaceAll("\n", "\r\n"), "crlf"],
    ["a missing final newline", pem.trimEnd(), "no-final-newline"],
    [
      "one long line of base64",
      pem.replaceAll(/\n(?!-----)/g, "").replace("-----BEGIN CERTIFICATE-----", "$&\n"),
      "long-line",
    ],
    ["a private key", `${pem}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`, "private-key"],
  ])("%s is a remark, and the certificate is read all the same", (_law, file, kind) => {
    const bundle = readBundle(text.encode(file));
    expect(bundle.remarks.map((remark) => remark.kind)).toContain(kind);
    expect(bundle.entries.map((entry) => entry.kind)).toEqual(["certificate"]);
  });

  it("never repeats the content of a key", () => {
    const file = `-----BEGIN PRIVATE KEY-----\nc2VjcmV0IHNlY3JldA==\n-----END PRIVATE KEY-----\n`;
    expect(JSON.stringify(readBundle(text.encode(file)))).not.toContain("c2VjcmV0");
  });
});

describe("C source", () => {
  const root = rootNamed("GTS Root R4");

  it("is read past comments that hold arrays and strings", () => {
    const source = new TextDecoder().decode(formats["c-array"].write([root]).files[0]?.bytes);
    const decoy =
      '/* old[] = { 0x30, 0x00 }; */ // older[] = { 0x30, 0x00 };\nstatic const char *a = "/*";\n';
    expect(contents(readBundle(text.encode(decoy + source)))).toEqual(contentsOf([root]));
  });

  it("names the array and the line that a certificate stands in", () => {
    const [file] = formats["c-array"].write([root]).files;
    expect(readBundle(file?.bytes ?? new Uint8Array(0)).entries.map(({ place }) => place)).toEqual([
      "ca_1_der, line 5",
    ]);
  });

  it("of a subject that would end its comment stays C", () => {
    const sly = mintRoot("*/ int main(void) { evil(); } /*").certificate;
    const source = new TextDecoder().decode(formats["c-array"].write([sly]).files[0]?.bytes);
    expect(source.match(/\*\//g)).toHaveLength(1);
  });
});

describe("DER", () => {
  const root = rootNamed("GTS Root R4");

  it.each([
    ["of zero", 0x00],
    ["of erased flash", 0xff],
  ])("bytes %s behind the last certificate are one remark, not certificates", (_law, octet) => {
    const memory = new Uint8Array(root.der.length + 64).fill(octet);
    memory.set(root.der);
    const { entries, remarks } = readBundle(memory);
    expect(entries.map(({ kind }) => kind)).toEqual(["certificate"]);
    expect(remarks.map(({ kind, text }) => [kind, text])).toEqual([["trailing-bytes", "64 bytes"]]);
  });

  it.each(["der", "esp-bundle"] as const)("one octet behind %s is one byte", (format) => {
    const bytes = formats[format].write([root]).files[0]?.bytes ?? new Uint8Array(0);
    const { remarks } = readBundle(Uint8Array.of(...bytes, 0x0a));
    expect(remarks.map(({ kind, text }) => [kind, text])).toEqual([["trailing-bytes", "1 byte"]]);
  });

  it("that ends too early is told from what has no shape", () => {
    expect(readBundle(root.der.subarray(0, 200)).entries).toMatchObject([
      {
        kind: "unreadable",
        reason: expect.stringMatching(/^it begins as DER does, and is damaged or cut off: /),
      },
    ]);
  });
});

describe("hostile input", () => {
  it("never makes reading throw, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => readBundle(bytes).entries.length >= 0),
    );
  });

  it("never makes reading throw where a written file has been damaged", () => {
    const files = names.map((name) => formats[name].write(roots.slice(0, 3)).files);
    const damage = fc.record({
      which: fc.nat(files.length - 1),
      at: fc.nat(20_000),
      byte: fc.nat(255),
      cut: fc.nat(3000),
    });
    fc.assert(
      fc.property(damage, ({ which, at, byte, cut }) => {
        const damaged = (files[which] ?? []).map(({ path, bytes }) => {
          const copy = bytes.slice(0, Math.max(0, bytes.length - cut));
          if (copy.length > 0) copy[at % copy.length] = byte;
          return { path, bytes: copy };
        });
        return readBundle(damaged).entries.length <= maxBundleEntries.value;
      }),
    );
  });

  it.each([
    ["comments that never end", "/*".repeat(500_000)],
    ["strings that never end", '"\\"'.repeat(300_000)],
    ["arrays that never end", "a[]={".repeat(200_000)],
    ["a name without end", "a".repeat(1_000_000)],
    ["blank lines without end", "\n ".repeat(500_000)],
    ["boundaries without end", "-----BEGIN CERTIFICATE-----\n".repeat(40_000)],
  ])("costs no more than its length (%s)", (_law, source) => {
    const bytes = text.encode(`char a[] = "x";${source}`);
    expect(cpuMsOf(() => readBundle(bytes))).toBeLessThan(3_000);
  });

  it("that is not a format at all is said to be so", () => {
    expect(readBundle(text.encode("hello")).format).toBe("unknown");
    expect(readBundle(new Uint8Array(0)).entries).toEqual([
      { kind: "unreadable", place: "file", reason: "the file is empty" },
    ]);
  });
});

describe("limits", () => {
  it("a file of the largest size is looked at, one byte more is not", () => {
    const largest = new Uint8Array(maxBundleBytes.value).fill(0x41);
    const reason = (bytes: Uint8Array): string => contents(readBundle(bytes)).join();
    expect(reason(largest)).toContain("shape of no format");
    expect(reason(new Uint8Array(maxBundleBytes.value + 1))).toContain("are read at most");
  });

  it("as many entries are read as may be, and the rest is remarked on", () => {
    const { der } = rootNamed("GTS Root R4");
    const file = (count: number): Uint8Array => {
      const bytes = new Uint8Array(der.length * count);
      for (let i = 0; i < count; i++) bytes.set(der, i * der.length);
      return bytes;
    };
    const under = readBundle(file(maxBundleEntries.value));
    const over = readBundle(file(maxBundleEntries.value + 1));
    expect([under.entries.length, under.remarks.length]).toEqual([maxBundleEntries.value, 1]);
    expect([over.entries.length, over.remarks.map(({ kind }) => kind)]).toEqual([
      maxBundleEntries.value,
      ["too-many", "concatenated"],
    ]);
  });
});

describe("a sketch's strings", () => {
  const pem = formats.pem.write(roots.slice(0, 2)).files[0]?.bytes;
  const [one = "", two = ""] =
    new TextDecoder().decode(pem).match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g) ?? [];
  const quoted = (text: string, end: string): string =>
    text
      .split("\n")
      .map((line) => `"${line}${end}"`)
      .join(" \\\n");

  it.each<readonly [form: string, source: string, count: number, remarks: readonly string[]]>([
    ["a raw string that begins at BEGIN", `const char* ca PROGMEM = R"EOF(${one}\n)EOF";\n`, 1, []],
    ["a raw string with a line before", `const char ca[] = R"(\n${one}\n)";\n`, 1, []],
    ["a string that a #define joins", `#define CA ${quoted(one, String.raw`\n`)}\n`, 1, []],
    ["one without line ends", `const char* ca = ${quoted(one, "")};\n`, 1, ["lost-newlines"]],
    [
      "two, and others between them",
      `char* w = "net", *p = "word";\nchar* a = ${quoted(one, String.raw`\n`)};\nchar* b = R"x(${two}\n)x";\n`,
      2,
      [],
    ],
    ["a raw string without an end", `const char* ca = R"EOF(${one}\n)`, 1, ["stray-text"]],
  ])("%s", (_form, source, count, remarks) => {
    const { format, ...bundle } = readBundle(text.encode(source));
    expect(format).toBe("c-source");
    expect(bundle.entries.filter(({ kind }) => kind === "certificate")).toHaveLength(count);
    expect(bundle.remarks.map(({ kind }) => kind)).toEqual(remarks);
  });
});

describe("telling formats apart", () => {
  it("a PEM file is not a C source", () => {
    expect(isCSource(new TextDecoder().decode(formats.pem.write(roots).files[0]?.bytes))).toBe(false);
  });

  it.each(names)("files of %s say what they are", (name) => {
    const expected: Readonly<Record<FormatName, string>> = {
      pem: "pem",
      "mongoose-os": "pem",
      der: "der",
      "c-pem": "c-source",
      "c-array": "c-array",
      zephyr: "c-array",
      "esp-bundle": "esp-bundle",
      "esp-bundle-5.3": "esp-bundle-5.3",
      bearssl: "bearssl",
      "certs-ar": "certs-ar",
      moddable: "moddable",
    };
    expect(readBack(formats[name].write(roots.slice(0, 5)).files).format).toBe(expected[name]);
  });
});
