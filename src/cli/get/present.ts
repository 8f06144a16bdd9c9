/** Shows an answer: what is said on stderr, the head where it is asked for, and the body where it goes. */
import { utimes } from "node:fs/promises";
import { showControls } from "../../core/index.ts";
import { areCodingsKnown } from "../../coding/index.ts";
import { wireFields, type RequestAttempt, type Response } from "../../client/index.ts";
import { parseHttpDate, type ResponseHead } from "../../http1/index.ts";
import type { Context } from "../frame/context.ts";
import type { Condition } from "./condition.ts";
import { isUnmet } from "./condition.ts";
import { writeBody } from "./destination.ts";
import { asUtf8 } from "./field-text.ts";
import { settleFile } from "./file-name.ts";
import type { GetFlags } from "./flags/table.ts";
import { narrateConnection, narrateResponse, narrateTrust, type Narrator } from "./narrate.ts";
import type { Progress } from "./progress.ts";
import { explainProtocol } from "./protocol.ts";
import { describeAnswer } from "./report.ts";
import { checkResumed, type Resumption } from "./resume.ts";
import { shapeBody } from "./shape.ts";
import { isJson } from "./show-json.ts";

export interface Presentation {
  /** As it was typed. */
  readonly url: string;
  readonly flags: GetFlags;
  /** Where the body goes; `undefined` for stdout. */
  readonly file: string | undefined;
  readonly mayBeRenamed: boolean;
  readonly resumption: Resumption | undefined;
  readonly condition: Condition | undefined;
  /** All that came, in order; the response's own is the last. */
  readonly heads: readonly ResponseHead[];
  readonly narrator: Narrator | undefined;
  readonly progress: ((file: string) => Progress) | undefined;
  readonly context: Context;
  /** What the program will end with, if the body comes whole. */
  readonly code: number;
  /** Whether the body is left out, as -f has it. */
  readonly isRefused: boolean;
  /** The tries that were made before. */
  readonly earlier: readonly RequestAttempt[];
}

/** What came of showing it. */
export interface Presented {
  /** The file that the body went to. */
  readonly file: string | undefined;
  /** Whether it was left out because of -z. */
  readonly unmet: boolean;
}

export async function present(response: Response, presentation: Presentation): Promise<Presented> {
  const { flags, narrator, context, code, isRefused, condition, earlier } = presentation;
  const { out, err } = context;
  const { report, silent } = flags;
  if (report === "json") {
    const file = await settleFile(response, presentation, flags);
    if (file !== undefined) await saveBody(response, { ...presentation, file }, []);
    const body = file === undefined ? await response.bytes() : null;
    out.json(describeAnswer(response, { body, code, earlier }));
    return { file, unmet: false };
  }
  if (narrator !== undefined) {
    const spoken = explainProtocol(response, flags, presentation.url);
    narrateConnection(response, { spoken, earlier }, err);
    narrator.flush();
    narrateResponse(response, err);
  } else if (silent !== true) {
    narrateTrust(response, err);
  }
  const unmet = response.status === 304 || (condition !== undefined && isUnmet(condition, response));
  const heads = flags.head === true || flags.include === true ? renderHeads(presentation) : [];
  if (isRefused || unmet) {
    // What is left out makes no file, and leaves one that is there as it is.
    response.cancel();
    if (presentation.file === undefined) for (const head of heads) await out.bytes(head);
    return { file: undefined, unmet };
  }
  const file = await settleFile(response, presentation, flags);
  await saveBody(response, { ...presentation, file }, heads);
  if (file !== undefined && flags.remoteTime === true) await setTime(file, response);
  tellOfBody(response, presentation);
  return { file, unmet };
}

function tellOfBody(response: Response, { flags, context: { err } }: Presentation): void {
  if (flags.silent === true) return;
  const coding = wireFields(response).get("content-encoding");
  if (flags.compressed === true && coding !== undefined && !areCodingsKnown(wireFields(response)))
    err.lines(
      `${err.style.yellow("note:")} the body is coded as ${showControls(coding)}, which is not known here: it is as it came`,
    );
  if (response.completeness === "unverifiable") {
    err.lines(
      `${err.style.yellow("note:")} nothing marks the end of this body, so it may have been cut short`,
    );
  }
}

/** curl(1), --remote-time. */
async function setTime(file: string, response: Response): Promise<void> {
  const modified = response.headers.get("last-modified") ?? undefined;
  const at = modified === undefined ? undefined : parseHttpDate(modified, Date.now());
  if (at !== undefined) await utimes(file, at / 1000, at / 1000).catch(() => undefined);
}

async function saveBody(
  response: Response,
  { flags, file, resumption, progress, context: { out, err, signal } }: Presentation,
  heads: readonly Uint8Array[],
): Promise<void> {
  const resumes = resumption !== undefined && resumption.offset > 0;
  if (resumes && checkResumed(response, resumption) === "complete") {
    response.cancel();
    if (flags.silent !== true && flags.report !== "json")
      err.lines(
        `${err.style.dim("saved:")} nothing was missing; the file has all ${resumption.offset} bytes`,
      );
    return;
  }
  const isHeadOnly = flags.head === true;
  const asJson =
    file === undefined && out.isTerminal && !isHeadOnly && flags.buffer !== false && isJson(response);
  if (asJson) for (const head of heads) await out.bytes(head);
  const body = shapeBody(response, { flags, before: asJson ? [] : heads, isHeadOnly });
  const shown = file === undefined ? undefined : progress?.(file);
  let succeeded = false;
  shown?.show();
  try {
    const insisted = flags.output?.includes("-") === true;
    const mode = flags.createFileMode;
    const [coding] =
      flags.compressed === true
        ? []
        : (/^(?:gzip|deflate|br)$/i.exec(response.headers.get("content-encoding") ?? "") ?? []);
    await writeBody(body, { file, out, insisted, append: resumes, asJson, mode, coding, signal });
    if (isHeadOnly) response.cancel();
    succeeded = true;
  } finally {
    shown?.end(succeeded);
  }
}

/** The heads as they came, for -i, -I and -D. */
function renderHeads({ heads, file, context: { out } }: Presentation): readonly Uint8Array[] {
  return heads.map((head) => renderHead(head, file === undefined && out.isTerminal));
}

/** A head as it came, octet for octet: values are ISO 8859-1. A terminal is shown what it must not obey. */
export function renderHead(
  { version, status, reason, fields }: ResponseHead,
  forTerminal: boolean,
): Uint8Array {
  const lines = [
    `HTTP/${version} ${status} ${reason}`,
    ...[...fields].map(([name, value]) => `${name}: ${value}`),
  ];
  const shown = forTerminal ? lines.map((line) => showControls(asUtf8(line))) : lines;
  return Buffer.from(`${shown.join("\r\n")}\r\n\r\n`, forTerminal ? "utf8" : "latin1");
}
