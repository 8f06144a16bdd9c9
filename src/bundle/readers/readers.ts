/** The PEM readers of libraries and tools, by name. */
import { readAsBearssl } from "./bearssl.ts";
import { readAsEspGenerator } from "./esp-generator.ts";
import { readAsMbedtls } from "./mbedtls.ts";
import { readAsMongoose7Mbedtls, readAsMongooseBuiltin } from "./mongoose-7.ts";
import { readAsMongooseOs } from "./mongoose-os.ts";
import { readAsMongoose7Openssl, readAsNode, readAsOpenssl } from "./openssl.ts";
import type { PemReader } from "./pem-reading.ts";

export type ReaderName =
  | "mbedtls"
  | "mongoose-7-mbedtls"
  | "mongoose-7-openssl"
  | "openssl"
  | "node"
  | "bearssl"
  | "esp-generator"
  | "mongoose-os"
  | "mongoose-builtin";

export const pemReaders: Readonly<Record<ReaderName, PemReader>> = {
  mbedtls: readAsMbedtls,
  "mongoose-7-mbedtls": readAsMongoose7Mbedtls,
  "mongoose-7-openssl": readAsMongoose7Openssl,
  openssl: readAsOpenssl,
  node: readAsNode,
  bearssl: readAsBearssl,
  "esp-generator": readAsEspGenerator,
  "mongoose-os": readAsMongooseOs,
  "mongoose-builtin": readAsMongooseBuiltin,
};
