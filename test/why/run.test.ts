/** `why` where a lab site is not enough: proxies, plain HTTP, this machine's settings, and what it must never do. */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { createServer as createTcp, connect, type AddressInfo, type Socket } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodes } from "../../src/cli/index.ts";
import { requireUrl } from "../../src/core/index.ts";
import { connectionBudget, type Diagnosis } from "../../src/diagnosis/index.ts";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { compilePolicy } from "../../src/admission/index.ts";
import { experimentLimits, runWhy } from "../../src/why/index.ts";
import { identityOf } from "../pki/index.ts";
import { mint } from "../pki/today.ts";
import { meerkat } from "../cli/transcript.ts";
import { openOrigin } from "../client/origin.ts";
import { waitedMsDuring } from "../cost.ts";

let lab: Lab;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-why-"));
  lab = await openLab({
    sites: [
      "good",
      "expired",
      "missing-intermediate",
      "weather",
      "blocked-like-akamai",
      "untrusted-root",
      "not-yet-valid",
    ],
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await lab.close();
});

interface Said {
  readonly diagnosis: Diagnosis;
  readonly exitCode: number;
}

async function why(
  url: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const trust = flags.includes("--cacert") || flags.includes("--no-cacert") ? [] : ["--cacert", lab.caFile];
  const argv = ["why", "--json", ...trust, ...flags.filter((flag) => flag !== "--no-cacert"), url];
  const { stdout, exitCode } = await meerkat(argv, { env });
  return { diagnosis: JSON.parse(stdout) as Diagnosis, exitCode };
}

describe("exit codes", () => {
  test("3 where the server was not reached", async () => {
    for (const [url, code] of [
      ["https://no-such-host.invalid/", "name-not-found"],
      ["https://127.0.0.1:1/", "connection-refused"],
    ] as const) {
      const { diagnosis, exitCode } = await why(url);
      expect({ code: diagnosis.headline.code, exitCode, reached: diagnosis.reached }).toEqual({
        code,
        exitCode: exitCodes[code],
        reached: false,
      });
    }
  });

  test("3 where nobody answers within --connect-timeout", async () => {
    // A listener whose queue is full leaves a SYN unanswered; here, an address of TEST-NET-3 does the same or is refused.
    const url = lab.url("good");
    const { host } = new URL(url);
    const { diagnosis, exitCode } = await why(url, [
      "--resolve",
      `${host}:203.0.113.1`,
      "--connect-timeout",
      "0.3",
    ]);
    expect([7, 28]).toContain(exitCode);
    expect(["connect-timeout", "unreachable", "connection-refused", "connect-failed"]).toContain(
      diagnosis.headline.code,
    );
  });

  test("2 for what was typed: a URL without a scheme, a CA file that is not there, an option that is not", async () => {
    for (const argv of [
      ["example.com"],
      ["--cacert", "/no/such/file", lab.url("good")],
      ["--frob", lab.url("good")],
      [],
    ])
      expect((await meerkat(["why", ...argv])).exitCode).toBe(2);
  });
});

describe("as text", () => {
  test("a line for each stage, the headline, how we know, what to do, and what it is not", async () => {
    const { stdout, exitCode, stderr } = await meerkat(["why", "--cacert", lab.caFile, lab.url("expired")]);
    expect(stderr).toBe("");
    expect(exitCode).toBe(60);
    const lines = stdout.split("\n");
    for (const stage of ["✓ DNS", "✓ TCP", "✓ TLS", "✗ certificate"])
      expect(lines.filter((line) => line.startsWith(stage))).toHaveLength(1);
    const order = [
      "The certificate of expired",
      "expired (certain",
      "How we know",
      "What to do",
      "What it is not",
    ];
    const places = order.map((text) => lines.findIndex((line) => line.startsWith(text)));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(stdout).toContain("The decision is the client's alone");
  });

  test("a healthy site is a few lines, and ends with the word", async () => {
    const { stdout, exitCode } = await meerkat(["why", "--cacert", lab.caFile, lab.url("good")]);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("healthy");
    expect(stdout).not.toContain("What to do");
  });

  test("--no-experiments makes one attempt and says what that shows", async () => {
    const { diagnosis } = await why(lab.url("missing-intermediate"), ["--no-experiments"]);
    expect(diagnosis.headline.code).toBe("missing-intermediate");
    expect(diagnosis.experiments).toEqual([]);
  });
});

