/** `meerkat why URL`: every layer from DNS to the HTTP answer, the one cause that matters, and what to do about it. */
import { writeFile } from "node:fs/promises";
import { Option, type Command } from "commander";
import type { Diagnosis } from "../../diagnosis/index.ts";
import { runWhy } from "../../why/index.ts";
import { profiles } from "../../trust/index.ts";
import type { Context } from "../frame/context.ts";
import { unwritable } from "../frame/files.ts";
import { jsonOption, repeatedOption, secondsOption } from "../frame/options.ts";
import { renderPage } from "./page/page.ts";
import { prepareWhy, type WhyFlags } from "./prepare.ts";
import { renderDiagnosis, renderExperiment, renderStage } from "./text.ts";

/** Exit codes of this command: what was found, not what failed. */
const whyExit = { healthy: 0, finding: 1, notReached: 3 } as const;

export function defineWhy(command: Command, context: Context): void {
  command.argument("<url>", "an https:// or http:// URL");
  for (const option of whyOptions()) command.addOption(option);
  command.addHelpText(
    "after",
    "\nExit codes: 0 nothing is wrong, 1 something is, 2 the command line is, 3 the server was not reached.",
  );
  command.action(async (url: string, flags: WhyFlags) => {
    const { out, env, stdin, signal, names, exit } = context;
    const request = await prepareWhy({ url, flags, env, stdin }, names());
    const shows = flags.json !== true;
    const { diagnosis } = await runWhy({
      ...request,
      signal,
      onStage: (stage) => {
        if (shows) out.lines(...renderStage(stage, out));
      },
      onExperiment: (event) => {
        if (shows && event.kind === "ends") out.lines(...renderExperiment(event, out));
      },
    });
    if (flags.html !== undefined) await keepPage(flags.html, diagnosis);
    out.lines(...(shows ? renderDiagnosis(diagnosis, out) : [JSON.stringify(diagnosis, null, 2)]));
    exit(exitFor(diagnosis));
  });
}

function whyOptions(): readonly Option[] {
  return [
    repeatedOption("--cacert <file>", "trust the CAs of this file and no others; may be repeated"),
    repeatedOption("--resolve <host:port:address>", "connect to this address for that host and port"),
    secondsOption("--connect-timeout <seconds>", "the most that each of DNS, TCP and TLS may take"),
    secondsOption("-m, --max-time <seconds>", "the most that all of it may take; 8 when left out"),
    new Option("-x, --proxy <url>", 'go through this proxy; "" for none'),
    new Option("--noproxy <hosts>", "hosts for which the environment's proxy is not used; * for all"),
    repeatedOption("-H, --header <line>", '"Name: value"; "Name:" leaves a default field out'),
    new Option("-A, --user-agent <name>", 'the User-Agent field; "" leaves it out'),
    new Option("-E, --cert <file>", "a certificate of your own, PEM"),
    new Option("--key <file>", "its key, PEM"),
    new Option("--pass <phrase>", "the key's passphrase"),
    new Option("--pinnedpubkey <hashes>", "the keys the server may have: sha256//BASE64;sha256//BASE64"),
    new Option("--profile <name>", "the rules; each anchor's own when left out").choices(
      Object.keys(profiles),
    ),
    new Option("--no-experiments", "one attempt, and only what it shows"),
    new Option("--html <file>", "write the diagnosis as a page of its own, too"),
    jsonOption("one JSON object instead of text: docs/why.schema.json"),
  ];
}

async function keepPage(file: string, diagnosis: Diagnosis): Promise<void> {
  try {
    await writeFile(file, renderPage(diagnosis));
  } catch (error) {
    throw unwritable(file, error, "The page");
  }
}

function exitFor({ healthy, reached }: Diagnosis): number {
  if (healthy) return whyExit.healthy;
  return reached ? whyExit.finding : whyExit.notReached;
}
