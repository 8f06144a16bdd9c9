/** `meerkat inspect FILE|URL`: certificates and chains in plain words. It shows, and judges nothing by itself. */
import { writeJson } from "../frame/json.ts";
import { showControls } from "../../core/index.ts";
import type { Command } from "commander";
import { Client } from "../../client/index.ts";
import type { SettingNames } from "../../core/index.ts";
import { explainVerdict, type TrustReport, type Verdict } from "../../trust/index.ts";
import type { FoundCertificate } from "../../x509/index.ts";
import { describeCertificate } from "./describe.ts";
import { findLinks } from "./links.ts";
import { readCertificates } from "./read.ts";
import { renderCertificate, type ShownCertificate } from "./render.ts";
import type { Context } from "../frame/context.ts";
import { CommandError } from "../frame/failure.ts";
import { fileName, json, onFlags, repeated, type FlagsOf } from "../frame/flags.ts";
import { renderHelpEnd } from "../frame/help.ts";
import { wrapText } from "../frame/layout.ts";
import type { Output } from "../frame/output.ts";

const flags = [
  repeated("--cacert <file>", "for a URL: judge the chain by these CAs and no others", fileName),
  json(),
];
type Flags = FlagsOf<typeof flags>;

/** What there is to show, and where it came from. */
interface Found {
  readonly certificates: readonly FoundCertificate[];
  /** What is odd about a file, a sentence each. */
  readonly oddities: readonly string[];
  /** What a connection would have been told, for a server's chain. */
  readonly trust?: TrustReport;
}

interface Page {
  readonly source: string;
  readonly found: Found;
  readonly shown: readonly ShownCertificate[];
}

const examples = ["meerkat inspect chain.pem", "meerkat inspect https://example.com/"];
/** The exit codes that its help lists. */
const endings = [0, 2, 6, 7, 26, 28, 35];

export function defineInspect(command: Command, context: Context): void {
  command
    .argument(
      "<source>",
      "a file of certificates, PEM or DER; or an https:// URL, for the chain its server sends",
    )
    .addHelpText("after", () => renderHelpEnd(context.out.width, { examples, exitCodes: endings }));
  onFlags(command, flags, async (given, source: string) => {
    const found = /^https?:\/\//i.test(source)
      ? await askServer(source, given, context)
      : await readSource(source, given);
    const page = { source, found, shown: showAll(found, Date.now()) };
    if (given.json === true) context.out.lines(renderJson(page));
    else context.out.lines(...renderText(page, context));
  });
}

/** The file; where it is none, what else its name may have meant. */
async function readSource(source: string, { cacert }: Flags): Promise<Found> {
  if (cacert !== undefined) {
    throw new CommandError("--cacert is for a URL; a file is shown, and judged by nobody.", {
      hint: `Leave it out; or judge the chain in the file: meerkat verify --anchors FILE --name HOST ${source}`,
    });
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
    throw new CommandError(`"${source}" is neither a file nor an https:// URL.`, {
      hint: "A server's chain is asked for with https://.",
    });
  }
  const mayBeHost =
    /^[\w-]+(?:\.[\w-]+)+(?::\d+)?\/?$/.test(source) && !/\.(?:pem|crt|cer|der|p7[bc])$/i.test(source);
  return readCertificates(
    source,
    mayBeHost ? `If it is a server: meerkat inspect https://${source}` : undefined,
  );
}

/** The chain of a server, whatever it is worth: nothing is sent to it but the handshake. */
async function askServer(url: string, { cacert }: Flags, { env, signal }: Context): Promise<Found> {
  const client = new Client({
    environment: env,
    insecure: { reason: "the chain is shown, and nothing is requested" },
    ...(cacert === undefined ? {} : { roots: cacert }),
  });
  const { socket, trust } = await client.connect(url, { signal });
  socket.destroy();
  await client.close();
  if (trust.kind === "plaintext") {
    throw new CommandError(`${url} is plain HTTP: its server shows no certificate.`, {
      hint: "Use an https:// URL.",
    });
  }
  return {
    certificates: trust.chain.map((certificate) => ({ certificate, line: undefined })),
    oddities: [],
    trust,
  };
}

function showAll({ certificates: found }: Found, at: number): ShownCertificate[] {
  const certificates = found.map(({ certificate }) => certificate);
  const links = findLinks(certificates);
  return certificates.map((certificate, index) => ({
    certificate,
    description: describeCertificate(certificate, at),
    link: links[index] ?? { kind: "elsewhere" },
  }));
}

function renderText({ source, found, shown }: Page, { out, names }: Context): string[] {
  const { oddities, trust } = found;
  const count = shown.length === 1 ? "1 certificate" : `${shown.length} certificates`;
  return [
    `${showControls(source)}: ${count}${trust === undefined ? "" : ", as the server sent them"}`,
    ...shown.flatMap((one, index) => ["", ...renderCertificate(one, index, out)]),
    ...(oddities.length > 0 ? ["", ...oddities.map(showControls)] : []),
    ...(trust?.verdict === undefined ? [] : ["", ...renderVerdict(trust.verdict, { out, names: names() })]),
  ];
}

function renderVerdict(
  verdict: Verdict,
  { out: { style, width }, names }: { readonly out: Output; readonly names: SettingNames },
): string[] {
  const headline = verdict.trusted
    ? style.green("A client with these roots would trust it.")
    : style.red(`A client with these roots would refuse it: ${verdict.primary.code}.`);
  const sentences = explainVerdict(verdict, { names }).split("\n");
  return [headline, ...sentences.flatMap((sentence) => wrapText(showControls(sentence), { width }))];
}

function renderJson({ source, found, shown }: Page): string {
  const { certificates, oddities, trust } = found;
  const described = shown.map(({ description, link }, index) => ({
    ...description,
    link,
    line: certificates[index]?.line ?? null,
  }));
  return writeJson({ schema: 1, source, certificates: described, oddities, trust }, 2);
}
