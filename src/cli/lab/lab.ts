/** `meerkat lab`: opens the lab, says where everything is, and keeps it open until it is told to stop. */
import type { Command } from "commander";
import {
  openLab,
  renderManifest,
  siteNames,
  type Family,
  type Lab,
  type LabOptions,
  type Site,
} from "../../lab/index.ts";
import type { Context } from "../frame/context.ts";
import { anyEndings, exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import { json, onFlags, parsed, repeated, whole, type FlagsOf } from "../frame/flags.ts";
import { endsWith } from "../frame/help.ts";
import { renderFacts } from "../frame/layout.ts";
import { askNearest } from "../frame/nearest.ts";
import type { Output } from "../frame/output.ts";

const flagList = [
  parsed("-p, --port <number>", "the port; a free one when left out", {
    read: whole(1, 65_535),
    takes: "It takes a number from 1 to 65535.",
  }),
  repeated("-s, --site <name>", "serve this site only; may be repeated", {
    read: parseSite,
    words: siteNames,
  }),
  json("one JSON object instead of text; then the lab stays open"),
];
type Flags = FlagsOf<typeof flagList>;

export function defineLab(command: Command, context: Context): void {
  endsWith(command, context, { ...anyEndings, 0: "it was closed", 1: "the port cannot be used" });
  onFlags(command, flagList, async (flags) => {
    await using lab = await open(flags);
    if (flags.json === true) context.out.lines(renderManifest(lab).trimEnd());
    else context.out.lines(...renderLab(lab, context.out));
    await aborted(context.signal);
    if (flags.json !== true) context.out.lines("", "The lab is closed.");
  });
}

async function open({ port, site }: Flags): Promise<Lab> {
  const options: LabOptions = {
    ...(port === undefined ? {} : { port }),
    ...(site === undefined ? {} : { sites: site }),
  };
  try {
    return await openLab(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const why = code === "EACCES" ? "may not be used by this user" : "is taken";
    throw new CommandError(`Port ${port ?? 0} on 127.0.0.1 ${why}.`, {
      hint: "Leave --port out and a free one is chosen.",
      exitCode: exitCode.failed,
    });
  }
}

function parseSite(name: string): string {
  if (siteNames.includes(name)) return name;
  throw new CommandError(`The lab has no site named "${name}".`, {
    hint: `${askNearest(name, siteNames)}\`meerkat lab\` without --site lists them all.`,
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    // A pending promise does not keep Node alive, and the lab's own listener does so already.
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const familyTitles: Readonly<Record<Family, string>> = {
  certificates: "Certificates",
  protocol: "TLS and below",
  http: "HTTP",
  http2: "HTTP/2",
};

function renderLab(lab: Lab, { style, width }: Output): string[] {
  const lines = [
    `The lab is open at 127.0.0.1:${lab.port}, with a CA of its own made just now. ${style.bold("Ctrl-C")} closes it.`,
  ];
  for (const family of Object.keys(familyTitles) as Family[]) {
    const sites = lab.sites.filter((site) => site.family === family);
    if (sites.length === 0) continue;
    const facts = sites.map(({ name, title }) => [name, title] as const);
    lines.push(
      "",
      style.bold(familyTitles[family]),
      ...renderFacts(facts, { width, indent: "  ", label: style.cyan }),
    );
  }
  const [first] = lab.sites;
  if (first === undefined) return lines;
  return [
    ...lines,
    "",
    style.bold("Reach them"),
    ...renderFacts(
      [
        ["URL", `https://NAME.lab.localhost:${lab.port}/`],
        ...lab.sites
          .filter((site) => site.url !== usualUrl(site, lab))
          .map(({ name, url }) => [name, url] as const),
        ["in a browser", lab.indexUrl],
        ["CA file", lab.caFile],
        ["all facts", "meerkat lab --json"],
      ],
      { width, indent: "  " },
    ),
    "",
    ...waysIn(lab, exampleOf(lab.sites, first)).flatMap(([who, line]) => [
      style.dim(`  # ${who}`),
      `  ${line}`,
    ]),
  ];
}

function usualUrl({ name }: Site, { port }: Lab): string {
  return `https://${name}.lab.localhost:${port}/`;
}

function exampleOf(sites: readonly Site[], first: Site): Site {
  return sites.find(({ name }) => name === "expired") ?? first;
}

/** The same request by several clients. curl is told the address, because old ones ask DNS for `*.localhost`. */
function waysIn({ caFile, port }: Lab, { url }: Site): (readonly [who: string, line: string])[] {
  return [
    ["Meerkat", `meerkat get --cacert ${caFile} ${url}`],
    ["curl", `curl --cacert ${caFile} --resolve '*:${port}:127.0.0.1' ${url}`],
    [
      "Node's fetch",
      `NODE_EXTRA_CA_CERTS=${caFile} node -e "fetch('${url}').then(console.log, console.error)"`,
    ],
  ];
}
