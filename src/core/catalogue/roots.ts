/** Codes of the trust settings: CA files that cannot be what they were given as. Refused before any connection. */
import { bare } from "../options/own.ts";
import type { Entries } from "./entry.ts";
import { adviseKeyAlone } from "./key-alone.ts";
import { bracketed } from "./setting-names.ts";

interface CaFile {
  readonly file: string;
}

export interface RootsDetails {
  readonly "ca-file-unreadable": CaFile & { readonly reason: string };
  readonly "ca-file-empty": CaFile;
  /** `form`: a noun phrase; `advice`: a sentence with the command that converts it. */
  readonly "ca-file-other-form": CaFile & { readonly form: string; readonly advice: string };
  readonly "ca-file-private-key": CaFile & { readonly line: number };
  readonly "ca-file-only-leaf": CaFile & { readonly subject: string };
  readonly "ca-file-malformed": CaFile & { readonly line: number; readonly reason: string };
  /** `unread`: what is there and could not be read; `needs`: the store that this runtime cannot ask. */
  readonly "system-store-missing": {
    readonly tried: readonly string[];
    readonly unread: readonly { readonly place: string; readonly reason: string }[];
    readonly needs: { readonly store: string; readonly runtime: string } | undefined;
  };
}

/** What to do about a file that cannot be read. */
export const adviseFile =
  "Check the path and its permissions; a relative path starts at the working directory.";

export const rootsEntries: Entries<RootsDetails> = {
  "ca-file-unreadable": {
    stage: "trust",
    fault: "caller",
    title: "CA file that cannot be read",
    means: "The file with the trusted certificates is missing or may not be read.",
    remedy: { client: adviseFile },
    authority: "our policy: a trust setting that has no effect is an error",
    sentence: ({ file, reason }) => `The CA file "${file}" cannot be read: ${reason}.`,
  },
  "ca-file-empty": {
    stage: "trust",
    fault: "caller",
    title: "CA file without a certificate",
    means: "The file could be read, and nothing in it is a certificate.",
    remedy: {
      client:
        'Give a file with at least one certificate: DER, PKCS #7, or PEM, which begins with "-----BEGIN CERTIFICATE-----".',
    },
    authority: "RFC 7468 §5",
    sentence: ({ file }) => `The CA file "${file}" holds no certificate.`,
  },
  "ca-file-other-form": {
    stage: "trust",
    fault: "caller",
    title: "CA file in another form",
    means:
      "The file is whole and is not certificates in PEM, DER or PKCS #7: a key store, an archive, a web page, a request for a certificate.",
    remedy: { client: "Convert it to PEM; the error names the command." },
    authority: "RFC 7468 §5; our policy",
    sentence: ({ file, form }) => `The CA file "${file}" is ${form}, and is not read as certificates.`,
    hint: ({ advice }) => advice,
  },
  "ca-file-private-key": {
    stage: "trust",
    fault: "caller",
    title: "CA file that holds a private key",
    means:
      "A private key stands where certificates are expected. A CA file is handed around; a key must not be.",
    remedy: { client: "Give the CA certificate, not its key, and consider who has seen this file." },
    authority: "RFC 7468 §10; our policy",
    sentence: ({ file, line }) => `The CA file "${file}" holds a private key (line ${line}).`,
  },
  "ca-file-only-leaf": {
    stage: "trust",
    fault: "caller",
    title: "CA file that holds only a server's certificate",
    means:
      "The file holds a certificate that a CA issued for a server, and nothing that may sign others. A server's certificate that signed itself is taken: it vouches for that server alone.",
    remedy: {
      client: (names) =>
        `Give the certificate of the CA that issued it. ${adviseKeyAlone("To accept just this server", names)}`,
    },
    authority: "RFC 5280 §4.2.1.9; our policy",
    sentence: ({ file, subject }) =>
      `The CA file "${file}" holds only the certificate of a server (${subject}), not of the CA that issued it.`,
  },
  "ca-file-malformed": {
    stage: "trust",
    fault: "caller",
    title: "CA file that is damaged",
    means: "The file looks like certificates but a part of it cannot be read.",
    remedy: { client: "Fetch the file again, or take out the damaged block." },
    authority: "RFC 7468 §2; RFC 5280 §4.1",
    sentence: ({ file, line, reason }) => `The CA file "${file}" is damaged at line ${line}: ${reason}.`,
  },
  "system-store-missing": {
    stage: "trust",
    fault: "local",
    title: "No system trust store",
    means:
      "The system's store was asked for, and none of the well-known places holds a certificate that can be read.",
    remedy: {
      client:
        "Install the system's CA package (ca-certificates), set SSL_CERT_FILE, or use the Mozilla roots.",
    },
    authority: "our policy: an empty trust store is an error, not a reason to trust nothing or everything",
    sentence: (detail) => {
      const { tried, unread, needs } = bare(detail);
      if (needs !== undefined)
        return `${needs.runtime} cannot ask for the system's roots: they are in ${needs.store}.`;
      if (unread.length === 0)
        return `This system has no trust store: none of ${tried.join(", ")} holds a certificate.`;
      const places = unread.map(({ place, reason }) => `${place} (${reason})`).join(", ");
      return `This system's trust store cannot be read: ${places}.`;
    },
    hint: (detail, names) => {
      const { unread, needs } = bare(detail);
      const give = `or give the roots as a file${bracketed(names.root)}`;
      if (needs !== undefined)
        return `Run it on Node 22.15 or later; or install the package system-ca beside the program: npm install system-ca; ${give}.`;
      if (unread.length > 0) return `Permit this program to read it, or correct its path; ${give}.`;
      return "Install the system's CA package (ca-certificates), set SSL_CERT_FILE, or use the Mozilla roots.";
    },
  },
};
