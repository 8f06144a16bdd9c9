/** One transfer from its first try to what is told of it at the end. */
import { unlink } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { wireFields, type RequestAttempt, type RequestOptions, type Response } from "../../client/index.ts";
import { asError, HttpsError, showControls } from "../../core/index.ts";
import type { ResponseHead } from "../../http1/index.ts";
import type { Context } from "../frame/context.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError, exitCodeOf } from "../frame/failure.ts";
import { writeOutput } from "../frame/output-file.ts";
import { Narrator, narrateRefusal } from "./narrate.ts";
import { pacAddress } from "./pac/address.ts";
import type { Plan } from "./plan.ts";
import { present, renderHead } from "./present.ts";
import { Progress } from "./progress.ts";
import { placeOf } from "./send/path.ts";
import { Tries } from "./tries.ts";
import type { SpeedWatch } from "./speed.ts";
import { Tally } from "./tally.ts";
import { sendByWays } from "./ways.ts";

/** What is done once among all transfers. */
export interface Line {
  readonly context: Context;
  /** Files of -D that were begun: what comes later goes behind it. */
  readonly dumped: Set<string>;
}

/** How a transfer ended. */
export interface Ending {
  readonly code: number;
  readonly failure: Error | undefined;
  readonly response: Response | undefined;
}

/** Makes the request, again where that is asked for; says what -w asks for in the end. */
export async function perform(plan: Plan, line: Line): Promise<Ending> {
  const { flags } = plan;
  const { context } = line;
  const tries = new Tries(flags);
  const earlier: RequestAttempt[] = [];
  const tally = new Tally();
  for (;;) {
    const ending = await attempt(plan, line, { tally, earlier, tries });
    const pauseMs = context.signal.aborted ? undefined : tries.next(ending);
    if (pauseMs === undefined) {
      await tellOf(plan, line, { ...ending, tally });
      return ending;
    }
    const why = ending.response === undefined ? codeOf(ending.failure) : `status ${ending.response.status}`;
    earlier.push(...attemptsOf(ending, why));
    tally.retries++;
    tellRetry({ pauseMs, why }, flags.silent === true || flags.report === "json", context);
    await delay(pauseMs, undefined, { signal: context.signal }).catch(() => undefined);
  }
}

function attemptsOf({ response, failure }: Ending, why: string): readonly RequestAttempt[] {
  const made = response?.attempts ?? (failure instanceof HttpsError ? failure.attempts : undefined) ?? [];
  return made.map((one, index) => (index < made.length - 1 ? one : { ...one, retried: `asked for: ${why}` }));
}

function codeOf(failure: Error | undefined): string {
  return failure instanceof HttpsError ? failure.code : "a failure";
}

function tellRetry(
  { pauseMs, why }: { readonly pauseMs: number; readonly why: string },
  isSilent: boolean,
  { err }: Context,
): void {
  if (!isSilent)
    err.lines(
      `${err.style.yellow("again:")} after ${Math.round(pauseMs / 100) / 10} s (${showControls(why)})`,
    );
}

interface Kept {
  readonly tries: Tries;
  readonly tally: Tally;
  readonly earlier: readonly RequestAttempt[];
}

type Attempted = Ending & { readonly file: string | undefined; readonly unmet: boolean };

