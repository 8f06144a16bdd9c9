/** What the names of alerts say. */
import { expect, test } from "vitest";
import { alertName } from "./tls-alerts.ts";

test.each([
  [0, "close_notify"],
  [40, "handshake_failure"],
  [41, "no_certificate"],
  [48, "unknown_ca"],
  [70, "protocol_version"],
  [80, "internal_error"],
  [100, "no_renegotiation"],
  [112, "unrecognized_name"],
  [116, "certificate_required"],
  [120, "no_application_protocol"],
])("alert %i is %s", (number, name) => {
  expect(alertName(number)).toBe(name);
});

test.each([1, 43.5, 255, -1, Number.NaN])("a number nobody has assigned (%d) has no name", (number) => {
  expect(alertName(number)).toBeUndefined();
});
