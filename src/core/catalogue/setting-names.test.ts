/** The settings that hints name: each id is used, and a hint is a whole sentence whatever a door calls them. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  catalogue,
  HttpsError,
  libraryNames,
  renderHint,
  type SettingId,
  type SettingNames,
} from "../index.ts";
import { renderStep } from "./entry.ts";

const ids = Object.keys(libraryNames) as SettingId[];
const nameless: SettingNames = {};

const errors: readonly HttpsError[] = [
  new HttpsError("untrusted-root", { subject: "a.example", issuer: "Own CA", fingerprint: "00" }),
  new HttpsError("missing-intermediate", { subject: "a", issuer: "Own CA", fingerprint: "00", urls: [] }),
  new HttpsError("self-signed", { subject: "a.example", issuer: "a.example", fingerprint: "00" }),
  new HttpsError("client-certificate-unusable", { reason: "it has no key", problem: "no-key" }),
  new HttpsError("client-certificate-unusable", { reason: "they are swapped", problem: "swapped" }),
  new HttpsError("proxy-timeout", { proxy: "http://p/", target: "a:443", limitMs: 5 }),
  new HttpsError("dns-timeout", { host: "a.example", limitMs: 5, asked: "resolver" }),
  new HttpsError("head-too-large", { limit: "headBytes", value: 5, offset: 5 }),
  new HttpsError("body-too-large", { limit: "maxBodyBytes", value: 5 }),
  new HttpsError("too-many-redirects", { value: 20, urls: ["https://a.example/"] }),
  new HttpsError("redirect-downgrade", { from: "https://a/", to: "http://a/" }),
  new HttpsError("content-coding-unknown", { coding: "x" }),
  new HttpsError("websocket-too-large", { host: "a.example", value: 5 }),
  new HttpsError("send-buffer-full", { host: "a.example", value: 5 }),
];

describe("a hint", () => {
  test.each(errors)("is a sentence for a door without the setting: $code", (error) => {
    const hint = renderHint(error, nameless);
    expect(hint).toMatch(/^[A-Z].*\.$/);
    expect(hint).not.toMatch(/undefined|\(\)| {2}| \./);
  });

  test("of an error is in the library's names", () => {
    for (const error of errors) expect(error.hint).toBe(renderHint(error, libraryNames));
    expect(errors[0]?.hint).toContain("(addRoots)");
  });

  test("has the names of the door that asks", () => {
    const [error] = errors;
    expect(error && renderHint(error, { ...nameless, root: "ssl_ca_cert" })).toContain("(ssl_ca_cert)");
  });
});

test.each(Object.entries(catalogue))(
  "the remedy of %s is a next step, whoever can take it",
  (_code, { remedy }) => {
    for (const names of [nameless, libraryNames]) {
      expect(renderStep(remedy, names)).toMatch(/^[A-Z].*\.$/);
      expect(renderStep(remedy, names)).not.toMatch(/undefined| \(\)| {2}| \./);
    }
  },
);

/** The files that speak of settings, without those that say what they are called. */
const texts = ["./", "../../diagnosis/", "../../diagnosis/findings/"].flatMap((folder) => {
  const url = new URL(folder, import.meta.url);
  return readdirSync(url)
    .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|-names\.ts$/.test(name))
    .map((name) => readFileSync(new URL(name, url), "utf8"));
});

test("every setting is named by a hint, a remedy or a finding", () => {
  const text = texts.join("\n");
  expect(ids.filter((id) => !new RegExp(`\\b${id}\\b`).test(text))).toEqual([]);
});

test("no hint, remedy or finding says by itself what a program calls a setting", () => {
  // `maxBodyBytes` is a constant of the detail of body-too-large too.
  const telling = Object.values(libraryNames).filter(
    (name) => name !== undefined && /[.A-Z_]/.test(name) && name !== "maxBodyBytes",
  );
  expect(telling).toContain("addRoots");
  expect(telling.filter((name) => texts.some((text) => text.includes(name ?? "")))).toEqual([]);
});
