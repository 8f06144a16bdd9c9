/** `meerkat example URL --for DEVICE`: a complete project that fetches one URL, verified, with the CA it needs. */
import { writeJson } from "../frame/json.ts";
import {
  requireEndpoint,
  requireUrl,
  showControls,
  shownSite,
  spokenSite,
  renderCount,
} from "../../core/index.ts";
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import {
  buildExample,
  deviceNames,
  type DeviceProfile,
  type ExampleFile,
  isAgent,
} from "../../device/index.ts";
import type { Context } from "../frame/context.ts";
import { chooseFrom, type CaOutcome } from "../devices/files/ca-choice.ts";
import { addYears } from "../devices/dates.ts";
import { deviceFlag, renderDeviceList } from "../devices/files/device-option.ts";
import { writeOne } from "../devices/files/output-files.ts";
import { filesNamed, siteFlags } from "../devices/meet/site-options.ts";
import { meetSites } from "../devices/meet/met-sites.ts";
import { withShownUrls } from "../devices/meet/shown-urls.ts";
import { collectUrls } from "../devices/meet/targets.ts";
import { anyEndings, httpEndings, serverEndings, exitCode } from "../frame/exit-codes.ts";
import { endsWith } from "../frame/help.ts";
import { CommandError } from "../frame/failure.ts";
import { type ProjectIdentity, readIdentity, subjectOf } from "./identity.ts";
import { fileName, json, onFlags, parsed, seconds, text, toggle, type FlagsOf } from "../frame/flags.ts";
import { checkOverwriting, type Kept } from "../frame/overwriting.ts";
import { wrapText } from "../frame/layout.ts";

const flagList = [
  deviceFlag("the device"),
  parsed("-o, --output <folder>", "where the project goes (default: example-DEVICE)", fileName),
  text("-A, --user-agent <name>", "who the example says is asking"),
  seconds("--timeout <seconds>", "the example's own time-out (default: 15)"),
  toggle("--force", "overwrite files that are there"),
  parsed("-E, --cert <file>", "a client certificate for the project to show (PEM with its chain)", fileName),
  parsed(
    "--key <file>",
    "its key, to reach the site with; never copied, the README says where it goes",
    fileName,
  ),
  ...siteFlags("choose the CA from, and verify with,"),
  json(),
];
type Flags = FlagsOf<typeof flagList>;

const defaultYears = 2;

export function defineExample(command: Command, context: Context): void {
  command
    .argument(
      "<url>",
      "what the example fetches, https://, or connects to: mqtts://host, host:port and others",
    )
    .addHelpText("after", () => renderNotes(context.out.width));
  endsWith(command, context, {
    ...anyEndings,
    ...serverEndings,
    ...httpEndings,
    60: "the site is not trusted, or the device refuses it",
  });
  onFlags(command, flagList, async (flags, url: string) => {
    const profile = requireDevice(flags);
    const identity = await readIdentity(flags, context);
    const outcome = await chooseRoots(url, { flags: { ...flags, for: profile }, identity }, context);
    const files = build(profile, outcome, { flags, identity });
    const folder = flags.output ?? `example-${profile.name}`;
    const inputs = filesNamed(flags);
    await put(files, { folder, inputs, force: flags.force === true, signal: context.signal });
    const project = { profile, outcome, files, folder, identity };
    if (flags.json === true) context.out.lines(describe(project));
    else context.out.lines(...render(project, context));
  });
}

function renderNotes(width: number): string {
  return [
    "",
    "The site is visited for the CA certificate that the project carries. Its README says how to build",
    "it, which settings the device needs, and what this device does not check.",
    "",
    "Example:",
    "  meerkat example https://api.example.com/ --for mongoose-os",
    "",
    ...renderDeviceList(width),
  ].join("\n");
}

function requireDevice({ for: profile }: Flags): DeviceProfile {
  if (profile !== undefined) return profile;
  throw new CommandError("The example is for a device, and none is named.", {
    hint: `Give one with --for: ${deviceNames.join(", ")}.`,
  });
}

interface DeviceFlags extends Flags {
  readonly for: DeviceProfile;
}

interface Choice {
  readonly flags: DeviceFlags;
  readonly identity: ProjectIdentity | undefined;
}

/** Before the site is visited: what no example of the device speaks. */
function checkSpoken(url: string, { name, title }: DeviceProfile): void {
  const { scheme, startTls } = requireEndpoint(url);
  if (scheme === "https" || (startTls === undefined && name !== "moddable")) return;
  const spoken = startTls === undefined ? "HTTPS alone" : "TLS from the start";
  throw new CommandError(
    `The example for ${title} speaks ${spoken}, and ${spokenSite(shownSite(url))} is something else.`,
    {
      hint: "`meerkat ca URL --for DEVICE` chooses the CA certificates for it.",
    },
  );
}

