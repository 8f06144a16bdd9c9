/** Runs one command line: finds the command, parses its flags, and turns whatever happens into an exit code. */
import { Command, CommanderError } from "commander";
import { commands, type CommandEntry } from "./commands.ts";
import type { SettingNames } from "../core/index.ts";
import { version } from "../manifest/index.ts";
import type { Context, Invocation } from "./frame/context.ts";
import { exitCode } from "./frame/exit-codes.ts";
import { withoutSecrets } from "./frame/echo.ts";
import { CommandError, describeFailure, exitCodeOf, printFailure } from "./frame/failure.ts";
import { renderProgramHelp } from "./frame/help.ts";
import { findNearest } from "./frame/nearest.ts";
import { Output, ReaderGone } from "./frame/output.ts";
import { shellNames } from "./frame/shell-names.ts";
import { translateUsage } from "./frame/usage.ts";

/** Runs the program to its end; the exit code. Never throws and never exits the process. */
export async function runCli(invocation: Invocation): Promise<number> {
  const { argv, stdin, env, signal, onHangup = () => () => undefined } = invocation;
  const out = new Output(invocation.stdout, env);
  const err = new Output(invocation.stderr, env);
  let code: number = exitCode.ok;
  const exit = (given: number): void => void (code = given);
  const run: Context["run"] = (other, streams) => runCli({ ...invocation, ...streams, argv: other });
  let program: Command | undefined;
  const names = (): SettingNames => {
    const command = program === undefined ? undefined : commandOf(program, argv);
    return shellNames(command === program ? undefined : command);
  };
  const words = [...argv];
  const hears = (more: readonly string[]): void => void words.push(...more);
  const tell: Context["tell"] = (failure, to) => fail(failure, words, { ...context, err: to });
  const whole: Context["program"] = () => buildWhole(context);
  const shared = { stdin, out, err, env, signal, onHangup, names, exit, hears, tell };
  const context: Context = { ...shared, program: whole, run };
  try {
    program = await buildProgram(argv, context);
    await program.parseAsync(argv[0] === "explain" ? argv.map(asDecimal) : argv, { from: "user" });
    await out.flush();
    return code;
  } catch (error) {
    if (program === undefined || !(error instanceof CommanderError)) return fail(error, words, context);
    if (error.exitCode === 0) return exitCode.ok; // Help and the version end the parse too.
    return fail(translateUsage(error, commandOf(program, argv), argv), words, context);
  }
}

function fail(known: unknown, argv: readonly string[], { out, err, signal, names }: Context): number {
  // Whoever interrupted it knows why it ended.
  if (signal.aborted && typeof signal.reason === "number") return signal.reason;
  // So does whoever closed the pipe.
  if (known instanceof ReaderGone) return exitCode.writeFailed;
  const code = exitCodeOf(known);
  const failure = withoutSecrets(describeFailure(known, names()), argv);
  if (isJsonOnStdout(argv)) {
    out.json({ schema: 1, ok: false, exitCode: code, error: failure });
  } else {
    printFailure(err, failure);
  }
  return code;
}

/** `survey` takes a file for its JSON, or `-`; `get` sends what stands behind it; to the other commands it is a toggle. */
function isJsonOnStdout(argv: readonly string[]): boolean {
  if (argv[0] === "get" || argv[0] === "curl") return asksForReport(argv);
  const place = argv.indexOf("--json");
  return place !== -1 && (argv[0] !== "survey" || argv[place + 1] === "-");
}

function asksForReport(argv: readonly string[]): boolean {
  return argv.some(
    (word, at) => word === "--report=json" || (word === "--report" && argv[at + 1] === "json"),
  );
}

/** `-0x2700` as the negative number it is; to the parser of options it is a flag. */
function asDecimal(word: string): string {
  return /^-0x[\da-f]{1,8}$/i.test(word) ? String(-Number(word.slice(1))) : word;
}

/** The program with its commands: the one that is asked for in full, the others by name. */
async function buildProgram(argv: readonly string[], context: Context): Promise<Command> {
  const program = newProgram(context);
  const wanted = argv[0] === "help" ? argv[1] : argv[0];
  if (argv[0] === "help" && wanted !== undefined && !commands.some(({ name }) => name === wanted))
    throw unknownCommand(wanted);
  for (const entry of commands) program.addCommand(await buildCommand(entry, entry.name === wanted, context));
  const command = commandOf(program, argv);
  // A command of a command: what stands behind it is its own, whatever flags the other one has.
  const reads = command.parent !== null && command.parent !== program;
  // And what stands behind `get` is read as curl reads it.
  if (reads || command.name() === "get" || command.name() === "curl") program.enablePositionalOptions();
  return program;
}

/** The program with all of its commands in full. */
async function buildWhole(context: Context): Promise<Command> {
  const program = newProgram(context);
  for (const entry of commands) program.addCommand(await buildCommand(entry, true, context));
  return program;
}

function newProgram(context: Context): Command {
  const program = configure(new Command("meerkat"), context)
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help, or a command's own")
    .helpCommand("help [command]", "the same as --help")
    .action(() => {
      const [word] = program.args;
      if (word !== undefined) throw unknownCommand(word);
      context.out.lines(program.helpInformation());
    })
    .allowExcessArguments();
  program.helpInformation = () => renderProgramHelp(commands, context.out.width);
  return program;
}

async function buildCommand(
  { name, summary, load }: CommandEntry,
  wanted: boolean,
  context: Context,
): Promise<Command> {
  const command = configure(new Command(name), context).summary(summary);
  if (!wanted) return command;
  command.description(`${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`);
  const define = await load();
  define(command, context);
  return command;
}

function configure(command: Command, { out }: Context): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureHelp({ helpWidth: out.width, showGlobalOptions: false, subcommandTerm: (sub) => sub.name() })
    .configureOutput({
      writeOut: (text) => out.lines(text.replace(/\n$/, "")),
      writeErr: () => undefined, // What it would say is in the CommanderError, and said by `fail`.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

function unknownCommand(word: string): CommandError {
  const nearest = findNearest(
    word,
    commands.map(({ name }) => name),
  );
  let hint = "`meerkat --help` lists the commands.";
  if (/^https?:\/\//.test(word)) hint = `To fetch it: meerkat get ${word}`;
  else if (nearest !== undefined) hint = `Did you mean "meerkat ${nearest}"?`;
  return new CommandError(`There is no command "${word}".`, { hint });
}

/** The command that a complaint is about: the one that was asked for, or a command of that one; else the program. */
function commandOf(program: Command, argv: readonly string[]): Command {
  const [first, second] = argv;
  const command = program.commands.find((one) => one.name() === first);
  return command?.commands.find((one) => one.name() === second) ?? command ?? program;
}
