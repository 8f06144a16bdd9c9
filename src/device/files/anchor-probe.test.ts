/** A CA under which a device accepts no server is told when the file is checked, before any site is. */
import { describe, expect, it } from "vitest";
import { extension, makeKeys, type Minted, rsaKeys } from "../../../test/pki/index.ts";
import { mintLeaf, mintRoot, now } from "../../../test/pki/today.ts";
import { trustPorts } from "../../admission/index.ts";
import { anchorFromCertificate } from "../../trust/index.ts";
import { explainUnfit } from "./anchor-probe.ts";
import type { DeviceName } from "../profile.ts";
import { devices } from "../profiles/profiles.ts";
import { verifyOnDevice } from "../verify-as.ts";

const host = "server.example";
const weak = mintRoot("Weak", { keys: rsaKeys(1024, 0) });
const koblitz = mintRoot("Koblitz", { keys: makeKeys("secp256k1") });
const mute = mintRoot("Mute", { usages: ["digitalSignature"] });
const clients = mintRoot("Clients", { purposes: ["clientAuth"] });
const odd = mintRoot("Odd", { extra: [extension("1.2.3.4.5", true, Uint8Array.of(5, 0))] });

const rows: readonly (readonly [ca: Minted, device: DeviceName, says: string | undefined])[] = [
  [weak, "esp-idf", "(RSA 1024) (-0x2700, flags 0x10000)"],
  [weak, "openssl", "X509_V_ERR_CA_KEY_TOO_SMALL (67)"],
  [weak, "node", undefined],
  [weak, "arduino-esp8266", undefined],
  [koblitz, "esp-idf", "(EC secp256k1) (-0x2700, flags 0x10000)"],
  [koblitz, "mongoose-7-builtin", "(EC secp256k1) (failed to verify CA)"],
  [koblitz, "openssl", undefined],
  [mute, "esp-idf", "its key may not sign certificates (keyUsage)"],
  [mute, "openssl", "(keyCertSign) (X509_V_ERR_INVALID_CA (79))"],
  [mute, "mongoose-7-builtin", undefined],
  [mute, "arduino-esp8266", undefined],
  [clients, "python", "X509_V_ERR_INVALID_PURPOSE (26)"],
  [clients, "esp-idf", undefined],
  [odd, "node", "X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION (34)"],
  [odd, "arduino-esp8266", undefined],
];

describe("a CA under which no server is accepted", () => {
  it.each(rows)("$0.certificate.subject.display on %2$s", (ca, device, says) => {
    const told = explainUnfit(ca.certificate, devices[device], trustPorts);
    if (says === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(says);
  });

  it.each(rows)(
    "is one under which a real server is refused: $0.certificate.subject.display on %2$s",
    (ca, device, says) => {
      const chain = [mintLeaf(host, ca).certificate];
      const anchors = [anchorFromCertificate(ca.certificate, { store: "file" })];
      const verdict = verifyOnDevice(devices[device], { chain, anchors, name: host, at: now }, trustPorts);
      expect(verdict.accepts).toBe(says === undefined);
    },
  );

  it("what its dates say, whose names it is for, and that it is a server's own is told elsewhere", () => {
    const ended = mintRoot("Ended", { notBeforeAt: 0, notAfterAt: now - 1000 });
    const fenced = mintRoot("Fenced", { permit: ["dns:corp.example"], constraintsCritical: false });
    const own = mintRoot("Own", { ca: null, usages: ["digitalSignature"] });
    for (const { certificate } of [ended, fenced, own]) {
      expect(Object.values(devices).map((profile) => explainUnfit(certificate, profile, trustPorts))).toEqual(
        Object.values(devices).map(() => undefined),
      );
    }
  });

  it("by its key, it is the CA's key that is named, not the server's", () => {
    const chain = [mintLeaf(host, weak).certificate];
    const anchors = [anchorFromCertificate(weak.certificate, { store: "file" })];
    const request = { chain, anchors, name: host, at: now };
    expect(verifyOnDevice(devices["mongoose-os"], request, trustPorts)).toMatchObject({
      refusal: { code: "weak-key", value: "RSA 1024", certificate: { subject: { display: "Weak" } } },
    });
  });
});
