/** `meerkat get URL`: one request with curl's flags; the body on stdout, everything else on stderr. */
import type { Command } from "commander";
import { Client, wireFields, type Response } from "../../client/index.ts";
import type { ResponseHead } from "../../http1/index.ts";
import { asError, HttpsError, parseUrl } from "../../core/index.ts";
import type { Context } from "../frame/context.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import { onFlags } from "../frame/flags.ts";
import { checkOverwriting, passFile } from "../frame/overwriting.ts";
import { adviseInFlags } from "./advice.ts";
import { cookieFiles, openCookies, type Cookies } from "./cookies.ts";
import { filesOfBody } from "./data.ts";
import { getFlags, type GetFlags } from "./flags.ts";
import { Narrator, narrateRefusal } from "./narrate.ts";
import { present } from "./present.ts";
import { Progress } from "./progress.ts";
import { clientOptions, readRequest, refuseInsecureFlag, refuseUnmetFlags, type Asked } from "./request.ts";
import { findResumption, type Resumption } from "./resume.ts";
import { describeTransfer, Tally } from "./transfer.ts";
import { formatFile, printWriteOut, readWriteOut, type WriteOut } from "./write-out.ts";
import { renderExitCodes } from "../frame/help.ts";

export function defineGet(command: Command, context: Context): void {
  command.argument("<url>", "an https:// or http:// URL");
  command.addHelpText("after", () => ["", ...renderExitCodes(context.out.width)].join("\n"));
  onFlags(command, getFlags, async (flags, url: string) => {
    try {
      context.exit(await fetchAndPresent(await readPlan(url, flags, context), context));
    } catch (error) {
      throw adviseInFlags(error, flags, url);
    }
  });
}

/** Everything that was asked for, read and checked before any connection. */
interface Plan {
  /** As it was typed. */
  readonly url: string;
  readonly flags: GetFlags;
  readonly asked: Asked;
  /** Where the body goes; `undefined` for stdout. */
  readonly file: string | undefined;
  readonly resumption: Resumption | undefined;
  readonly writeOut: WriteOut | undefined;
  readonly cookies: Cookies;
}

async function readPlan(url: string, flags: GetFlags, { stdin, signal }: Context): Promise<Plan> {
  refuseInsecureFlag(flags);
  refuseUnmetFlags(flags);
  if (flags.json === true && flags.writeOut !== undefined) {
    throw new CommandError("--json and -w cannot stand together: stdout has one JSON object.", {
      hint: "-w '%{json}' alone prints curl's own.",
    });
  }
  const writeOut =
    flags.writeOut === undefined ? undefined : await readWriteOut(flags.writeOut, { stdin, signal });
  const output = fileOf(url, flags);
  await checkOutputs(output, flags);
  const resumption = await findResumption(flags, output);
  const cookies = await openCookies(url, flags, signal);
  const asked = await readRequest({ url, flags }, { cookie: cookies.field, resumption }, { stdin, signal });
  return { url, flags, asked, file: output === "-" ? undefined : output, resumption, writeOut, cookies };
}

/** Of what is read, only the cookies' own file is written anew: `-b FILE -c FILE`, as scripts keep them. */
async function checkOutputs(output: string | undefined, flags: GetFlags): Promise<void> {
  const { cacert = [], roots = [], cert, key, pass, cookieJar, writeOut } = flags;
  const kept = [...cacert, ...roots, cert, key, passFile(pass), ...filesOfBody(flags), formatFile(writeOut)];
  const cookies = cookieFiles(flags);
  for (const [file, read] of [
    [output, [...kept, ...cookies]],
    [cookieJar, kept],
  ] as const) {
    // "-" is stdin where it is read, and stdout where it is written.
    if (file === undefined || file === "-") continue;
    const inputs = read.filter((one) => one !== "-");
    await checkOverwriting([{ file, isEarlier: () => true }], { inputs, force: false });
  }
}

/** Where the body goes: `-o`, or with `-O` a file named as the last part of the URL's path. */
function fileOf(url: string, { remoteName, output }: GetFlags): string | undefined {
  if (remoteName !== true || output !== undefined) return output;
  const reading = parseUrl(url);
  // What stands behind the last slash, as it stands there: a sign in percent signs is never a part of a path here.
  const name = reading.ok ? reading.target.path.replace(/\?.*/s, "").replace(/^.*\//s, "") : "";
  if (name === "-") return "./-"; // -o - is stdout.
  if (name !== "") return name;
  throw new CommandError(`The URL "${url}" names no file.`, { hint: "Give the file a name with -o FILE." });
}

/** Sends the request and shows the answer; the exit code. */
async function fetchAndPresent(plan: Plan, context: Context): Promise<number> {
  const { url, flags, asked, file, cookies } = plan;
  const { env, signal, err } = context;
  const narrator = flags.verbose === true ? new Narrator(err) : undefined;
  const tally = new Tally();
  const heads: ResponseHead[] = [];
  const progress = wantsProgress(plan, context) ? progressFor(plan, context) : undefined;
  await using client = new Client({
    ...(await clientOptions({ url, flags, env, signal })),
    ...(cookies.jar === undefined ? {} : { cookies: cookies.jar }),
    onEvent: (event) => {
      tally.tell(event);
      if (event.kind === "head") heads.push(event.head);
      narrator?.tell(event);
    },
  });
  let response: Response | undefined;
  let code: number = exitCode.ok;
  let failure: Error | undefined;
  try {
    const { method, headers, body = null } = asked;
    response = await client.request(asked.url, {
      method,
      headers,
      body,
      signal,
      onUploadProgress: tally.tellUpload,
      ...(progress === undefined ? {} : { onDownloadProgress: progress.update }),
    });
    if (flags.checkStatus === true && response.status >= 400) code = exitCode.statusRefused;
    await present(response, { ...plan, heads, narrator, progress, context, code });
    await cookies.save(context);
  } catch (error) {
    failure = asError(error);
    // Nobody reads what is left of it.
    response?.cancel();
    narrator?.flush();
    if (narrator !== undefined && error instanceof HttpsError && error.trust !== undefined)
      narrateRefusal(error.trust, err);
  }
  if (plan.writeOut !== undefined && !signal.aborted) {
    const { method } = asked;
    const transfer = await describeTransfer({
      url,
      method,
      referer: flags.referer,
      file,
      tally,
      response,
      error: failure,
      code,
    });
    await printWriteOut(plan.writeOut, { transfer, fields: response && wireFields(response) }, context);
  }
  if (failure !== undefined) throw failure;
  return code;
}

/** A line that moves is for somebody who looks on, while the body goes elsewhere. */
function wantsProgress({ file, flags }: Plan, { err }: Context): boolean {
  return file !== undefined && err.isTerminal && flags.silent !== true && flags.json !== true;
}

function progressFor({ file = "", resumption }: Plan, { err }: Context): Progress {
  return new Progress(err, { file, offset: resumption?.offset ?? 0 });
}
