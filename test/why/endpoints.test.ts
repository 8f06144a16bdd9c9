/**
 * `why` for what is not a web site: each layer with its outcome, what decides between TLS at once and STARTTLS, what a server
 * says that has no TLS, and that nothing is said within TLS to whom nobody vouches for.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { compilePolicy } from "../../src/admission/index.ts";
import { requireDestination } from "../../src/client/index.ts";
import { protocolNames, type StartTlsProtocol } from "../../src/core/index.ts";
import type { Diagnosis } from "../../src/diagnosis/index.ts";
import { Client } from "../../src/index.ts";
import { runWhy } from "../../src/why/index.ts";
import { meerkat } from "../cli/transcript.ts";
import { mintRoot } from "../pki/today.ts";
import { openStartTlsServer, startTlsTurns } from "../client/start-tls-server.ts";
import { mintIdentity, openOrigin, rootPem, whenEmpty, type Origin } from "../client/origin.ts";
import { openProxy } from "../client/tunnel-proxy.ts";
import { findViolations } from "./schema.ts";

const protocols = Object.keys(protocolNames) as StartTlsProtocol[];
const stranger = mintIdentity({}, mintRoot("Stranger"));

/** As a program asks. */
async function why(url: string, options: ConstructorParameters<typeof Client>[0] = {}): Promise<Diagnosis> {
  await using client = new Client({ environment: {}, roots: rootPem, ...options });
  const { diagnosis } = await client.why(url);
  expect(findViolations(JSON.parse(JSON.stringify(diagnosis)))).toEqual([]);
  return diagnosis;
}

/** With little patience. */
async function whySoon(url: string): Promise<Diagnosis> {
  const { target, endpoint } = requireDestination(url);
  const policy = compilePolicy({ roots: rootPem }, {});
  const asked = { target, endpoint, fields: [], policy, ownRoots: true, environment: {}, connectMs: 150 };
  return (await runWhy(asked)).diagnosis;
}

const stagesOf = ({ stages }: Diagnosis): readonly string[] =>
  stages.map(({ stage, outcome }) => `${stage} ${outcome}`);

/** A server that says this, and listens. */
const openTalker = (said: string): Promise<Origin> =>
  openOrigin((socket) => void socket.resume().write(said, "latin1"), { tls: false });

/** What mail servers answer within TLS. */
function speakWithin(heard: string[]): (socket: TLSSocket) => void {
  return (socket) =>
    void socket.on("data", (data: Buffer) => {
      heard.push(data.toString());
      if (data.toString().startsWith("EHLO")) socket.write("250-mx\r\n250-SIZE 7\r\n250 AUTH PLAIN\r\n");
      if (data.toString().startsWith("a1 ")) socket.write("* CAPABILITY IMAP4rev1 IDLE\r\na1 OK x\r\n");
      if (data.toString().startsWith("CAPA")) socket.write("+OK\r\nUIDL\r\n.\r\n");
    });
}

const asked: Partial<Record<StartTlsProtocol, readonly [said: string, told: string]>> = {
  smtp: ["EHLO localhost\r\n", "SMTP: it offers SIZE 7, AUTH PLAIN"],
  imap: ["a1 CAPABILITY\r\n", "IMAP: it offers IMAP4rev1, IDLE"],
  pop3: ["CAPA\r\n", "POP3: it offers UIDL"],
};