describe("the thread's two questions", () => {
  test("a request without a User-Agent is refused for that, and not for its certificate", async () => {
    const { diagnosis } = await why(lab.url("weather"), ["-A", ""]);
    expect(diagnosis.headline).toMatchObject({ code: "fields-refused", certainty: "certain" });
    expect(diagnosis.headline.sentence).toContain("answers 200 to the same with a User-Agent field");
    expect(diagnosis.ruledOut.join(" ")).toContain(
      "Not the certificate: TLS had completed, verified by Meerkat Lab Root",
    );
  });

  test("verifying nothing, the server answers all the same", async () => {
    const { diagnosis } = await why(lab.url("untrusted-root"));
    expect(diagnosis.experiments).toContainEqual(
      expect.objectContaining({
        name: "a request for /, verifying nothing",
        outcome: "answered 200 all the same",
      }),
    );
  });
});

describe("this machine", () => {
  test("NODE_EXTRA_CA_CERTS that cannot be read is a finding beside the headline", async () => {
    const env = { NODE_EXTRA_CA_CERTS: join(folder, "missing.pem") };
    const { diagnosis } = await why(lab.url("good"), ["--no-cacert"], env);
    expect(diagnosis.headline).toMatchObject({ code: "untrusted-root", certainty: "likely" });
    expect(diagnosis.findings).toContainEqual(expect.objectContaining({ code: "setting-without-effect" }));
    expect(JSON.stringify(diagnosis)).toContain("there is no such file");
  });

  test("NODE_EXTRA_CA_CERTS is honoured, and where own roots override it, it is said that it would help", async () => {
    const env = { NODE_EXTRA_CA_CERTS: lab.caFile };
    expect((await why(lab.url("good"), ["--no-cacert"], env)).diagnosis.headline.code).toBe("healthy");
    const other = join(folder, "other.pem");
    writeFileSync(other, await anotherRoot());
    const { diagnosis } = await why(lab.url("good"), ["--cacert", other], env);
    expect(diagnosis.headline.code).toBe("untrusted-root");
    expect(diagnosis.findings).toContainEqual(expect.objectContaining({ code: "setting-without-effect" }));
  });

  test("a file of NODE_EXTRA_CA_CERTS that cannot be read is named, in the words of its error", async () => {
    const { diagnosis } = await why(lab.url("good"), ["--no-cacert"], {
      NODE_EXTRA_CA_CERTS: "/no/such.pem",
    });
    const finding = diagnosis.findings.find(({ code }) => code === "setting-without-effect");
    expect(finding?.sentence).toMatch(
      /names \/no\/such\.pem and has no effect: [^.]+\/no\/such\.pem[^.]*\.$/,
    );
  });

  test("NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect, and that is said", async () => {
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const { diagnosis } = await why(lab.url("expired"), [], env);
    expect(diagnosis.headline.code).toBe("expired");
    expect(diagnosis.findings).toContainEqual(expect.objectContaining({ code: "verification-disabled" }));
    const { diagnosis: healthy } = await why(lab.url("good"), [], env);
    expect(healthy).toMatchObject({ healthy: true, findings: [] });
    expect(healthy.notes.join(" ")).toContain("NODE_TLS_REJECT_UNAUTHORIZED=0 is set");
  });

  test("a clock two days behind makes a certificate that is current look as if it were to come", async () => {
    // The lab's leaves begin an hour before it opens.
    const at = Date.now() - 2 * 86_400_000;
    const { diagnosis } = await runWhy({
      target: requireUrl(lab.url("good")),
      fields: [["Host", new URL(lab.url("good")).host]],
      policy: compilePolicy({ roots: lab.caPem, at }, {}),
      ownRoots: true,
      environment: {},
    });
    expect(diagnosis.headline).toMatchObject({ code: "clock-wrong", certainty: "likely" });
    expect(diagnosis.headline.sentence).toContain("behind the server's");
    expect(diagnosis.findings[1]?.code).toBe("not-yet-valid");
  });
});

