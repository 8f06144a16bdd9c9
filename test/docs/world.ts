/**
 * Where the programs of the examples and the guide run: in a folder of their own, each in a process of its own, with
 * `meerkat` meaning this tree's source. Their hosts are the lab's and this file's servers: `hosts` says which. The lab's
 * root is believed by NODE_EXTRA_CA_CERTS, and lies there as `ca.pem`.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { mintIdentity, openOrigin, rootPem, type Origin } from "../client/origin.ts";

/** What `meerkat` and its doors are in this tree. */
const doors: Readonly<Record<string, string>> = {
  meerkat: "client",
  "meerkat/trust": "trust",
  "meerkat/x509": "x509",
  "meerkat/http1": "http1",
  "meerkat/bundle": "bundle",
  "meerkat/mongoose": "mongoose",
  "meerkat/mongoose/7": "mongoose/seven",
  "meerkat/lab": "lab",
};

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World extends AsyncDisposable {
  readonly lab: Lab;
  readonly folder: string;
  /** Runs a program in TypeScript. */
  run(program: string): Promise<Outcome>;
  /** A text with the world's addresses in place of the documents' hosts. */
  toWorld(text: string): string;
  /** The reverse. */
  fromWorld(text: string): string;
}

/** What the download is. */
export const firmware: Buffer = Buffer.alloc(3_000_000, "firmware ");

export async function openWorld(): Promise<World> {
  const lab = await openLab();
  const origin = await openEcho();
  const folder = mkdtempSync(join(tmpdir(), "meerkat-docs-"));
  const files = {
    "ca.pem": lab.caPem + rootPem,
    "client.pem": lab.client.certificatePem,
    "client-key.pem": lab.client.keyPem,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const pairs = hosts(lab, origin);
  const replaced = (text: string, from: 0 | 1, to: 0 | 1): string =>
    pairs.reduce((done, pair) => done.replaceAll(pair[from], pair[to]), text);
  return {
    lab,
    folder,
    run: (program) => runProgram(folder, replaced(program, 0, 1)),
    toWorld: (text) => replaced(text, 0, 1),
    fromWorld: (text) => replaced(text, 1, 0),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([lab.close(), origin.close(), rm(folder, { recursive: true })]);
    },
  };
}

/** The hosts of the documents, and what they are here. Reserved names (RFC 2606), and the one of the story. */
function hosts(lab: Lab, { port }: Origin): readonly (readonly [document: string, here: string])[] {
  const site = (name: string): string => lab.url(name).replace(/^https:\/\/(.*)\/$/, "$1");
  return [
    ["api.weather.gov", site("weather")],
    ["devices.example", site("client-certificate-required")],
    ["forgetful.example", site("missing-intermediate")],
    ["expired.example", site("expired")],
    ["www.example.com", site("good")],
    ["downloads.example", `downloads.localhost:${port}`],
    ["echo.example", `echo.localhost:${port}`],
  ];
}

/** Echoes what is posted and what is said, and has a file to download. */
async function openEcho(): Promise<Origin> {
  const identity = mintIdentity({ names: ["dns:echo.localhost", "dns:downloads.localhost"] });
  const websockets = new WebSocketServer({ noServer: true });
  const http = createServer((request, response) => answer(request, response));
  http.on("upgrade", (request, socket, head) => {
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      websocket.on("message", (data, isBinary) => websocket.send(data, { binary: isBinary }));
    });
  });
  return openOrigin((socket: Socket) => void http.emit("connection", socket), { tls: identity });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === "/firmware.bin") return void response.end(firmware);
  response.setHeader("content-type", request.headers["content-type"] ?? "text/plain");
  request.pipe(response);
}

let programs = 0;

function runProgram(folder: string, program: string): Promise<Outcome> {
  const source = fileURLToPath(new URL("../../src/", import.meta.url));
  const text = program.replaceAll(
    /(\bfrom\s+|\bimport\()"([^"]+)"/g,
    (whole, before: string, name: string) => {
      const door = doors[name];
      if (door !== undefined) return `${before}"${source}${door}/index.ts"`;
      return name.startsWith("node:") ? whole : `${before}"${import.meta.resolve(name)}"`;
    },
  );
  const path = join(folder, `program-${programs++}.mts`);
  writeFileSync(path, text);
  const env = {
    PATH: process.env["PATH"] ?? "",
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    NODE_NO_WARNINGS: "1",
  };
  const options = { cwd: folder, env, timeout: 20_000, maxBuffer: 1 << 26 };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--import", import.meta.resolve("tsx"), path],
      options,
      (error, stdout, stderr) => {
        const exitCode = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
        resolve({ exitCode, stdout, stderr });
      },
    );
  });
}
