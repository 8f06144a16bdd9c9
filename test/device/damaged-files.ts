/**
 * CA files as people have them: PEM that was copied, joined, converted or built into source, DER, bundles of devices, and
 * what is none of these. Each is made of three roots, `a`, `b` and `c`; what a library makes of it is the tests' business.
 */
import { concatBytes } from "../../src/core/index.ts";
import { formats, type FormatName } from "../../src/bundle/index.ts";
import { type Minted, pemOf } from "../pki/index.ts";
import { mintRoot } from "../pki/today.ts";
import { mintPadded, oddities } from "./pem-oddities.ts";

export interface DamagedFile {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** Three roots, and a file for each row. */
export interface DamagedFiles {
  readonly roots: readonly [a: Minted, b: Minted, c: Minted];
  readonly files: readonly DamagedFile[];
}

const encoder = new TextEncoder();
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const bodyOf = (pem: string): string => pem.replaceAll(/-----.*-----|\n/g, "");
const stringsOf = (pem: string, ending: string): string =>
  pem
    .trimEnd()
    .split("\n")
    .map((line) => `  "${line}${ending}"`)
    .join("\n");
const listOf = (bytes: Uint8Array): string => Array.from(bytes, String).join(", ");
const utf16 = (text: string, isLittleEndian: boolean): Uint8Array => {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), isLittleEndian);
  return new Uint8Array(view.buffer);
};

/** A block without padding, and so with room for more; it is of a root of its own. */
const withBehind = (base64: string): string =>
  pemOf(mintPadded("d", 0)).replace("\n-----END", `\n${base64}\n-----END`);
const trusted = (pem: string): string => pem.replaceAll(" CERTIFICATE", " TRUSTED CERTIFICATE");

