/**
 * Behind a company's proxy: whatever of its chain is sent, the request's error, its `why()`, `get` and `why` say the same of
 * who stands in between, no surer than what was looked at makes it; and what they advise works.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Client, HttpsError, type ClientOptions, type Diagnosis } from "../../src/index.ts";
import { meerkat } from "../cli/transcript.ts";
import type { Origin } from "../client/origin.ts";
import { pemOf } from "../pki/index.ts";
import { now, yearMs } from "../pki/today.ts";
import {
  fileOf,
  inspection,
  openMintingServer,
  openProxyTo,
  openServer,
  product,
  unremarkable,
  type Form,
  type Maker,
} from "./middlebox.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-between-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "acme.pem");
writeFileSync(file, fileOf(inspection));

const makers: Readonly<Record<string, Maker>> = { product, inspection, unremarkable };
const publicHost = "www.example.com";
const internalHost = "wiki.corp";

/** What each door says of one server. */
interface Said {
  readonly error: HttpsError;
  readonly ofError: Diagnosis;
  readonly get: {
    readonly code: string;
    readonly fault: string;
    readonly hint: string;
    readonly message: string;
  };
  readonly ofWhy: Diagnosis;
}

async function askAtEveryDoor(host: string, { port }: Pick<Origin, "port">): Promise<Said> {
  const url = `https://${host}:${port}/`;
  const error = await failureOf(url, { resolve: { [`${host}:${port}`]: "127.0.0.1" } });
  const explanation = await error.why();
  if (explanation.kind !== "asked") throw new Error("nothing was asked");
  const flags = ["--resolve", `${host}:${port}:127.0.0.1`, url];
  const get = await meerkat(["get", "--report", "json", ...flags]);
  const why = await meerkat(["why", "--json", ...flags]);
  return {
    error,
    ofError: explanation.diagnosis,
    get: (JSON.parse(get.stdout) as { readonly error: Said["get"] }).error,
    ofWhy: JSON.parse(why.stdout) as Diagnosis,
  };
}

async function failureOf(url: string, options: ClientOptions): Promise<HttpsError> {
  await using client = new Client({ environment: {}, ...options });
  const error: unknown = await client.request(url).catch((error: unknown) => error);
  if (!(error instanceof HttpsError)) throw new Error("the request did not fail");
  return error;
}

/** Of a diagnosis, who stands in between. */
function between({ findings }: Diagnosis): string | undefined {
  return findings.find(({ code }) => code === "intercepted")?.certainty;
}

const codeOf: Readonly<Record<Form, HttpsError["code"]>> = {
  leaf: "missing-intermediate",
  "leaf and issuing CA": "missing-intermediate",
  "whole chain": "untrusted-root",
};
const forms = Object.keys(codeOf) as Form[];

type Row = readonly [
  host: string,
  maker: string,
  certainty: "likely" | "possible" | undefined,
  headline: boolean,
];
const rows: readonly Row[] = [
  [publicHost, "product", "likely", true],
  [publicHost, "inspection", "likely", true],
  [publicHost, "unremarkable", "possible", false],
  // A private CA is what such a name has as a rule; a product may be itself what answers there.
  [internalHost, "product", "likely", false],
  [internalHost, "inspection", undefined, false],
  [internalHost, "unremarkable", undefined, false],
];

