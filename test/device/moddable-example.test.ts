/** What Moddable's program reports, run against a stand-in of the SDK's HTTP client (examples/io/tcp/httpclient). */
import { Script } from "node:vm";
import { expect, it } from "vitest";
import { buildExample, devices } from "../../src/device/index.ts";
import { mintRoot } from "../pki/today.ts";
import { textOf } from "./projects.ts";

interface Request {
  onHeaders(status: number, headers: ReadonlyMap<string, string>): void;
  onReadable(this: { read(count: number): ArrayBuffer }, count: number): void;
  onDone(error: Error | null): void;
}

/** Runs the program; `answer` plays the server and the SDK. */
function reportOf(answer: (request: Request, timeout: () => void) => void): string {
  const files = buildExample(devices.moddable, {
    url: "https://example.com/",
    anchors: [mintRoot("Root").certificate],
  });
  const main = files.find(({ path }) => path === "main.js");
  const source = (main === undefined ? "" : textOf(main)).replace('import Timer from "timer";', "");
  let traced = "";
  let timeout: () => void = () => undefined;
  class Client {
    request(request: Request): void {
      answer(request, timeout);
    }
    close(): void {}
  }
  new Script(source).runInNewContext({
    Timer: { set: (callback: () => void) => (timeout = callback), clear: () => undefined },
    device: { network: { https: { io: Client } } },
    trace: (text: string) => (traced += text),
  });
  return traced;
}

const read = { read: (count: number): ArrayBuffer => new ArrayBuffer(count) };

it.each<readonly [what: string, answer: Parameters<typeof reportOf>[0], says: string]>([
  [
    "a whole answer",
    (request) => {
      request.onHeaders(200, new Map([["content-length", "5"]]));
      request.onReadable.call(read, 5);
      request.onDone(null);
    },
    "HTTP 200, 5 bytes\n",
  ],
  [
    "an answer whose end is the connection's, which the SDK reports as an error",
    (request) => {
      request.onHeaders(200, new Map());
      request.onReadable.call(read, 7);
      request.onDone(new Error());
    },
    "HTTP 200, 7 bytes\n",
  ],
  [
    "an answer that was cut off",
    (request) => {
      request.onHeaders(200, new Map([["content-length", "9"]]));
      request.onReadable.call(read, 7);
      request.onDone(new Error("reset"));
    },
    "failed: Error: reset\n",
  ],
  [
    "chunks that were cut off",
    (request) => {
      request.onHeaders(200, new Map([["transfer-encoding", "chunked"]]));
      request.onDone(new Error("reset"));
    },
    "failed: Error: reset\n",
  ],
  [
    "a time-out, whatever the answer's end is",
    (request, timeout) => {
      request.onHeaders(200, new Map());
      timeout();
    },
    "failed: timed out\n",
  ],
  [
    "no answer",
    (request) => {
      request.onDone(new Error());
    },
    "failed before an HTTP answer (DNS, TCP or TLS): Error\n",
  ],
])("it tells %s", (_what, answer, says) => {
  expect(reportOf(answer)).toBe(says);
});
