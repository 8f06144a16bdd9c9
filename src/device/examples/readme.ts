/** The README of an example: what it does, what the device needs, and what the device does *not* check. */
import { bare } from "../../core/index.ts";
import { checkNames, checkTitles } from "../profile.ts";
import type { Example } from "./example.ts";

/** What only this project can say. */
export interface ReadmeParts {
  /** How to build and run it: Markdown. */
  readonly run: string;
  /** Settings that the project makes, and why: Markdown list items. */
  readonly settings?: readonly string[];
}

/** The whole README. */
export function renderReadme(example: Example, { run, settings = [] }: ReadmeParts): string {
  const { profile, url } = example;
  return [
    `# ${escape(url)} from ${profile.title}\n`,
    `Fetches one URL over HTTPS with ${profile.library}: the server is verified, the body is read in pieces, the request` +
      ` ends after ${example.timeoutMs / 1000} s, and every failure is reported by its cause.\n`,
    `## Run\n\n${run}\n`,
    settings.length === 0 ? "" : `## Settings\n\n${settings.map((item) => `- ${item}`).join("\n")}\n`,
    `## CA certificates\n\n${renderAnchors(example)}\n`,
    `## What this device does not check\n\n${renderUnchecked(example)}\n`,
    `## What it needs\n\n${renderNeeds(example)}\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function renderAnchors({ anchors, profile }: Example): string {
  const rows = anchors.map(
    ({ subject, spki, notAfterAt }) => `| ${escape(subject.display)} | ${spki.text} | ${day(notAfterAt)} |`,
  );
  return [
    "| certificate | key | valid until |",
    "| --- | --- | --- |",
    ...rows,
    "",
    "These are trust anchors: whoever holds their keys can vouch for the server. Replace them before the server's CA moves" +
      " to another root; a device that cannot be updated stops working then.",
    `Without them: ${profile.withoutCa.note}.`,
  ].join("\n");
}

function renderUnchecked({ profile }: Example): string {
  const rows = checkNames.flatMap((name) => {
    const { made, note } = bare(profile.checks[name]);
    if (made === "yes") return [];
    const detail = note === undefined ? "" : ` (${note})`;
    return [`- ${made === "no" ? "Not checked" : "Checked in part"}: ${checkTitles[name]}${detail}.`];
  });
  return rows.length === 0 ? "It makes every check of a full validation." : rows.join("\n");
}

function renderNeeds({ profile }: Example): string {
  const { clock, records, memory, hello } = profile;
  return [
    `- Clock: ${clock.needed ? "yes" : "no"} (${clock.note}).`,
    `- TLS: ${hello.versions.join(", ")}.`,
    `- Records: ${records.inBytes} bytes in, ${records.outBytes} bytes out${records.note === undefined ? "" : ` (${records.note})`}.`,
    `- Memory: ${memory.note}${memory.heapBytes === undefined ? "" : ` (${memory.heapBytes} bytes of heap)`}.`,
    `- How it looks for a path: ${profile.pathBuilding}`,
  ].join("\n");
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Text of certificates and URLs, so that Markdown takes it as text. */
function escape(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#]/g, String.raw`\$&`);
}
