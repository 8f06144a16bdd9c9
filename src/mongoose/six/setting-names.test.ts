/** Hints of the Mongoose API speak of its own fields. */
import { expect, test } from "vitest";
import { HttpsError } from "../../core/index.ts";
import { inOurNames as inNamesOfSeven } from "../seven/setting-names.ts";
import { inOurNames } from "./setting-names.ts";

const host = "a.example";
const untrusted = { subject: host, issuer: "Own CA", fingerprint: "00" };

test.each([
  [new HttpsError("untrusted-root", untrusted), "(ssl_ca_cert)"],
  [new HttpsError("self-signed", untrusted), "(ssl_ca_cert)"],
  [new HttpsError("client-certificate-unusable", { reason: "none", problem: "no-key" }), "as ssl_key"],
  [new HttpsError("body-too-large", { limit: "recv_mbuf_limit", value: 5 }), "Raise recv_mbuf_limit "],
  [new HttpsError("websocket-too-large", { host, value: 5 }), "(MG_F_WEBSOCKET_NO_DEFRAG)"],
  [new HttpsError("send-buffer-full", { host, value: 5 }), "(MG_EV_SEND)"],
])("as Mongoose 6: $code", (error, name) => {
  expect(inOurNames(error)).toBe(error);
  expect(error.hint).toContain(name);
  expect(error.hint).not.toMatch(/addRoots|clientCertificate|insecure/);
});

test("as Mongoose 7", () => {
  expect(inNamesOfSeven(new HttpsError("untrusted-root", untrusted)).hint).toMatch(/\(ca\)\.$/);
});
