/** `meerkat check BUNDLE [URL...]`: what is wrong with the CA bundle that a device has, today or on another day. */
import { showControls } from "../../core/index.ts";
import type { Command } from "commander";
import { completeArguments } from "../frame/completions.ts";
import type { Context } from "../frame/context.ts";
import { CommandError } from "../frame/failure.ts";
import { fleetFlags, renderFleetNotes, runFleet } from "./fleet/command.ts";
import { openBundle, rootsOf } from "./bundle-files.ts";
import { check } from "./outcome.ts";
import { renderCheckPage } from "./page.ts";
import { describeCheck } from "./report.ts";
import { renderCheck } from "./text.ts";
import { dayMs } from "../devices/dates.ts";
import { deviceFlag, renderDeviceList } from "../devices/files/device-option.ts";
import { writeOne } from "../devices/files/output-files.ts";
import { presetFlag, renderPresetList } from "../devices/files/preset-option.ts";
import { filesNamed, identityFlags, rootSources, siteFlags } from "../devices/meet/site-options.ts";
import { withShownUrls } from "../devices/meet/shown-urls.ts";
import { survey } from "../devices/meet/survey.ts";
import { collectUrls, renderEndpointHelp } from "../devices/meet/targets.ts";
import { checkOverwriting, forceFlag, isPage } from "../frame/overwriting.ts";
import { readSources } from "../frame/root-sources.ts";
import { openIdentity } from "../identity/read.ts";
import { anyEndings, httpEndings, serverEndings } from "../frame/exit-codes.ts";
import { type Endings, endsWith } from "../frame/help.ts";
import { date, fileName, json, onFlags, parsed, whole, withDefault } from "../frame/flags.ts";

const defaultDays = 180; // Half a year: time to build, sign and roll out new firmware.

const flagList = [
  deviceFlag("the device; no one in particular when left out"),
  parsed("--from <file>", "further URLs, one a line; # begins a comment", fileName),
  date("--at <date>", "look at the bundle as of this day; now when left out"),
  withDefault(
    parsed("--within <days>", "tell of what ends within this time", {
      read: whole(0, 99_999),
      takes: "It takes a whole number of days.",
    }),
    defaultDays,
  ),
  parsed("--html <file>", "also write a page with a timeline of what ends when", fileName),
  ...fleetFlags,
  forceFlag,
  presetFlag(),
  ...identityFlags,
  ...siteFlags("visit sites with"),
  json(
    "one JSON object instead of text: docs/check.schema.json, with --fleet docs/check-fleet.schema.json, where neither could be made docs/error.schema.json",
  ),
];

const endings: Endings = {
  ...anyEndings,
  ...serverEndings,
  ...httpEndings,
  0: "nothing is wrong, notes aside",
  1: "something is wrong, or will break",
  26: "the bundle, or another file, cannot be read",
  60: "with --fleet: an endpoint is refused, or lost too early; else a site is not trusted",
};

export function defineCheck(command: Command, context: Context): void {
  command
    .argument("[bundle]", "the CA certificates: a file in any format, or a folder of them")
    .argument("[url...]", "what the device talks to: https://, mqtts://, smtp://, host:port and others")
    .addHelpText("after", () => renderNotes(context.out.width));
  completeArguments(command, { files: true });
  endsWith(command, context, endings);
  onFlags(command, flagList, async (flags, path: string | undefined, urls: readonly string[]) => {
    const args = path === undefined ? [] : [path, ...urls];
    if ((await runFleet(args, flags, context)) === "done") return;
    if (path === undefined) {
      throw new CommandError("No bundle is named.", {
        hint: "`meerkat check BUNDLE [URL...]`, or --fleet MANIFEST for firmwares in the field.",
      });
    }
    if (flags.html !== undefined)
      await checkOverwriting([{ file: flags.html, isEarlier: isPage }], {
        inputs: [path, flags.from, ...filesNamed(flags)],
        force: flags.force === true,
      });
    const bundle = await openBundle(path, context.signal);
    const targets = await collectUrls(urls, { file: flags.from, signal: context.signal });
    const visitedAt = Date.now();
    const identity = await openIdentity(flags, context);
    const roots = await readSources(rootSources(flags), context.signal);
    const surveyed = await survey(
      {
        urls: targets,
        roots,
        flags,
        profile: flags.for,
        addRoots: rootsOf(bundle),
        clientCertificate: identity?.shown,
        ...(identity === undefined ? {} : { given: "told-elsewhere" }),
      },
      context,
    );
    const outcome = check({
      path,
      bundle,
      profile: flags.for,
      at: flags.at ?? visitedAt,
      visitedAt,
      horizonMs: flags.within * dayMs,
      presets: [...new Set(flags.preset)],
      survey: withShownUrls(surveyed),
      identity,
    });
    if (flags.html !== undefined) await writeOne(flags.html, renderCheckPage(outcome), context.signal);
    context.exit(outcome.exitCode);
    if (flags.json === true) context.out.json(describeCheck(outcome));
    else context.out.lines(...renderCheck(outcome, context.out), ...tellPage(flags.html));
  });
}

function renderNotes(width: number): string {
  return [
    "",
    "The bundle may be PEM, DER, a C array or string, an ESP certificate bundle (both layouts), BearSSL",
    "trust anchors, certs.ar, or Moddable's folder. Sites are visited now, whatever --at says: their",
    "certificates are renewed, the device's are not.",
    "",
    "Examples:",
    "  meerkat check fs/ca.pem --for mongoose-os",
    "  meerkat check x509_crt_bundle https://api.example.com/ --for esp-idf-bundle --at 2029-01-01",
    "",
    ...renderFleetNotes(width),
    "",
    ...renderEndpointHelp(width, "is visited, and redirects are followed"),
    "",
    ...renderPresetList(width),
    "",
    ...renderDeviceList(width),
  ].join("\n");
}

function tellPage(file: string | undefined): string[] {
  return file === undefined ? [] : ["", `The page is in ${showControls(file)}.`];
}
