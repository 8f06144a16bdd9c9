/** `meerkat why` against servers that nobody here wrote, misconfigured on purpose: the right headline, in words. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodes } from "../../src/cli/index.ts";
import { isCode } from "../../src/core/index.ts";
import type { Diagnosis } from "../../src/diagnosis/index.ts";
import { meerkat } from "../../test/cli/transcript.ts";
import { findProgram, freePort, startServer } from "../servers/process.ts";
import { mintCertificates, type Certificates } from "./certificates.ts";
import {
  gnutlsFaults,
  haproxyFaults,
  nginxFaults,
  opensslFaults,
  stunnelFaults,
  type Fault,
} from "./misconfigured.ts";

const hasOpenssl = findProgram("openssl") !== undefined;
let certificates: Certificates;
let backend: Server;

beforeAll(async () => {
  backend = createServer((_request, response) => {
    response.end("Hello from behind.\n");
  }).listen(0, "127.0.0.1");
  await once(backend, "listening");
  if (hasOpenssl) certificates = mintCertificates(mkdtempSync(join(tmpdir(), "meerkat-why-")));
});
afterAll(() => {
  backend.close();
  if (hasOpenssl) rmSync(certificates.folder, { recursive: true });
});

const backendPort = (): number => (backend.address() as AddressInfo).port;

const servers: readonly (readonly [program: string, faults: () => readonly Fault[]])[] = [
  ["nginx", () => nginxFaults],
  ["haproxy", () => haproxyFaults],
  ["openssl", () => opensslFaults],
  ["gnutls-serv", () => gnutlsFaults],
  ["stunnel", () => stunnelFaults(backendPort())],
];

describe.each(servers)("%s (skipped where it or openssl is not installed)", (program, faults) => {
  const skipped = !hasOpenssl || findProgram(program) === undefined;
  // The table is made before the back end has its port; which rows there are does not depend on it.
  const rows = (program === "stunnel" ? stunnelFaults(0) : faults()).map(({ fault }) => fault);

  it.skipIf(skipped).each(rows)("with %s", async (name) => {
    const fault = faults().find(({ fault }) => fault === name);
    if (fault === undefined) throw new Error(`There is no fault called ${name}.`);
    const { diagnosis, exitCode } = await askWhy(fault);
    const { headline, notes, findings } = diagnosis;
    expect({ code: headline.code, sentence: headline.sentence }).toMatchObject({ code: fault.code });
    expect(exitCode).toBe(fault.code === "healthy" ? 0 : isCode(fault.code) ? exitCodes[fault.code] : 1);
    if (fault.code === "healthy") expect(findings).toEqual([]);
    const words = [headline.sentence, ...notes, ...findings.flatMap(({ evidence }) => evidence)].join("\n");
    if (fault.says !== undefined) expect(words).toMatch(fault.says);
  });
});

async function askWhy({ start, flags = [], withoutRoot, path = "/" }: Fault): Promise<{
  readonly diagnosis: Diagnosis;
  readonly exitCode: number;
}> {
  const port = await freePort();
  const { program, args } = start(certificates, port);
  const server = await startServer(findProgram(program) ?? program, args, port);
  try {
    const trust = withoutRoot === true ? [] : ["--cacert", certificates.caFile];
    const url = `https://localhost:${port}${path}`;
    const { exitCode, stdout } = await meerkat(["why", "--json", ...trust, ...flags, url]);
    return { diagnosis: JSON.parse(stdout) as Diagnosis, exitCode };
  } finally {
    await server.stop();
  }
}
