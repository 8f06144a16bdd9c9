/** The PEM readers of libraries, by the library's name. */
import { readAsBearssl } from "./bearssl.ts";
import { readAsMbedtls } from "./mbedtls.ts";
import { readAsNode, readAsOpenssl } from "./openssl.ts";
import type { PemReader } from "./pem-reading.ts";

export const pemReaders: Readonly<Record<"mbedtls" | "openssl" | "node" | "bearssl", PemReader>> = {
  mbedtls: readAsMbedtls,
  openssl: readAsOpenssl,
  node: readAsNode,
  bearssl: readAsBearssl,
};
