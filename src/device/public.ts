/** Devices for users of the package: what each one's TLS stack accepts, the roots it needs, and an example for it. */
export { checkBundle, type CheckReport, type CheckRequest } from "./files/bundle-check.ts";
export { type CaReport, type CaRequest, chooseForDevice } from "./choice/ca-choice.ts";
export { storeRoot } from "./choice/candidates.ts";
export { buildExample } from "./examples/build-example.ts";
export type { ExampleRequest } from "./examples/example.ts";
export type { ExampleFile } from "./examples/example-file.ts";
export { type DeviceName, deviceNames, type DeviceProfile } from "./profile.ts";
export { devices, isDeviceName } from "./profiles/profiles.ts";
export type { DeviceRequest } from "./request.ts";
export { type DeviceVerdict, explainRefusal, type Refusal, type RefusalCode } from "./verdict.ts";
export {
  type DeviceReport,
  type Difference,
  explainDifference,
  verifyAs,
  verifyOnDevice,
} from "./verify-as.ts";