async function attempt(plan: Plan, line: Line, { tally, earlier, tries }: Kept): Promise<Attempted> {
  const { flags, session } = plan;
  const { context } = line;
  const narrator = flags.verbose === true ? new Narrator(context.err) : undefined;
  const heads: ResponseHead[] = [];
  const drawn = wantsProgress(plan, context) ? new Drawn(plan, context) : undefined;
  using speed = await speedWatch(plan);
  let response: Response | undefined;
  let code: number = exitCode.ok;
  tally.beginTry();
  try {
    response = await ask(plan, tally, {
      signal: speed === undefined ? context.signal : AbortSignal.any([context.signal, speed.signal]),
      onUploadProgress: (sentBytes) => {
        tally.tellUpload(sentBytes);
        speed?.count(sentBytes);
      },
      ...(drawn === undefined && speed === undefined
        ? {}
        : { onDownloadProgress: tellDownload((received, total) => drawn?.update(received, total), speed) }),
      onEvent: (event) => {
        tally.tell(event);
        if (event.kind === "head") heads.push(event.head);
        narrator?.tell(event);
      },
    });
    await dumpHeads(heads, flags.dumpHeader, line);
    if (flags.etagSave !== undefined) await saveEtag(flags.etagSave, response, context);
    const isError = response.status >= 400;
    if (isError && [flags.checkStatus, flags.fail, flags.failWithBody].includes(true))
      code = exitCode.statusRefused;
    // A report is one: of the last try.
    if (flags.report === "json" && tries.isToFollow({ response, failure: undefined, code })) {
      response.cancel();
      return { response, code, failure: undefined, file: undefined, unmet: false };
    }
    const { file, unmet } = await present(response, {
      ...plan,
      condition: session.condition,
      heads,
      narrator,
      progress: drawn && ((name) => drawn.begin(name)),
      context,
      code,
      isRefused: isError && flags.fail === true,
      earlier,
    });
    const failure = isError && flags.checkStatus !== true ? failureOfStatus(response, flags) : undefined;
    return { response, code, failure, file, unmet };
  } catch (error) {
    const failure = speed?.failure ?? session.ways?.takeFailure() ?? asError(error);
    await tidyUp({ error, response, refused: tally.refused, heads, narrator }, { plan, line });
    const shown = response ?? tally.refused;
    return { response: shown, code: exitCodeOf(failure), failure, file: plan.file, unmet: false };
  }
}

interface Broken {
  readonly error: unknown;
  readonly response: Response | undefined;
  readonly refused: Response | undefined;
  readonly heads: readonly ResponseHead[];
  readonly narrator: Narrator | undefined;
}

/** Shows what came before a failure, and ends what was begun. */
async function tidyUp(
  { error, response, refused, heads, narrator }: Broken,
  { plan, line }: { readonly plan: Plan; readonly line: Line },
): Promise<void> {
  const { flags, file } = plan;
  const { context } = line;
  if (response === undefined) await dumpHeads(heads, flags.dumpHeader, line).catch(() => undefined);
  // Nobody reads what is left of them.
  response?.cancel();
  refused?.cancel();
  if (refused !== undefined && (flags.include === true || flags.head === true))
    await writeHeads(heads, plan, context);
  narrator?.flush();
  if (narrator !== undefined && error instanceof HttpsError && error.trust !== undefined)
    narrateRefusal(error.trust, context.err);
  if (flags.removeOnError === true && file !== undefined && response !== undefined)
    await unlink(file).catch(() => undefined);
}

/** The client follows redirects by itself, but where curl's way is another. */
async function ask(plan: Plan, tally: Tally, everywhere: RequestOptions): Promise<Response> {
  const { asked, atHome, flags } = plan;
  if (flags.anyauth !== true) return askOnce(plan, tally, { everywhere, atHome });
  const { askAnyLogin } = await import("./any-login.ts");
  return askAnyLogin({ ...asked, ...atHome }, (authentication) =>
    askOnce(plan, tally, { everywhere, atHome: { ...atHome, authentication } }),
  );
}

interface Options {
  readonly everywhere: RequestOptions;
  /** For the first origin alone. */
  readonly atHome: RequestOptions;
}

async function askOnce(plan: Plan, tally: Tally, { everywhere, atHome }: Options): Promise<Response> {
  const { asked, session, flags } = plan;
  const { url, method, headers, body = null } = asked;
  if (needsOwnWay(flags)) {
    const { follow } = await import("./follow.ts");
    return follow(asked, { session, everywhere, atHome }, tally);
  }
  return sendByWays({ ways: session.ways, url, body }, (way) =>
    session.client.request(placeOf(asked), { ...everywhere, ...atHome, ...way, method, headers, body }),
  );
}

function needsOwnWay(flags: Plan["flags"]): boolean {
  const { location, maxRedirs, request, post301, post302, post303, proto, protoRedir, connectTo, proxy } =
    flags;
  const { writeOut, include, head } = flags;
  if (location !== true) return false;
  const keeps = [post301, post302, post303].includes(true);
  // What a redirect that is not followed was is shown, where somebody looks.
  const looks = [maxRedirs, proto, protoRedir, connectTo, pacAddress(proxy), writeOut, include, head].some(
    (flag) => flag !== undefined,
  );
  return keeps || looks || (request !== undefined && !["GET", "HEAD"].includes(request));
}

