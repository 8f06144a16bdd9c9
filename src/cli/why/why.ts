/** `meerkat why URL`: every layer from DNS to the HTTP answer, the one cause that matters, and what to do about it. */
import { writeJson } from "../frame/json.ts";
import type { Command } from "commander";
import type { Diagnosis } from "../../diagnosis/index.ts";
import { isCode } from "../../core/index.ts";
import { runWhy } from "../../why/index.ts";
import type { Context } from "../frame/context.ts";
import { anyEndings, exitCode, exitCodes, httpEndings, serverEndings } from "../frame/exit-codes.ts";
import { endsWith } from "../frame/help.ts";
import { onFlags } from "../frame/flags.ts";
import { checkOverwriting, isPage, passFile } from "../frame/overwriting.ts";
import { writeOutput } from "../frame/output-file.ts";
import { whyFlags } from "./flags.ts";
import { renderPage } from "./page/page.ts";
import { prepareWhy } from "./prepare.ts";
import { renderDiagnosis, renderExperiment, renderStage } from "./text.ts";

export function defineWhy(command: Command, context: Context): void {
  command.argument(
    "<url>",
    "an https:// or http:// URL; or where else TLS is spoken: postgres://, smtp://, mqtts://, host:port",
  );
  endsWith(command, context, {
    ...anyEndings,
    ...serverEndings,
    ...httpEndings,
    0: "nothing is wrong",
    1: "something is wrong that has no number of its own",
    90: true,
  });
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

/** The number that a request would have ended with for the same cause. */
function exitFor({ healthy, headline: { code } }: Diagnosis): number {
  if (healthy) return exitCode.ok;
  return isCode(code) ? exitCodes[code] : exitCode.failed;
}
