/** `meerkat why URL`: every layer from DNS to the HTTP answer, the one cause that matters, and what to do about it. */
import { writeJson } from "../frame/json.ts";
import type { Command } from "commander";
import type { Diagnosis } from "../../diagnosis/index.ts";
import { runWhy } from "../../why/index.ts";
import type { Context } from "../frame/context.ts";
import { onFlags } from "../frame/flags.ts";
import { checkOverwriting, isPage, passFile } from "../frame/overwriting.ts";
import { writeOutput } from "../frame/output-file.ts";
import { whyFlags } from "./flags.ts";
import { renderPage } from "./page/page.ts";
import { prepareWhy } from "./prepare.ts";
import { renderDiagnosis, renderExperiment, renderStage } from "./text.ts";

/** Exit codes of this command: what was found, not what failed. */
const whyExit = { healthy: 0, finding: 1, notReached: 3 } as const;

export function defineWhy(command: Command, context: Context): void {
  command.argument(
    "<url>",
    "an https:// or http:// URL; or where else TLS is spoken: postgres://, smtp://, mqtts://, host:port",
  );
  command.addHelpText(
    "after",
    "\nExit codes: 0 nothing is wrong, 1 something is, 2 the command line is, 3 the server was not reached,\n23 the page of --html could not be written.",
  );
  onFlags(command, whyFlags, async (flags, url: string) => {
    const { out, env, stdin, signal, names, exit } = context;
    const request = await prepareWhy({ url, flags, env, stdin, signal }, names());
    const { html: file, force = false, cacert = [], roots = [], cert, key, pass } = flags;
    const inputs = [...cacert, ...roots, cert, key, passFile(pass)];
    if (file !== undefined) await checkOverwriting([{ file, isEarlier: isPage }], { inputs, force });
    const shows = flags.json !== true;
    const { diagnosis } = await runWhy({
      ...request,
      signal,
      onStage: (stage) => {
        if (shows) out.lines(...renderStage(stage, out));
      },
      onExperiment: (report) => {
        if (shows) out.lines(...renderExperiment(report, out));
      },
    });
    if (file !== undefined) await writeOutput([renderPage(diagnosis)], { file, what: "The page", signal });
    out.lines(...(shows ? renderDiagnosis(diagnosis, out) : [writeJson(diagnosis, 2)]));
    exit(exitFor(diagnosis));
  });
}

function exitFor({ healthy, reached }: Diagnosis): number {
  if (healthy) return whyExit.healthy;
  return reached ? whyExit.finding : whyExit.notReached;
}
