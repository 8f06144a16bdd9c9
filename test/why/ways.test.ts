/** Laws of the way there: names that lead nowhere, and the proxy's stages, faults and words. */
import { createServer as createHttp } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { compilePolicy } from "../../src/admission/index.ts";
import { HttpsError, requireUrl } from "../../src/core/index.ts";
import { diagnose, type Diagnosis } from "../../src/diagnosis/index.ts";
import { runWhy } from "../../src/why/index.ts";
import { meerkat } from "../cli/transcript.ts";
import { endedBy, evidenceOf, visit } from "./made-up.ts";

const refused = endedBy(
  new HttpsError("connection-refused", { host: "site.example", port: 443, attempts: [] }),
);

function ledTo(host: string, addresses: readonly string[], source = "resolver") {
  const reach = { source, addresses, connected: undefined, lost: [], proxy: undefined };
  return diagnose(
    evidenceOf({ host, reach, ended: refused, tls: undefined, trust: undefined, exchange: undefined }),
  );
}

describe("a name that leads nowhere", () => {
  test.each([["0.0.0.0"], ["::"]])("to %s is DNS's doing, certainly", (address) => {
    const { headline, findings, ruledOut } = ledTo("ads.site.com", [address]);
    expect(headline).toMatchObject({ code: "name-leads-nowhere", certainty: "certain" });
    expect(findings[0]).toMatchObject({ stage: "dns", fault: "network" });
    expect(ruledOut.join(" ")).not.toContain("Not DNS");
  });

  test("to this machine, for a public name at which nothing listens, is likely DNS's doing", () => {
    expect(ledTo("www.site.com", ["127.0.0.1"]).headline).toMatchObject({
      code: "name-leads-nowhere",
      certainty: "likely",
    });
  });

  test.each<readonly [law: string, host: string, addresses: readonly string[], source: string]>([
    ["a name of one's own network", "nas.lan", ["127.0.0.1"], "resolver"],
    ["a name without a dot", "buildhost", ["127.0.0.1"], "resolver"],
    ["one of two addresses", "www.site.com", ["127.0.0.1", "192.0.2.1"], "resolver"],
    ["what the caller said itself", "www.site.com", ["0.0.0.0"], "override"],
  ])("is not %s", (_law, host, addresses, source) => {
    expect(ledTo(host, addresses, source).headline.code).toBe("connection-refused");
  });
});

test("that a name has an address rules out DNS only where the server proved to be the name's own", () => {
  expect(
    diagnose(
      evidenceOf({ ended: refused, trust: undefined, tls: undefined, exchange: undefined }),
    ).ruledOut.join(" "),
  ).not.toContain("DNS");
  expect(visit.reach?.source).toBe("resolver");
});

interface Way {
  readonly stage: string | undefined;
  readonly passed: readonly string[];
  readonly diagnosis: Diagnosis;
}

/** Asks through a proxy, and says which stage failed. */
async function through(
  proxy: string,
  url = "https://site.invalid/",
  ...more: readonly string[]
): Promise<Way> {
  const { stdout } = await meerkat(["why", "--json", "-x", proxy, ...more, url]);
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  const { stages } = diagnosis;
  return {
    stage: stages.find(({ outcome }) => outcome === "failed")?.stage,
    passed: stages.filter(({ outcome }) => outcome === "passed").map(({ stage }) => stage),
    diagnosis,
  };
}

async function listening(server: Server): Promise<{ url: string } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => void sockets.add(socket.on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A proxy that answers CONNECT with this. */
const answering = (text: string): Promise<{ url: string } & AsyncDisposable> =>
  listening(createServer((socket) => void socket.once("data", () => socket.end(text))));

describe("a proxy", () => {
  test("whose name does not resolve fails at its name, and is the caller's to correct", async () => {
    const { stage, passed, diagnosis } = await through("http://no-such-proxy.invalid:3128");
    expect({ stage, passed }).toEqual({ stage: "dns", passed: [] });
    expect(diagnosis.findings[0]).toMatchObject({ code: "proxy-unreachable", fault: "caller" });
    expect(diagnosis.findings[0]?.remedy.client).toContain("does not resolve");
  });

  test("at whose port nothing listens fails at TCP, and no connection is ticked", async () => {
    const { stage, passed, diagnosis } = await through("http://127.0.0.1:1");
    expect({ stage, passed }).toEqual({ stage: "tcp", passed: ["dns"] });
    expect(diagnosis.findings[0]).toMatchObject({ fault: "caller" });
    expect(diagnosis.findings[0]?.remedy.client).toContain("nothing listens");
    expect(diagnosis.reached).toBe(false);
  });

  test("that accepts and stays silent is the one that did not answer", async () => {
    await using silent = await listening(createServer((socket) => void socket.resume()));
    const { stage, passed, diagnosis } = await through(silent.url, undefined, "-m", "2");
    expect({ stage, passed }).toEqual({ stage: "proxy", passed: ["dns", "tcp"] });
    expect(diagnosis.headline.certainty).toBe("likely");
    expect(diagnosis.reached).toBe(false);
  });

  test("that does not speak TLS is written with http://", async () => {
    await using plain = await answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    const { stage, diagnosis } = await through(plain.url.replace("http:", "https:"));
    expect(stage).toBe("proxy");
    expect(diagnosis.findings[0]).toMatchObject({ code: "proxy-unreachable", fault: "caller" });
    expect(diagnosis.findings[0]?.remedy.client).toContain("with http://");
  });

  test("that is a web server is told to be one", async () => {
    await using web = await answering(
      "HTTP/1.1 405 Not Allowed\r\nServer: nginx\r\nContent-Type: text/html\r\n\r\n<h1>405 Not Allowed</h1>",
    );
    const { diagnosis } = await through(web.url);
    expect(diagnosis.headline.sentence).toContain("likely no proxy but a web server");
    expect(diagnosis.findings[0]).toMatchObject({ fault: "caller" });
    expect(diagnosis.findings[0]?.evidence.join(" ")).toContain('"nginx"');
  });

  test("is quoted, and a port that it refuses is named", async () => {
    await using strict = await answering(
      "HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n\r\n<p>Only port \u001b[31m443 is open to you.",
    );
    const { diagnosis } = await through(strict.url, "https://site.invalid:8443/");
    const [finding] = diagnosis.findings;
    expect(finding?.evidence.join(" ")).toContain('"Only port [31m443 is open to you."');
    expect(finding?.evidence.join(" ")).toContain("ERR_ACCESS_DENIED");
    expect(finding?.remedy.client).toContain("port 8443");
  });
});

test("an interruption is one, and nothing is told of a deadline", async () => {
  const told: string[] = [];
  const server = createHttp();
  await using silent = await listening(server);
  const controller = new AbortController();
  server.on("connection", () => controller.abort());
  const asked = runWhy({
    target: requireUrl(`${silent.url}/`),
    fields: [["Host", "x"]],
    policy: compilePolicy({}, {}),
    ownRoots: false,
    environment: {},
    signal: controller.signal,
    onStage: ({ outcome, says }) => void (outcome === "failed" && told.push(says)),
  });
  await expect(asked).rejects.toMatchObject({ code: "aborted" });
  expect(told).toEqual([]);
});