describe.each(protocols)("a server of %s", (protocol) => {
  const turns = startTlsTurns[protocol];
  const name = protocolNames[protocol];

  test("that is well is told layer by layer", async () => {
    const heard: string[] = [];
    await using server = await openStartTlsServer({ turns, within: speakWithin(heard) });
    const diagnosis = await why(`${protocol}://user:SECRET@localhost:${server.port}/x`);
    const [said, told] = asked[protocol] ?? [];
    expect(stagesOf(diagnosis)).toEqual([
      "dns passed",
      "tcp passed",
      "starttls passed",
      "tls passed",
      "certificate passed",
      ...(told === undefined ? [] : ["protocol passed"]),
    ]);
    expect(diagnosis.headline).toMatchObject({
      code: "healthy",
      sentence: expect.stringContaining(`localhost port ${server.port} begins TLS (${name}), verified by`),
    });
    expect([diagnosis.healthy, diagnosis.url]).toEqual([true, `${protocol}://localhost:${server.port}`]);
    expect(diagnosis.stages.at(-1)?.says).toContain(told ?? "verified by");
    expect(new Set(heard)).toEqual(new Set(said === undefined ? [] : [said]));
    expect(JSON.stringify(diagnosis)).not.toMatch(/SECRET|user/);
  });

  test("for whom nobody vouches is told so in the protocol's terms, and is said nothing within TLS", async () => {
    const heard: string[] = [];
    await using server = await openStartTlsServer({ turns, tls: stranger, within: speakWithin(heard) });
    const diagnosis = await why(`${protocol}://localhost:${server.port}`);
    expect(stagesOf(diagnosis).slice(2, 5)).toEqual(["starttls passed", "tls passed", "certificate failed"]);
    const [first] = diagnosis.findings;
    expect(first?.stage).toBe("trust");
    expect(first?.remedy.client).toMatch(/FILE|sslrootcert|trust/);
    expect(diagnosis.experiments.map(({ name: one }) => one).join()).not.toContain("verifying nothing");
    expect(heard).toEqual([]);
    await whenEmpty(server);
  });

  // PostgreSQL says nothing of itself, and its port is not a test's to have.
  test.skipIf(protocol === "postgres")(
    "that is asked for TLS at once is known by its scheme, its words or its port",
    async () => {
      const sibling = {
        smtp: "smtps",
        imap: "imaps",
        pop3: "pop3s",
        ldap: "ldaps",
        ftp: "ftps",
        xmpp: "xmpps",
      };
      const scheme = sibling[protocol as keyof typeof sibling] ?? "tls";
      await using server = await openPlainFirst(protocol);
      const { headline, findings } = await why(`${scheme}://localhost:${server.port}`);
      expect(headline).toMatchObject({
        certainty: "certain",
        sentence: expect.stringContaining(
          `It speaks ${name} in plain there, and TLS begins behind its STARTTLS`,
        ),
      });
      expect(findings[0]).toMatchObject({
        fault: "caller",
        remedy: { client: expect.stringContaining(`Write ${protocol}://localhost:${server.port}`) },
      });
      expect(findings[0]?.remedy.server).toBeUndefined();
    },
  );
});

/** One that closes where a ClientHello comes first, as real ones do. */
function openPlainFirst(protocol: StartTlsProtocol): Promise<Origin> {
  const [first, ...rest] = startTlsTurns[protocol];
  const isHello = (socket: Socket): void => {
    socket.prependOnceListener("data", (chunk: Buffer) => {
      if (chunk[0] === 0x16 && chunk[5] === 1) socket.end();
    });
  };
  return openStartTlsServer({ turns: first === undefined ? [] : [first, ...rest], onSocket: isHello });
}

describe("TLS at once, asked for STARTTLS, is decided by a handshake", () => {
  test.each<[scheme: string, write: string]>([
    ["postgres", "tls"],
    ["ldap", "ldaps"],
    ["xmpp", "xmpps"],
    ["smtp", "smtps"],
    ["mysql", "tls"],
  ])("%s: write %s", async (scheme, write) => {
    await using origin = await openOrigin(() => {});
    const { headline, findings, experiments } = await whySoon(`${scheme}://localhost:${origin.port}`);
    expect(headline).toMatchObject({
      certainty: "certain",
      code: expect.stringMatching(/^starttls-(?:malformed|timeout)$/),
      sentence: expect.stringContaining(`On localhost port ${origin.port} TLS begins at once`),
    });
    expect(findings[0]?.remedy.client).toContain(`Write ${write}://localhost:${origin.port}`);
    expect(experiments.map(({ name }) => name)).toContain(
      "a handshake at once, without the words before TLS",
    );
  });

  test("and where that does not complete either, the silence is all that is told", async () => {
    await using server = await openOrigin((socket) => socket.resume(), { tls: false });
    const { headline, stages } = await whySoon(`smtp://localhost:${server.port}`);
    expect(headline).toMatchObject({ code: "starttls-timeout", certainty: "likely" });
    expect(headline.sentence).not.toContain("begins at once");
    expect(stages[2]).toMatchObject({ stage: "starttls", outcome: "failed" });
  });
});

