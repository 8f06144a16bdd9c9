/** The page about devices, written from the profiles: what each one checks, needs and takes. */
import { keyTypesOf, versionNames } from "../../src/core/index.ts";
import { programmeDatesSource } from "../../src/bundle/index.ts";
import {
  type CheckFact,
  checkNames,
  checkTitles,
  clientCertificates,
  connectionOf,
  deviceNames,
  devices,
  type DeviceProfile,
} from "../../src/device/index.ts";
import { exampleProofs } from "./example-proofs.ts";

/** `docs/devices.md`, whole. */
export function renderDevicesPage(): string {
  const profiles = deviceNames.map((name) => devices[name]);
  return [
    "# Devices\n",
    "What each device's TLS stack does with a server's certificates. Written from the profiles in `src/device/profiles`.\n",
    "A profile of which a library was *run* is held against it by `npm run interop`: handshakes with some two hundred servers, and" +
      " fifty sites under each of twenty roots. One that was *read* comes from the source alone. Each row says of which" +
      " version, and on which day. What differs from the library that was run stands in `interop/device/ledger.ts`.\n",
    "A device that shows a certificate of its own: `meerkat inspect --cert` and `meerkat check --cert` say whether it can work" +
      " with a server, `meerkat example --cert` writes the program; [what of a file each device sends](#client-certificates)" +
      " matters there. Pre-shared keys (PSK), and keys that a chip keeps to itself (an ATECC608, a TPM), are out of scope: both" +
      " take the place of the key file that these commands are about.\n",
    renderOverview(profiles),
    renderChecks(profiles),
    renderClientCertificates(),
    renderExamples(),
    ...profiles.map(renderProfile),
    `## How old this is\n\nRoot-programme dates (\`src/bundle/programme-dates.ts\`) were taken on ${day(programmeDatesSource.takenAt)} from:\n`,
    programmeDatesSource.sources.map(({ title, url }) => `- [${title}](${url})`).join("\n"),
    "",
  ].join("\n");
}

function renderOverview(profiles: readonly DeviceProfile[]): string {
  const rows = profiles.map(({ name, library, confirmation, hello, formats, withoutCa, clock }) =>
    row([
      `[\`${name}\`](#${name})`,
      library,
      explainConfirmation(confirmation),
      hello.versions.map((version) => versionNames[version]).join(", "),
      formats.map((format) => `\`${format}\``).join(" "),
      withoutCa.behaviour,
      clock.needed ? "yes" : "no",
    ]),
  );
  const head = ["device", "library", "run or read", "TLS", "CA formats", "without a CA", "needs a clock"];
  return `${row(head)}${row(head.map(() => "---"))}${rows.join("")}`;
}

function renderChecks(profiles: readonly DeviceProfile[]): string {
  const head = ["does it check", ...profiles.map(({ name }) => `\`${name}\``)];
  const rows = checkNames.map((check) =>
    row([checkTitles[check], ...profiles.map(({ checks }) => checks[check].made)]),
  );
  return `## Checks\n\n${row(head)}${row(head.map(() => "---"))}${rows.join("")}`;
}

function renderClientCertificates(): string {
  const head = ["device", "of the file", "besides, and out of scope", "source"];
  const rows = deviceNames.map((name) => {
    const { says, besides = "nothing that is known here", source } = clientCertificates[name];
    return row([`\`${name}\``, says, besides, source]);
  });
  return [
    "## Client certificates\n",
    "What of a client certificate's file the device sends. A server that knows the root of its CA and not the intermediate" +
      " cannot follow a certificate that comes alone; `meerkat check --cert FILE --for DEVICE URL` says where that is so. Keys" +
      " that stay in a chip (an ATECC608, a TPM) and pre-shared keys (PSK) are out of scope for `--cert` and the examples.\n",
    `${row(head)}${row(head.map(() => "---"))}${rows.join("")}`,
  ].join("\n");
}

function renderExamples(): string {
  const head = ["device", "its code", "its build files"];
  const rows = deviceNames.map((name) =>
    row([`\`${name}\``, exampleProofs[name].code, exampleProofs[name].buildFiles]),
  );
  return [
    "## Examples\n",
    "What `meerkat example` writes, and how it is held. Stubs are headers of our own: they hold the code to what we read" +
      " in the real ones, and cannot show that we read wrongly.\n",
    `${row(head)}${row(head.map(() => "---"))}${rows.join("")}`,
  ].join("\n");
}

function renderProfile(profile: DeviceProfile): string {
  const { name, title, library, records, hello, clock, withoutCa } = profile;
  const notes = checkNames.flatMap((check) => renderNote(checkTitles[check], profile.checks[check]));
  return [
    `<a id="${name}"></a>\n\n## ${title}\n`,
    `- Library: ${library}.`,
    renderHello(hello),
    `- Path: ${profile.pathBuilding}`,
    `- Without a CA: ${withoutCa.note}.`,
    `- Clock: ${clock.note}.`,
    `- Records: ${records.inBytes} bytes in, ${records.outBytes} out${records.note === undefined ? "" : ` (${records.note})`}.`,
    `- Memory: ${connectionOf(profile).says}.`,
    ...notes,
    `- Sources: ${profile.sources.join("; ")}.\n`,
  ].join("\n");
}

function renderNote(title: string, { made, note }: CheckFact): readonly string[] {
  const how = { yes: "Checks", partly: "Checks in part", no: "Does not check" }[made];
  if (made === "yes" && note === undefined) return [];
  return [`- ${how} ${title}${note === undefined ? "" : `: ${note}`}.`];
}

function explainConfirmation({ how, version, on }: DeviceProfile["confirmation"]): string {
  return `${how}: ${version}, ${on}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function noteOnPss({ refusesPssInTls12: library }: DeviceProfile["hello"]): string {
  if (library === undefined) return "";
  return ` A server that signs with RSA-PSS in TLS 1.2, which it offers, is refused (${library}); a build without TLS 1.3 does not offer it.`;
}

const shownSuites = 6;

/** What its first message offers: a summary, in its order. */
function renderHello(hello: DeviceProfile["hello"]): string {
  const { versions, suites, beyondOpenssl, groups, signatureAlgorithms, sources } = hello;
  const first = suites.slice(0, shownSuites).join(", ");
  const more = suites.length + beyondOpenssl.length - Math.min(suites.length, shownSuites);
  const names = {
    always: "the host's name, an address too",
    names: "the host's name, no address",
    "when-set": "the host's name, when the program sets it",
  };
  return (
    `- First message: ${versions.map((version) => versionNames[version]).join(", ")}; suites ${first}${more === 0 ? "" : ` and ${more} more`}; ` +
    `groups ${groups.join(", ")}; keys ${keyTypesOf(hello).join(" and ") || "of any kind"}; ` +
    `${signatureAlgorithms.length === 0 ? "no" : signatureAlgorithms.length} signature algorithms; ` +
    `${names[hello.serverName]}.${noteOnPss(hello)} From: ${sources.join("; ")}.`
  );
}
