/** Which version of HTTP is tried beside the one that was spoken, and what is said of how that came to be spoken. */
import { describe, expect, test } from "vitest";
import { endedBy, plainly, visit } from "../../test/why/made-up.ts";
import { HttpsError } from "../core/index.ts";
import { explainVersion, isOfVersion, otherVersion, overVersion } from "./http-version.ts";
import type { AttemptSeen, HttpVersion, VersionSeen } from "./observation.ts";
import { applyChanges } from "./request-change.ts";

const both = ["h2", "http/1.1"];
const usual = plainly.version;

function spoken(
  version: Partial<VersionSeen>,
  { scheme = "https", error }: { readonly scheme?: AttemptSeen["scheme"]; readonly error?: HttpsError } = {},
): AttemptSeen {
  const exchange = { ...plainly, answer: undefined, version: { ...usual, ...version } };
  return { ...visit, scheme, exchange, ended: error && endedBy(error) };
}

const inHttp2 = new HttpsError("not-http", { speaks: "HTTP/2", firstBytes: "\\x00" });
const inHtml = new HttpsError("not-http", { speaks: "HTML", firstBytes: "<html>" });
const plain: Partial<VersionSeen> = { offered: [], selected: undefined };

describe("the other version is", () => {
  test.each<readonly [law: string, attempt: AttemptSeen, other: HttpVersion | undefined]>([
    ["HTTP/1.1 where HTTP/2 was chosen", spoken({ spoken: "h2", selected: "h2" }), "http/1.1"],
    ["HTTP/1.1 where HTTP/2 alone was offered", spoken({ spoken: "h2", offered: ["h2"] }), "http/1.1"],
    ["HTTP/2 where HTTP/1.1 alone was offered", spoken({ offered: ["http/1.1"] }), "h2"],
    ["none where the server was offered both and chose HTTP/1.1", spoken({ offered: both }), undefined],
    [
      "none where the server itself wants HTTP/1.1",
      spoken({ offered: ["http/1.1"], isWanted: true }),
      undefined,
    ],
    [
      "none in plain, where nothing shows HTTP/2",
      spoken(plain, { scheme: "http", error: inHtml }),
      undefined,
    ],
    ["HTTP/2 in plain, where that is what answered", spoken(plain, { scheme: "http", error: inHttp2 }), "h2"],
    [
      "HTTP/1.1 in plain, where HTTP/2 was spoken",
      spoken({ ...plain, spoken: "h2" }, { scheme: "http" }),
      "http/1.1",
    ],
    [
      "HTTP/1.1 where HTTP/2 alone was asked for, and not chosen",
      {
        ...visit,
        exchange: undefined,
        ended: endedBy(new HttpsError("http2-not-chosen", { host: "site.example", selected: undefined })),
      },
      "http/1.1",
    ],
    ["none where it did not come to HTTP", { ...visit, exchange: undefined }, undefined],
  ])("%s", (_law, attempt, other) => {
    expect(otherVersion(attempt)).toBe(other);
  });

  test("a change of its own, which leaves the fields as they are", () => {
    const change = overVersion("h2");
    const fields = [["Host", "site.example"]] as const;
    expect(applyChanges(fields, [change])).toEqual(fields);
    expect(isOfVersion([change])).toBe(true);
    expect(isOfVersion([])).toBe(false);
    expect(isOfVersion([change, change])).toBe(false);
  });
});

test.each<readonly [Partial<VersionSeen>, string]>([
  [{ spoken: "h2", selected: "h2" }, "HTTP/2 and HTTP/1.1 were offered, and the server chose HTTP/2 (ALPN)"],
  [{ selected: "http/1.1" }, "HTTP/2 and HTTP/1.1 were offered, and the server chose HTTP/1.1 (ALPN)"],
  [{ selected: undefined }, "HTTP/2 and HTTP/1.1 were offered, and the server did not answer that (ALPN)"],
  [{ offered: ["http/1.1"] }, "HTTP/1.1 alone was offered (ALPN)"],
  [{ spoken: "h2", offered: ["h2"] }, "HTTP/2 alone was offered (ALPN)"],
  [
    { offered: ["http/1.1"], isWanted: true },
    "HTTP/1.1, since the server wants this request so (HTTP_1_1_REQUIRED)",
  ],
  [plain, "http:// has no ALPN, by which a server chooses HTTP/2"],
  [{ ...plain, spoken: "h2" }, "HTTP/2 without being agreed on, as was asked"],
])("%j is told as: %s", (version, said) => {
  expect(explainVersion({ ...usual, ...version })).toBe(said);
});
