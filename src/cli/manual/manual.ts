/** `meerkat man`: prints the manual page, which the package has too, for `man meerkat`. */
import type { DefineCommand } from "../frame/context.ts";
import { anyEndings } from "../frame/exit-codes.ts";
import { endsWith, renderExamples } from "../frame/help.ts";
import { writeManual } from "./roff.ts";

const examples = ["meerkat man | man -l -", "meerkat man >~/.local/share/man/man1/meerkat.1"];

export const defineManual: DefineCommand = (command, context) => {
  command.addHelpText("after", () => renderExamples(examples));
  endsWith(command, context, anyEndings);
  command.action(async () => {
    await context.out.bytes(writeManual(await context.program()));
  });
};
