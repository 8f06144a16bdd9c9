/** `meerkat inspect FILE|-|ENDPOINT`: certificates and chains in plain words. It shows, and judges nothing by itself. */
import { stat } from "node:fs/promises";
import { writeJson } from "../frame/json.ts";
import { HttpsError, isBareAddress, parseEndpoint, showControls, shownSite } from "../../core/index.ts";
import type { Command } from "commander";
import type { SettingNames } from "../../core/index.ts";
import { runtimeHere } from "../../runtime/index.ts";
import { explainVerdict, type TrustReport, type Verdict } from "../../trust/index.ts";
import type { FoundCertificate } from "../../x509/index.ts";
import { describeCertificate } from "./describe.ts";
import { findLinks } from "./links.ts";
import { readCertificates, stdinName } from "./read.ts";
import { renderCertificate, type ShownCertificate } from "./render.ts";
import { lookAtServer, type ServerLook } from "./server.ts";
import { identityFlags, wayFlags } from "../devices/meet/site-options.ts";
import { renderEndpointHelp } from "../devices/meet/targets.ts";
import { completeArguments } from "../frame/completions.ts";
import type { Context } from "../frame/context.ts";
import { CommandError, describeFailure } from "../frame/failure.ts";
import { fileName, json, onFlags, repeated, type FlagsOf } from "../frame/flags.ts";
import { anyEndings, serverEndings } from "../frame/exit-codes.ts";
import { endsWith, renderExamples } from "../frame/help.ts";
import { wrapText } from "../frame/layout.ts";
import type { Output } from "../frame/output.ts";
import { readAllRoots } from "../frame/root-sources.ts";
import { addCacertFlag, rootsFlag } from "../frame/shared-flags.ts";
import { openIdentity, type ClientIdentity } from "../identity/read.ts";
import { describeReception, explainReception } from "../identity/reception.ts";
import { describeAsked, describeIdentity, renderAsked, renderIdentity } from "../identity/report.ts";

const flags = [
  repeated("--cacert <file>", "for a server: judge the chain by these CAs and no others", fileName),
  addCacertFlag,
  rootsFlag,
  ...identityFlags,
  ...wayFlags,
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
  /** What else a server showed. */
  readonly server?: ServerLook;
  readonly identity?: ClientIdentity | undefined;
}

interface Page {
  readonly source: string;
  readonly found: Found;
  readonly shown: readonly ShownCertificate[];
}

const examples = [
  "meerkat inspect chain.pem",
  "openssl s_client -showcerts -connect example.com:443 </dev/null | meerkat inspect -",
  "meerkat inspect https://example.com/",
  "meerkat inspect --cert device.pem --key device.key mqtts://broker.example/",
];

export function defineInspect(command: Command, context: Context): void {
  command
    .argument(
      "<source>",
      "a file of certificates, PEM or DER, or - for stdin; or a server, for the chain it sends: https://, mqtts://, smtp://, host:port",
    )
    .addHelpText("after", () => renderNotes(context.out.width));
  completeArguments(command, { files: true });
  endsWith(command, context, { ...anyEndings, ...serverEndings });
  onFlags(command, flags, async (given, source: string) => {
    const found = (await isServer(source))
      ? await askServer(source, given, context)
      : await readSource(source, given, context);
    const page = { source: nameSource(source, found), found, shown: showAll(found, Date.now()) };
    if (given.json === true) context.out.lines(renderJson(page, context.names()));
    else context.out.lines(...renderText(page, context));
  });
}

function renderNotes(width: number): string {
  const notes =
    "With --cert it says what the server asks of clients, and what speaks against that certificate there; with its key, the certificate is shown to the server in one handshake, if somebody vouches for the server, and what the server made of it is told. Nothing is sent within TLS. A server may still refuse later, in its protocol. Pre-shared keys (PSK), and keys that a chip such as the ATECC608 keeps to itself, are not for --cert.";
  return [
    "",
    ...wrapText(notes, { width }),
    "",
    ...renderEndpointHelp(width, "is connected to, and nothing is asked for"),
    renderExamples(examples),
  ].join("\n");
}

/** What has a scheme; and a host with a port, where no file is called so. */
async function isServer(source: string): Promise<boolean> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return true;
  const reading = parseEndpoint(source);
  // A host with an impossible port is told as that, and not as a file that is missing.
  if (!reading.ok && !HttpsError.is(reading.error, "url-bad-port")) return false;
  return stat(source).then(
    () => false,
    () => true,
  );
}

