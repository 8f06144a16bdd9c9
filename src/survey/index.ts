/** What certificates an endpoint shows to another client's first message. Nobody is admitted here, and nothing sent within TLS. */
export { surveyLimits } from "./limits.ts";
export { isSameChain, meetAsAnybody, wholeOffer, type Meeting } from "./meeting.ts";
export { offerOf } from "./offer.ts";
export { presentIdentity, type Presented, type Reception } from "./present.ts";
export { parseShown } from "./shelf.ts";
export { findPskSuite } from "./psk.ts";
export { surveyEndpoint, type LeftOut, type Surveyed } from "./survey.ts";
export { inTime, type EndpointRequest } from "./way.ts";
