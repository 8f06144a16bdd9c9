/**
 * Meerkat against its lab: for every site, `request()` gives what the manifest says, in words and by its deadlines. What Meerkat does not do yet stands in `outstanding`; an entry that has become true again fails.
 */
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, type ClientOptions, type RequestOptions } from "../../src/index.ts";
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

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

function siteOf(name: string): Site {
  const site = lab.sites.find((site) => site.name === name);
  if (site === undefined) throw new Error(`The lab does not serve ${name}.`);
  return site;
}

describe("Meerkat's request, site by site", () => {
  test.concurrent.each(siteNames)("%s", async (name) => {
    const site = siteOf(name);
    const { ours } = outstanding[name] ?? {};
    expect(await ask(site, site.needs?.protocol)).toEqual(ours ?? outcomeOf(site.expected));
  });
});

describe("Meerkat's request by HTTP/1.1, where both are spoken", () => {
  test.concurrent.each(siteNames.filter((name) => name.startsWith("http2")))("%s", async (name) => {
    const site = siteOf(name);
    expect(site.family).toBe("http2");
    expect(await ask(site, "http/1.1")).toEqual(outcomeOf(site.overHttp11 ?? site.expected));
  });
});

describe("Meerkat's requests over HTTP/2, one after another", () => {
  test.each([
    ["http2-goaway-mid-flight", "http2-goaway", "2"],
    ["http2-refused-once", "http2-stream-reset", "2"],
    ["http2-misdirected-once", 421, "2"],
    ["http2-http11-required", "http2-stream-reset", "1.1"],
  ])("%s: what is met first is %s, and the answer comes over HTTP/%s", async (name, first, version) => {
    // A lab of its own: nobody has had its first connection.
    await using fresh = await openLab({ sites: [name] });
    await using client = new Client({ roots: fresh.caPem });
    const { status, attempts, httpVersion } = await client.request(fresh.url(name));
    const outcomes = attempts.map(({ outcome }) => ("code" in outcome ? outcome.code : outcome.status));
    expect([status, httpVersion, outcomes]).toEqual([200, version, [first, 200]]);
  });

  test("http2-flood-of-resets: the second request meets the flood, and a third has a connection of its own", async () => {
    await using client = new Client({ roots: lab.caPem });
    const ask = async (): Promise<string> => {
      try {
        return await (await client.request(lab.url("http2-flood-of-resets"))).text();
      } catch (error) {
        return HttpsError.is(error, "http2-flood") ? `too many: ${error.detail.budget}` : String(error);
      }
    };
    expect([await ask(), await ask(), await ask()]).toEqual(["Hello\n", "too many: reset", "Hello\n"]);
  });
});

/** Whether a status was seen before a body failed is not part of the error. */
function outcomeOf({ code, status }: Site["expected"]): Outcome {
  return { code, status: code === null ? status : null };
}

/** A deadline is short where it is what the site is about; all else is waited for. */
const deadlines: Partial<Record<Code, RequestOptions["timeouts"]>> = {
  "tls-timeout": { tlsMs: 1_500 },
  "send-timeout": { sendMs: 1_500 },
  "head-timeout": { headMs: 1_500 },
  "body-timeout": { bodyIdleMs: 1_500 },
  "total-timeout": { totalMs: 4_000 },
};
const patientMs = 120_000;
const patient = {
  connectMs: patientMs,
  tlsMs: patientMs,
  sendMs: patientMs,
  headMs: patientMs,
  bodyIdleMs: patientMs,
};

async function ask(site: Site, protocol: ClientOptions["protocol"] = "auto"): Promise<Outcome> {
  const { pins, profile, revocation, uploadBytes } = site.needs ?? {};
  const { code } = site.expected;
  await using client = new Client({
    roots: lab.caPem,
    protocol,
    timeouts: { ...patient, ...(code && deadlines[code]) },
    pingMs: code === "http2-ping-unanswered" ? 750 : patientMs,
    ...(pins && { pins: { [site.host]: pins } }),
    ...(profile && { profile }),
    ...(revocation === "crl" && { crls: [await fetchCrl(site)] }),
  });
  const upload = uploadBytes && ({ method: "POST", body: new Uint8Array(uploadBytes) } as const);
  try {
    const response = await client.request(site.url, { ...upload });
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