describe.each(rows)("%s, by a CA that is %s: %s", (host, kind, certainty, isHeadline) => {
  const maker = makers[kind] ?? unremarkable;
  test.each(forms)("%s", { timeout: 120_000 }, async (form) => {
    await using server = await openServer(host, form, maker);
    const { error, ofError, get, ofWhy } = await askAtEveryDoor(host, server);
    // The code is the rule that was broken, which is certain.
    expect([error.code, get.code]).toEqual([codeOf[form], codeOf[form]]);
    const { interception } = error.detail as { readonly interception?: { readonly certainty: string } };
    expect([interception?.certainty, between(ofError), between(ofWhy)]).toEqual([
      certainty,
      certainty,
      certainty,
    ]);
    expect(ofError.findings.map(({ code }) => code)).toEqual(ofWhy.findings.map(({ code }) => code));
    expect(ofWhy.headline.code === "intercepted").toBe(isHeadline);
    if (isHeadline) expect(ofWhy.findings.map(({ code }) => code)).toEqual(["intercepted", codeOf[form]]);
    expect([error.fault, get.fault]).toEqual(
      certainty === "likely" ? ["network", "network"] : [error.fault, error.fault],
    );

    const texts = [
      error.explain(),
      JSON.stringify(ofError),
      `${get.message} ${get.hint}`,
      JSON.stringify(ofWhy),
    ];
    if (certainty === undefined)
      for (const text of texts) expect(text).not.toMatch(/on the way|in between|intercept|antivirus/i);
    else expectAdvice({ error, ofError, get, ofWhy }, form, maker);
  });
});

/** Who, by its own names; what to give, and where; what not to do. */
function expectAdvice({ error, ofError, get, ofWhy }: Said, form: Form, { root, issuing }: Maker): void {
  const issuer = issuing.certificate.subject.display;
  const said = ofWhy.findings.find(({ code }) => code === "intercepted")?.sentence ?? "";
  expect(said).toContain(`"${issuer}"`);
  if (error.fault === "network") expect(error.message).toContain(said);
  expect(ofError.findings[0]?.remedy.client).toBe(error.hint);
  expect(ofWhy.findings[0]?.remedy.client).toBe(get.hint);
  expect(error.hint).toContain(
    'addRoots here, NODE_EXTRA_CA_CERTS=FILE for every Node program, or roots: "system"',
  );
  expect(get.hint).toContain(
    "--cacert FILE here, NODE_EXTRA_CA_CERTS=FILE for every Node program, or --ca-native",
  );
  for (const hint of [error.hint, get.hint])
    switch (form) {
      case "leaf":
        expect(hint).toContain(`the file needs "${issuer}" and whatever stands above it`);
        break;
      case "leaf and issuing CA":
        expect(hint).toContain(`The one to ask for is "${root.certificate.subject.display}".`);
        break;
      case "whole chain":
        expect(hint).toContain(
          `with the SHA-256 ${(error.detail as { readonly fingerprint: string }).fingerprint}:`,
        );
    }
}

describe("what was advised works", () => {
  /** As such CAs make them: valid for years, without a purpose, without key identifiers. */
  const shape = { notAfterAt: now + 5 * yearMs, purposes: null, subjectKeyId: null } as const;
  const places: readonly (readonly [
    string,
    ClientOptions,
    readonly string[],
    Readonly<Record<string, string>>,
  ])[] = [
    ["addRoots, --cacert", { addRoots: fileOf(inspection) }, ["--cacert", file], {}],
    ["NODE_EXTRA_CA_CERTS", {}, [], { NODE_EXTRA_CA_CERTS: file }],
    ['roots: "system", --ca-native', { roots: "system" }, ["--ca-native"], { SSL_CERT_FILE: file }],
  ];

  describe.each(places)("%s", (_place, options, flags, environment) => {
    test.each(forms)("%s", { timeout: 60_000 }, async (form) => {
      await using server = await openServer(publicHost, form, inspection, shape);
      const { port } = server;
      const url = `https://${publicHost}:${port}/`;
      await using client = new Client({
        environment,
        resolve: { [`${publicHost}:${port}`]: "127.0.0.1" },
        ...options,
      });
      const { status, trust } = await client.request(url);
      expect([status, trust.kind]).toEqual([200, "verified"]);
      expect(trust.headline()).toMatch(/^www\.example\.com was verified: Acme .* vouches for it/);
      expect(trust.verdict).toMatchObject({ trusted: true, path: { profile: "private" } });
      const resolve = ["--resolve", `${publicHost}:${port}:127.0.0.1`];
      const get = await meerkat(["get", ...resolve, ...flags, url], { env: environment });
      expect(get).toMatchObject({ exitCode: 0, stdout: "hello\n" });
      const why = await meerkat(["why", "--json", ...resolve, ...flags, url], { env: environment });
      expect(JSON.parse(why.stdout)).toMatchObject({ healthy: true, findings: [] });
    });
  });

  test("the root alone is not enough where nothing of its CAs is sent, and what is missing is named", async () => {
    await using server = await openServer(publicHost, "leaf", inspection);
    const error = await failureOf(`https://${publicHost}:${server.port}/`, {
      resolve: { [`${publicHost}:${server.port}`]: "127.0.0.1" },
      addRoots: pemOf(inspection.root),
    });
    expect(error.hint).toContain('the file needs "Acme TLS Inspection CA"');
  });

  test("a root in this system's store is what the diagnosis advises", { timeout: 60_000 }, async () => {
    await using server = await openServer(publicHost, "whole chain", inspection);
    const url = `https://${publicHost}:${server.port}/`;
    const flags = ["--json", "--resolve", `${publicHost}:${server.port}:127.0.0.1`, url];
    const why = await meerkat(["why", ...flags], { env: { SSL_CERT_FILE: file } });
    const { findings } = JSON.parse(why.stdout) as Diagnosis;
    expect(findings[0]).toMatchObject({ code: "intercepted", certainty: "likely" });
    expect(findings[0]?.remedy.client).toMatch(
      /^The root is in .*acme\.pem, line \d+: use that store \(--ca-native\)\.$/,
    );
  });
});

