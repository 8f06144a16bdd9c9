/** `meerkat completion SHELL`: prints what makes a shell complete commands, flags and values. */
import type { DefineCommand } from "../frame/context.ts";
import { anyEndings } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import { completeArguments } from "../frame/completions.ts";
import { endsWith, renderExamples } from "../frame/help.ts";
import { askNearest } from "../frame/nearest.ts";
import { describeCommand, type DescribedCommand } from "./described.ts";

type Shell = "bash" | "zsh" | "fish";

const writers: Readonly<Record<Shell, () => Promise<(program: DescribedCommand) => string>>> = {
  bash: async () => (await import("./bash.ts")).writeBash,
  zsh: async () => (await import("./zsh.ts")).writeZsh,
  fish: async () => (await import("./fish.ts")).writeFish,
};
const shells = Object.keys(writers) as readonly Shell[];

const examples = [
  `eval "$(meerkat completion bash)"                                    # in ~/.bashrc`,
  `meerkat completion zsh >"\${fpath[1]}/_meerkat"`,
  "meerkat completion fish >~/.config/fish/completions/meerkat.fish",
];

export const defineCompletion: DefineCommand = (command, context) => {
  command
    .argument("<shell>", `one of ${shells.join(", ")}`)
    .addHelpText("after", () => renderExamples(examples));
  completeArguments(command, { words: shells });
  endsWith(command, context, anyEndings);
  command.action(async (given: string) => {
    const shell = shells.find((one) => one === given);
    if (shell === undefined)
      throw new CommandError(`There is nothing for the shell "${given}".`, {
        hint: `${askNearest(given, shells)}It is written for ${shells.join(", ")}.`,
      });
    const write = await writers[shell]();
    await context.out.bytes(write(describeCommand(await context.program())));
  });
};
