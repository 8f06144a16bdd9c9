/** Completion for bash, from 3.2 on (macOS has that): a function of its own, and no other package. */
import { quoteForShell as quote } from "../frame/shell-quote.ts";
import { eachCommand, type DescribedCommand } from "./described.ts";

/** The script. */
export function writeBash(program: DescribedCommand): string {
  const all = eachCommand(program);
  return `# Completion of meerkat for bash. In ~/.bashrc: eval "$(meerkat completion bash)"
_meerkat_files() {
  local IFS=$'\\n'
  COMPREPLY+=($(compgen -f -- "$cur"))
  compopt -o filenames 2>/dev/null || true
}
_meerkat_words() {
  local IFS=$' \\t\\n'
  COMPREPLY+=($(compgen -W "$1" -- "$cur"))
}
# The value of a flag: whether the word before it takes one.
_meerkat_value() {
  case "$command $1" in
${all.flatMap(renderValues).join("\n")}
    *) return 1 ;;
  esac
}
_meerkat() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" at word
  COMPREPLY=()
  # Bash takes "=" for a word of its own.
  if [ "$cur" = "=" ]; then cur=""
  elif [ "$previous" = "=" ] && [ "$COMP_CWORD" -gt 2 ]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    case "\${command:+$command }$word" in
${all.flatMap(renderStep).join("\n")}
      *) [ -n "$command" ] && break ;;
    esac
  done
  [ "$COMP_CWORD" -gt 1 ] && _meerkat_value "$previous" && return
  case "$command" in
${all.map(renderWords).join("\n")}
  esac
}
complete -F _meerkat meerkat
`;
}

function renderStep({ path }: DescribedCommand): readonly string[] {
  return path.length === 0 ? [] : [`      ${quote(path.join(" "))}) command=${quote(path.join(" "))} ;;`];
}

function renderValues({ path, flags }: DescribedCommand): readonly string[] {
  return flags.flatMap(({ names, value }) => {
    if (value === undefined) return [];
    const patterns = names.map((name) => quote([path.join(" "), name].join(" ")));
    return [`    ${patterns.join(" | ")}) ${renderReply(value.words, value.files)} ;;`];
  });
}

function renderWords({ path, flags, argument, commands }: DescribedCommand): string {
  const names = flags.flatMap((flag) => flag.names);
  const words = [...commands.map((one) => one.path.at(-1) ?? ""), ...argument.words];
  return [
    `    ${quote(path.join(" "))})`,
    `      case "$cur" in`,
    `        -*) ${renderReply(names, false)} ;;`,
    `        *) ${renderReply(words, argument.files)} ;;`,
    `      esac ;;`,
  ].join("\n");
}

function renderReply(words: readonly string[], files: boolean): string {
  const parts = [
    ...(words.length === 0 ? [] : [`_meerkat_words ${quote(words.join(" "))}`]),
    ...(files ? ["_meerkat_files"] : []),
  ];
  return parts.length === 0 ? ":" : parts.join("; ");
}
