/**
 * The sites of HTTP/2, seen by clients that nobody here wrote: what curl makes of each, and what nghttp, which says of every
 * frame whether it breaks a rule, finds in it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab, type Lab, type Site } from "../../src/lab/index.ts";
import { run, type Outcome } from "../child.ts";
import { hasCurl, hasCurlHttp2, hasNghttp } from "./outside.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

describe.skipIf(!hasCurl || !hasCurlHttp2)("the sites of HTTP/2, seen by curl", () => {
  const curl = (name: string, ...more: readonly string[]): Promise<Outcome> => {
    const print = ["-o", "/dev/null", "-w", "%{http_code} over %{http_version}"];
    return run("curl", ["-sS", "-m", "100", "--cacert", lab.caFile, ...print, ...more, lab.url(name)]);
  };

  test.each([
    ["http2", "200 over 2"],
    ["http2-only", "200 over 2"],
    ["http2-one-stream", "200 over 2"],
    ["http2-large-body", "200 over 2"],
    ["http2-early-hints", "200 over 2"],
    ["http2-trailers", "200 over 2"],
    ["http2-byte-by-byte", "200 over 2"],
    ["http2-unusual", "200 over 2"],
    ["http2-preferred", "200 over 2"],
    ["http2-unwelcome", "403 over 2"],
    ["http2-goaway-and-answer", "200 over 2"],
    ["http2-http11-required", "200 over 1.1"],
    ["http2-misdirected", "421 over 2"],
    // These are whole, and no rule of frames is broken: whether to take them is a client's own choice.
    ["http2-flood-of-goaways", "200 over 2"],
    ["http2-flood-of-window-updates", "200 over 2"],
    ["http2-flood-of-priorities", "200 over 2"],
    ["http2-flood-of-unknowns", "200 over 2"],
    ["http2-flood-of-empty-data", "200 over 2"],
    ["http2-flood-of-hints", "200 over 2"],
  ])("%s answers %s", async (name, answer) => {
    expect(await curl(name, "--http2")).toMatchObject({ exitCode: 0, stdout: answer });
  });

  test.each([
    ["http2-preferred", "403 over 1.1"],
    ["http2-unwelcome", "200 over 1.1"],
    ["http2-stream-reset", "200 over 1.1"],
    ["http2-inadequate-security", "200 over 1.1"],
  ])("%s asked for HTTP/1.1 answers %s", async (name, answer) => {
    expect(await curl(name, "--http1.1")).toMatchObject({ exitCode: 0, stdout: answer });
  });

  test("a connection that misbehaves is followed by one that does not", async () => {
    const outcomes: string[] = [];
    for (let time = 0; time < 4; time++)
      outcomes.push((await curl("http2-misdirected-once", "--http2")).stdout);
    expect(outcomes).toEqual(["421 over 2", "200 over 2", "421 over 2", "200 over 2"]);
  });
});

/** What nghttp finds wrong with a site's frames, from its own list of them. */
const findings: readonly (readonly [site: string, finding: RegExp])[] = [
  ["http2-not-spoken", /expected SETTINGS frame|SETTINGS expected/],
  ["http2-garbage", /expected SETTINGS frame|SETTINGS expected/],
  ["http2-settings-missing", /PROTOCOL_ERROR.*SETTINGS expected/],
  ["http2-goaway", /ENHANCE_YOUR_CALM.*\[too many requests from 127\.0\.0\.1\]/],
  ["http2-goaway-at-once", /recv GOAWAY frame.*\n.*last_stream_id=0, error_code=NO_ERROR/],
  ["http2-goaway-unanswered", /recv GOAWAY frame.*\n.*last_stream_id=(?!0,).*\[worker died\]/],
  ["http2-goaway-in-body", /recv DATA frame[^]*recv GOAWAY frame.*\n.*last_stream_id=(?!0,)/],
  ["http2-no-streams", /SETTINGS_MAX_CONCURRENT_STREAMS\(0x03\):0\]/],
  ["http2-goaway-rising", /INVALID; error=Protocol error\] recv GOAWAY/],
  ["http2-stream-reset", /recv DATA frame[^]*recv RST_STREAM frame.*\n.*INTERNAL_ERROR/],
  ["http2-reset-before-head", /recv RST_STREAM frame.*\n.*INTERNAL_ERROR/],
  ["http2-refused", /recv RST_STREAM frame.*\n.*REFUSED_STREAM/],
  ["http2-http11-required", /recv RST_STREAM frame.*\n.*HTTP_1_1_REQUIRED/],
  ["http2-early-answer", /END_STREAM\n.*recv RST_STREAM frame.*\n.*NO_ERROR/],
  ["http2-protocol-broken", /PROTOCOL_ERROR.*DATA: stream_id == 0/],
  ["http2-even-stream", /INVALID; error=Protocol error\] recv HEADERS frame .*stream_id=2>/],
  ["http2-idle-stream", /INVALID; error=Protocol error\] recv HEADERS frame .*stream_id=1\d\d>/],
  ["http2-frame-too-large", /FRAME_SIZE_ERROR.*too large frame size/],
  ["http2-padding", /PROTOCOL_ERROR.*DATA: invalid padding/],
  ["http2-interleaved", /PROTOCOL_ERROR.*unexpected non-CONTINUATION frame/],
  ["http2-continuation-alone", /PROTOCOL_ERROR.*CONTINUATION: unexpected/],
  ["http2-window-overflow", /INVALID; error=Flow control error\] recv WINDOW_UPDATE frame .*stream_id=0>/],
  [
    "http2-window-overflow-stream",
    /INVALID; error=Flow control error\] recv WINDOW_UPDATE frame .*stream_id=(?!0>)/,
  ],
  ["http2-window-zero", /PROTOCOL_ERROR.*WINDOW_UPDATE: window_size_increment == 0/],
  ["http2-settings-push", /PROTOCOL_ERROR.*SETTINGS: server attempted to enable push/],
  ["http2-settings-window", /FLOW_CONTROL_ERROR.*too large SETTINGS_INITIAL_WINDOW_SIZE/],
  ["http2-settings-frame-size", /PROTOCOL_ERROR.*invalid SETTINGS_MAX_FRAME_SIZE/],
  ["http2-settings-length", /send GOAWAY frame.*\n.*FRAME_SIZE_ERROR/],
  ["http2-window-shut", /SETTINGS_INITIAL_WINDOW_SIZE\(0x04\):0\]/],
  ["http2-index-unknown", /COMPRESSION_ERROR/],
  ["http2-index-zero", /COMPRESSION_ERROR/],
  ["http2-huffman", /COMPRESSION_ERROR/],
  ["http2-table-size", /COMPRESSION_ERROR/],
  ["http2-integer-endless", /COMPRESSION_ERROR/],
  ["http2-field-cut", /COMPRESSION_ERROR/],
  ["http2-message-malformed", /name: \[X-Lab\], value: \[1\]\n.*INVALID; error=Invalid HTTP header field/],
  ["http2-connection-field", /INVALID; error=Invalid HTTP header field was received\] recv HEADERS/],
  ["http2-transfer-encoding", /INVALID; error=Invalid HTTP header field was received\] recv HEADERS/],
  ["http2-status-missing", /INVALID; error=Violation in HTTP messaging rule\] recv HEADERS/],
  ["http2-status-late", /INVALID; error=Invalid HTTP header field was received\] recv HEADERS/],
  ["http2-status-twice", /INVALID; error=Invalid HTTP header field was received\] recv HEADERS/],
  ["http2-status-malformed", /INVALID; error=Invalid HTTP header field was received\] recv HEADERS/],
  ["http2-pseudo-of-request", /INVALID; error=Invalid HTTP header field was received\] recv HEADERS/],
  ["http2-switching-protocols", /INVALID; error=Invalid HTTP header field was received\] recv HEADERS/],
  ["http2-data-before-head", /PROTOCOL_ERROR.*DATA: stream not opened/],
  ["http2-hint-ends", /INVALID; error=Violation in HTTP messaging rule\] recv HEADERS/],
  ["http2-trailers-malformed", /recv DATA frame[^]*INVALID; error=Invalid HTTP header field/],
  ["http2-body-longer", /send RST_STREAM frame.*\n.*PROTOCOL_ERROR/],
  ["http2-body-shorter", /send RST_STREAM frame.*\n.*PROTOCOL_ERROR/],
  ["http2-conflicting-lengths", /INVALID; error=Invalid HTTP header field was received\] recv HEADERS/],
  ["http2-flood", /Flooding was detected/],
  ["http2-flood-of-settings", /Flooding was detected/],
];

