/**
 * C source for programs: PEM as one string, DER as arrays, and DER arrays with a table for Zephyr.
 *
 * mbedTLS tells PEM from DER by a NUL that is counted: the string's `sizeof` is the length to give.
 */
import type { Certificate } from "../../x509/index.ts";
import { describeAnchor, renderArray, renderComment, renderLiterals } from "./c-text.ts";
import { encodeText, type Format } from "./format.ts";
import { renderPem } from "./pem.ts";

export const cPemFormat: Format = {
  name: "c-pem",
  title: "C string with PEM",
  write: (certificates) => ({
    files: [{ path: "ca_pem.h", bytes: encodeText(renderPemHeader(certificates)) }],
    omitted: [],
  }),
  sizeOf: (certificate) => renderPem([certificate]).length,
  refuse: () => undefined,
};

export const cArrayFormat: Format = {
  name: "c-array",
  title: "C arrays with DER",
  write: (certificates) => ({
    files: [{ path: "ca_der.h", bytes: encodeText(renderDerHeader(certificates)) }],
    omitted: [],
  }),
  sizeOf: ({ der }) => der.length,
  refuse: () => undefined,
};

/** Zephyr wants a credential of its own for each CA, under a tag of its own. */
export const zephyrFormat: Format = {
  name: "zephyr",
  title: "Zephyr TLS credentials, C arrays with DER",
  write: (certificates) => ({
    files: [{ path: "src/ca_certificates.h", bytes: encodeText(renderZephyrHeader(certificates)) }],
    omitted: [],
  }),
  sizeOf: ({ der }) => der.length,
  refuse: () => undefined,
};

function renderPemHeader(certificates: readonly Certificate[]): string {
  const comments = certificates.map((certificate) => renderComment(describeAnchor(certificate))).join("");
  const literals = certificates.length === 0 ? '  ""' : renderLiterals(renderPem(certificates));
  return guard("CA_PEM_H", `${comments}static const char ca_pem[] =\n${literals};\n`);
}

function renderArrays(certificates: readonly Certificate[]): string {
  return certificates
    .map(
      (certificate, i) =>
        renderComment(describeAnchor(certificate)) + renderArray(`ca_${i + 1}_der`, certificate.der),
    )
    .join("\n");
}

function renderDerHeader(certificates: readonly Certificate[]): string {
  return guard("CA_DER_H", renderArrays(certificates));
}

function renderZephyrHeader(certificates: readonly Certificate[]): string {
  const rows = certificates.map((_, i) => `  { ca_${i + 1}_der, sizeof ca_${i + 1}_der },\n`).join("");
  const table =
    "/* One credential for each CA; the first has the tag CA_FIRST_TAG, and the next tags follow. */\n" +
    `#define CA_FIRST_TAG 1\n#define CA_COUNT ${certificates.length}\n\n` +
    "static const struct {\n  const unsigned char *der;\n  size_t length;\n} ca_certificates[] = {\n" +
    `${rows}};\n`;
  return guard("CA_CERTIFICATES_H", `#include <stddef.h>\n\n${renderArrays(certificates)}\n${table}`);
}

function guard(name: string, body: string): string {
  return `#ifndef ${name}\n#define ${name}\n\n${body}\n#endif\n`;
}
