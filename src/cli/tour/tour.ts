/** `meerkat tour`: the whole story in a transcript, against the lab on this machine. */
import { Writable } from "node:stream";
import type { Command } from "commander";
import { Client } from "../../client/index.ts";
import { HttpsError, showControls } from "../../core/index.ts";
import { openLab, type Lab } from "../../lab/index.ts";
import type { Context } from "../frame/context.ts";
import { anyEndings } from "../frame/exit-codes.ts";
import { endsWith } from "../frame/help.ts";
import { renderFacts, wrapText } from "../frame/layout.ts";
import type { Output, OutputStream } from "../frame/output.ts";

/** The sites of the second part: what people meet most, each for one reason. */
const brokenSites = [
  "expired",
  "not-yet-valid",
  "wrong-host",
  "self-signed",
  "untrusted-root",
  "missing-intermediate",
  "not-tls",
];

export function defineTour(command: Command, context: Context): void {
  endsWith(command, context, anyEndings);
  command.action(async () => {
    const { out } = context;
    const { bold, dim } = out.style;
    await using lab = await openLab();
    out.lines(
      bold("Meerkat is an HTTPS client that tells you why."),
      ...paragraph(
        `For this tour a lab is open on your own machine, with ${lab.sites.length} HTTPS sites and a certification authority made just now. Nothing leaves this machine.`,
        out,
      ),
    );
    await tellWeather(lab, context);
    await tellBroken(lab, context);
    out.lines(
      "",
      bold("3. Now a real site"),
      "",
      ...[
        "get https://example.com/",
        "get -v https://example.com/",
        "explain missing-intermediate",
        "lab",
      ].map((command) => `  npm run meerkat -- ${command}`),
      "",
      dim("Installed, the program is called meerkat; meerkat --help lists the rest."),
    );
  });
}

/** The first part: a refusal that looks like a certificate's fault, and is not. */
async function tellWeather(lab: Lab, context: Context): Promise<void> {
  const { out } = context;
  out.lines("", out.style.bold("1. A site answers 403 Access Denied. Is it the certificate?"));
  await showCommand(["get", "--cacert", lab.caFile, "-A", "", lab.url("weather")], context);
  out.lines(
    ...paragraph(
      "No. TLS had succeeded, and the answer came through it: the site itself refuses whoever sends no User-Agent field. Now with one, as Meerkat sends it unless told otherwise:",
      out,
    ),
  );
  await showCommand(["get", "--cacert", lab.caFile, lab.url("weather")], context);
}

/** The second part: sites that are refused, each with the sentence that says why. */
async function tellBroken(lab: Lab, { out, env, signal }: Context): Promise<void> {
  const { style, width } = out;
  out.lines("", style.bold("2. These are refused, before a byte of the request is sent"), "");
  await using client = new Client({ roots: lab.caFile, environment: env });
  for (const name of brokenSites) {
    const sentence = await whyRefused(client, lab.url(name), signal);
    out.lines(
      ...renderFacts([[name.padEnd(20), showControls(sentence)]], { width, indent: "  ", label: style.red }),
    );
  }
  const others = lab.sites.length - brokenSites.length;
  out.lines("", `The lab has ${others} more sites for you to try any client on: npm run meerkat -- lab`);
}

async function whyRefused(client: Client, url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await client.request(url, { signal });
    response.cancel();
    return `It answered ${response.status}.`;
  } catch (error) {
    if (error instanceof HttpsError && !signal.aborted) return error.message;
    throw error;
  }
}

const linesShown = 9; // Enough of an answer to recognise it.

/** Runs a command line as a person would, and shows the line and what it printed. */
async function showCommand(argv: readonly string[], { out, run }: Context): Promise<void> {
  const { style } = out;
  const said: string[] = [];
  const capture = (): OutputStream =>
    Object.assign(
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          said.push(chunk.toString());
          done();
        },
      }),
      { isTTY: out.isTerminal },
    );
  await run(argv, { stdout: capture(), stderr: capture() });
  const lines = said
    .join("")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const shown = lines.length > linesShown ? [...lines.slice(0, linesShown - 1), style.dim("...")] : lines;
  const typed = argv.map((word) => (/^[\w./:@-]+$/.test(word) ? word : `'${word}'`)).join(" ");
  out.lines(
    "",
    `${style.dim("$")} ${style.bold(`meerkat ${typed}`)}`,
    ...shown.map((line) => `  ${line}`),
    "",
  );
}

function paragraph(text: string, { width }: Output): string[] {
  return wrapText(text, { width });
}
