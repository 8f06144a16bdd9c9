/** `meerkat get URL`: one request with curl's flags; the body on stdout, everything else on stderr. */
import { basename } from "node:path";
import type { Command } from "commander";
import { Client, type Response } from "../../client/index.ts";
import { HttpsError } from "../../core/index.ts";
import type { Context } from "../context.ts";
import { exitCode } from "../exit-codes.ts";
import { CommandError } from "../failure.ts";
import { writeBody } from "../get/destination.ts";
import { addGetFlags, type GetFlags } from "../get/flags.ts";
import {
  Narrator,
  narrateConnection,
  narrateRefusal,
  narrateResponse,
  narrateTrust,
} from "../get/narrate.ts";
import { renderExitCodes } from "../help.ts";
import { describeAnswer } from "../get/report.ts";
import { clientOptions, refuseInsecureFlag, requestParts } from "../get/request.ts";

export function defineGet(command: Command, context: Context): void {
  command.argument("<url>", "an https:// or http:// URL");
  addGetFlags(command);
  command.addHelpText("after", () => ["", ...renderExitCodes(context.out.width)].join("\n"));
  command.action(async (url: string, flags: GetFlags) => {
    refuseInsecureFlag(flags);
    const output = fileOf(url, flags);
    const { stdin, env, signal, err, exit } = context;
    const parts = await requestParts(flags, stdin);
    const narrator = flags.verbose === true ? new Narrator(err) : undefined;
    await using client = new Client({
      ...(await clientOptions({ url, flags, env })),
      ...(narrator === undefined ? {} : { onEvent: narrator.tell }),
    });
    try {
      const response = await client.request(url, { ...parts, signal });
      const refused = flags.checkStatus === true && response.status >= 400;
      const code = refused ? exitCode.statusRefused : exitCode.ok;
      await present(response, { flags, output, narrator, context, code });
      exit(code);
    } catch (error) {
      narrator?.flush();
      if (narrator !== undefined && error instanceof HttpsError && error.trust !== undefined)
        narrateRefusal(error.trust, err);
      throw error;
    }
  });
}

/** Where the body goes: `-o`, or with `-O` a file named as the last part of the URL's path. */
function fileOf(url: string, { remoteName, output }: GetFlags): string | undefined {
  if (remoteName !== true || output !== undefined) return output;
  const name = URL.canParse(url) ? basename(new URL(url).pathname) : "";
  if (name !== "") return name;
  throw new CommandError(`The URL "${url}" names no file.`, { hint: "Give the file a name with -o FILE." });
}

interface Presentation {
  readonly flags: GetFlags;
  readonly output: string | undefined;
  readonly narrator: Narrator | undefined;
  readonly context: Context;
  /** What the program will end with, if the body comes whole. */
  readonly code: number;
}

async function present(
  response: Response,
  { flags, output, narrator, context, code }: Presentation,
): Promise<void> {
  const { out, err } = context;
  const { json, head, include, silent } = flags;
  const toFile = output !== undefined && output !== "-";
  if (json === true) {
    if (toFile) await writeBody(response, { file: output, out });
    const body = toFile ? null : await response.bytes();
    out.lines(JSON.stringify(describeAnswer(response, { body, code }), null, 2));
    return;
  }
  if (narrator !== undefined) {
    narrateConnection(response, err);
    narrator.flush();
    narrateResponse(response, err);
  } else if (silent !== true) {
    narrateTrust(response, err);
  }
  if (head === true || include === true) await out.bytes(renderHead(response));
  await writeBody(response, { file: output, out });
  if (silent !== true && response.completeness === "unverifiable") {
    err.lines(
      `${err.style.yellow("note:")} nothing marks the end of this body, so it may have been cut short`,
    );
  }
}

/** The head as it came, octet for octet: values are ISO 8859-1. */
function renderHead({ httpVersion, status, reason, headers }: Response): Uint8Array {
  const lines = [
    `HTTP/${httpVersion} ${status} ${reason}`,
    ...[...headers].map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}
