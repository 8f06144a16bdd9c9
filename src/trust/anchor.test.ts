/** Anchors: what follows from the store that one came from, and how that is told. */
import { describe, expect, test } from "vitest";
import { mintRoot } from "../../test/pki/index.ts";
import {
  anchorFromCertificate,
  ownRootOf,
  renderAnchorSource,
  type AnchorOptions,
  type AnchorSource,
} from "./anchor.ts";

const { certificate } = mintRoot();

test.each<[source: AnchorSource, place: string]>([
  [{ store: "mozilla" }, "Mozilla's root store, as Node carries it"],
  [{ store: "system" }, "this system's root store"],
  [{ store: "bytes" }, "the roots that the program supplied"],
  [{ store: "NODE_EXTRA_CA_CERTS" }, "NODE_EXTRA_CA_CERTS"],
  [{ store: "file", file: "roots.pem" }, "roots.pem"],
  [{ store: "file", file: "roots.pem", line: 12 }, "roots.pem, line 12"],
  [{ store: "system", file: "/etc/ssl/cert.pem", line: 1 }, "/etc/ssl/cert.pem, line 1"],
])("%o is told as %s", (source, place) => {
  expect(renderAnchorSource(source)).toBe(place);
});

describe("a root", () => {
  test.each<[store: string, isPublic: boolean, isCallers: boolean]>([
    ["mozilla", true, false],
    ["system", false, false], // Until somebody says that it is: a company's root lies there, too.
    ["file", false, true],
    ["bytes", false, true],
    ["NODE_EXTRA_CA_CERTS", false, true],
  ])("of the store %s: whether it is a public programme's is %s", (store, isPublic, isCallers) => {
    const anchor = anchorFromCertificate(certificate, { store });
    expect(anchor).toMatchObject({ inProgramme: isPublic, profile: isPublic ? "webpki" : "private" });
    expect(ownRootOf(anchor)).toEqual({ place: renderAnchorSource({ store }), isCallers });
  });

  test.each<[law: string, options: AnchorOptions, expected: object]>([
    ["has the profile that is asked for", { profile: "rfc5280" }, { inProgramme: false, profile: "rfc5280" }],
    ["has its programme's profile", { inProgramme: true }, { inProgramme: true, profile: "webpki" }],
    ["is distrusted after a date", { distrustAfterAt: 5 }, { distrustAfterAt: 5, profile: "private" }],
  ])("%s", (_, options, expected) => {
    expect(anchorFromCertificate(certificate, { store: "file" }, options)).toMatchObject(expected);
  });
});