export function makeDamagedFiles(): DamagedFiles {
  const roots = [mintRoot("a"), mintRoot("b"), mintRoot("c")] as const;
  const [a, b, c] = roots;
  const [A, B, C] = [pemOf(a), pemOf(b), pemOf(c)];
  const all = A + B + C;
  const written = (format: FormatName): Uint8Array =>
    formats[format].write(roots.map(({ certificate }) => certificate)).files[0]?.bytes ?? new Uint8Array(0);
  const texts: readonly (readonly [what: string, text: string])[] = [
    ...oddities.map(({ what, apply }) => [`a block with ${what}`, A + apply(B) + C] as const),
    ["bytes behind the certificate in its block", A + withBehind("AAAA") + C],
    ["an alias behind the certificate in its block", A + withBehind("MAMMAWEA") + C],
    ["a number behind the certificate in its block", A + withBehind("MAMCAQEA") + C],
    ["a trusted certificate with an alias", A + trusted(withBehind("MAMMAWEA")) + C],
    ["a trusted certificate with a number", A + trusted(withBehind("MAMCAQEA")) + C],
    ["a comment first", `# roots\n${all}`],
    ["a blank line first", `\n${all}`],
    ["what curl's store begins with", `##\n## Bundle\n##\n\nA\n=\n${A}\nB\n=\n${B}\nC\n=\n${C}`],
    ["what openssl s_client prints", `CONNECTED(3)\n---\nCertificate chain\n${A}${B}---\n`],
    ["a line of hyphens before BEGIN", `${A}---\n${B}${C}`],
    ["a byte order mark", `\ufeff${all}`],
    ["a mark between two", `${A}\ufeff${B}${C}`],
    ["CR LF throughout", all.replaceAll("\n", "\r\n")],
    ["CR throughout", all.replaceAll("\n", "\r")],
    ["LF CR throughout", all.replaceAll("\n", "\n\r")],
    ["a blank line after each", all.replaceAll("\n", "\n\n")],
    ["no line end at the end of it", all.trimEnd()],
    ["cut off near its end", all.slice(0, -100)],
    ["a form feed between two", `${A}\f${B}${C}`],
    ["a line separator of Unicode between two", `${A}\u2028${B}${C}`],
    ["a letter beyond ASCII in a comment", `# Größe\n${all}`],
    ["Ctrl-Z at its end", `${all}\x1a`],
    ["indented as in YAML", `ca: |\n${all.replaceAll(/^(?=.)/gm, "  ")}`],
    ["in quotes, as YAML has it", `ca: "${B.replaceAll("\n", "\\n")}"\n`],
    ["in JSON", JSON.stringify({ ca: B })],
    ["in a list of JSON", JSON.stringify([A, B, C])],
    ["quoted as in a mail", all.replaceAll(/^(?=.)/gm, "> ")],
    ["as a diff", all.replaceAll(/^(?=.)/gm, "+")],
    ["in a web page", `<html><body><pre>${B}</pre></body></html>\n`],
    ["in tags of its own lines", `<ca>\n${all}</ca>\n`],
    ["behind a setting", `[tls]\nca=${B}`],
    ["percent-encoded", encodeURIComponent(B)],
    ["base64 alone", bodyOf(B)],
    ["in base64 once more", btoa(B)],
    ["strings of C", `const char ca[] =\n${stringsOf(all, "\\n")};\n`],
    ["strings of C without line ends", `const char *ca =\n${stringsOf(B, "")};\n`],
    [
      "strings of C with a blank in front",
      `const char *ca =\n${stringsOf(B, "\\n").replaceAll('"M', '" M')};\n`,
    ],
    ["a macro", `#define CA \\\n${stringsOf(B, "\\n").replaceAll("\n", " \\\n")}\n`],
    ["a raw string", `const char ca[] PROGMEM = R"EOF(${B})EOF";\n`],
    ["a raw string that begins with a line end", `const char *ca = R"(\n${B})";\n`],
    ["a raw string, indented", `const char *ca = R"~~~(\n${B.replaceAll(/^(?=.)/gm, "  ")})~~~";\n`],
    ["an array of DER", `const uint8_t ca[] = { ${listOf(b.der)} };\n`],
    ["an array of two certificates in DER", `const uint8_t ca[] = { ${listOf(a.der)}, ${listOf(b.der)} };\n`],
    ["an array of PEM without a NUL", `const uint8_t ca[] = { ${listOf(encoder.encode(B))} };\n`],
    ["arrays in two dimensions", `uint8_t ca[2][999] = { { ${listOf(a.der)} }, { ${listOf(b.der)} } };\n`],
    ["a list of Python", `CA = bytes([${listOf(b.der)}])\n`],
    ["a request in place of a certificate", all.replaceAll("CERTIFICATE", "CERTIFICATE REQUEST")],
    ["a page in place of the file", "<!DOCTYPE html><title>Sign in</title>"],
    ["nothing", ""],
    ["a word", "certificate\n"],
  ];
  const der: readonly (readonly [what: string, bytes: Uint8Array])[] = [
    ["DER", b.der],
    ["DER of three, one after the other", concatBytes([a.der, b.der, c.der])],
    ["DER and a NUL", concatBytes([b.der, Uint8Array.of(0)])],
    ["DER cut off", b.der.subarray(0, -9)],
    ["DER in front of PEM", concatBytes([a.der, encoder.encode(B)])],
    ["PEM in front of DER", concatBytes([encoder.encode(A), b.der])],
    ["PEM and a NUL", encoder.encode(`${all}\0`)],
    ["PEM and flash behind it", concatBytes([encoder.encode(all), new Uint8Array(512).fill(0xff)])],
    ["a NUL between two", encoder.encode(`${A}\0${B}\0${C}`)],
    ["a NUL first", encoder.encode(`\0${all}`)],
    ["a comment in Latin-1", latin1(`# Gr\u00f6\u00dfe\n${all}`)],
    ["UTF-16 with its mark", utf16(`\ufeff${all}`, true)],
    ["UTF-16, the high octet first", utf16(`\ufeff${all}`, false)],
  ];
  const bundles = (
    ["esp-bundle", "esp-bundle-5.3", "bearssl", "certs-ar", "zephyr", "c-array"] as const
  ).flatMap((format) => [
    { what: `${format}, whole`, bytes: written(format) },
    { what: `${format}, cut off`, bytes: written(format).subarray(0, -40) },
  ]);
  return {
    roots,
    files: [
      ...texts.map(([what, text]) => ({ what, bytes: encoder.encode(text) })),
      ...der.map(([what, bytes]) => ({ what, bytes })),
      ...bundles,
    ],
  };
}
