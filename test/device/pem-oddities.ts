/**
 * What people and programs do to a PEM block, and which of three certificates (the one before it, the one in it, the
 * one behind it) each library still reads: as mbedTLS 2.28, OpenSSL 3.0 (and Node over it), BearSSL 0.6 and Espressif's
 * generator (over cryptography 48) were seen to, and as the sources of Mongoose OS and of Mongoose's own TLS read.
 */
import type { Minted } from "../pki/index.ts";
import { mintRoot } from "../pki/today.ts";

/** A root whose Base64 ends in so many signs of padding: its length hangs on its name, and by chance on its signature. */
export function mintPadded(name: string, padding: 0 | 1 | 2): Minted {
  for (;;) {
    const root = mintRoot(name);
    if ((3 - (root.der.length % 3)) % 3 === padding) return root;
    name += "x";
  }
}

/** `node` is OpenSSL as Node drives it, `generator` Espressif's, `builtin` Mongoose's own TLS. */
const libraries = ["mbedtls", "openssl", "bearssl", "node", "generator", "mongooseOs", "builtin"] as const;

/** The three by their letters: `abc` is all of them. */
export interface Oddity extends Readonly<Record<(typeof libraries)[number], string>> {
  readonly what: string;
  readonly apply: (pem: string) => string;
}

const bodyOf = (pem: string): string => pem.replaceAll(/-----.*-----|\n/g, "");
const inLines = (length: number) => (pem: string) =>
  `-----BEGIN CERTIFICATE-----\n${bodyOf(pem).replaceAll(new RegExp(`.{1,${length}}`, "g"), "$&\n")}-----END CERTIFICATE-----\n`;
const replace = (from: string | RegExp, to: string) => (pem: string) => pem.replace(from, to);
const replaceAll = (from: string, to: string) => (pem: string) => pem.replaceAll(from, to);
const following = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) + 1);
const armour = "\nmQENBFabcd\n=abcd\n";

/** `reads`: what each still reads, in the order of `libraries`; `-` for none of the three. */
type Row = readonly [what: string, apply: (pem: string) => string, reads: string];