describe.skipIf(!hasNghttp)("the sites of HTTP/2, seen by nghttp", () => {
  const nghttp = async (name: string): Promise<string> => {
    const site = lab.sites.find((site) => site.name === name) as Site;
    const args = ["-v", "--no-verify-peer", "-n", "-t", "100", "-H", `host: ${site.host}`];
    const { stdout, stderr } = await run("nghttp", [...args, `https://127.0.0.1:${lab.port}/`]);
    return stdout + stderr;
  };

  test.each(findings)("%s", async (name, finding) => {
    expect(await nghttp(name)).toMatch(finding);
  });

  test("nothing is found where nothing is wrong", async () => {
    for (const { name, family, expected, caughtBy, needs } of lab.sites) {
      if (family !== "http2" || caughtBy !== null || needs !== undefined) continue;
      expect([name, expected]).toEqual([name, { code: null, status: 200 }]);
      expect(await nghttp(name)).not.toMatch(
        /INVALID|send RST_STREAM|send GOAWAY frame.*\n.*error_code=(?!NO_ERROR)/,
      );
    }
  });

  test("many frames are as many as the site says", async () => {
    const count = async (name: string, frame: RegExp): Promise<number> =>
      [...(await nghttp(name)).matchAll(frame)].length;
    expect(await count("http2-flood-of-window-updates", /recv WINDOW_UPDATE/g)).toBe(10_000);
    expect(await count("http2-flood-of-goaways", /recv GOAWAY/g)).toBe(10_000);
    expect(await count("http2-flood-of-priorities", /recv PRIORITY/g)).toBe(10_000);
    expect(await count("http2-flood-of-hints", /:status: 103/g)).toBe(1_000);
  });

  test("the push promises a stream, to who takes pushes", async () => {
    const promise = /recv PUSH_PROMISE frame .*[^]*promised_stream_id=2/;
    expect(await nghttp("http2-push")).toMatch(promise);
  });
});
