/** `--for DEVICE`: which device is meant, and the list of those that are known. */
import { formats, isFormatName, type FormatName } from "../../../bundle/index.ts";
import { deviceNames, devices, isDeviceName, type DeviceProfile } from "../../../device/index.ts";
import { CommandError } from "../../frame/failure.ts";
import { parsed, type Flag } from "../../frame/flags.ts";
import { renderFacts } from "../../frame/layout.ts";
import { askNearest } from "../../frame/nearest.ts";

/** The flag; its value is the device's profile. */
export function deviceFlag(description: string): Flag<{ readonly for?: DeviceProfile }> {
  return parsed("-d, --for <device>", description, { read: parseDevice, words: deviceNames });
}

/** The devices and what they are, under a heading. */
export function renderDeviceList(width: number): string[] {
  const facts = deviceNames.map((name) => [name, devices[name].title] as const);
  return ["Devices:", ...renderFacts(facts, { width, indent: "  " })];
}

/** The formats and what they are, under a heading. */
export function renderFormatList(width: number): string[] {
  const facts = Object.values(formats).map(({ name, title }) => [name, title] as const);
  return ["Formats:", ...renderFacts(facts, { width, indent: "  " })];
}

/** The flag for a format of CA files. */
export function formatFlag(description: string): Flag<{ readonly format?: FormatName }> {
  return parsed("-f, --format <format>", description, { read: parseFormat, words: Object.keys(formats) });
}

/** The format to write for a device: its own, or another one that it takes. */
export function formatFor(
  { name, title, formats }: DeviceProfile,
  asked: FormatName | undefined,
): FormatName {
  if (asked === undefined) return formats[0];
  if (formats.includes(asked)) return asked;
  const takers = deviceNames.filter((device) => devices[device].formats.includes(asked));
  throw new CommandError(`${title} (${name}) does not take CA certificates as ${asked}.`, {
    hint: `It takes ${formats.join(", ")}. ${asked} is what ${takers.join(", ") || "other programs"} take${takers.length === 1 ? "s" : ""}.`,
  });
}

function parseDevice(text: string): DeviceProfile {
  if (isDeviceName(text)) return devices[text];
  throw unknownWord({ kind: "device", text, known: deviceNames });
}

function parseFormat(text: string): FormatName {
  if (isFormatName(text)) return text;
  throw unknownWord({ kind: "format", text, known: Object.keys(formats) });
}

function unknownWord({
  kind,
  text,
  known,
}: {
  readonly kind: string;
  readonly text: string;
  readonly known: readonly string[];
}): CommandError {
  return new CommandError(`There is no ${kind} "${text}".`, {
    hint: `${askNearest(text, known)}The ${kind}s are ${known.join(", ")}.`,
  });
}
