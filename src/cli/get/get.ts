/** `meerkat get URL`: requests with curl's flags; the bodies on stdout, everything else on stderr. */
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { Option, type Command } from "commander";
import { version } from "../../manifest/index.ts";
import type { Context, DefineCommand } from "../frame/context.ts";
import { everyEnding, exitCode } from "../frame/exit-codes.ts";
import { unwritable } from "../frame/files.ts";
import { endsWith } from "../frame/help.ts";
import { Output } from "../frame/output.ts";
import { adviseInFlags } from "./advice.ts";
import type { SharedCookies } from "./cookies.ts";
import { headingOf } from "./flags/in-group.ts";
import { getFlags, type GetFlags } from "./flags/table.ts";
import { readWords, type Group } from "./line/read-words.ts";
import { perform, type Ending, type Line } from "./perform.ts";
import { planGroup, type Plan } from "./plan.ts";

export const defineGet: DefineCommand = (command, context) => {
  define(command, context, (words) => words);
};

/** Declares the flags; `read` makes the words of what was typed. */
export function define(
  command: Command,
  context: Context,
  read: (words: readonly string[]) => readonly string[],
): void {
  command.argument("<urls...>", "https:// or http:// URLs, with flags before and behind them");
  command.usage("[options] <urls...>");
  for (const flag of getFlags) command.addOption(headed(flag));
  endsWith(command, context, everyEnding);
  // Commander knows neither the order among flags nor --next: it hands on the words as they are.
  command.parseOptions = (words) => ({ operands: [...words], unknown: [] });
  command.action(async (typed: string[]) => {
    const words = read(typed);
    if (words !== typed) context.hears(words);
    await run(words, command, context);
  });
}

/** The flag under its heading; it may be another command's too, which has none. */
function headed(flag: (typeof getFlags)[number]): Option {
  const own = Object.assign(new Option(flag.flags, flag.description), flag);
  const heading = headingOf(flag);
  return heading === undefined ? own : own.helpGroup(heading);
}

async function run(words: readonly string[], command: Command, context: Context): Promise<void> {
  const { groups, asked } = await readWords(words, {
    flags: getFlags,
    linesOf: async (file) => {
      const lines = await (await import("./line/flag-file.ts")).readFlagFile(file, context);
      context.hears(lines.flatMap(([word, value = ""]) => [word, value]));
      return lines;
    },
    complain: async (word) => (await import("./line/refused.ts")).complainOf(word, command),
  });
  if (asked !== undefined) {
    if (asked === "help") return command.outputHelp();
    // Scripts read curl's name and number there.
    return context.out.lines(command.name() === "curl" ? `meerkat ${version}` : version);
  }
  const stderr = groups.map(({ values }) => (values as GetFlags).stderr).find((file) => file !== undefined);
  const all = { groups, asCurl: command.name() === "curl" };
  if (stderr === undefined) return runAll(all, context);
  if (stderr === "-") return runAll(all, { ...context, err: context.out });
  const stream = createWriteStream(stderr);
  const failed = new Promise<never>((_, reject) => {
    stream.once("error", (error) => reject(unwritable(stderr, error)));
  });
  await Promise.race([runAll(all, { ...context, err: new Output(stream, context.env) }), failed]);
  stream.end();
  await finished(stream);
}

/** A command line's groups, and whether it is to be as curl's own. */
interface CommandLine {
  readonly groups: readonly Group[];
  readonly asCurl: boolean;
}

async function runAll({ groups, asCurl }: CommandLine, context: Context): Promise<void> {
  const plans: Plan[] = [];
  const cookies: SharedCookies = { store: undefined, jars: new Set() };
  const told = new Set<string>();
  try {
    for (const group of groups) {
      // What stands behind the last --next may be nothing, and so may what stands before the first.
      const isEmpty = group.given.length === 0 && groups.length > 1;
      const place = { first: plans.length, cookies, told, asCurl };
      if (!isEmpty) plans.push(...(await planGroup(group, place, context)));
    }
    const line: Line = { context, dumped: new Set() };
    const isParallel = plans.length > 1 && plans.some(({ flags }) => flags.parallel === true);
    const endings = isParallel ? await inParallel(plans, line) : await inTurn(plans, line);
    await saveCookies(plans, context);
    end(endings, context);
  } finally {
    for (const { client, ways } of new Set(plans.map(({ session }) => session))) {
      await client.close();
      await ways?.[Symbol.asyncDispose]();
    }
  }
}

/** A URL and what came of it. */
interface Ended extends Ending {
  readonly plan: Plan;
}

async function inTurn(plans: readonly Plan[], line: Line): Promise<readonly Ended[]> {
  const endings: Ended[] = [];
  for (const plan of plans) {
    const ending = { ...(await perform(plan, line)), plan };
    endings.push(ending);
    if (line.context.signal.aborted) break;
    if (ending.code !== exitCode.ok && plan.flags.failEarly === true) break;
    // The last one's failure is the program's own.
    if (endings.length < plans.length) tellFailure(ending, line.context);
  }
  return endings;
}

async function inParallel(plans: readonly Plan[], line: Line): Promise<readonly Ended[]> {
  const { performInParallel } = await import("./parallel.ts");
  return performInParallel(plans, async (plan) => ({ ...(await perform(plan, line)), plan }));
}

function tellFailure({ failure, code, plan }: Ended, context: Context): number {
  return failure === undefined
    ? code
    : context.tell(adviseInFlags(failure, { ...plan, env: context.env }), context.err);
}

/** curl(1): what the last URL came to is what the program ends with; in parallel, the last that failed. */
function end(endings: readonly Ended[], context: Context): void {
  const isParallel = endings.some(({ plan }) => plan.flags.parallel === true);
  const failed = isParallel ? endings.findLast(({ code }) => code !== exitCode.ok) : endings.at(-1);
  if (isParallel) for (const one of endings) if (one !== failed) tellFailure(one, context);
  if (failed === undefined) return;
  context.exit(tellFailure(failed, context));
}

/** When all is done: each file has what the answers of its URLs set. */
async function saveCookies(plans: readonly Plan[], context: Context): Promise<void> {
  for (const { cookies } of new Set(plans.map(({ session }) => session))) await cookies.save(context);
}