describe("other ways there", () => {
  test("through a proxy, by --proxy and by the environment", async () => {
    await using proxy = await openProxy((target, client) => {
      const [host = "", port = ""] = target.split(":");
      const server = connect(Number(port), host.endsWith("localhost") ? "127.0.0.1" : host, () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        server.pipe(client).pipe(server);
      });
      for (const socket of [server, client]) socket.on("error", () => socket.destroy());
    });
    const { diagnosis } = await why(lab.url("good"), ["-x", proxy.url]);
    expect(diagnosis.headline.code).toBe("healthy");
    expect(diagnosis.stages.map(({ stage }) => stage)).toContain("proxy");
    expect((await why(lab.url("expired"), ["-x", proxy.url])).diagnosis.headline.code).toBe("expired");
    // The proxy is on this machine; where the server is, nobody knows, so that its word leads to no private network.
    const { diagnosis: lacking } = await why(lab.url("missing-intermediate"), ["-x", proxy.url]);
    expect(lacking.headline.code).toBe("missing-intermediate");
    expect(JSON.stringify(lacking.findings)).toContain("inside a private network");
  });

  test("a proxy that refuses, that is not there, and that is not a proxy are told apart", async () => {
    await using refusing = await openProxy((_target, client) => {
      client.end(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
      );
    });
    await using forbidding = await openProxy((_target, client) => {
      client.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    for (const [proxy, code] of [
      [refusing.url, "proxy-authentication-required"],
      [forbidding.url, "proxy-refused"],
      ["http://127.0.0.1:1", "proxy-unreachable"],
    ] as const) {
      const { diagnosis, exitCode } = await why(lab.url("good"), ["-x", proxy]);
      expect({ code: diagnosis.headline.code, exitCode }).toEqual({ code, exitCode: exitCodes[code] });
    }
  });

  test("a variable that names a proxy is named", async () => {
    const env = { HTTPS_PROXY: "http://127.0.0.1:1" };
    const { diagnosis } = await why("https://example.invalid/", [], env);
    expect(diagnosis.headline.code).toBe("proxy-unreachable");
    expect(JSON.stringify(diagnosis.findings)).toContain("HTTPS_PROXY");
  });

  test("plain HTTP is answered and nobody vouches; on a TLS port it is told so", async () => {
    await using server = await openHttp((_request, response) => response.end("hello"));
    const { diagnosis } = await why(server.url);
    expect(diagnosis.headline.code).toBe("healthy");
    expect(diagnosis.headline.sentence).toContain("nobody vouches");
    const { diagnosis: onTls } = await why(lab.url("good").replace("https:", "http:"));
    expect(onTls.headline).toMatchObject({ code: "status-error" });
  });

  test("plain HTTP on a TLS port that closes, or that says so, is told to be that", async () => {
    await using silent = await openOrigin(() => {});
    await using talking = await openHttp((_request, response) => {
      response.writeHead(400).end("<h1>The plain HTTP request was sent to HTTPS port</h1>");
    });
    for (const url of [silent.url.replace("https:", "http:"), talking.url]) {
      const { diagnosis } = await why(`${url}/`);
      expect(diagnosis.headline).toMatchObject({ code: "https-expected", certainty: "certain" });
      expect(diagnosis.findings[0]?.remedy.client).toBe(`Write ${url.replace("http:", "https:")}/ instead.`);
    }
  });

  test("a certificate that a server makes for names it does not know is likely that", async () => {
    const fake = mint({
      name: "Kubernetes Ingress Controller Fake Certificate",
      names: ["dns:ingress.local"],
    });
    await using server = await openOrigin(() => {}, { tls: identityOf(fake) });
    const { diagnosis } = await why(`${server.url}/`);
    expect(diagnosis.findings).toContainEqual(
      expect.objectContaining({ code: "default-certificate", certainty: "likely" }),
    );
  });

  test("a redirect to another site is followed there, and that site is diagnosed", async () => {
    await using server = await openHttp((_request, response) => {
      response.writeHead(302, { location: lab.url("expired") }).end();
    });
    const { diagnosis } = await why(server.url);
    expect(diagnosis.headline.code).toBe("expired");
    expect(new Set(diagnosis.stages.map(({ url }) => url))).toEqual(
      new Set([server.url, lab.url("expired")]),
    );
  });
});

describe("bodies that do not end", () => {
  test("a download is read to its limit and no further", async () => {
    const limit = experimentLimits.keptBodyBytes.value;
    let sentBytes = 0;
    await using server = await openHttp((_request, response) => {
      response.writeHead(200, { "content-length": 1_000_000_000 });
      const more = (): void => {
        do sentBytes += 65_536;
        while (response.write(Buffer.alloc(65_536)));
        response.once("drain", more);
      };
      more();
    });
    const { diagnosis } = await why(server.url);
    expect(diagnosis.healthy).toBe(true);
    expect(diagnosis.notes.join(" ")).toMatch(/read to \d+ bytes, and its end was not waited for/);
    // What the sockets' own buffers hold is sent and not read.
    expect(sentBytes).toBeLessThan(limit + 16 * 1024 * 1024);
  });

  test("a body of exactly the limit is read whole", async () => {
    await using server = await openHttp((_request, response) => {
      response.end(Buffer.alloc(experimentLimits.keptBodyBytes.value));
    });
    const { diagnosis } = await why(server.url);
    expect(diagnosis.healthy).toBe(true);
    expect(diagnosis.notes.join(" ")).not.toContain("not waited for");
  });

  test("a stream of events is well, and a page that stops is not", async () => {
    await using server = await openHttp((request, response) => {
      const type = request.url === "/events" ? "text/event-stream" : "text/plain";
      response.writeHead(200, { "content-type": type });
      response.write("data: 1\n\n");
    });
    const [events, page] = await Promise.all([why(`${server.url}events`), why(server.url)]);
    expect(events.diagnosis.headline.code).toBe("healthy");
    expect(page.diagnosis.headline.code).toBe("body-timeout");
  });
});

describe("what it must never do", () => {
  test("more than 24 connections, however the server refuses", async () => {
    let connections = 0;
    await using server = await openHttp((_request, response) => {
      response.writeHead(403, { connection: "close" }).end("no");
    });
    server.server.on("connection", () => connections++);
    const { diagnosis } = await why(server.url);
    expect(diagnosis.headline.code).toBe("request-blocked");
    expect(connections).toBeGreaterThan(3);
    expect(connections).toBeLessThanOrEqual(connectionBudget.value);
  });

  test("send a secret to a server that nobody vouched for, or to another origin", async () => {
    const seen: string[] = [];
    await using other = await openHttp((request, response) => {
      seen.push(`other ${request.headers.authorization ?? "none"}`);
      response.end("hello");
    });
    await using first = await openHttp((request, response) => {
      seen.push(`first ${request.headers.authorization ?? "none"}`);
      response.writeHead(302, { location: other.url }).end();
    });
    await why(first.url, ["-H", "Authorization: Bearer secret", "--no-experiments"]);
    expect(seen).toEqual(["first Bearer secret", "other none"]);
    const { diagnosis } = await why(lab.url("untrusted-root"), ["-H", "Authorization: Bearer secret"]);
    expect(JSON.stringify(diagnosis)).not.toContain("secret");
  });

  test("go on after it was told to stop", async () => {
    await using silent = await openTcp(() => undefined);
    const controller = new AbortController();
    const asked = runWhy({
      target: requireUrl(`https://127.0.0.1:${silent.port}/`),
      fields: [["Host", "x"]],
      policy: compilePolicy({ roots: lab.caPem }, {}),
      ownRoots: true,
      environment: {},
      signal: controller.signal,
    });
    silent.server.once("connection", () => controller.abort());
    await expect(asked).rejects.toMatchObject({ code: "aborted" });
  });

  test("outlast its time, whatever is set", async () => {
    await using silent = await openTcp(() => undefined);
    const waitedMs = await waitedMsDuring(async () => {
      const { diagnosis } = await why(`https://127.0.0.1:${silent.port}/`, ["-m", "1"]);
      expect(["tls-timeout", "total-timeout"]).toContain(diagnosis.headline.code);
    });
    expect(waitedMs).toBeLessThan(2_000);
  });

  test("pass on what a terminal would obey", async () => {
    await using server = await openHttp((_request, response) => {
      response.writeHead(404, { "content-type": "text/plain" }).end("\u001b[31mred\u202egnp");
    });
    const { stdout } = await meerkat(["why", server.url], { terminal: false });
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });
});

/** A root that is not the lab's: the one an untrusted site sends along. */
async function anotherRoot(): Promise<string> {
  const { evidence } = await runWhy({
    target: requireUrl(lab.url("untrusted-root")),
    fields: [["Host", "x"]],
    policy: compilePolicy({ roots: lab.caPem }, {}),
    ownRoots: true,
    environment: {},
    experiments: false,
  });
  const der = evidence.attempts[0]?.trust?.chain.at(-1)?.certificate.der ?? new Uint8Array();
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`;
}

interface Opened<S> extends AsyncDisposable {
  readonly server: S;
  readonly port: number;
  readonly url: string;
}

async function opened<S extends Server | ReturnType<typeof createTcp>>(server: S): Promise<Opened<S>> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function openHttp(listener: Parameters<typeof createServer>[1]): Promise<Opened<Server>> {
  return opened(createServer(listener as never));
}

function openTcp(listener: (socket: Socket) => void): Promise<Opened<ReturnType<typeof createTcp>>> {
  return opened(createTcp(listener));
}

function openProxy(onConnect: (target: string, client: Socket) => void): Promise<Opened<Server>> {
  const server = createServer();
  server.on("connect", (request, client) => onConnect(request.url ?? "", client as Socket));
  return opened(server);
}
