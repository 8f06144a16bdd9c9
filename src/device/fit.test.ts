/** What CA certificates take of a device: figures that come from somewhere, and none that does not. */
import { describe, expect, it } from "vitest";
import { rsaKeys } from "../../test/pki/index.ts";
import { mint, mintLeaf, mintRoot, now } from "../../test/pki/today.ts";
import { trustPorts } from "../admission/index.ts";
import { formats } from "../bundle/index.ts";
import { proveFiles } from "./files/file-proof.ts";
import { type Figure, findFigures, parsedHeapOf } from "./fit.ts";
import { deviceNames, type DeviceName } from "./profile.ts";
import { devices } from "./profiles/profiles.ts";

const root = mintRoot("Fit Root");
const issuer = mint({ name: "Fit Issuer", ca: true }, root);
const leaf = mintLeaf("fit.example", issuer);
const chain = [leaf, issuer].map(({ certificate }) => certificate);
const sites = [{ site: "fit.example:443", name: "fit.example", chain }];

function figures(name: DeviceName, anchors = [root.certificate]): Readonly<Record<string, Figure>> {
  const profile = devices[name];
  const [format] = profile.formats;
  const { files } = formats[format].write(anchors);
  const proof = proveFiles({ profile, files, sites, at: now }, trustPorts);
  return Object.fromEntries(
    findFigures({ profile, format, anchors, proof, chains: sites }).map((figure) => [figure.about, figure]),
  );
}

describe("flash", () => {
  it.each(deviceNames)("of %s is what its own format writes", (name) => {
    const [format] = devices[name].formats;
    const { flash } = figures(name);
    expect(flash).toMatchObject({ basis: "computed", bytes: formats[format].sizeOf(root.certificate) });
    expect(flash?.says).toMatch(/^[\d,]+ bytes for 1 CA certificate \(computed/);
  });
});

describe("the heap of parsed CA certificates", () => {
  it("is what was measured, where mbedTLS parses them", () => {
    const { der } = root.certificate;
    expect(figures("esp-idf")["anchor heap"]).toMatchObject({ bytes: der.length + 1584, basis: "measured" });
    expect(figures("esp-idf")["anchor heap"]?.says).toMatch(/^at most about .* on a 64-bit machine/);
    const two = figures("zephyr", [root.certificate, mintRoot("Other Fit").certificate])["anchor heap"];
    expect(two?.bytes).toBeGreaterThan(2 * (der.length + 1500));
  });

  it("is left out by name where nobody measured it", () => {
    expect(figures("arduino-esp8266")["anchor heap"]).toMatchObject({ basis: "missing", bytes: undefined });
    expect(figures("arduino-esp8266")["anchor heap"]?.says).toMatch(/^left out: not measured for BearSSL/);
    expect(figures("esp-idf-bundle")["anchor heap"]?.says).toBe(
      "left out: not measured for a certificate bundle",
    );
    const odd = mintRoot("Odd", { keys: rsaKeys(3072) });
    expect(parsedHeapOf(odd.certificate)).toBeUndefined();
    expect(figures("esp-idf", [odd.certificate])["anchor heap"]?.says).toContain(
      "keys such as RSA 3072 were not",
    );
  });

  it("is none where the file is read at each look-up", () => {
    expect(figures("mongoose-os")["anchor heap"]?.says).toMatch(/^none is held/);
  });
});

describe("the handshake", () => {
  it("has the largest chain that was met, with what TLS puts around it", () => {
    const bytes = 7 + chain.reduce((all, { der }) => all + der.length + 3, 0);
    expect(figures("esp-idf")["largest chain"]).toMatchObject({ bytes, basis: "computed" });
    expect(figures("zephyr")["largest chain"]?.says).toMatch(
      /from fit\.example:443, (?:in one record|which is more)/,
    );
  });

  it("counts the signatures that are verified, and leaves the time out by name", () => {
    expect(figures("esp-idf")["handshake"]?.says).toMatch(
      /^up to 3 signatures to verify, with EC P-256 \(3 times\).*how long that takes is left out/,
    );
  });

  it("has the time where whoever makes the device publishes it", () => {
    expect(figures("arduino-esp8266")["handshake"]).toMatchObject({ basis: "published" });
    expect(figures("arduino-esp8266")["handshake"]?.says).toMatch(
      /it takes seconds, .* \(the core's documentation/,
    );
  });

  it("is not spoken of for a computer, whose clock is", () => {
    expect(Object.keys(figures("python"))).toEqual(["flash", "clock"]);
  });
});

describe("the clock", () => {
  it.each([
    ["arduino-esp8266", /^has to be set before the first handshake, by SNTP/],
    ["mongoose-os", /^need not be set: /],
  ] as const)("of %s", (name, says) => {
    expect(figures(name)["clock"]?.says).toMatch(says);
  });
});