/** The file; where it is none, what else its name may have meant. */
async function readSource(
  source: string,
  { cacert, addCacert, roots, cert, key, pass, ...way }: Flags,
  { stdin, signal }: Pick<Context, "stdin" | "signal">,
): Promise<Found> {
  if (cacert !== undefined || addCacert !== undefined || roots !== undefined) {
    const flag = cacert !== undefined ? "--cacert" : addCacert !== undefined ? "--add-cacert" : "--roots";
    throw new CommandError(`${flag} is for a server; a file is shown, and judged by nobody.`, {
      hint: `Leave it out; or judge the chain in the file: meerkat verify --anchors FILE --name HOST ${source}`,
    });
  }
  if (cert !== undefined || key !== undefined || pass !== undefined) {
    throw new CommandError("--cert, --key and --pass are for a server, which is shown the certificate.", {
      hint: "Name the server: meerkat inspect --cert FILE mqtts://broker.example/; or show the file by itself.",
    });
  }
  if (way.resolve !== undefined || way.proxy !== undefined || way.maxTime !== undefined) {
    throw new CommandError("--resolve, --proxy and --max-time are for a server, and a file is read here.", {
      hint: "Leave them out; or name the server: meerkat inspect --max-time 5 https://api.example/.",
    });
  }
  const host = hostOf(source);
  return readCertificates(source, {
    stdin,
    signal,
    hint: host === undefined ? undefined : `If it is a server: meerkat inspect https://${host}`,
  });
}

/** A name with dots, or an IPv6 address, which is in brackets where it stands in a URL. */
function hostOf(source: string): string | undefined {
  const address = source.replace(/^\[(.*)\]$/, "$1");
  if (isBareAddress(address)) return `[${address}]`;
  const isName = /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+\.?\/?$/u.test(source);
  return isName && !/\.(?:pem|crt|cer|der|p7[bc])$/i.test(source) ? source : undefined;
}

/** The chain of a server, whatever it is worth: nothing is sent to it but handshakes. */
async function askServer(source: string, given: Flags, context: Context): Promise<Found> {
  const identity = await openIdentity(given, context);
  const roots = await readAllRoots(given, context.signal);
  const server = await lookAtServer({ source, roots, way: given, identity }, context);
  return {
    certificates: server.trust.chain.map((certificate) => ({ certificate, line: undefined })),
    oddities: [...explainEnd(server, context.names())],
    trust: server.trust,
    server,
    identity,
  };
}

/** Without its signature a chain is anybody's who has seen it. */
function explainEnd({ meeting: { error, openssl } }: ServerLook, names: SettingNames): readonly string[] {
  if (error === undefined) return [];
  const { message } = describeFailure(error, names);
  return openssl === undefined
    ? [
        `The handshake did not come to its end, and nobody has shown that the certificate is theirs: ${message}`,
      ]
    : [`The handshake did not come to its end: ${message}`];
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

/** As it was typed; of a URL its server, which is all that was looked at. */
function nameSource(source: string, { server }: Found): string {
  if (source === stdinName) return "(stdin)";
  return server === undefined || !source.includes("://") ? source : shownSite(server.endpoint.href);
}

function provenance({ server }: Found): string {
  if (server === undefined) return "";
  return server.meeting.asSent
    ? ", as the server sent them"
    : `, as ${runtimeHere.name} shows them, completed from the roots`;
}

function renderText({ source, found, shown }: Page, { out, names }: Context): string[] {
  const { oddities, trust } = found;
  const count = shown.length === 1 ? "1 certificate" : `${shown.length} certificates`;
  return [
    `${showControls(source)}: ${count}${provenance(found)}`,
    ...shown.flatMap((one, index) => ["", ...renderCertificate(one, index, out)]),
    ...(oddities.length > 0 ? ["", ...oddities.map(showControls)] : []),
    ...(trust?.verdict === undefined ? [] : ["", ...renderVerdict(trust.verdict, { out, names: names() })]),
    ...renderServer(found, { out, names: names() }),
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

/** What it asks of clients, and what came of the certificate that was given. */
function renderServer(
  { server, identity }: Found,
  { out, names }: { readonly out: Output; readonly names: SettingNames },
): string[] {
  if (server === undefined) return [];
  const { meeting, verdict, presented } = server;
  const asked = renderAsked(meeting, out);
  const given = identity && verdict ? renderIdentity(identity, { verdict, out }) : [];
  const tried = presented === undefined ? [] : [explainReception(presented, names)];
  if (identity !== undefined && presented === undefined && verdict !== undefined)
    tried.push(
      identity.keyMatches === false
        ? "It was not shown, as its key is another's."
        : "It was not shown, as there is no key: add --key FILE.",
    );
  const said = tried.flatMap((sentence) => wrapText(showControls(sentence), { width: out.width }));
  return [asked, given, said].flatMap((lines) => (lines.length === 0 ? [] : ["", ...lines]));
}

function renderJson({ source, found, shown }: Page, names: SettingNames): string {
  const { certificates, oddities, trust, server, identity } = found;
  const described = shown.map(({ description, link }, index) => ({
    ...description,
    link,
    line: certificates[index]?.line ?? null,
  }));
  const met = server && {
    asked: describeAsked(server.meeting),
    identity:
      identity === undefined
        ? null
        : {
            ...describeIdentity(identity, server.verdict),
            handshake: server.presented === undefined ? null : describeReception(server.presented, names),
          },
  };
  return writeJson({ schema: 1, source, certificates: described, oddities, trust, ...met }, 2);
}
