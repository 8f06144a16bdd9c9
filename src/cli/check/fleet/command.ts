/** `meerkat check --fleet MANIFEST`: the flags that are its own, and its reports. */
import { dayMs } from "../../devices/dates.ts";
import { writeOne } from "../../devices/files/output-files.ts";
import { filesNamed, type IdentityFlags, type SiteFlags } from "../../devices/meet/site-options.ts";
import type { Context } from "../../frame/context.ts";
import { CommandError } from "../../frame/failure.ts";
import { fileName, parsed, toggle, type FlagsOf } from "../../frame/flags.ts";
import { writeJson } from "../../frame/json.ts";
import { wrapText } from "../../frame/layout.ts";
import { checkOverwriting, isJson, isXml } from "../../frame/overwriting.ts";
import { checkFleet } from "./fleet.ts";
import { renderJunit } from "./junit.ts";
import { readFleet } from "./manifest.ts";
import { describeFleet } from "./report.ts";
import { describeSarif } from "./sarif.ts";
import { renderFleet } from "./text.ts";

export const fleetFlags = [
  parsed(
    "--fleet <manifest>",
    "check firmwares, their bundles and endpoints, as a JSON file has them",
    fileName,
  ),
  parsed("--junit <file>", "also write --fleet's verdicts as JUnit XML", fileName),
  parsed("--sarif <file>", "also write --fleet's verdicts as SARIF 2.1.0", fileName),
  toggle("-v, --verbose", "with --fleet: every endpoint, those that are well, too"),
];

/** What the command was given, with the flags of its own that matter here. */
export interface FleetFlags extends FlagsOf<typeof fleetFlags>, SiteFlags, IdentityFlags {
  readonly at?: number;
  readonly within: number;
  readonly json?: boolean;
  readonly for?: unknown;
  readonly from?: string;
  readonly html?: string;
  readonly preset?: unknown;
  readonly force?: boolean;
}

/** Carries it out where a fleet is named; else says so. */
export async function runFleet(
  args: readonly string[],
  flags: FleetFlags,
  context: Context,
): Promise<"done" | "not-asked"> {
  const { fleet: file, junit, sarif, json = false, verbose = false } = flags;
  if (file === undefined) {
    const also = (["junit", "sarif", "verbose"] as const).find((name) => flags[name] !== undefined);
    if (also === undefined) return "not-asked";
    throw new CommandError(`--${also} is for --fleet, and that is not given.`, {
      hint: "Name the fleet's manifest with --fleet FILE.",
    });
  }
  const doubled = (["for", "from", "html", "preset"] as const).filter((name) => flags[name] !== undefined);
  if (doubled.length > 0 || args.length > 0) {
    const what = [...(args.length > 0 ? ["bundle and no URLs"] : []), ...doubled.map((name) => `--${name}`)];
    throw new CommandError(
      `--fleet has its devices, bundles and endpoints from the manifest, so it takes no ${what.join(", no ")}.`,
      {
        hint: "Put them into the manifest.",
      },
    );
  }
  const setting = { file, flags, at: flags.at, horizonMs: flags.within * dayMs };
  const firmwares = await readFleet(file, context.signal);
  await checkOverwriting(
    [
      ...(junit === undefined ? [] : [{ file: junit, isEarlier: isXml }]),
      ...(sarif === undefined ? [] : [{ file: sarif, isEarlier: isJson }]),
    ],
    {
      inputs: [file, ...firmwares.flatMap(({ read }) => read), ...filesNamed(flags)],
      force: flags.force === true,
    },
  );
  const outcome = await checkFleet(firmwares, setting, context);
  if (junit !== undefined) await writeOne(junit, renderJunit(outcome), context.signal);
  if (sarif !== undefined)
    await writeOne(sarif, `${writeJson(describeSarif(outcome, process.cwd()), 2)}\n`, context.signal);
  context.exit(outcome.exitCode);
  if (json) context.out.json(describeFleet(outcome));
  else context.out.lines(...renderFleet(outcome, { out: context.out, verbose }));
  return "done";
}

/** For the help. */
export function renderFleetNotes(width: number): string[] {
  return [
    "--fleet takes a JSON file; paths in it are from its own folder:",
    '  { "schema": 1, "firmwares": [ { "name": "thermostat 1.4", "device": "esp-idf",',
    '    "bundle": "fw/ca.pem", "endpoints": ["https://api.example.com/"],',
    '    "until": "2029-01-01", "count": 1200 } ] }',
    ...wrapText(
      'A bundle may be a list of files; until (default: as far as --within reaches) and count may be left out. A firmware that refuses an endpoint, or loses it before that day, ends it with 60. "clientCertificate": "fw/device.pem", of a firmware or of an endpoint ({ "url": ..., "clientCertificate": ... }), is judged against what the endpoint asks of clients, without its key; one that is likely refused, or ends before that day, ends it with 1.',
      { width },
    ),
  ];
}