function failureOfStatus(
  { status, reason }: Response,
  { fail, failWithBody }: Plan["flags"],
): Error | undefined {
  if (fail !== true && failWithBody !== true) return undefined;
  const flag = fail === true ? "-f" : "--fail-with-body";
  return new CommandError(`The server answered ${`${status} ${showControls(reason)}`.trimEnd()}.`, {
    hint: `${flag} takes that for a failure; without it the answer's body is all there is.`,
    exitCode: exitCode.statusRefused,
  });
}

async function speedWatch({ flags: { speedLimit, speedTime } }: Plan): Promise<SpeedWatch | undefined> {
  if (speedLimit === undefined && speedTime === undefined) return undefined;
  const { SpeedWatch: Watch } = await import("./speed.ts");
  return new Watch({
    ...(speedLimit === undefined ? {} : { speedLimit }),
    ...(speedTime === undefined ? {} : { speedTime }),
  });
}

type Update = (received: number, total: number | undefined) => void;

function tellDownload(update: Update, speed: { count: (bytes: number) => void } | undefined): Update {
  let before = 0;
  return (received, total) => {
    speed?.count(received - before);
    before = received;
    update(received, total);
  };
}

/** -D: the heads of every answer, those that a redirect follows included. */
async function dumpHeads(
  heads: readonly ResponseHead[],
  file: string | undefined,
  { context, dumped }: Line,
): Promise<void> {
  if (file === undefined) return;
  const { out, signal } = context;
  const written = heads.map((head) => renderHead(head, file === "-" && out.isTerminal));
  if (file === "-") for (const head of written) await out.bytes(head);
  else await writeOutput(written, { file, what: "The file of heads", append: dumped.has(file), signal });
  dumped.add(file);
}

/** -i and -I of a redirect that may not be followed: the heads that came, and no body. */
async function writeHeads(
  heads: readonly ResponseHead[],
  { file }: Plan,
  { out, signal }: Context,
): Promise<void> {
  const written = heads.map((head) => renderHead(head, file === undefined && out.isTerminal));
  if (file === undefined) for (const head of written) await out.bytes(head);
  else await writeOutput(written, { file, what: "The output", signal });
}

async function saveEtag(file: string, response: Response, { signal }: Context): Promise<void> {
  const etags = await import("./etags.ts");
  await etags.saveEtag(file, response.headers.get("etag") ?? undefined, signal);
}

interface Told extends Attempted {
  readonly tally: Tally;
}

async function tellOf(plan: Plan, { context }: Line, ended: Told): Promise<void> {
  const { url, flags, asked, index, session } = plan;
  const { writeOut } = session;
  if (writeOut === undefined || context.signal.aborted) return;
  const { tally, response, failure, code, file, unmet } = ended;
  const { complainOfUnknown, describeTransfer, printWriteOut } = await import("./write-out.ts");
  const transfer = await describeTransfer({
    url,
    asked,
    referer: flags.referer,
    file,
    tally,
    response,
    error: failure,
    code,
    index,
    unmet,
  });
  for (const complaint of complainOfUnknown(writeOut))
    context.err.lines(`${context.err.style.yellow("note:")} ${showControls(complaint)}`);
  await printWriteOut(writeOut, { transfer, fields: response && wireFields(response) }, context);
}

/** A line that moves is for somebody who looks on, while the body goes elsewhere. */
function wantsProgress({ file, flags }: Plan, { err }: Context): boolean {
  const isWanted = flags.silent !== true && flags.progressMeter !== false && flags.report !== "json";
  return file !== undefined && err.isTerminal && isWanted && flags.parallel !== true;
}

/** A line that is drawn once it is known where the body goes; some of that may have come by then. */
class Drawn {
  readonly #plan: Plan;
  readonly #context: Context;
  #progress: Progress | undefined;
  #last: Parameters<Update> = [0, undefined];

  constructor(plan: Plan, context: Context) {
    this.#plan = plan;
    this.#context = context;
  }

  update(...last: Parameters<Update>): void {
    this.#last = last;
    this.#progress?.update(...last);
  }

  begin(file: string): Progress {
    const offset = this.#plan.resumption?.offset ?? 0;
    this.#progress = new Progress(this.#context.err, { file, offset });
    this.#progress.update(...this.#last);
    return this.#progress;
  }
}
