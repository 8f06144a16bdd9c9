/** MicroPython's errors on devices with lwIP and mbedTLS; the numbers of TLS are mbedTLS's. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const micropython: ForeignProgram = {
  name: "MicroPython",
  spoken: ["oserror", "getaddrinfo returns"],
  // prettier-ignore
  errors: readRows([
    [-200, ["EAI_NONAME (lwIP)"], ["name-not-found"], "The name could not be resolved."],
    [-202, ["EAI_FAIL (lwIP)"], ["dns-failed", "name-not-found"],
      "The name could not be resolved: most often there is no network yet."],
    [-203, ["EAI_MEMORY (lwIP)"], [], "The device is out of memory."],
    [["ValueError: invalid cert"], ["ca-file-other-form", "malformed-certificate"],
      "A certificate given to the device cannot be read: MicroPython reads DER, not PEM."],
    [["ValueError: invalid key"], ["client-certificate-unusable"],
      "A private key given to the device cannot be read."],
  ]),
};
