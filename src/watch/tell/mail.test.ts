/** E-mail against a mail server: with STARTTLS and TLS, verified, and what its refusals mean. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { identity, rootPem } from "../../../test/client/origin.ts";
import { alertOf, openedAt, tellingOf } from "../../../test/watch/tellings.ts";
import { Client } from "../../client/index.ts";
import { pemOf } from "../../../test/pki/index.ts";
import { mintRoot } from "../../../test/pki/today.ts";
import { mail, renderMail, type MailOptions } from "./mail.ts";

const client = new Client({ roots: rootPem });
const signal = new AbortController().signal;
const servers: SMTPServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => client.close());

const linkTo = (): string => "https://watch.example/endpoints/e1";

/** A mail server, and the mails that it took. */
async function openServer(changes: SMTPServerOptions = {}): Promise<{ port: number; mails: string[] }> {
  const mails: string[] = [];
  const server = new SMTPServer({
    ...identity,
    authOptional: true,
    onData(stream, _session, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
      stream.on("end", () => {
        mails.push(text);
        done();
      });
    },
    ...changes,
  });
  server.on("error", () => {});
  servers.push(server);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return { port: (listening.address() as AddressInfo).port, mails };
}

const options = (port: number, changes: Partial<MailOptions> = {}): MailOptions => ({
  name: "mail",
  client,
  url: `submission://localhost:${port}`,
  from: "Watch <watch@example.com>",
  to: ["ops@example.com"],
  linkTo,
  ...changes,
});

/** Without quoted-printable's soft line breaks. */
const unfolded = (text = ""): string => text.replaceAll("=\r\n", "").replaceAll("=3D", "=");

describe("e-mail", () => {
  test("goes over STARTTLS with the login, and says everything but the URL", async () => {
    const logins: string[] = [];
    const { port, mails } = await openServer({
      authOptional: false,
      onAuth: ({ username = "", password = "" }, _session, done) => {
        logins.push(`${username} ${password}`);
        done(null, { user: username });
      },
    });
    const login = { user: "watch", password: () => Promise.resolve("hunter2") };
    const channel = await mail(options(port, { login }));
    expect(await channel.tell([tellingOf("opened")], signal)).toEqual([{ kind: "told" }]);
    expect(logins).toEqual(["watch hunter2"]);
    const text = unfolded(mails[0]);
    for (const part of [
      "Subject: Warning: https://api.example.com",
      "The path of https://api.example.com ends on 2026-01-25.",
      "By: 2026-01-25 12:00:00 UTC",
      "Evidence: It was renewed with 30 days left before.",
      "What to do: Renew it.",
      "Page: https://watch.example/endpoints/e1",
      `Key: ${tellingOf("opened").key}`,
      "Auto-Submitted: auto-generated",
    ])
      expect(text).toContain(part);
    expect(text).not.toMatch(/secret-|hunter2|<html/);
  });

  test("goes over TLS from the first byte", async () => {
    const { port, mails } = await openServer({ secure: true });
    const channel = await mail(options(port, { url: `submissions://localhost:${port}` }));
    expect(await channel.tell([tellingOf("opened")], signal)).toEqual([{ kind: "told" }]);
    expect(mails).toHaveLength(1);
  });

  test("goes to nobody who is not verified, nor to one without STARTTLS, and is tried again", async () => {
    const stranger = new Client({ roots: pemOf(mintRoot("Another Root")) });
    const { port, mails } = await openServer();
    const unverified = await mail(options(port, { client: stranger }));
    expect(await unverified.tell([tellingOf("opened")], signal)).toMatchObject([{ kind: "again" }]);
    const open = await openServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    const inPlain = await mail(options(open.port));
    expect(await inPlain.tell([tellingOf("opened")], signal)).toMatchObject([{ kind: "again" }]);
    expect([...mails, ...open.mails]).toEqual([]);
    await stranger.close();
  });

  test("goes in plain to this machine alone, and only where that is asked for", async () => {
    const { port, mails } = await openServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    const channel = await mail(options(port, { isPlain: true }));
    expect(await channel.tell([tellingOf("opened")], signal)).toEqual([{ kind: "told" }]);
    expect(mails).toHaveLength(1);
    await expect(mail(options(25, { url: "smtp://mail.example", isPlain: true }))).rejects.toThrow(
      "plain text",
    );
  });

  const answering = (responseCode: number): Error => Object.assign(new Error("hunter2"), { responseCode });

  test("a recipient that does not exist is refused for good; a full mailbox is tried again", async () => {
    const outcomes = [550, 452].map(async (code) => {
      const { port } = await openServer({ onRcptTo: (_address, _session, done) => done(answering(code)) });
      const [outcome] = await (await mail(options(port))).tell([tellingOf("opened")], signal);
      return outcome;
    });
    const [gone, full] = await Promise.all(outcomes);
    expect(gone).toMatchObject({ kind: "refused" });
    expect(full).toMatchObject({ kind: "again" });
    expect(JSON.stringify([gone, full])).not.toContain("hunter2");
  });

  test("a login that fails is tried again, and nothing of it is shown", async () => {
    const { port } = await openServer({
      authOptional: false,
      onAuth: (_auth, _session, done) => done(answering(535)),
    });
    const login = { user: "watch", password: () => Promise.resolve("hunter2") };
    const [outcome] = await (await mail(options(port, { login }))).tell([tellingOf("opened")], signal);
    expect(outcome).toMatchObject({ kind: "again" });
    expect(JSON.stringify(outcome)).toContain("535");
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });
});

describe("many alerts", () => {
  const many = [
    tellingOf("closed", alertOf({ subject: "c", severity: "critical", closedAt: openedAt + 1 })),
    tellingOf("opened", alertOf({ subject: "w" })),
    tellingOf("opened", alertOf({ subject: "x", severity: "critical", sentence: "It broke." })),
  ];

  test("are one mail, the most urgent first", () => {
    const { subject, text } = renderMail(many, { linkTo, from: "watch@example.com" });
    expect(subject).toBe("3 alerts: 1 critical, 1 warning, 1 closed");
    expect(text.indexOf("It broke.")).toBeLessThan(text.indexOf("The path"));
    for (const { key } of many) expect(text).toContain(`Key: ${key}\n`);
  });

  test("told twice have the same Message-ID", () => {
    const from = "Watch <watch@example.com>";
    const { messageId } = renderMail(many, { linkTo, from });
    expect(renderMail(many.toReversed(), { linkTo, from }).messageId).toBe(messageId);
    expect(renderMail(many.slice(1), { linkTo, from }).messageId).not.toBe(messageId);
    expect(messageId).toMatch(/^<[\da-f]{40}@example\.com>$/);
  });
});
