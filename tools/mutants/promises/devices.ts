/** What a device's profile says: no check is called made that its verdicts do not make, and no failure has the name of another. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const devices: readonly BrokenPromise[] = [
  ...rows(
    "device/profiles/esp-devices.ts",
    ["test/device/facts.test.ts"],
    [
      [
        "a bundle does not look at the hash of what its root signed",
        'weakHashes: { made: "partly", note: "not of the certificate that a root of the bundle signed" },',
        'weakHashes: { made: "yes" },',
      ],
      [
        "a bundle does not look at its root's own extensions",
        'criticalExtensions: { made: "partly", note: "not of the root" },',
        "",
      ],
    ],
  ),
  ...rows(
    "device/examples/arduino.ts",
    ["test/device/demands.test.ts"],
    [
      [
        "a connection that was refused is not called a failure of TLS",
        'if (code == -1) Serial.println("TCP failed, or the handshake took too long");\n  else if',
        "if",
      ],
    ],
  ),
];