const rows: readonly Row[] = [
  ["nothing", (pem) => pem, "abc abc abc abc abc abc abc"],
  ["every line indented", (pem) => pem.replaceAll(/^(?=.)/gm, "  "), "ac ac ac ac ac abc abc"],
  ["BEGIN indented", (pem) => "  " + pem, "abc ac ac ac ac abc abc"],
  ["END indented", replace("-----END", "  -----END"), "abc ab - ab ab abc abc"],
  ["Base64 indented", (pem) => pem.replaceAll(/\n(?=[^-\n])/g, "\n "), "ac abc abc abc abc abc abc"],
  [
    "Base64 indented by a tab",
    (pem) => pem.replaceAll(/\n(?=[^-\n])/g, "\n\t"),
    "ac abc abc abc abc abc abc",
  ],
  ["a blank behind every line", (pem) => pem.replaceAll("\n", " \n"), "abc abc ac abc ac abc abc"],
  ["one blank behind BEGIN", replace("-----\n", "----- \n"), "abc abc ac abc ac abc abc"],
  ["two blanks behind BEGIN", replace("-----\n", "-----  \n"), "a abc ac abc ac abc abc"],
  ["a tab behind BEGIN", replace("-----\n", "-----\t\n"), "a abc ac abc ac abc abc"],
  ["a no-break space behind BEGIN", replace("-----\n", "-----\u00a0\n"), "a abc ac abc ac ac -"],
  ["blanks behind END", replace(/-----\n$/, "-----  \n"), "abc abc abc abc ab abc abc"],
  ["text behind END", replace(/-----\n$/, "----- end\n"), "abc - abc a ab ac abc"],
  ["text behind BEGIN", replace("-----\n", "----- ca\n"), "a ac ac ac ac ac -"],
  ["text before BEGIN", (pem) => "ca: " + pem, "abc ac ac ac ac ac abc"],
  ["a blank line behind BEGIN", replace("-----\n", "-----\n\n"), "abc abc abc abc abc abc abc"],
  ["a blank line in the Base64", replace(/\n(.{64})\n/, "\n$1\n\n"), "abc - abc a - abc abc"],
  ["a blank line before END", replace("-----END", "\n-----END"), "abc - abc a - abc abc"],
  ["a line of blanks behind BEGIN", replace("-----\n", "-----\n  \n"), "abc abc abc abc abc abc abc"],
  ["CR LF", replaceAll("\n", "\r\n"), "abc abc ac abc abc abc abc"],
  ["CR CR LF", replaceAll("\n", "\r\r\n"), "a abc ac abc - abc abc"],
  ["CR alone", (pem) => `${pem.replaceAll("\n", "\r")}\n`, "a ac ac ac abc ac abc"],
  ["the label X509 CERTIFICATE", replaceAll(" CERTIFICATE", " X509 CERTIFICATE"), "ac abc abc abc ac ac -"],
  [
    "the label TRUSTED CERTIFICATE",
    replaceAll(" CERTIFICATE", " TRUSTED CERTIFICATE"),
    "ac abc ac abc ac ac -",
  ],
  ["the label in small letters", replaceAll("CERTIFICATE", "certificate"), "ac ac abc ac ac ac -"],
  ["a blank behind the label", replaceAll("CERTIFICATE-", "CERTIFICATE -"), "ac ac ac ac ac ac -"],
  [
    "a blank before BEGIN and END",
    (pem) => pem.replaceAll("-----BEGIN", "----- BEGIN").replaceAll("-----END", "----- END"),
    "ac ac ac ac ac ac ac",
  ],
  ["BEGIN misspelt", replace("BEGIN CERTIFICATE", "BEGIN CERTIFICAT"), "a - ac a ac ac -"],
  ["END misspelt", replace("END CERTIFICATE", "END CERTIFICAT"), "a - abc a - ac -"],
  ["no BEGIN", replace(/-----BEGIN.*\n/, ""), "a ac ac ac ac ac ac"],
  ["no END", replace(/-----END.*\n/, ""), "a ab - ab - a -"],
  ["cut off", (pem) => pem.slice(0, 200) + "\n", "a - - a - a -"],
  ["no line end at the end", (pem) => pem.trimEnd(), "abc - ab a ab a abc"],
  ["a star in the Base64", replace(/\n(.{20})./, "\n$1*"), "ac - - a - ac -"],
  ["letters of URLs in the Base64", replace(/\n(.{20})./, "\n$1_"), "ac - - a - ac -"],
  ["a zero width space in the Base64", replace(/\n(.{20})/, "\n$1\u200b"), "ac - - a - ac -"],
  ["a no-break space before the Base64", replace(/-----\n/, "-----\n\u00a0"), "ac - - a abc ac -"],
  ["blanks in the Base64", replace(/\n(.{20})/, "\n$1 "), "ac abc abc abc abc ac abc"],
  ["a byte order mark before BEGIN", (pem) => "\ufeff" + pem, "abc abc ac abc ac ac abc"],
  ["lines of 76", inLines(76), "abc abc abc abc abc abc abc"],
  ["lines of 10", inLines(10), "abc abc - abc abc ac abc"],
  ["lines of 300", inLines(300), "abc abc abc abc abc ac abc"],
  ["the Base64 on one line", inLines(4096), "abc abc abc abc abc ac abc"],
  ["blanks in the place of line ends", (pem) => pem.replaceAll("\n", " ") + "\n", "a ac ac ac ac ac abc"],
  ["no line ends", (pem) => pem.replaceAll("\n", "") + "\n", "a ac ac ac ac ac abc"],
  ["escapes in the place of line ends", (pem) => pem.replaceAll("\n", "\\n") + "\n", "a ac ac ac ac ac -"],
  ["a header", replace("-----\n", "-----\nX-Note: a\n\n"), "ac - - a abc ac -"],
  ["a header without a blank line behind it", replace("-----\n", "-----\nX-Note: a\n"), "ac - - a - ac -"],
  ["a remark within", replace("-----\n", "-----\n# a\n"), "ac - - a - ac -"],
  ["a remark before", (pem) => "# a\n" + pem, "abc abc abc abc abc abc abc"],
  ["six hyphens everywhere", replaceAll("-----", "------"), "a ac ac ac ac ac -"],
  ["six hyphens before BEGIN", replace("-----BEGIN", "------BEGIN"), "abc ac ac ac ac ac abc"],
  ["six hyphens behind BEGIN", replace("-----\n", "------\n"), "a - abc a ac ac -"],
  ["six hyphens before END", replace("-----END", "------END"), "ac ab - ab - ac -"],
  ["six hyphens behind END", replace(/-----\n$/, "------\n"), "abc - abc a ab ac abc"],
  ["four hyphens everywhere", replaceAll("-----", "----"), "ac ac ac ac ac ac ac"],
  ["four hyphens before END", replace("-----END", "----END"), "a ab - ab - ac -"],
  ["four hyphens behind END", replace(/-----\n$/, "----\n"), "a - abc a - abc -"],
  ["no padding", replace(/=+(?=\n)/, ""), "ac - - a - ac -"],
  ["half of the padding", replace("==\n", "=\n"), "ac - - a - ac -"],
  ["too much padding", replace("==\n", "====\n"), "ac - - a - ac -"],
  ["padding on a line of its own", replace("==\n", "\n==\n"), "abc abc - abc abc ac abc"],
  [
    "a bit that padding leaves over",
    (pem) => pem.replace(/(.)==\n/, (_, last: string) => `${following(last)}==\n`),
    "abc abc - abc - abc abc",
  ],
  ["one digit too many", replace("==\n", "A==\n"), "ac - - a - abc abc"],
  ["nothing between BEGIN and END", (pem) => pem.replace(/-----\n[^-]*/, "-----\n"), "ac - ac a - ac -"],
  [
    "what is not a certificate",
    (pem) => pem.replace(/-----\n[^-]*/, "-----\nMIIBAAAA\n"),
    "ac - ac a - ac -",
  ],
  [
    "a PGP key",
    () => "-----BEGIN PGP PUBLIC KEY BLOCK-----\n" + armour + "-----END PGP PUBLIC KEY BLOCK-----\n",
    "ac - - a ac ac -",
  ],
  [
    "signed by PGP",
    (pem) =>
      "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" +
      pem +
      "-----BEGIN PGP SIGNATURE-----\n" +
      armour +
      "-----END PGP SIGNATURE-----\n",
    "abc - - a abc abc -",
  ],
  [
    "parameters of a key",
    () => "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
    "ac ac ac ac ac ac -",
  ],
  [
    "a key of SSH",
    () => "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n",
    "ac ac ac ac ac ac ac",
  ],
  [
    "BEGIN and END in small letters",
    (pem) => pem.replaceAll(/-----(?:BEGIN|END) /g, (m) => m.toLowerCase()),
    "ac ac abc ac ac ac ac",
  ],
  [
    "all of BEGIN and END in small letters",
    (pem) => pem.replaceAll(/-----.*-----/g, (m) => m.toLowerCase()),
    "ac ac abc ac ac ac ac",
  ],
  ["BEGIN without a label", replace("-----BEGIN CERTIFICATE-----", "-----BEGIN "), "a ac ac ac ac abc -"],
  [
    "a CR before the hyphens behind the label",
    replace("CERTIFICATE-----\n", "CERTIFICATE\r-----\n"),
    "a - abc a ac ac -",
  ],
  ["a line of one blank behind the padding", replace("\n-----END", "\n \n-----END"), "abc - - a abc abc abc"],
  ["base64 behind the padding", replace("\n-----END", "\nAAAA\n-----END"), "ac - - a - abc -"],
  ["a NUL before END", replace("-----END", "\0-----END"), "a - - ab - a -"],
];

export const oddities: readonly Oddity[] = rows.map(([what, apply, reads]) => {
  const letters = reads.split(" ").map((some) => (some === "-" ? "" : some));
  const byLibrary = Object.fromEntries(libraries.map((library, i) => [library, letters[i] ?? ""]));
  return { what, apply, ...(byLibrary as Record<(typeof libraries)[number], string>) };
});
