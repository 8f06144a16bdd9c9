/** `meerkat survey LIST...`: visits every endpoint of the lists once, politely, and says what will break for whom and when. */
import type { Command } from "commander";
import { checkOffering, compilePolicy } from "../../admission/index.ts";
import { renderCount, showControls } from "../../core/index.ts";
import type { WatchedBundle } from "../../fleet/index.ts";
import {
  decisionsBy,
  isDatabaseUrl,
  openSqliteStore,
  parseBundleOption,
  readBundles,
  type VisitSettings,
} from "../../watch/index.ts";
import { openBundleFiles } from "../check/bundle-files.ts";
import { forecastGround } from "../devices/files/roots.ts";
import { suitSurveys } from "../devices/meet/engine.ts";
import { filesNamed, rootSources, wayFlags, wayOptions } from "../devices/meet/site-options.ts";
import { renderEndpointHelp } from "../devices/meet/targets.ts";
import { renderDeviceList } from "../devices/files/device-option.ts";
import { completeArguments } from "../frame/completions.ts";
import type { Context } from "../frame/context.ts";
import { anyEndings, httpEndings, serverEndings, exitCode } from "../frame/exit-codes.ts";
import { endsWith } from "../frame/help.ts";
import { CommandError } from "../frame/failure.ts";
import { fileName, type FlagsOf, onFlags, parsed, type Reading, repeated, toggle } from "../frame/flags.ts";
import { forceFlag } from "../frame/overwriting.ts";
import { readSources } from "../frame/root-sources.ts";
import { addCacertFlag, cacertFlag, rootsFlag } from "../frame/shared-flags.ts";
import { visitMs } from "../limits.ts";
import { asCommandError } from "../watch/failure.ts";
import { readLists } from "./inputs.ts";
import { keepInMemory, keepInStore, type KeepRequest, type Keeping, place } from "./keeping.ts";
import { sumUp, type SurveyOutcome } from "./outcome.ts";
import { checkForms, formFlags, isOnStdout, writeForms } from "./outputs.ts";
import { renderSurvey } from "./text.ts";
import { makeVisits } from "./visits.ts";

type NamedBundle = ReturnType<typeof parseBundleOption>;

/** What is wrong with it is said by the reading itself. */
const bundleReading: Reading<NamedBundle> = { read: (given) => inWords(() => parseBundleOption(given)) };

const contactReading: Reading<string> = {
  read: (given) => (/^[\x21-\x27\x2a-\x3a\x3c-\x7e]{3,200}$/.test(given) ? given : undefined),
  takes: "It takes an address of mail or a URL, without blanks, brackets and semicolons.",
};

const flagList = [
  repeated("--bundle <file@device>", "CA certificates that devices hold; may be repeated", bundleReading),
  parsed("-o, --output <file>", "keep what was seen in this SQLite file, not that of a watch", fileName),
  toggle("--resume", "go on with the last run in the file of -o, where it was interrupted"),
  ...formFlags,
  forceFlag,
  parsed("--contact <address>", "also tell servers' keepers whom to write to", contactReading),
  cacertFlag,
  addCacertFlag,
  rootsFlag,
  ...wayFlags,
  toggle("-v, --verbose", "every row, and not the first of each kind"),
];

type SurveyFlags = FlagsOf<typeof flagList>;

export function defineSurvey(command: Command, context: Context): void {
  command
    .argument("<list...>", "files with a URL or host:port a line, tags behind it; - is stdin")
    .addHelpText("after", () => renderNotes(context.out.width));
  completeArguments(command, { files: true });
  endsWith(command, context, {
    ...anyEndings,
    ...serverEndings,
    ...httpEndings,
    0: "all are well",
    1: "nothing failed, and something is about to break",
    3: "lines of a list were left out, or an endpoint cannot be used",
    4: true,
  });
  onFlags(command, flagList, async (flags, files: readonly string[]) => {
    await inWordsLater(() => survey(files, flags, context));
  });
}

