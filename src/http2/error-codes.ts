/** The error codes of HTTP/2, by name and number: RFC 9113 §7. */

/** Each code of RFC 9113 §7, in its order. */
export const errorCodes = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const;

/** The name of an error code. */
export type ErrorName = keyof typeof errorCodes;

const names = Object.keys(errorCodes) as readonly ErrorName[];

/** The name of a code that a peer sent; `undefined` for one that the RFC does not know, which means INTERNAL_ERROR. */
export function errorName(code: number): ErrorName | undefined {
  return names[code];
}
