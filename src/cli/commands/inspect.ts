/** `meerkat inspect FILE`: certificates and chains in plain words. It shows; it does not judge. */
import type { Command } from "commander";
import { describeCertificate } from "../certificates/describe.ts";
import { findLinks } from "../certificates/links.ts";
import { readCertificates, type CertificateFile } from "../certificates/read.ts";
import { renderCertificate, type ShownCertificate } from "../certificates/render.ts";
import type { Context } from "../context.ts";
import { printable } from "../style.ts";
import { jsonOption } from "../options.ts";

export function defineInspect(command: Command, { out }: Context): void {
  command
    .argument("<file>", "a file of certificates, PEM or DER")
    .addOption(jsonOption())
    .action(async (file: string, { json = false }: { readonly json?: boolean }) => {
      const found = await readCertificates(file);
      const shown = showAll(found, Date.now());
      if (json) {
        out.lines(renderJson(file, found, shown));
        return;
      }
      const count = shown.length === 1 ? "1 certificate" : `${shown.length} certificates`;
      out.lines(`${printable(file)}: ${count}`);
      for (const [index, one] of shown.entries()) out.lines("", ...renderCertificate(one, index, out));
      if (found.oddities.length > 0) out.lines("", ...found.oddities.map(printable));
    });
}

function showAll({ certificates: found }: CertificateFile, at: number): ShownCertificate[] {
  const certificates = found.map(({ certificate }) => certificate);
  const links = findLinks(certificates);
  return certificates.map((certificate, index) => ({
    certificate,
    description: describeCertificate(certificate, at),
    link: links[index] ?? { kind: "elsewhere" },
  }));
}

function renderJson(
  source: string,
  { certificates, oddities }: CertificateFile,
  shown: readonly ShownCertificate[],
): string {
  const described = shown.map(({ description, link }, index) => ({
    ...description,
    link,
    line: certificates[index]?.line ?? null,
  }));
  return JSON.stringify({ schema: 1, source, certificates: described, oddities }, null, 2);
}
