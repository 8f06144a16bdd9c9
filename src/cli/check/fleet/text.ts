/** A checked fleet for a person: a table of firmwares and endpoints, and below each row that is not well the reason. */
import { showControls, renderCount, spokenSite } from "../../../core/index.ts";
import { type DeviceProfile, noticesEnd } from "../../../device/index.ts";
import { renderDay } from "../../devices/dates.ts";
import { wrapText } from "../../frame/layout.ts";
import type { TextSetting } from "../../frame/output.ts";
import { fewRemarks } from "../few-remarks.ts";
import {
  type EndpointVerdict,
  type FirmwareVerdict,
  type FleetOutcome,
  type FleetVerdict,
  isWell,
} from "./fleet.ts";
import { isHurt, tellIdentity, unjudgedWithoutKey } from "./identity.ts";

/** How many endpoints that are well are listed for each firmware, unless all are asked for. */
const wellShown = 8;

const words: Readonly<Record<FleetVerdict, string>> = {
  refused: "refuses",
  "accepted-wrongly": "connects, wrongly",
  "ends-early": "ends early",
  unreached: "not reached",
  connects: "connects",
};

export function renderFleet({ firmwares }: FleetOutcome, setting: TextSetting): string[] {
  return [
    renderHeadline(firmwares, setting),
    ...firmwares.map((one) => renderFirmware(one, setting)),
    renderUnjudged(firmwares, setting),
  ]
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

/** Said once, where a certificate was judged without its key. */
function renderUnjudged(firmwares: readonly FirmwareVerdict[], { out }: TextSetting): string[] {
  const all = firmwares.flatMap(({ endpoints }) => endpoints.flatMap(({ identities }) => identities));
  if (!all.some(({ identity }) => identity.keyMatches === undefined)) return [];
  return wrapText(`Client certificates. ${unjudgedWithoutKey}`, { width: out.width }).map(out.style.dim);
}

function renderHeadline(firmwares: readonly FirmwareVerdict[], { out }: TextSetting): string[] {
  const { style, width } = out;
  const hurt = firmwares.filter(({ endpoints }) => !endpoints.every(isWell));
  const pairs = firmwares.flatMap(({ endpoints }) => endpoints);
  const bad = pairs.filter((pair) => !isWell(pair)).length;
  const all = `${renderCount(firmwares.length, "firmware")}, ${renderCount(new Set(pairs.map(({ endpoint }) => endpoint)).size, "endpoint")}`;
  if (bad === 0) {
    const text = `${all}: every firmware connects, through the day that is asked of it`;
    const broken = firmwares.filter(({ remarks }) =>
      remarks.some(({ finding }) => finding.severity === "error"),
    );
    return broken.length === 0
      ? wrapText(`${text}.`, { width }).map(style.green)
      : wrapText(`${text}. ${renderCount(broken.length, "bundle")} of these cannot stay as they are.`, {
          width,
        }).map(style.yellow);
  }
  const devices = hurt.reduce((sum, { firmware }) => sum + (firmware.count ?? 0), 0);
  const counted = devices > 0 ? ` (${renderCount(devices, "device")})` : "";
  const text = `${all}: ${hurt.length} of the firmwares${counted} ${hurt.length === 1 ? "has" : "have"} ${renderCount(bad, "endpoint")} that ${bad === 1 ? "is" : "are"} not well.`;
  return wrapText(text, { width }).map(style.red);
}

function renderFirmware(one: FirmwareVerdict, { out, verbose }: TextSetting): string[] {
  const { style, width } = out;
  const { firmware, profile, untilAt, endpoints, remarks } = one;
  const count = firmware.count === undefined ? "" : `; ${renderCount(firmware.count, "device")}`;
  const facts = `${profile.title}, ${firmware.paths.join(", ")}; has to last through ${renderDay(untilAt)}${count}`;
  const bad = endpoints.filter((endpoint) => !isWell(endpoint));
  const well = endpoints.filter(isWell);
  const shown = [...bad, ...(verbose ? well : well.slice(0, wellShown))];
  const column = Math.min(
    Math.max(0, ...shown.map(({ endpoint }) => spokenSite(endpoint).length)),
    width - 36,
  );
  const rest = well.length + bad.length - shown.length;
  return [
    style.bold(showControls(firmware.name)),
    ...wrapText(showControls(facts), { width, indent: "  " }).map(style.dim),
    ...fewRemarks(remarks)
      .filter(({ severity }) => verbose || severity !== "note")
      .flatMap(({ severity, says }) =>
        wrapText(showControls(`${severity}: ${says}`), { width, indent: "  " }),
      ),
    ...shown.flatMap((row) => renderRow(row, { profile, untilAt, column, out, verbose })),
    ...(rest > 0 ? [`  and ${renderCount(rest, "endpoint")} more that connect; --verbose lists them`] : []),
  ];
}

interface RowSetting {
  readonly profile: DeviceProfile;
  readonly untilAt: number;
  readonly column: number;
}

function renderRow(
  { endpoint, verdict, end, says, notes, identities }: EndpointVerdict,
  { profile, untilAt, column, out, verbose }: TextSetting & RowSetting,
): string[] {
  const { style, width } = out;
  const colour = { refused: style.red, connects: style.green }[verdict as string] ?? style.yellow;
  const isCounted = end !== undefined && noticesEnd(profile, end);
  const until = isCounted ? `until ${renderDay(end.at)}` : "";
  const cells =
    `${colour(words[verdict])}${" ".repeat(Math.max(1, 19 - words[verdict].length))}${until}`.trimEnd();
  return [
    `  ${showControls(spokenSite(endpoint)).padEnd(column)}  ${cells}`,
    ...(verdict === "connects"
      ? []
      : says.flatMap((one) => wrapText(showControls(one), { width, indent: "    " }))),
    ...identities
      .filter((one) => verbose || isHurt(one))
      .flatMap((one) => tellIdentity(one, untilAt))
      .flatMap((one) => wrapText(showControls(one), { width, indent: "    " })),
    ...tellNotes(notes, verbose).flatMap((one) => wrapText(showControls(one), { width, indent: "    " })),
  ];
}

function tellNotes(notes: readonly string[], verbose: boolean): readonly string[] {
  if (verbose || notes.length === 0) return notes.map((note) => `note: ${note}`);
  return [
    `${renderCount(notes.length, "note")} on what this does not cover; --verbose shows ${notes.length === 1 ? "it" : "them"}`,
  ];
}
