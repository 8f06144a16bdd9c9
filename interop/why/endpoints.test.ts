/** `meerkat why` against databases, mail servers and brokers that nobody here wrote: well, not trusted, without TLS, on the wrong scheme. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Diagnosis } from "../../src/diagnosis/index.ts";
import { meerkat } from "../../test/cli/transcript.ts";
import {
  dovecot,
  isInstalled,
  mariadb,
  mosquitto,
  postgres,
  prosody,
  redis,
  slapd,
  start,
  vsftpd,
  type Program,
  type Running,
} from "../endpoints/brokers.ts";

async function why(url: string, flags: readonly string[] = []): Promise<Diagnosis> {
  const { stdout } = await meerkat(["why", "--json", ...flags, url]);
  return JSON.parse(stdout) as Diagnosis;
}

/** What is known of each: how it is set right in its own terms, and the scheme that asks it the other way. */
const servers: readonly (readonly [program: Program, terms: RegExp, other: string | undefined])[] = [
  [postgres, /sslmode=verify-full sslrootcert=FILE/, undefined],
  [mariadb, /--ssl-verify-server-cert/, "tls"],
  [dovecot("submission"), /smtp_tls_CAfile = FILE/, "smtps"],
  [dovecot("imap"), /have it trust FILE/, "imaps"],
  [dovecot("pop3"), /have it trust FILE/, "pop3s"],
  [slapd, /TLS_CACERT FILE/, "ldaps"],
  [vsftpd, /ssl:ca-file FILE/, "ftps"],
  [prosody, /have it trust FILE/, "xmpps"],
  [mosquitto(), /mosquitto_sub.*--cafile FILE/, "postgres"],
  [redis, /redis-cli: --tls --cacert FILE/, "ldap"],
];

describe.each(servers)("$program, by $scheme", (program, terms, other) => {
  describe.skipIf(!isInstalled(program))("(skipped where it is not installed)", () => {
    let server: Running;
    beforeAll(async () => {
      server = await start(program);
    });
    afterAll(() => server.stop());

    it("is well where its root is trusted", async () => {
      const { headline, stages } = await why(server.url, ["--cacert", server.caFile]);
      expect(headline).toMatchObject({ code: "healthy" });
      expect(stages.map(({ outcome }) => outcome)).not.toContain("failed");
    });

    it("is not where it is not, and is set right in its own terms", async () => {
      const { headline, findings } = await why(server.url);
      expect(headline.code).toMatch(/^untrusted-root$|^missing-intermediate$/);
      expect(findings[0]?.remedy.client).toMatch(terms);
    });

    it.skipIf(other === undefined)("asked the other way is told which way it is", async () => {
      const { headline, findings } = await why(`${other}://localhost:${server.port}`, [
        "--cacert",
        server.caFile,
        "--max-time",
        "20",
      ]);
      expect(headline).toMatchObject({
        certainty: "certain",
        sentence: expect.stringMatching(/TLS begins (?:at once|behind)/),
      });
      expect(findings[0]?.remedy.client).toMatch(/^Write \w+:\/\/localhost:\d+ /);
    });
  });
});

/** The same servers with TLS left out of what they are started with. */
const plain: readonly (readonly [program: Program, without: RegExp, code: string, words: RegExp])[] = [
  [postgres, /^-l$/, "starttls-not-offered", /SSLRequest with "N"/],
  [mariadb, /^--ssl-/, "starttls-not-offered", /CLIENT_SSL/],
  [slapd, /^$/, "starttls-refused|starttls-not-offered", /StartTLS|unavailable|protocolError/],
];

describe.each(plain)("$program without TLS", (program, without, code, words) => {
  const bare: Program = {
    ...program,
    prepare: (place) => {
      const prepared = program.prepare(place);
      if (program === slapd)
        writeFileSync(join(place.folder, "slapd.conf"), `pidfile ${place.folder}/slapd.pid\n`);
      return { ...prepared, args: prepared.args.filter((arg) => !without.test(arg)) };
    },
  };

  it.skipIf(!isInstalled(program))("is told so (skipped where it is not installed)", async () => {
    const server = await start(bare);
    try {
      const { headline, findings } = await why(server.url);
      expect(headline).toMatchObject({ code: expect.stringMatching(code), certainty: "certain" });
      expect(findings[0]?.evidence.join("\n")).toMatch(words);
    } finally {
      await server.stop();
    }
  });
});