describe("what a server says that does not begin TLS", () => {
  const packet = (text: string): string => String.fromCharCode(text.length, 0, 0, 0) + text;
  const noSsl = packet("\x0a8.0.36\0\x01\0\0\0challeng\0\xff\xf7\x2d\x02\0\xff\xff\x15".padEnd(44, "\0"));
  const ldapSays = (code: number): string =>
    `\x30\x0c\x02\x01\x01\x78\x07\x0a\x01${String.fromCharCode(code)}\x04\0\x04\0`;

  test.each<[law: string, scheme: string, said: string, told: readonly [code: string, words: RegExp]]>([
    ["PostgreSQL without TLS", "postgres", "N", ["starttls-not-offered", /answered SSLRequest with "N"/]],
    [
      "and what its client does of itself",
      "postgres",
      "N",
      ["starttls-not-offered", /sslmode=verify-full sslrootcert=FILE/],
    ],
    [
      "and how it is turned on",
      "postgres",
      "N",
      ["starttls-not-offered", /Turn TLS on\. postgresql\.conf: ssl = on/],
    ],
    ["MySQL without its flag", "mysql", noSsl, ["starttls-not-offered", /CLIENT_SSL.*my\.cnf: ssl_cert/s]],
    [
      "MySQL that does not know the address",
      "mysql",
      packet("\xff\x6a\x04Host 'x' is not allowed"),
      ["starttls-refused", /1130 is about this client's address/],
    ],
    [
      "SMTP for the moment",
      "smtp",
      "220 mx\r\n250-mx\r\n250 STARTTLS\r\n454 4.7.0 no\r\n",
      ["starttls-refused", /RFC 3207/],
    ],
    [
      "SMTP without the offer",
      "smtp",
      "220 mx\r\n250 mx\r\n",
      ["starttls-not-offered", /smtps:\/\/localhost.*smtpd_tls/s],
    ],
    [
      "SMTP behind a mask",
      "smtp",
      "220 **********\r\n250-mx\r\n250 XXXXXXXA\r\n",
      ["starttls-not-offered", /likely a firewall/],
    ],
    ["LDAP unwilling", "ldap", ldapSays(53), ["starttls-refused", /unwillingToPerform/]],
    [
      "LDAP without a certificate",
      "ldap",
      ldapSays(52),
      ["starttls-refused", /52 is unavailable.*olcTLSCertificateFile/s],
    ],
    ["LDAP that does not know it", "ldap", ldapSays(2), ["starttls-not-offered", /protocolError \(2\)/]],
    ["SSH", "smtp", "SSH-2.0-x\r\n", ["starttls-malformed", /opening words of SSH, and not of SMTP/]],
    ["HTTP", "imap", "HTTP/1.1 400 Bad\r\n\r\n", ["starttls-malformed", /on \d+ it speaks HTTP/]],
    [
      "text behind its consent",
      "smtp",
      "220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\nx\r\n",
      ["starttls-injection", /CVE-2011-0411/],
    ],
  ])("%s", async (_law, scheme, said, [code, words]) => {
    await using server = await openTalker(said);
    const diagnosis = await why(`${scheme}://localhost:${server.port}`);
    expect(diagnosis.headline.code).toBe(code);
    expect(stagesOf(diagnosis).slice(0, 4)).toEqual([
      "dns passed",
      "tcp passed",
      "starttls failed",
      "tls not-reached",
    ]);
    const [first] = diagnosis.findings;
    const text = [first?.sentence, ...(first?.evidence ?? []), first?.remedy.client, first?.remedy.server];
    expect(text.join("\n")).toMatch(words);
    expect(diagnosis.reached).toBe(true);
  });

  test("a server that speaks another protocol where TLS should begin is named, with the port's own service", async () => {
    await using server = await openTalker("SSH-2.0-x\r\n");
    const { headline, findings } = await why(`mqtts://localhost:${server.port}`);
    expect(headline.code).toBe("not-tls");
    expect(findings[0]?.remedy.client).toContain("speaks MQTT over TLS: on");
  });
});

test("TLS from the start is told without STARTTLS, and what greets within it is asked behind its greeting", async () => {
  const heard: string[] = [];
  await using origin = await openOrigin((socket) => {
    socket.write("220 mx ESMTP\r\n");
    speakWithin(heard)(socket as TLSSocket);
  });
  const mail = await why(`smtps://localhost:${origin.port}`);
  expect(stagesOf(mail)).toEqual([
    "dns passed",
    "tcp passed",
    "tls passed",
    "certificate passed",
    "protocol passed",
  ]);
  expect(mail.stages.at(-1)?.says).toBe("SMTP: it offers SIZE 7, AUTH PLAIN");
  const other = await why(`localhost:${origin.port}`);
  expect(stagesOf(other)).toEqual(["dns passed", "tcp passed", "tls passed", "certificate passed"]);
  expect(other.healthy).toBe(true);
});

test("a server that says no end of it within TLS is not waited for, and is well", async () => {
  await using origin = await openOrigin((socket) => socket.resume());
  const diagnosis = await whySoon(`imaps://localhost:${origin.port}`);
  expect(diagnosis.healthy).toBe(true);
  expect(diagnosis.stages.at(-1)?.says).toMatch(/^IMAP: nothing that ends within \d+ ms$/);
}, 20_000);

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "a broker that wants a certificate is told so, though TLS is all that it says (%s)",
  async (version) => {
    const tls = { requestCert: true, rejectUnauthorized: true, minVersion: version, maxVersion: version };
    await using origin = await openOrigin(() => {}, { tls });
    const { headline } = await why(`mqtts://localhost:${origin.port}`);
    // TLS 1.2 has no alert of its own for it.
    expect(headline.code).toBe(version === "TLSv1.3" ? "client-certificate-required" : "tls-alert");
    expect(headline.sentence).toMatch(/certificate/);
  },
);

