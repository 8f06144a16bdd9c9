/** What is said before TLS, with servers that were written by others: each begins TLS, and both keys accept its chain. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilePolicy } from "../../src/admission/index.ts";
import { requireEndpoint } from "../../src/core/index.ts";
import { dialStream, directly } from "../../src/net/index.ts";
import {
  dovecot,
  isInstalled,
  mariadb,
  postgres,
  prosody,
  slapd,
  start,
  vsftpd,
  type Running,
} from "./brokers.ts";

const programs = [
  dovecot("submission"),
  dovecot("imap"),
  dovecot("pop3"),
  slapd,
  postgres,
  mariadb,
  vsftpd,
  prosody,
];

describe.each(programs)("$program, by $scheme", (program) => {
  describe.skipIf(!isInstalled(program))("(skipped where it is not installed)", () => {
    let server: Running;
    beforeAll(async () => {
      server = await start(program);
    });
    afterAll(() => server.stop());

    it("begins TLS behind its protocol's words, and its chain is accepted as it was sent", async () => {
      const { host, port, startTls: protocol } = requireEndpoint(server.url);
      if (protocol === undefined) throw new Error(`${server.url} begins with TLS`);
      const limitMs = 30_000;
      const { socket, trust } = await dialStream({
        ...directly,
        scheme: "https",
        host,
        port,
        policy: compilePolicy({ roots: server.caFile }, {}),
        alpn: [],
        startTls: { protocol, limitMs },
        timeouts: { dnsMs: limitMs, connectMs: limitMs, proxyMs: limitMs, tlsMs: limitMs },
        signal: undefined,
      });
      socket.destroy();
      expect(trust.kind).toBe("verified");
      const intermediate = "Interop Test Intermediate";
      expect(trust.chain.map(({ subject }) => subject.display)).toEqual(["localhost", intermediate]);
    });
  });
});
