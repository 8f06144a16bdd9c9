/** Profiles: each is whole, agrees with its own strategy, and stands in the page about devices. */
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { formats } from "../../src/bundle/index.ts";
import { deviceNames, devices, verifyAs, verifyOnDevice } from "../../src/device/index.ts";
import { trustPorts } from "../../src/admission/index.ts";
import { anchorFromCertificate, type TrustAnchor } from "../../src/trust/index.ts";
import type { Minted } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import { cases } from "./cases.ts";

const root = mintRoot("Root");
const issuing = mint({ name: "Issuing", ca: true }, root);
const host = "device.example";
const certificatesOf = (...minted: readonly Minted[]): Minted["certificate"][] =>
  minted.map(({ certificate }) => certificate);
const anchors: readonly TrustAnchor[] = [anchorFromCertificate(root.certificate, { store: "file" })];

it("a root whose key makes RSA-PSS alone is not parsed by mbedTLS", () => {
  const { spki } = mintRoot("PSS", {
    keys: generateKeyPairSync("rsa-pss", { modulusLength: 2048 }),
  }).certificate;
  const certificate = { ...root.certificate, spki };
  expect(devices["esp-idf"].fileRules.refuse?.(certificate)).toMatch(/of a kind that mbedTLS does not know/);
  expect(devices["esp-idf"].fileRules.refuse?.(root.certificate)).toBeUndefined();
});

describe("every profile", () => {
  it.each(deviceNames)("%s accepts a good server", (name) => {
    const chain = certificatesOf(mintLeaf(host, issuing), issuing);
    expect(verifyAs(devices[name], { chain, anchors, name: host, at: now }, trustPorts)).toMatchObject({
      device: { accepts: true },
      full: { trusted: true },
    });
  });

  it.each(deviceNames)("%s refuses a stranger's server", (name) => {
    const stranger = mintRoot("Stranger");
    const chain = certificatesOf(mintLeaf(host, stranger), stranger);
    expect(verifyOnDevice(devices[name], { chain, anchors, name: host, at: now }, trustPorts).accepts).toBe(
      false,
    );
  });

  it.each(deviceNames)("%s says of dates what it does", (name) => {
    const { checks } = devices[name];
    const chain = certificatesOf(mintLeaf(host, issuing, { notAfterAt: now - dayMs }));
    const chainWithIssuer = [...chain, issuing.certificate];
    const accepts = verifyOnDevice(
      devices[name],
      { chain: chainWithIssuer, anchors, name: host, at: now },
      trustPorts,
    ).accepts;
    if (checks.dates.made === "yes") expect(accepts).toBe(false);
    if (checks.dates.made === "no") expect(accepts).toBe(true);
  });

  it.each(deviceNames)("%s says of names what it does", (name) => {
    const chain = certificatesOf(mintLeaf("other.example", issuing), issuing);
    expect(verifyOnDevice(devices[name], { chain, anchors, name: host, at: now }, trustPorts).accepts).toBe(
      false,
    );
  });

  it.each(deviceNames)("%s does without a CA what it says", (name) => {
    const chain = certificatesOf(mintLeaf(host, issuing), issuing);
    const { accepts } = verifyOnDevice(
      devices[name],
      { chain, anchors: [], name: host, at: now },
      trustPorts,
    );
    expect(accepts).toBe(devices[name].withoutCa.behaviour === "unverified");
  });

  it.each(deviceNames)("%s does not accept a server that speaks none of its versions", (name) => {
    const { versions } = devices[name].hello;
    const serverVersions = (["TLSv1", "TLSv1.3"] as const).filter((version) => !versions.includes(version));
    const chain = certificatesOf(mintLeaf(host, issuing), issuing);
    const request = { chain, anchors, name: host, at: now, serverVersions };
    expect(verifyOnDevice(devices[name], request, trustPorts)).toMatchObject({
      refusal: { code: "tls-version" },
    });
  });

  it.each(deviceNames)("%s takes formats that exist", (name) => {
    for (const format of devices[name].formats) expect(formats[format].name).toBe(format);
  });
});

it("OpenSSL's clock runs out at the second of a certificate's end, which to RFC 5280 still counts", () => {
  const leaf = mintLeaf(host, issuing, { notAfterAt: now });
  const chain = certificatesOf(leaf, issuing);
  const judge = (at: number): unknown => {
    const { device, full } = verifyAs(devices.openssl, { chain, anchors, name: host, at }, trustPorts);
    return [device.accepts, full.trusted];
  };
  expect([judge(now - 1_000), judge(now), judge(now + 1_000)]).toEqual([
    [true, true],
    [false, true],
    [false, false],
  ]);
});

describe("without a set clock", () => {
  const chain = certificatesOf(mintLeaf(host, issuing), issuing);

  it.each(deviceNames)("%s accepts nobody if it checks dates, and does not mind if it does not", (name) => {
    const request = { chain, anchors, name: host, at: now, clockSet: false };
    const { accepts } = verifyOnDevice(devices[name], request, trustPorts);
    expect(accepts).toBe(devices[name].checks.dates.made === "no");
  });
});

describe("the ESP certificate bundle", () => {
  const cross = cases.find(({ law }) => law === "a cross-signed root is sent, whose signer is not here");

  it("fails on a cross-signed root whose signer is not in it, unless cross-signed verification is on", () => {
    if (cross === undefined) throw new Error("the case is gone");
    const profile = devices["esp-idf-bundle"];
    if (profile.strategy.kind !== "esp-bundle") throw new Error("another strategy");
    const request = {
      chain: certificatesOf(...cross.sent),
      anchors: cross.anchors.map(({ certificate }) => anchorFromCertificate(certificate, { store: "file" })),
      name: cross.name,
      at: cross.at,
    };
    const strategy = { ...profile.strategy, options: { ...profile.strategy.options, crossSigned: true } };
    expect(verifyOnDevice(profile, request, trustPorts).accepts).toBe(false);
    expect(verifyOnDevice({ ...profile, strategy }, request, trustPorts).accepts).toBe(true);
  });
});

describe("hostile chains", () => {
  it.each(deviceNames)("end for %s, whatever certificates are sent in whatever order", (name) => {
    const pool = cases.flatMap(({ sent }) => sent.map(({ certificate }) => certificate)).slice(0, 60);
    for (let i = 0; i < 20; i++) {
      const chain = Array.from({ length: 40 }, (_, k) => pool[(i * 7 + k * (i + 3)) % pool.length]).flatMap(
        (one) => one ?? [],
      );
      const verdict = verifyOnDevice(devices[name], { chain, anchors, name: host, at: now }, trustPorts);
      expect(typeof verdict.accepts).toBe("boolean");
    }
  });
});
