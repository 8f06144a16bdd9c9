/** What a library does with a chain that is odd in one thing: rows that its own verdicts were read from (interop). */
import { expect, it } from "vitest";
import { trustPorts } from "../../src/admission/index.ts";
import { type DeviceName, devices, verifyOnDevice } from "../../src/device/index.ts";
import { anchorFromCertificate } from "../../src/trust/index.ts";
import { makeKeys, type Minted, rsaKeys } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot, now } from "../pki/today.ts";

const host = "device.localhost";
const root = mintRoot("Root");
const issuing = mint({ name: "Issuing", ca: true }, root);
const leaf = mintLeaf(host, issuing);
const stranger = mintRoot("Stranger");
const edwards = mintRoot("Edwards", { keys: makeKeys("Ed25519") });
const underEdwards = mint({ name: "Under Edwards", ca: true }, edwards);
const short = mintRoot("Short", { keys: makeKeys("P-224") });
const small = mintLeaf(host, issuing, { keys: rsaKeys(1024, 1) });
const excluding = mint({ name: "Excluding", ca: true, exclude: [`dns:${host}`] }, root);
const signing = mintLeaf(host, issuing, { usages: ["digitalSignature", "keyCertSign"], ca: false });
const limiting = mintLeaf(host, issuing, { ca: false, pathLength: 0 });

type Row = readonly [
  law: string,
  device: DeviceName,
  sent: readonly Minted[],
  anchor: Minted,
  verdict: string,
  name?: string,
];

const rows: readonly Row[] = [
  ["passes over a certificate of Ed25519", "esp-idf", [leaf, underEdwards, issuing], root, "accepts"],
  [
    "passes over an issuer of Ed25519, and is left with the leaf",
    "esp-idf",
    [mintLeaf(host, underEdwards), underEdwards],
    root,
    "not-trusted -0x2700, flags 0x8",
  ],
  [
    "names the leaf that it passed over",
    "esp-idf",
    [mintLeaf(host, edwards), issuing],
    root,
    "unsupported-signature -0x2700, flags 0x804",
  ],
  [
    "takes an empty certificate for the leaf that it passed over, where nothing else was sent",
    "micropython",
    [mintLeaf(host, edwards)],
    root,
    "unsupported-signature -0x2700, flags 0x1c00d",
  ],
  [
    "whose dates do not count where none do",
    "esp-idf",
    [mintLeaf(host, edwards)],
    root,
    "unsupported-signature -0x2700, flags 0x1c00c",
  ],
  [
    "passes over no CA of its own",
    "esp-idf",
    [mintLeaf(host, underEdwards), underEdwards],
    edwards,
    "no-anchors -0x7680",
  ],
  [
    "compares a URI byte for byte",
    "esp-idf",
    [mintLeaf(host, issuing, { names: [`uri:${host}`] }), issuing],
    root,
    "accepts",
  ],
  [
    "and not in another case",
    "esp-idf",
    [mintLeaf(host, issuing, { names: ["uri:DEVICE.localhost"] }), issuing],
    root,
    "wrong-name -0x2700, flags 0x4",
  ],
  [
    "has no anchor on a curve that it does not know",
    "arduino-esp8266",
    [mintLeaf(host, short)],
    short,
    "not-trusted BR_ERR_X509_NOT_TRUSTED (62)",
  ],
  [
    "looks at the leaf's key before anything else",
    "openssl",
    [small, issuing],
    stranger,
    "weak-key X509_V_ERR_EE_KEY_TOO_SMALL (66)",
  ],
  [
    "numbers an address otherwise than a name",
    "openssl",
    [leaf, issuing],
    root,
    "wrong-name X509_V_ERR_IP_ADDRESS_MISMATCH (64)",
    "127.0.0.1",
  ],
  [
    "numbers an excluded name otherwise than one that is not permitted",
    "openssl",
    [mintLeaf(host, excluding), excluding],
    root,
    "name-constraint X509_V_ERR_EXCLUDED_VIOLATION (48)",
  ],
  [
    "refuses a server's certificate that may sign others",
    "python",
    [signing, issuing],
    root,
    "irregular X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA (82)",
  ],
  [
    "refuses a path length where there is no CA",
    "python",
    [limiting, issuing],
    root,
    "irregular X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA (80)",
  ],
  ["which OpenSSL's own default does not", "openssl", [limiting, issuing], root, "accepts"],
];

it.each(rows.map(([law, device, ...row]) => ({ law, device, row })))(
  "$device $law",
  ({ device, row: [sent, anchor, expected, name = host] }) => {
    const verdict = verifyOnDevice(
      devices[device],
      {
        chain: sent.map(({ certificate }) => certificate),
        anchors: [anchorFromCertificate(anchor.certificate, { store: "file" })],
        name,
        at: now,
      },
      trustPorts,
    );
    expect(verdict.accepts ? "accepts" : `${verdict.refusal.code} ${verdict.refusal.library}`).toBe(expected);
  },
);