test("a proxy's tunnel is a layer of its own", async () => {
  await using server = await openStartTlsServer({ turns: startTlsTurns.postgres });
  await using proxy = await openProxy({ tls: false });
  const diagnosis = await why(`postgres://localhost:${server.port}`, {
    proxy: `http://localhost:${proxy.port}`,
  });
  expect(stagesOf(diagnosis)).toEqual([
    "dns passed",
    "tcp passed",
    "proxy passed",
    "starttls passed",
    "tls passed",
    "certificate passed",
  ]);
});

describe("meerkat why", () => {
  test("takes them, and shows a line for each layer", async () => {
    await using server = await openStartTlsServer({ turns: startTlsTurns.postgres, tls: stranger });
    const { stdout, exitCode } = await meerkat(["why", `postgres://localhost:${server.port}`]);
    expect(exitCode).toBe(60);
    expect(stdout).toMatch(/✓ STARTTLS +[\d.]+ ms {2}PostgreSQL: the server begins TLS/);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("sslmode=verify-full sslrootcert=FILE");
  });

  test.each([
    [["-H", "X: y"], "-H is for web sites"],
    [["-A", "x"], "-A is for web sites"],
  ])("refuses %j there, since nothing is asked in HTTP", async (flags, words) => {
    const { stderr, exitCode } = await meerkat(["why", ...flags, "postgres://localhost"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  test("a pin counts there, too", async () => {
    await using server = await openStartTlsServer({ turns: startTlsTurns.smtp });
    const pin = `sha256//${Buffer.alloc(32).toString("base64")}`;
    const url = `smtp://localhost:${server.port}`;
    const folder = mkdtempSync(join(tmpdir(), "meerkat-why-"));
    writeFileSync(join(folder, "root.pem"), rootPem);
    const flags = ["--cacert", join(folder, "root.pem"), "--pinnedpubkey", pin];
    const { stdout } = await meerkat(["why", "--json", ...flags, url]);
    rmSync(folder, { recursive: true });
    expect((JSON.parse(stdout) as Diagnosis).headline.code).toBe("pin-mismatch");
  });

  test.each([
    ["redis://localhost", "rediss://"],
    ["gopher://localhost", "gopher"],
  ])("%s is a matter of usage", async (url, words) => {
    const { stderr, exitCode } = await meerkat(["why", url]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});
