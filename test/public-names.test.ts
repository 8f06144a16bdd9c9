/** What each door of the package exports. A new name is a promise to its users: it is decided here, not in passing. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { doors } from "../tools/doors.ts";

const root = new URL("../", import.meta.url);
const sources = new Map(doors.map(({ name, place }) => [name, `src/${place}.ts`]));

/** The names behind each `export`, sorted; of `a as b` the second. */
function namesOf(source: string): readonly string[] {
  const text = readFileSync(new URL(source, root), "utf8");
  expect(text.match(/^export (?!type \{|\{)/m)).toBeNull();
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, list = ""]) => list.replace(/\/\/.*/g, "").split(","))
    .map((entry) => entry.trim().replace(/^(?:type )?(?:\w+ as )?/, ""))
    .filter((name) => name !== "")
    .toSorted();
}

const names: Readonly<Record<string, string>> = {
  meerkat: `
    Ask AskedRequest Authentication BodyInput CacheEntry CacheOptions CacheStore Client ClientEvent
    ClientOptions Code ConnectOptions CookieJar Details Diagnosis EventStreamOptions EventsOptions Exchange
    Explanation Fault FieldsInput Har HttpsError HttpsErrorOf Installation ItemOptions MadeAnswer MeerkatAgent
    MeerkatDispatcher MeerkatSocket Middleware Next NextPage PageOptions PairsInput PerMessageDeflate ReadonlyHeaders
    Reconnection Recorder RecorderOptions ReplayOptions RequestChanges RequestOptions Requests Response Send
    ServerEvent Stage StandardSchema StartTlsOptions StreamLink Timeouts TrustOptions TrustReport Unasked
    VerifiedWebSocket WebSocketCloseEvent WebSocketData WebSocketEnd WebSocketErrorEvent WebSocketEventMap
    WebSocketHandler WebSocketOptions createFetch default diagnose installGlobally openRecorder replay request trustOf version`,
  "meerkat/trust": `
    AnchorSource AsyncTrustPorts Attempt MissingIssuer PeerName Profile ProfileName Purpose Rejection RejectionCode
    RevocationSource SignatureInput TrustAnchor TrustPorts TrustReport TrustReportJson Verdict VerifiedPath
    VerifyRequest VerifySignature anchorFromCertificate explainRejection explainVerdict peerNameOf profiles
    readAnchors readChain verify verifyAsync`,
  "meerkat/trust/node": `
    RootFile RootSource RootsOption openAnchors trustPorts verify`,
  "meerkat/trust/webcrypto": `
    trustPorts verify`,
  "meerkat/x509": `
    Certificate CertificateExtensions CertificateRevocationList ExtensionName ExtensionValues GeneralName
    Name NameAttribute OcspResponse ParsedCertificate ParsedCrl ParsedOcspResponse PemBlock PemComplaint
    PemFile Sha256 SignatureAlgorithm SubjectKey fingerprint isSpkiPin parseCertificate parseCrl
    parseOcspResponse parsePem renderGeneralName renderKey spkiPin writePem`,
  "meerkat/http1": `
    Completion DecodeLatin1 Exchange Failure FailureCode Field Fields Persistence ReaderLimits ReaderOptions
    RequestContent RequestHead ResponseHead ResponseReader ResponseSink Tolerance Version checkBodySent
    chunkEnd decodeLatin1 defaultReaderLimits errorFromFailure fieldsFrom writeChunkHead writeLastChunk
    writeRequestHead`,
  "meerkat/bundle": `
    AuditFinding AuditRequest Bundle BundleEntry BundleFile Candidate Choice ChooseRequest ChosenAnchor
    Format FormatName Motive RedundancyRequest ServedSite Severity SiteNeed SpareRoot Written auditBundle
    chooseAnchors explainAuditFinding explainMotive findSpareRoots formats isFormatName readBundle`,
  "meerkat/device": `
    CaReport CaRequest CheckReport CheckRequest DeviceName DeviceProfile DeviceReport DeviceRequest
    DeviceVerdict Difference ExampleFile ExampleRequest Refusal RefusalCode buildExample checkBundle
    chooseForDevice deviceNames devices explainDifference explainRefusal isDeviceName storeRoot verifyAs
    verifyOnDevice`,
  "meerkat/fleet": `
    Alert AlertChange Answer AnswerFact BreakKind BundleOfFiles ClockMemory ClockSample ClockVerdict Concern
    DecideRequest Decision EndpointHistory EndpointSummary Fact FleetSettings Forecast ForecastGround
    ForecastRequest Held LeafFacts PlaceMark PreparedBundle Rule RuleName SeenChain Severity Showing Shown
    ShownFact ShownVerdict Situation UsablePath UsableRequest Variant Visit WatchedBundle WatchedEndpoint
    afterDecision bundleOfFiles decide defaultSettings findUsableEnd forecastFor judgeClock noSamples noteClock
    prepareBundle ruleNames rules tellingKey`,
  "meerkat/lab": `
    Check ClientCertificate DeviceOutcome DeviceOutcomes Expectation Family Lab LabOptions Needs Site
    openLab siteNames`,
  // It is imported for what it does.
  "meerkat/register": "",
};

/** The Mongoose API is C's: its names are not ours to choose. */
const chosenElsewhere = ["meerkat/mongoose", "meerkat/mongoose/7"];

test("every door of our own choice has its list", () => {
  expect(Object.keys(names)).toEqual([...sources.keys()].filter((door) => !chosenElsewhere.includes(door)));
});

test.each(Object.entries(names))("%s exports its list and nothing else", (door, list) => {
  expect(namesOf(sources.get(door) ?? "")).toEqual(list.split(/\s+/).filter((name) => name !== ""));
});
