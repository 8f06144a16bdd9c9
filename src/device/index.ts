/** Devices: what each one's TLS stack does with a server's certificates, and a correct example for it. Pure. */
export { checkBundle, type CheckedSite, type CheckReport, type CheckRequest } from "./bundle-check.ts";
export {
  type Break,
  type CaAnchor,
  type CaReport,
  type CaRequest,
  chooseForDevice,
  refuseAnchor,
  type StoreRoot,
  storeRoot,
  type VisitedSite,
} from "./ca-choice.ts";
export { anchorsOf } from "./device-anchors.ts";
export { buildExample } from "./examples/build-example.ts";
export type { ExampleFile, ExampleRequest } from "./examples/example.ts";
export { proveFiles, type ProofRequest, type SiteProof } from "./file-proof.ts";
export type { NameRules } from "./names.ts";
export {
  type CheckFact,
  type CheckName,
  checkNames,
  checkTitles,
  type Confirmation,
  type DeviceName,
  deviceNames,
  type DeviceProfile,
  type Strategy,
} from "./profile.ts";
export { profileForFormat } from "./profile-for-format.ts";
export { explainEndFor, noticesEnd } from "./explain-end.ts";
export { mbedtls2 } from "./profiles/mbedtls-devices.ts";
export { devices, isDeviceName } from "./profiles/profiles.ts";
export type { DeviceRequest, TlsVersion } from "./request.ts";
export type { BearsslOptions } from "./strategies/bearssl.ts";
export type { EspBundleOptions } from "./strategies/esp-bundle.ts";
export type { MbedtlsOptions } from "./strategies/mbedtls.ts";
export type { ModdableOptions } from "./strategies/moddable.ts";
export type { MongooseBuiltinOptions } from "./strategies/mongoose-builtin.ts";
export type { OpensslOptions } from "./strategies/openssl.ts";
export { type DeviceVerdict, explainRefusal, type Refusal, type RefusalCode } from "./verdict.ts";
export {
  type DeviceReport,
  type Difference,
  explainDifference,
  verifyAs,
  verifyOnDevice,
} from "./verify-as.ts";
