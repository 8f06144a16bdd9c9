/** The manual page in roff (man(7)), written from the commands and flags that the help is written from. */
import type { Argument, Command, Option } from "commander";
import { version } from "../../manifest/index.ts";
import { exitCodeMeanings } from "../frame/exit-codes.ts";

const variables: readonly (readonly [name: string, means: string])[] = [
  [
    "http_proxy, https_proxy, all_proxy, no_proxy",
    "the proxies, and for which hosts none is used; -x and --noproxy say it for one run",
  ],
  ["CURL_CA_BUNDLE", "whom curl trusts, where no flag says it"],
  [
    "NODE_EXTRA_CA_CERTS",
    "a file of CA certificates that are trusted, too, where no flag says whom to trust",
  ],
  [
    "SSL_CERT_FILE, SSL_CERT_DIR",
    "the system's store, for --roots system and --ca-native; for curl whom to trust, where no flag says it",
  ],
  ["NO_COLOR", "no colours on a terminal either"],
];

/** The page. */
export function writeManual(program: Command): string {
  const commands = visible(program);
  const lines = [
    `.TH MEERKAT 1 "" ${quoted(`meerkat ${version}`)} "User Commands"`,
    ".SH NAME",
    String.raw`meerkat \- an HTTPS client that tells you why`,
    ".SH SYNOPSIS",
    ".B meerkat",
    String.raw`.IR command " [" options "] [" arguments "]"`,
    ".SH DESCRIPTION",
    text(
      "Requests URLs with curl's flags, and says who vouched for the server; finds out why a URL does not answer; chooses and checks the CA certificates of devices; watches endpoints over time. On stdout stands what was asked for and nothing else; the rest goes to stderr.",
    ),
    ".SH COMMANDS",
    ...commands.flatMap((command) => [".TP", `.BR ${nameOf(command)}`, text(command.summary())]),
    ".SH OPTIONS",
    ...flagsOf(program),
    ...commands.flatMap((command) => [command, ...visible(command)]).flatMap(renderCommand),
    ".SH EXIT STATUS",
    "curl's numbers where curl has one;",
    text("`meerkat explain NUMBER` says more."),
    ...Object.entries(exitCodeMeanings).flatMap(([number, means]) => [".TP", `.B ${number}`, text(means)]),
    ".SH ENVIRONMENT",
    ...variables.flatMap(([name, means]) => [".TP", `.B ${escape(name)}`, text(means)]),
    ".SH SEE ALSO",
    ".BR curl (1),",
    ".BR openssl (1)",
  ];
  return `${lines.join("\n")}\n`;
}

function renderCommand(command: Command): readonly string[] {
  const title = `meerkat ${nameOf(command)}`;
  return [
    `.SH ${quoted(title.toUpperCase())}`,
    `.B ${escape(title)}`,
    escape(command.usage()),
    ".PP",
    text(command.description() || command.summary()),
    ...command.registeredArguments.flatMap(renderArgument),
    ...flagsOf(command),
  ];
}

function renderArgument(argument: Argument): readonly string[] {
  return [".TP", `.I ${escape(argument.name())}`, text(argument.description)];
}

/** The flags under their headings, as the help has them. */
function flagsOf(command: Command): readonly string[] {
  let heading: string | undefined;
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap((flag) => {
      const begins = flag.helpGroupHeading !== undefined && flag.helpGroupHeading !== heading;
      heading = flag.helpGroupHeading ?? heading;
      return [...(begins ? [`.SS ${quoted((heading ?? "").replace(/:$/, ""))}`] : []), ...renderFlag(flag)];
    });
}

/** The names in bold; what stands for a value in italics. */
function renderFlag({ flags, description }: Option): readonly string[] {
  const [, names = flags, value] = /^(.*?)(?: (<.*>))?$/.exec(flags) ?? [];
  const shown = value === undefined ? "" : String.raw` \fI${escape(value.slice(1, -1))}\fR`;
  return [".TP", String.raw`\fB${escape(names)}\fR${shown}`, text(description)];
}

function visible(command: Command): readonly Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== "help");
}

function nameOf(command: Command): string {
  const above = command.parent;
  return above === null || above.parent === null ? command.name() : `${nameOf(above)} ${command.name()}`;
}

/** Paragraphs, in which nothing is a request: one begins with a dot or an apostrophe. */
function text(paragraphs: string): string {
  return paragraphs
    .split(/\n+/)
    .map((line) => escape(line).replace(/^(?=[.'])/, String.raw`\&`))
    .join("\n.PP\n");
}

function escape(line: string): string {
  return line.replaceAll("\\", String.raw`\e`).replaceAll("-", String.raw`\-`);
}

function quoted(line: string): string {
  return `"${escape(line).replaceAll('"', String.raw`\(dq`)}"`;
}
