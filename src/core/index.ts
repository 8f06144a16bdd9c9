/** What every room shares: bytes, the error catalogue, limits. Imports nothing, touches nothing. */
export { renderAmount, renderCount } from "./amounts.ts";
export { assert } from "./assert.ts";
export { compareBytes, concatBytes, equalBytes, parseBase64, renderBase64, renderHex } from "./bytes.ts";
export {
  catalogue,
  exactHint,
  isCode,
  renderFact,
  renderHint,
  renderSentence,
  type Code,
  type Details,
} from "./catalogue/index.ts";
export { notShown, renderPeerText, type Ending } from "./catalogue/http.ts";
export {
  renderRemedy,
  type Entry,
  type Fault,
  type Remedy,
  type RemedyWords,
  type Stage,
} from "./catalogue/entry.ts";
export { explainInterception, nameMaker, type Interception } from "./catalogue/interception.ts";
export { orWithoutProxy } from "./catalogue/proxy.ts";
export { adviseReplacing, type OwnRoot } from "./catalogue/own-root.ts";
export { libraryNames } from "./catalogue/library-names.ts";
export type { CertificateRequest } from "./certificate-request.ts";
export {
  helloVersions,
  isOfTls13,
  keyTypesOf,
  restrictHello,
  versionNamed,
  versionNames,
  type Hello,
  type HelloVersion,
  type KeyType,
} from "./hello.ts";
export {
  bracketed,
  renderWords,
  type SettingId,
  type SettingNames,
  type Words,
} from "./catalogue/setting-names.ts";
export {
  avoidObstacle,
  explainObstacle,
  mendObstacle,
  type OpensslObstacle,
  type RivalCertificate,
} from "./catalogue/openssl-obstacle.ts";
export { faultWords, stageWords } from "./catalogue/words.ts";
export { renderAttempts, type AddressOutcome } from "./catalogue/reach.ts";
export {
  renderInstant,
  renderList,
  renderSpan,
  type CertificateFacts,
  type CertificateRole,
} from "./catalogue/certificate-facts.ts";
export {
  HttpsError,
  renameSettings,
  describeAsked,
  setInquiry,
  type ErrorReport,
  type HttpsErrorOf,
} from "./error.ts";
export { Unasked } from "./unasked.ts";
export {
  ageMs,
  deadlineMs,
  instant,
  longestTimerMs,
  pauseMs,
  ratio,
  wholeNumber,
  wholeOrInfinity,
} from "./options/numbers.ts";
export { explainUnreadable, explainUnwritable, isDenied, isWithheld } from "./file-reason.ts";
export { canonicalText } from "./canonical-text.ts";
export {
  asGiven,
  callback,
  dictionary,
  flag,
  listOf,
  needed,
  objectWith,
  oneOf,
  orNull,
  record,
  text,
  variables,
} from "./options/checks.ts";
export {
  bare,
  hasOwn,
  isRecord,
  kindOfOpaque,
  ownEntries,
  ownValue,
  ownValues,
  saysTheSame,
  withDefaults,
  type Own,
} from "./options/own.ts";
export {
  mergeOptions,
  nameKind,
  ownNames,
  readOptions,
  type Check,
  type Checks,
  type Naming,
} from "./options/read-options.ts";
export { unknownOption } from "./options/unknown-option.ts";
export { RecentMap } from "./recent.ts";
export type { Limit, LimitUnit } from "./limit.ts";
export { isTlsRecord, sniffAnswer, sniffOpening, sniffPeer, type SniffedPeer } from "./sniff.ts";
export { showAs } from "./inspected.ts";
export { onAbort } from "./on-abort.ts";
export { showControls, showControlsInJson, showControlsInLines } from "./shown-text.ts";
export { asError, messageOf } from "./thrown.ts";
export { alertName, alertNumber } from "./tls-alerts.ts";
export { canonicalHost, decodePercents, isBareAddress } from "./url/host.ts";
export { locationText, resolveLocation, shownLocation } from "./url/location.ts";
export { parseUrl, requireUrl, type UrlReading } from "./url/parse-url.ts";
export { parseEndpoint, requireEndpoint, type Endpoint } from "./url/endpoint.ts";
export { endpointSchemes, protocolOfPort, type StartTlsProtocol } from "./url/endpoint-schemes.ts";
export { isOfStartTls, protocolNames } from "./catalogue/start-tls.ts";
export { isPublicName } from "./url/public-name.ts";
export { shownHref, shownSite, shownUrl, shownWord, spokenSite } from "./url/shown-url.ts";
export type { Target, Userinfo } from "./url/target.ts";
