/** One large body, either way. */
import { sizedPath, uploadPath, type OriginName } from "../server/origins.ts";
import { metered } from "./meter.ts";
import { allBut, noPrograms, type Effort, type Scenario, type Subject } from "./scenario.ts";

const chunk = new Uint8Array(65_536);

export const download: Scenario = {
  name: "download",
  title: "Download of 1 GiB",
  connections: 1,
  proxied: false,
  programs: { download: "kept", writeTo: "nowhere" },
  without: { "meerkat get": "its row is in download-get" },
  measure: (subject, effort) => receive(subject, effort, "kept"),
};

export const downloadChunks: Scenario = {
  name: "download-chunks",
  title: "Download of 1 GiB, read in place (`forEachChunk`)",
  connections: 1,
  proxied: false,
  programs: { download: "kept", writeTo: "nowhere" },
  without: allBut(["meerkat", "curl"], "has no such call"),
  measure: ({ client, origins }, { downloadBytes }) =>
    timed(downloadBytes, async () => {
      const bytes = await client.drainInPlace?.(origins.kept + sizedPath(downloadBytes));
      if (bytes !== downloadBytes) throw new Error(`${bytes} bytes came of ${downloadBytes}`);
    }),
};

export const downloadGet: Scenario = {
  ...downloadByPrograms("nowhere"),
  name: "download-get",
  title: "Download of 1 GiB by a program, to `/dev/null`",
};

export const downloadFile: Scenario = {
  ...downloadByPrograms("file"),
  name: "download-file",
  title: "Download of 1 GiB by a program, to a file",
};

function downloadByPrograms(writeTo: "nowhere" | "file"): Omit<Scenario, "name" | "title"> {
  return {
    connections: 1,
    proxied: false,
    programs: { download: "kept", writeTo },
    without: allBut(["meerkat get", "curl"], "is not a program"),
    measure: () => Promise.reject(new Error("measured from outside")),
  };
}

export const upload: Scenario = {
  name: "upload",
  title: "Upload of 256 MiB, from an async iterable",
  connections: 1,
  proxied: false,
  without: noPrograms,
  measure: (subject, effort) => send(subject, effort, "kept"),
};

/** One download, read piece by piece. */
export function receive(
  { client, origins }: Subject,
  { downloadBytes }: Effort,
  origin: OriginName,
): ReturnType<Scenario["measure"]> {
  return timed(downloadBytes, async () => {
    const bytes = await client.drain(origins[origin] + sizedPath(downloadBytes));
    if (bytes !== downloadBytes) throw new Error(`${bytes} bytes came of ${downloadBytes}`);
  });
}

/** One upload. */
export function send(
  { client, origins }: Subject,
  { uploadBytes }: Effort,
  origin: OriginName,
): ReturnType<Scenario["measure"]> {
  return timed(uploadBytes, async () => {
    const status = await client.upload(origins[origin] + uploadPath, chunksOf(uploadBytes));
    if (status !== 200) throw new Error(`the upload was answered ${status}`);
  });
}

function timed(bytes: number, move: () => Promise<void>): ReturnType<Scenario["measure"]> {
  return metered(async () => {
    const startedAt = performance.now();
    await move();
    return { requests: 1, latenciesMs: [performance.now() - startedAt], bytes, resumed: 0 };
  });
}

// eslint-disable-next-line typescript/require-await -- what clients take is an async iterable.
async function* chunksOf(bytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
}