describe("the connections of a diagnosis are looked at, too", () => {
  const whyOf = async (argv: readonly string[]): Promise<Diagnosis> => {
    const { stdout } = await meerkat(["why", "--json", ...argv]);
    return JSON.parse(stdout) as Diagnosis;
  };

  test.each(forms)("a proxy that makes certificates is certain: %s", { timeout: 60_000 }, async (form) => {
    await using server = await openMintingServer(form, unremarkable);
    await using proxy = await openProxyTo(server);
    const { headline, findings } = await whyOf(["-x", proxy.url, `https://${publicHost}/`]);
    expect(headline).toMatchObject({ code: "intercepted", certainty: "certain" });
    expect(headline.sentence).toBe(
      `The proxy ${proxy.url} opened the connection to ${publicHost}, and made the certificate: its issuer calls itself "Contoso Issuing CA 1" (Contoso).`,
    );
    expect(findings[0]?.evidence.join(" ")).toContain(
      "a name that nobody can have (RFC 6761 §6.4), the proxy",
    );
    // It is no longer asked whether the site has a CA of its own.
    expect(findings[0]?.remedy.client).toMatch(/^If it is your company's proxy, or your own antivirus, ask/);
  });

  test("a proxy that leads to one server is no more than likely", { timeout: 60_000 }, async () => {
    await using server = await openServer(publicHost, "whole chain", unremarkable);
    await using proxy = await openProxyTo(server);
    const { headline } = await whyOf(["-x", proxy.url, `https://${publicHost}/`]);
    expect(headline).toMatchObject({ code: "intercepted", certainty: "likely" });
  });

  test("a proxy that leads nowhere for a name that nobody has speaks for nothing", async () => {
    await using server = await openServer(publicHost, "whole chain", unremarkable);
    await using proxy = await openProxyTo(server, [publicHost]);
    const diagnosis = await whyOf(["-x", proxy.url, `https://${publicHost}/`]);
    expect(diagnosis.headline).toMatchObject({ code: "untrusted-root", certainty: "certain" });
    expect(between(diagnosis)).toBe("possible");
  });

  test(
    "without a proxy, whoever makes certificates as they are asked for is likely",
    { timeout: 60_000 },
    async () => {
      await using server = await openMintingServer("leaf", unremarkable);
      const url = `https://${publicHost}:${server.port}/`;
      const { headline } = await whyOf(["--resolve", `${publicHost}:${server.port}:127.0.0.1`, url]);
      expect(headline).toMatchObject({ code: "intercepted", certainty: "likely" });
    },
  );
});