async function chooseRoots(typed: string, { flags, identity }: Choice, context: Context): Promise<CaOutcome> {
  const profile = flags.for;
  const urls = await collectUrls([typed]);
  checkSpoken(urls[0] ?? "", profile);
  const at = Date.now();
  const { shown: clientCertificate, certificates: given } = identity ?? {};
  const met = await meetSites({ urls, flags, profile, clientCertificate, given }, context);
  // The example speaks HTTP.
  const { failures, unanswered } = withShownUrls(met);
  const [failed] = [...failures, ...unanswered];
  if (failed !== undefined) {
    const { message, hint } = failed.error;
    throw new CommandError(message, {
      ...(hint === undefined ? {} : { hint }),
      exitCode: failed.exitCode,
    });
  }
  const outcome = chooseFrom({
    profile,
    format: profile.formats[0],
    at,
    untilAt: addYears(at, defaultYears),
    redundancy: 0,
    presets: [],
    ...met,
  });
  const [lost] = outcome.lost;
  if (lost === undefined) return outcome;
  throw new CommandError(`${profile.title} refuses ${lost.site}, because ${lost.because}.`, {
    hint: "No example would change that; `meerkat check` and the device's page say more.",
    exitCode: exitCode.untrusted,
  });
}

function build(
  profile: DeviceProfile,
  { report, material }: CaOutcome,
  { flags, identity }: { readonly flags: Flags; readonly identity: ProjectIdentity | undefined },
): readonly ExampleFile[] {
  const [url = ""] = material.urls;
  const { userAgent, timeout } = flags;
  try {
    return buildExample(profile, {
      url,
      anchors: report.anchors.map(({ certificate }) => certificate),
      ...(userAgent === undefined ? {} : { agent: userAgent }),
      ...(timeout === undefined ? {} : { timeoutMs: timeout }),
      ...(identity === undefined ? {} : { clientCertificates: identity.certificates }),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The endpoint was looked at before: what is left is the agent, and the kind of the certificate's key.
    const isCertificate = userAgent === undefined || isAgent(userAgent);
    throw new CommandError(error.message, {
      hint: isCertificate
        ? "--cert takes a certificate with an RSA or an EC key."
        : "-A takes printable ASCII, such as my-device/1.0.",
    });
  }
}

/** Nothing of an earlier project is overwritten unasked, and nothing is written by halves. */
async function put(
  files: readonly ExampleFile[],
  { folder, signal, ...kept }: Kept & { readonly folder: string; readonly signal: AbortSignal },
): Promise<void> {
  const placed = files.map(({ path, content }) => ({ path: join(folder, path), content }));
  const outputs = placed.map(({ path }) => ({ file: path, isEarlier: () => true }));
  await checkOverwriting(outputs, kept);
  if (!kept.force) {
    for (const { path } of placed) {
      if (!(await isThere(path))) continue;
      throw new CommandError(`The file "${path}" is there already, and nothing was written.`, {
        hint: "Choose another folder with -o, or overwrite with --force.",
        exitCode: exitCode.writeFailed,
      });
    }
  }
  for (const { path, content } of placed) await writeOne(path, content, signal);
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

interface Project {
  readonly profile: DeviceProfile;
  readonly outcome: CaOutcome;
  readonly files: readonly ExampleFile[];
  readonly folder: string;
  readonly identity: ProjectIdentity | undefined;
}

function sizeOf({ content }: ExampleFile): number {
  return typeof content === "string" ? Buffer.byteLength(content) : content.length;
}

function render({ profile, outcome, files, folder, identity }: Project, { out }: Context): string[] {
  const { style, width } = out;
  const kind = outcome.material.urls[0]?.startsWith("https:") === true ? "HTTPS" : "TLS";
  const anchors = outcome.report.anchors.map(({ certificate }) => certificate.subject.display);
  return [
    style.bold(`A verified ${kind} client for ${profile.title}, in ${showControls(folder)}:`),
    ...files.map((file) => `  ${showControls(file.path)}  ${style.dim(renderCount(sizeOf(file), "byte"))}`),
    ...wrapText(
      `It believes ${showControls(anchors.join(" and "))} and nobody else. README.md says how to build it, and what this device does not check.`,
      { width },
    ),
    ...(identity === undefined
      ? []
      : wrapText(
          `It shows ${showControls(subjectOf(identity))}. The key of that is not in the project: README.md says where to put it.`,
          { width },
        )),
    ...notesOf(outcome).flatMap((says) => wrapText(showControls(says), { width })),
  ];
}

/** What was noticed of the site; and that a query, which may be a credential, is in the program as it has to be. */
function notesOf({ material: { notes, urls } }: CaOutcome): readonly string[] {
  const [url = ""] = urls;
  const hasQuery = url.startsWith("https:") && requireUrl(url).path.includes("?");
  return [
    ...notes.map(({ says }) => says),
    ...(hasQuery ? ["The program asks with the URL's query: keep it as you keep what is in that."] : []),
  ];
}

function describe({ profile, outcome, files, folder, identity }: Project): string {
  const report = {
    schema: 1,
    ok: true,
    exitCode: exitCode.ok,
    device: profile.name,
    url: outcome.material.urls.map(shownSite)[0],
    folder,
    files: files.map((file) => ({ path: file.path, bytes: sizeOf(file) })),
    anchors: outcome.report.anchors.map(({ certificate, fingerprint }) => ({
      subject: certificate.subject.text,
      sha256: fingerprint,
    })),
    clientCertificate: identity === undefined ? null : subjectOf(identity),
    unseen: outcome.material.notes.flatMap(({ unseen }) => unseen),
    notes: notesOf(outcome),
  };
  return writeJson(report, 2);
}
