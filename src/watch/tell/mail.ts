/**
 * Tells by e-mail, with nodemailer, an optional peer: plain text, one mail for all that is to be told at a time. The client
 * opens the connection and verifies the server by both keys, with STARTTLS where the URL's scheme has it; plain SMTP goes to
 * this machine alone.
 */
import { createHash } from "node:crypto";
import type * as Nodemailer from "nodemailer";
import { asError, messageOf, renderCount, requireEndpoint } from "../../core/index.ts";
import type { Client } from "../../client/index.ts";
import { severities } from "../../fleet/index.ts";
import type { Telling } from "../store/port.ts";
import { WatchError, whereNotInstalled } from "../watch-error.ts";
import type { Channel, LinkTo, Outcome } from "./channel.ts";
import { isLoopback } from "../loopback.ts";
import { tellLimits } from "../limits.ts";
import { renderText, renderTitle } from "./message.ts";
import type { Secret } from "./secret.ts";

export interface MailOptions {
  readonly name: string;
  readonly client: Client;
  /** `submissions://mail.example`, `submission://mail.example` (STARTTLS), `smtp://...`. */
  readonly url: string;
  /** Without TLS, to a mail server on this machine. */
  readonly isPlain?: boolean;
  readonly login?: { readonly user: string; readonly password: Secret } | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly linkTo: LinkTo;
}

/** @throws WatchError where nodemailer is not installed, or plain SMTP would leave this machine */
export async function mail(options: MailOptions): Promise<Channel> {
  const { name, url, isPlain = false, login, from, to, linkTo } = options;
  const { host } = requireEndpoint(url);
  if (isPlain && !isLoopback(host))
    throw new WatchError(`${host} would be told of alerts in plain text.`, {
      hint: "Without TLS, mail goes to a server on this machine alone: localhost, 127.0.0.1 or [::1].",
    });
  const { createTransport } = await load();
  return {
    name,
    most: tellLimits.mailsAtOnce.value,
    gatherMs: tellLimits.gatherMs.value,
    async check() {
      await login?.password();
    },
    async tell(tellings, signal) {
      const transport = createTransport(await settingsOf(options, signal));
      const message = { from, to: [...to], ...renderMail(tellings, { linkTo, from }) };
      const outcome = await send(transport, message, host);
      return tellings.map(() => outcome);
    },
  };
}

async function load(): Promise<typeof Nodemailer> {
  try {
    return await import("nodemailer");
  } catch (error) {
    throw whereNotInstalled(error, "Telling by e-mail", "nodemailer");
  }
}

async function settingsOf(
  { client, url, isPlain = false, login }: MailOptions,
  signal: AbortSignal,
): Promise<object> {
  const { host, port, scheme } = requireEndpoint(url);
  const auth = login === undefined ? {} : { auth: { user: login.user, pass: await login.password() } };
  // Names and files within a message are ours; nothing is fetched on its behalf.
  const closed = { disableFileAccess: true, disableUrlAccess: true };
  if (isPlain) return { host, port, secure: false, ignoreTLS: true, ...auth, ...closed };
  return {
    host,
    port,
    secure: true,
    ...auth,
    ...closed,
    getSocket(_settings: object, then: (error: Error | null, socket?: object) => void) {
      client.connect(url, { signal }).then(
        ({ socket: connection }) => {
          signal.addEventListener("abort", () => connection.destroy(), { once: true });
          // Behind STARTTLS a server does not greet again (RFC 3207 §4.2), and nodemailer waits for it.
          if (scheme === "smtp" || scheme === "submission") connection.unshift(`220 ${host}\r\n`);
          then(null, { connection, secured: true });
        },
        (error: unknown) => then(asError(error)),
      );
    },
  };
}

/** What is used of nodemailer's errors. Their messages repeat the server's words, which may repeat ours. */
interface MailFailure {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

async function send(transport: Nodemailer.Transporter, message: object, host: string): Promise<Outcome> {
  try {
    await transport.sendMail(message);
    return { kind: "told" };
  } catch (error) {
    const { code, responseCode, command } = error as MailFailure;
    if (responseCode === undefined)
      return { kind: "again", reason: `No mail went to ${host}: ${messageOf(error)}` };
    const reason = `The mail server ${host} answered ${command ?? "the greeting"} with ${responseCode}.`;
    // RFC 5321 §4.2.1: 5yz is for good. A login that fails is put right by whoever changes the password.
    const isForGood = responseCode >= 500 && code !== "EAUTH";
    return { kind: isForGood ? "refused" : "again", reason };
  } finally {
    transport.close();
  }
}

interface MailParts {
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One mail for all of them, the most urgent first. The same tellings have the same Message-ID (RFC 5322 §3.6.4). */
export function renderMail(
  tellings: readonly Telling[],
  { linkTo, from }: { readonly linkTo: LinkTo; readonly from: string },
): MailParts {
  const sorted = tellings.toSorted((one, other) => urgencyOf(other) - urgencyOf(one));
  const keys = tellings.map(({ key }) => key).toSorted();
  const hash = createHash("sha256").update(keys.join("\n")).digest("hex").slice(0, 40);
  const domain = /@([^@<>\s]+)>?\s*$/.exec(from)?.[1] ?? "localhost";
  const [first] = sorted;
  const subject = first === undefined ? "" : sorted.length === 1 ? renderTitle(first) : summarise(sorted);
  return {
    subject,
    text: `${sorted.map((telling) => renderText(telling, linkTo(telling))).join("\n\n")}\n`,
    messageId: `<${hash}@${domain}>`,
    // RFC 3834 §5: no vacation notice comes back.
    headers: { "auto-submitted": "auto-generated" },
  };
}

function urgencyOf({ kind, alert }: Telling): number {
  return kind === "closed" ? -1 : severities.indexOf(alert.severity);
}

/** `12 alerts: 3 critical, 9 warning, 2 closed`. */
function summarise(tellings: readonly Telling[]): string {
  const counts = [...severities]
    .reverse()
    .map(
      (severity) =>
        [
          severity,
          tellings.filter(({ kind, alert }) => kind !== "closed" && alert.severity === severity),
        ] as const,
    )
    .map(([severity, some]) => [severity as string, some.length] as const);
  const closed = tellings.filter(({ kind }) => kind === "closed").length;
  const parts = [...counts, ["closed", closed] as const].filter(([, count]) => count > 0);
  return `${renderCount(tellings.length, "alert")}: ${parts.map(([word, count]) => `${count} ${word}`).join(", ")}`;
}