async function survey(files: readonly string[], flags: SurveyFlags, context: Context): Promise<void> {
  const { err, out, signal } = context;
  const { bundle: named = [], output, resume = false } = flags;
  if (resume && output === undefined)
    throw new CommandError("--resume goes on with the run in a file, and -o names none.", {
      hint: "Name it: meerkat survey LIST -o results.db --resume.",
    });
  if (output !== undefined && isDatabaseUrl(output))
    throw new CommandError("A survey is kept in a file, and -o names a database.", {
      hint: "Name a file: meerkat survey LIST -o results.db. A watch keeps its history in PostgreSQL.",
    });
  const inputs = [...files, output, ...named.map(({ file }) => file), ...filesNamed(flags)];
  await checkForms(flags, { inputs, force: flags.force === true });
  const { endpoints, bad } = await readLists(files, context);
  const openBundle = (path: string): ReturnType<typeof openBundleFiles> => openBundleFiles(path, signal);
  const bundles = await inWordsLater(
    () => readBundles(named, { pathOf: (file) => file, openBundle }),
    exitCode.readFailed,
  );
  const settings = await settingsOf(flags, { bundles, context });
  const now = Date.now();
  const request = { endpoints, bundles, now, roots: settings.policy.fingerprint };
  const decide = decisionsBy({}, bundles, { ground: forecastGround(), now: Date.now });
  const work = async (keeping: Keeping): Promise<void> => {
    const total = endpoints.length;
    if (resume) tellResumed(keeping, total, err);
    try {
      await makeVisits({ keeping, settings, decide, total, err, signal });
    } catch (error) {
      if (output !== undefined) tellResume(output, { err, signal });
      throw error;
    }
    const outcome = await sumUp({ endpoints, keeping, bundles, badLines: bad.length, at: Date.now() });
    checkWhole(outcome, total);
    context.exit(outcome.exitCode);
    const written = await writeForms(flags, outcome, context);
    if (isOnStdout(flags)) return;
    out.lines(...renderSurvey(outcome, { out, verbose: flags.verbose === true }));
    for (const file of [...written, ...(output === undefined ? [] : [output])])
      out.lines(`All of it is in ${showControls(file)}.`);
  };
  await (output === undefined ? work(keepInMemory(request)) : withStore(output, { request, resume, work }));
}

interface StoreWork {
  readonly request: KeepRequest;
  readonly resume: boolean;
  readonly work: (keeping: Keeping) => Promise<void>;
}

async function withStore(file: string, { request, resume, work }: StoreWork): Promise<void> {
  const store = await openSqliteStore({ path: file });
  try {
    await work(await keepInStore({ ...request, store, file, resume }));
  } finally {
    await store.close();
  }
}

/** A run that was begun is not always the one that was meant: it is said which one is gone on with. */
function tellResumed({ run, unvisited }: Keeping, total: number, err: Context["err"]): void {
  err.lines(`Going on with the ${run}: ${total - unvisited.length} of ${total} are visited.`);
}

/** @throws CommandError where another survey replaced the list in the file: what was visited since then is not kept */
function checkWhole({ entries }: SurveyOutcome, total: number): void {
  const missing = total - entries.length;
  if (missing === 0) return;
  throw new CommandError(
    `The results of ${renderCount(missing, "endpoint")} are not there: another survey wrote to the same file.`,
    { hint: "Begin again with a file of its own: -o.", exitCode: exitCode.writeFailed },
  );
}

/** What was visited is written down by now, but for what the disk did not take. */
function tellResume(file: string, { err, signal }: Pick<Context, "err" | "signal">): void {
  const why = signal.aborted ? "Interrupted" : "Ended before its time";
  err.lines(`${why}; what was visited is in ${showControls(file)}, and --resume goes on with the rest.`);
}

interface SettingsGround {
  readonly bundles: readonly WatchedBundle[];
  readonly context: Context;
}

async function settingsOf(
  flags: SurveyFlags,
  { bundles, context: { env, signal } }: SettingsGround,
): Promise<VisitSettings> {
  checkOffering();
  suitSurveys();
  const roots = await readSources(rootSources({ redirects: false, ...flags }), signal);
  const { proxy, resolve, timeouts } = wayOptions(flags);
  return {
    policy: compilePolicy({ roots }, env),
    place,
    devices: [...new Set(bundles.map(({ device }) => device))],
    addressRules: { resolve, lookup: undefined, family: undefined },
    proxy,
    environment: env,
    totalMs: timeouts?.totalMs ?? visitMs.value,
    contact: flags.contact,
  };
}

/** What the watch says of a setting or of its store, as the program says it. */
function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asCommandError(error, exitCode.usage);
  }
}

async function inWordsLater<T>(work: () => Promise<T>, code: number = exitCode.writeFailed): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asCommandError(error, code);
  }
}

function renderNotes(width: number): string {
  return [
    "",
    "Endpoints are visited in random order: one connection at a time and two a second to an address, eight",
    "a second to its network (/24 or /48). Retry-After is obeyed, no redirect is followed, and the",
    "User-Agent says who asks. Hosts are visited as they are listed, never ranges.",
    "",
    "An interrupted run with -o goes on with --resume: nothing is lost, and nothing is visited twice. List,",
    "bundles and roots have to be those that it was begun with: one report is of one question. Endpoints of",
    "a private CA verify with its file in --add-cacert.",
    "",
    "Examples:",
    "  meerkat survey endpoints.txt",
    "  meerkat survey endpoints.txt -o results.db --html survey.html --bundle fs/ca.pem@mongoose-os",
    "  meerkat survey - --json - < endpoints.txt",
    "",
    ...renderEndpointHelp(width, "is visited, and no redirect is followed"),
    "",
    ...renderDeviceList(width),
  ].join("\n");
}
