/** Shows an answer: what is said on stderr, the head where it is asked for, and the body where it goes. */
import { showControls } from "../../core/index.ts";
import { areCodingsKnown } from "../../coding/index.ts";
import { wireFields, type Response } from "../../client/index.ts";
import type { ResponseHead } from "../../http1/index.ts";
import type { Context } from "../frame/context.ts";
import { writeBody } from "./destination.ts";
import { asUtf8 } from "./field-text.ts";
import type { GetFlags } from "./flags.ts";
import { narrateConnection, narrateResponse, narrateTrust, type Narrator } from "./narrate.ts";
import type { Progress } from "./progress.ts";
import { explainProtocol } from "./protocol.ts";
import { describeAnswer } from "./report.ts";
import { checkResumed, type Resumption } from "./resume.ts";

export interface Presentation {
  /** As it was typed. */
  readonly url: string;
  readonly flags: GetFlags;
  /** Where the body goes; `undefined` for stdout. */
  readonly file: string | undefined;
  readonly resumption: Resumption | undefined;
  /** All that came, in order; the response's own is the last. */
  readonly heads: readonly ResponseHead[];
  readonly narrator: Narrator | undefined;
  readonly progress: Progress | undefined;
  readonly context: Context;
  /** What the program will end with, if the body comes whole. */
  readonly code: number;
}

export async function present(response: Response, presentation: Presentation): Promise<void> {
  const { flags, file, narrator, context, code } = presentation;
  const { out, err } = context;
  const { json, head, include, silent } = flags;
  if (json === true) {
    if (file !== undefined) await saveBody(response, presentation);
    const body = file === undefined ? await response.bytes() : null;
    out.json(describeAnswer(response, { body, code }));
    return;
  }
  if (narrator !== undefined) {
    narrateConnection(response, explainProtocol(response, flags, presentation.url), err);
    narrator.flush();
    narrateResponse(response, err);
  } else if (silent !== true) {
    narrateTrust(response, err);
  }
  if (head === true || include === true)
    for (const one of presentation.heads) await out.bytes(renderHead(one, out.isTerminal));
  await saveBody(response, presentation);
  const coding = wireFields(response).get("content-encoding");
  if (silent !== true && coding !== undefined && !areCodingsKnown(wireFields(response)))
    err.lines(
      `${err.style.yellow("note:")} the body is coded as ${showControls(coding)}, which is not known here: it is as it came`,
    );
  if (silent !== true && response.completeness === "unverifiable") {
    err.lines(
      `${err.style.yellow("note:")} nothing marks the end of this body, so it may have been cut short`,
    );
  }
}

async function saveBody(
  response: Response,
  { flags, file, resumption, progress, context: { out, err, signal } }: Presentation,
): Promise<void> {
  const resumes = resumption !== undefined && resumption.offset > 0;
  if (resumes && checkResumed(response, resumption) === "complete") {
    response.cancel();
    if (flags.silent !== true && flags.json !== true)
      err.lines(
        `${err.style.dim("saved:")} nothing was missing; the file has all ${resumption.offset} bytes`,
      );
    return;
  }
  let succeeded = false;
  progress?.show();
  try {
    const insisted = flags.output === "-";
    await writeBody(response, { file, out, insisted, append: resumes, signal });
    succeeded = true;
  } finally {
    progress?.end(succeeded);
  }
}

/** The head as it came, octet for octet: values are ISO 8859-1. A terminal is shown what it must not obey. */
function renderHead({ version, status, reason, fields }: ResponseHead, forTerminal: boolean): Uint8Array {
  const lines = [
    `HTTP/${version} ${status} ${reason}`,
    ...[...fields].map(([name, value]) => `${name}: ${value}`),
  ];
  const shown = forTerminal ? lines.map((line) => showControls(asUtf8(line))) : lines;
  return Buffer.from(`${shown.join("\r\n")}\r\n\r\n`, forTerminal ? "utf8" : "latin1");
}
