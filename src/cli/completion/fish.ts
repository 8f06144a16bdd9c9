/** Completion for fish. */
import { eachCommand, type DescribedCommand, type DescribedFlag } from "./described.ts";

/** The script. */
export function writeFish(program: DescribedCommand): string {
  const lines = eachCommand(program).flatMap((command) => [
    ...command.flags.map((flag) => renderFlag(flag, command)),
    ...command.commands.map(({ path, summary }) =>
      complete(command, ["-a", quote(path.at(-1) ?? ""), "-d", quote(summary)]),
    ),
    ...command.argument.words.map((word) => complete(command, ["-a", quote(word)])),
    ...(command.argument.files ? [complete(command, ["-F"])] : []),
  ]);
  return `# Completion of meerkat for fish: meerkat completion fish >~/.config/fish/completions/meerkat.fish
# Whether the words so far are for this command.
function __meerkat_is
    set -l words (commandline -opc)[2..-1]
    set -l command
    for word in $words
        switch "$command $word"
${eachCommand(program)
  .filter(({ path }) => path.length > 0)
  .map(
    ({ path }) =>
      `            case ${quote(` ${path.join(" ")}`.replace(/^ (?=\S+ )/, ""))}\n                set command ${quote(path.join(" "))}`,
  )
  .join("\n")}
        end
    end
    test "$command" = "$argv"
end
complete -c meerkat -f
${lines.join("\n")}
`;
}

function renderFlag({ names, description, value }: DescribedFlag, command: DescribedCommand): string {
  const said = names.flatMap((name) =>
    name.startsWith("--") ? ["-l", quote(name.slice(2))] : ["-s", quote(name.slice(1))],
  );
  const takes =
    value === undefined
      ? []
      : [
          value.files ? "-rF" : "-x",
          ...(value.words.length === 0 ? [] : ["-a", quote(value.words.join(" "))]),
        ];
  return complete(command, [...said, ...takes, "-d", quote(description)]);
}

function complete({ path }: DescribedCommand, rest: readonly string[]): string {
  return ["complete -c meerkat -n", quote(`__meerkat_is ${path.join(" ")}`.trimEnd()), ...rest].join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
}
