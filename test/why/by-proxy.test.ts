/** `why` by a proxy of SOCKS, and what is asked in plain through a tunnel. */
import { describe, expect, test } from "vitest";
import type { Diagnosis } from "../../src/diagnosis/index.ts";
import { meerkat } from "../cli/transcript.ts";
import { openHttp } from "../client/origin.ts";
import { openSocksProxy, type SocksProxy } from "../client/socks-proxy.ts";
import { openProxy } from "../client/tunnel-proxy.ts";
import { openMintingServer, unremarkable } from "./middlebox.ts";

async function why(proxy: string, url: string, ...flags: readonly string[]): Promise<Diagnosis> {
  const { stdout } = await meerkat(["why", "--json", "-x", proxy, ...flags, url]);
  return JSON.parse(stdout) as Diagnosis;
}

const urlOf = ({ port }: SocksProxy, scheme = "socks5h"): string => `${scheme}://127.0.0.1:${port}`;

test("what is asked in plain comes through the tunnel of any proxy", async () => {
  await using origin = await openHttp((_, response) => void response.end("hello"), { tls: false });
  await using http = await openProxy({ tls: false });
  await using socks = await openSocksProxy();
  for (const proxy of [`http://127.0.0.1:${http.port}`, urlOf(socks), urlOf(socks, "socks5")])
    expect((await why(proxy, `${origin.url}/`)).headline.code).toBe("healthy");
});

describe("a proxy of SOCKS", () => {
  test("that refuses is told with its reply, and the way with who named it", async () => {
    await using proxy = await openSocksProxy({ reply: () => 2 });
    const { headline, findings, stages } = await why(urlOf(proxy), "https://a.example/");
    expect(headline).toMatchObject({ code: "socks-refused", certainty: "certain" });
    expect(headline.sentence).toContain("its rules do not allow the connection (reply 2)");
    expect(findings[0]?.evidence.join(" ")).toContain("Which way: -x.");
    expect(findings[0]?.remedy.client).toContain("Ask the proxy's operator");
    expect(stages.map(({ stage }) => stage)).toContain("proxy");
  });

  test("that wants a login is the caller's to give it", async () => {
    await using proxy = await openSocksProxy({ login: "me:right" });
    const { findings } = await why(urlOf(proxy), "https://a.example/");
    expect(findings[0]).toMatchObject({ code: "proxy-authentication-required", fault: "caller" });
    expect(findings[0]?.remedy.client).toContain(`socks5h://user:password@127.0.0.1:${proxy.port}`);
  });

  // Names are looked up here by socks5, and nobody's has no address: the proxy alone can be asked for it.
  test.each(["socks5", "socks5h"])(
    "that makes certificates is certain by %s, too",
    { timeout: 60_000 },
    async (scheme) => {
      await using server = await openMintingServer("leaf", unremarkable);
      await using proxy = await openSocksProxy({ to: server.port });
      const resolve = ["--resolve", "www.example.com:443:127.0.0.1"];
      const { headline } = await why(urlOf(proxy, scheme), "https://www.example.com/", ...resolve);
      expect(headline).toMatchObject({ code: "intercepted", certainty: "certain" });
      expect(proxy.asked.some((asked) => /^name .*invalid:443$/.test(asked))).toBe(true);
    },
  );
});
