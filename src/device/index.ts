/** Devices: what each one's TLS stack does with a server's certificates, and a correct example for it. Pure. */
export type { MissingRoot } from "./choice/announced.ts";
export { checkBundle } from "./files/bundle-check.ts";
export { type CheckedSite, checkSite, type ReadyBundle, readyBundle } from "./files/site-check.ts";
export { type CaAnchor, type CaReport, chooseForDevice } from "./choice/ca-choice.ts";
export { findCandidates, refuseAnchor, type StoreRoot, storeRoot } from "./choice/candidates.ts";
export { buildExample } from "./examples/build-example.ts";
export { isAgent } from "./examples/example.ts";
export type { ExampleFile } from "./examples/example-file.ts";
export { connectionOf, type Figure, findFigures, parsedHeapOf } from "./fit.ts";
export { proveFiles } from "./files/file-proof.ts";
export {
  type CheckFact,
  checkNames,
  checkTitles,
  type DeviceName,
  deviceNames,
  type DeviceProfile,
} from "./profile.ts";
export { explainEndFor, explainEndOfDayFor, noticesEnd } from "./explain-end.ts";
export { mbedtls2 } from "./profiles/mbedtls-libraries.ts";
export { mbedtls2Hello } from "./profiles/hellos.ts";
export { clientCertificates, identityClientOf } from "./profiles/client-certificates.ts";
export { devices, isDeviceName } from "./profiles/profiles.ts";
export {
  type BundleName,
  bundleNames,
  type ChainProof,
  type Fate,
  type FieldSite,
  planRotation,
  type Rotation,
  type RotationBundle,
  type RotationSite,
} from "./rotation.ts";
export { isPresetName, presetNames, presets, type PresetName } from "./choice/presets.ts";
export type { VisitedSite } from "./request.ts";
export { type DeviceVerdict, explainRefusal } from "./verdict.ts";
export { explainDifference, verifyAs, verifyOnDevice } from "./verify-as.ts";
