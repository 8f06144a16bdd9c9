/** Completion for zsh, by its own `_arguments` and `_describe`. */
import type { Completions } from "../frame/completions.ts";
import { quoteForShell as quote } from "../frame/shell-quote.ts";
import { eachCommand, type DescribedCommand, type DescribedFlag } from "./described.ts";

/** The script: a file of `fpath`, and as well what `source` reads. */
export function writeZsh(program: DescribedCommand): string {
  return `#compdef meerkat
# Completion of meerkat for zsh: meerkat completion zsh >"\${fpath[1]}/_meerkat"
${eachCommand(program).map(renderFunction).join("\n")}
if [ "$funcstack[1]" = "_meerkat" ]; then _meerkat "$@"; else compdef _meerkat meerkat; fi
`;
}

function renderFunction(command: DescribedCommand): string {
  const { commands, flags, argument } = command;
  const specs = flags.flatMap(renderSpecs);
  const below = commands.length > 0;
  const rest = below
    ? [`'1: :->command'`, `'*:: :->rest'`]
    : argument.words.length > 0 || argument.files
      ? [quote(`*: :${renderAction(argument)}`)]
      : [`'*: : '`];
  const lines = [
    `${functionOf(command)}() {`,
    ...(below ? ["  local curcontext=$curcontext state line"] : []),
    `  _arguments -s -S${below ? " -C" : ""} : \\`,
    ...[...specs, ...rest].map((spec, at, all) => `    ${spec}${at === all.length - 1 ? "" : " \\"}`),
  ];
  if (below) lines.push(...renderBelow(command));
  return [...lines, "}"].join("\n");
}

function renderBelow({ commands }: DescribedCommand): readonly string[] {
  return [
    "  case $state in",
    "    command)",
    "      local -a known=(",
    ...commands.map(({ path, summary }) => `        ${quote(`${path.at(-1) ?? ""}:${summary}`)}`),
    "      )",
    "      _describe -t commands command known ;;",
    "    rest)",
    "      case $line[1] in",
    ...commands.map((one) => `        ${one.path.at(-1) ?? ""}) ${functionOf(one)} ;;`),
    "      esac ;;",
    "  esac",
  ];
}

function functionOf({ path }: DescribedCommand): string {
  return ["_meerkat", ...path].join("_");
}

/** A spec a name; any may be repeated, as for curl the last one counts, or all do. */
function renderSpecs({ names, description, value }: DescribedFlag): readonly string[] {
  const said = description.replaceAll(/[[\]\\:]/g, String.raw`\$&`);
  return names.map((name) => {
    const option = name.replaceAll(/[:[\]\\+=]/g, String.raw`\$&`);
    const takes = value === undefined ? "" : name.startsWith("--") ? "=" : "+";
    return quote(`*${option}${takes}[${said}]${value === undefined ? "" : `: :${renderAction(value)}`}`);
  });
}

function renderAction({ words, files }: Required<Completions>): string {
  const listed = words.map((word) => word.replaceAll(/[():\\ ]/g, String.raw`\$&`)).join(" ");
  // In braces it is run as it stands; a colon in it would end it.
  if (files) return words.length === 0 ? "_files" : `{compadd -- ${listed}; _files}`;
  return words.length === 0 ? " " : `(${listed})`;
}
