/**
 * Meerkat against its lab: for every site, `request()` gives what the manifest says, in words and by its deadlines. What Meerkat does not do yet stands in `outstanding`; an entry that has become true again fails.
 */
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { request, type RequestOptions } from "../../src/index.ts";
import { HttpsError, type Code } from "../../src/core/index.ts";
import { openLab, siteNames, type Lab, type Site } from "../../src/lab/index.ts";

interface Outcome {
  readonly code: Code | null;
  readonly status: number | null;
}

/** Where Meerkat and the manifest differ, what Meerkat says instead, and why. */
const outstanding: Readonly<Record<string, { readonly ours: Outcome; readonly reason: string }>> = {
  "revoked-by-ocsp": { ours: { code: null, status: 200 }, reason: "no option has the responder asked" },
};

describe("Meerkat's request, site by site", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  test.concurrent.each(siteNames)("%s", async (name) => {
    const site = lab.sites.find((site) => site.name === name);
    if (site === undefined) throw new Error(`The lab does not serve ${name}.`);
    const { ours } = outstanding[name] ?? {};
    const { code, status } = site.expected;
    // Whether a status was seen before a body failed is not part of the error.
    const expected = ours ?? { code, status: code === null ? status : null };
    expect(await ask(lab, site)).toEqual(expected);
  });
});

/** A deadline is short where it is what the site is about; all else is waited for. */
const deadlines: Partial<Record<Code, RequestOptions["timeouts"]>> = {
  "tls-timeout": { tlsMs: 1_500 },
  "head-timeout": { headMs: 1_500 },
  "body-timeout": { bodyIdleMs: 1_500 },
  "total-timeout": { totalMs: 4_000 },
};
const patientMs = 120_000;
const patient = { connectMs: patientMs, tlsMs: patientMs, headMs: patientMs, bodyIdleMs: patientMs };

async function ask(lab: Lab, site: Site): Promise<Outcome> {
  const { pins, profile, revocation } = site.needs ?? {};
  const options: RequestOptions = {
    roots: lab.caPem,
    timeouts: { ...patient, ...(site.expected.code && deadlines[site.expected.code]) },
    ...(pins && { pins: { [site.host]: pins } }),
    ...(profile && { profile }),
    ...(revocation === "crl" && { crls: [await fetchCrl(site)] }),
  };
  try {
    const response = await request(site.url, options);
    await response.bytes();
    return { code: null, status: response.status };
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    expect(error.message).toMatch(/^\S.*[.!?]$/s);
    expect(error.message).not.toMatch(/undefined|NaN|\[object/);
    expect(error.hint).not.toBe("");
    return { code: error.code, status: null };
  }
}

/** The CRL that the site's certificate names. */
async function fetchCrl({ host, url }: Site): Promise<Uint8Array> {
  const port = Number(new URL(url).port);
  const der = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, servername: host, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().raw);
      socket.destroy();
    });
    socket.on("error", reject);
  });
  const [address = ""] = /http:\/\/[!-~]+\.crl/.exec(der.toString("latin1")) ?? [];
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
}
