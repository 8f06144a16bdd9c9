/** `--preset NAME`: roots that a service for devices announces, whatever its servers show today. */
import {
  isPresetName,
  type MissingRoot,
  presetNames,
  presets,
  type PresetName,
} from "../../../device/index.ts";
import { CommandError } from "../../frame/failure.ts";
import { repeated, type Flag } from "../../frame/flags.ts";
import { renderFacts } from "../../frame/layout.ts";
import { askNearest } from "../../frame/nearest.ts";

export function presetFlag(): Flag<{ readonly preset?: readonly PresetName[] }> {
  return repeated("--preset <service>", "the roots that this service announces, too; may be repeated", {
    read: parsePreset,
  });
}

/** The services, and whose word is taken, under a heading. */
export function renderPresetList(width: number): string[] {
  const facts = presetNames.map((name) => {
    const { title, roots, readOn, sources } = presets[name];
    return [name, `${title}: ${roots.length} roots, as ${sources[0]} had it on ${readOn}`] as const;
  });
  return ["Services:", ...renderFacts(facts, { width, indent: "  " })];
}

/** What the services say besides, whose word that is, and what of theirs is not among the files. */
export function explainPresets(
  names: readonly PresetName[],
  missing: readonly MissingRoot[],
): readonly string[] {
  return [
    ...names.map((name) => {
      const { title, readOn, sources, note } = presets[name];
      return `${title} announces its roots in ${sources.join(" and ")}, read on ${readOn}. ${note}`;
    }),
    ...missing.map(
      ({ by, name, fingerprint, because }) =>
        `${by} announces ${name}, too (sha256 ${fingerprint}). It is left out, because ${because}.`,
    ),
  ];
}

function parsePreset(text: string): PresetName {
  if (isPresetName(text)) return text;
  throw new CommandError(`There is no preset "${text}".`, {
    hint: `${askNearest(text, presetNames)}The presets are ${presetNames.join(", ")}.`,
  });
}
