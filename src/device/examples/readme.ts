/** The README of an example, in the order a person works: get, prepare, build, then what the device needs and leaves out. */
import { bare, shownSite, spokenSite, versionNames } from "../../core/index.ts";
import { checkNames, checkTitles, type DeviceProfile } from "../profile.ts";
import { clientCertificates } from "../profiles/client-certificates.ts";
import { connectionOf, findFigures, recordsOf } from "../fit.ts";
import type { Example } from "./example.ts";
import type { Identity } from "./identity.ts";

/** What only this project can say. */
export interface ReadmeParts {
  /** Programs, libraries and boards, with their versions: Markdown list items. */
  readonly needs: readonly string[];
  /** What to write or fetch before the first build, one step each: Markdown. */
  readonly prepare: readonly string[];
  /** The commands that build and run it, one a line. */
  readonly run: readonly string[];
  /** Settings that the project makes, and why: Markdown list items. */
  readonly settings: readonly string[];
}

/** The whole README. */
export function renderReadme(example: Example, parts: ReadmeParts): string {
  const { profile, url, speaks } = example;
  const isHttp = speaks === "http";
  return [
    `# ${escape(spokenSite(shownSite(url)))} from ${profile.title}\n`,
    isHttp
      ? `Fetches one URL over HTTPS with ${profile.library}: the server is verified, the body is read in pieces, the request` +
        ` ends after ${example.timeoutMs / 1000} s, and every failure is reported by its cause.\n`
      : `Connects over TLS with ${profile.library}, verifies the server and says so. What is spoken within is your program's.\n`,
    `## What you need\n\n${list(parts.needs)}\n`,
    parts.prepare.length === 0
      ? ""
      : `## Before the first build\n\n${parts.prepare.map((step, i) => `${i + 1}. ${step}`).join("\n")}\n`,
    `## Build and run\n\n\`\`\`sh\n${parts.run.join("\n")}\n\`\`\`\n`,
    isHttp
      ? "It worked when it prints `HTTP 200` and a number of bytes. Another status is the server's answer: TLS worked for it" +
        " too. Any other line says what failed.\n"
      : "It worked when it prints `verified`. Any other line says what failed.\n",
    `## Settings, and why\n\n${list(parts.settings)}\n`,
    `## CA certificates\n\n${renderAnchors(example)}\n`,
    example.identity === undefined
      ? ""
      : `## Client certificate\n\n${renderIdentity(example.identity, example.profile)}\n`,
    `## What this device does not check\n\n${renderUnchecked(example)}\n`,
    `## What it takes\n\n${renderFigures(example)}\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
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

function renderIdentity({ certificates }: Identity, { name }: DeviceProfile): string {
  const { says, besides } = clientCertificates[name];
  const own = besides === undefined ? "" : ` This platform has ${escape(besides)}.`;
  return [
    "| certificate | key | valid until |",
    "| --- | --- | --- |",
    ...certificates
      .slice(0, 1)
      .map(
        ({ subject, spki, notAfterAt }) =>
          `| ${escape(subject.display)} | ${spki.text} | ${day(notAfterAt)} |`,
      ),
    "",
    "The device shows it when the server asks for one. Whoever has its key is this device: keep it out of git, and give each device a key of its own.",
    `${escape(says)}${certificates.length > 1 ? "" : " The file has one: where the server knows the root of its CA alone, put the CA's intermediates behind it."}`,
    `Out of scope here, but for what the settings above say: keys that stay in a chip (ATECC608, a TPM), and pre-shared keys (PSK).${own}`,
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

function renderFigures(example: Example): string {
  const { profile } = example;
  const { clock, hello } = profile;
  const [format] = profile.formats;
  const ca = findFigures({ profile, format, anchors: example.anchors, proof: [], chains: [] }).flatMap(
    ({ about, says }) =>
      about === "flash" || about === "anchor heap" ? [`CA certificates, ${about}: ${says}.`] : [],
  );
  return list([
    ...ca,
    `Clock: ${clock.needed ? "has to be set" : "need not be set"} (${clock.note}).`,
    `TLS: ${hello.versions.map((version) => versionNames[version]).join(", ")}.`,
    `Largest records: ${recordsOf(profile).says}.`,
    `Memory for one connection: ${connectionOf(profile).says}.`,
    `How it looks for a path: ${profile.pathBuilding}`,
  ]);
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Text of certificates and URLs, so that Markdown takes it as text. */
function escape(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#]/g, String.raw`\$&`);
}
