/** Hints of `get` in its own words. */
import { expect, test } from "vitest";
import { HttpsError } from "../../core/index.ts";
import { AdvisedError } from "../frame/failure.ts";
import { adviseInFlags } from "./advice.ts";

const silence = new HttpsError("empty-response", { ending: "fin" });

test("silence to plaintext is told to be likely TLS, with the URL to ask", () => {
  const advised = adviseInFlags(silence, { flags: {}, url: "http://a.example:8443/", env: {} });
  if (!(advised instanceof AdvisedError)) throw new Error("it has no advice");
  expect(advised.hint).toContain("https://a.example:8443/");
  expect(advised.hint).toContain("meerkat why");
});

test("too many redirects are told with the flag that allows more", () => {
  const many = new HttpsError("too-many-redirects", { value: 2, urls: ["https://a.example/"] });
  expect(adviseInFlags(many, { flags: {}, url: "https://a.example/", env: {} })).toMatchObject({
    hint: "Raise --max-redirs (now 2) if you expect so many.",
  });
});

test("silence to TLS keeps the hint of the catalogue", () => {
  expect(adviseInFlags(silence, { flags: {}, url: "https://a.example/", env: {} })).toBe(silence);
});

test("an answer of SSH is not told to be TLS", () => {
  const ssh = new HttpsError("not-http", { speaks: "SSH", firstBytes: "SSH-2.0-x" });
  expect(adviseInFlags(ssh, { flags: {}, url: "http://a.example:22/", env: {} })).toBe(ssh);
});

const socketless = new HttpsError("connect-failed", {
  host: "localhost",
  port: 80,
  attempts: [{ address: "/nowhere.sock", port: 80, outcome: "ENOENT", afterMs: 1 }],
});

test("a Unix socket that is not there is said to be that", () => {
  const around = { flags: { unixSocket: "/nowhere.sock" }, url: "http://localhost/", env: {} };
  expect(adviseInFlags(socketless, around)).toMatchObject({
    hint: expect.stringContaining("There is no file /nowhere.sock") as string,
  });
});

test.each(["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"])(
  "%s, which says whom to trust, is named where no root was found",
  (name) => {
    const untrusted = new HttpsError("self-signed", { subject: "a", issuer: "a", fingerprint: "00" });
    const around = { flags: { asCurl: true }, url: "https://a.example/", env: { [name]: "/ca.pem" } };
    expect(adviseInFlags(untrusted, around)).toMatchObject({
      hint: expect.stringMatching(
        new RegExp(`^${name} is set: the roots that it names are trusted, .*--add-cacert`),
      ) as string,
    });
    for (const flags of [{ cacert: ["/other.pem"] }, { roots: ["mozilla"] }, { addCacert: ["/more.pem"] }])
      expect(adviseInFlags(untrusted, { ...around, flags: { ...flags, asCurl: true } })).toBe(untrusted);
  },
);
