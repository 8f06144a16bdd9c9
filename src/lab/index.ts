/** The lab: one HTTPS site for every way HTTPS goes wrong, on loopback, with a CA of its own. */
export { openLab, siteNames, type Lab, type LabOptions } from "./lab.ts";
export { renderManifest } from "./manifest.ts";
export type { Family, Site } from "./site.ts";
/** Frames of HTTP/2 written octet by octet, for tests of what reads them. */
export {
  block,
  data,
  flags,
  frame,
  goaway,
  headers,
  integer,
  largest31,
  octets,
  ping,
  reset,
  settings,
  types,
  windowUpdate,
} from "./wire/http2-frames.ts";
