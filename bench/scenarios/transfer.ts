/** One large body, either way. */
import { sizedPath, uploadPath } from "../server/origins.ts";
import { metered } from "./meter.ts";
import { noCurl, type Scenario } from "./scenario.ts";

const chunk = new Uint8Array(65_536);

export const download: Scenario = {
  name: "download",
  title: "Download of 1 GiB",
  connections: 1,
  proxied: false,
  without: {},
  measure: ({ client, origins }, { downloadBytes }) =>
    timed(downloadBytes, async () => {
      const bytes = await client.drain(origins.kept + sizedPath(downloadBytes));
      if (bytes !== downloadBytes) throw new Error(`${bytes} bytes came of ${downloadBytes}`);
    }),
};

export const upload: Scenario = {
  name: "upload",
  title: "Upload of 256 MiB, from an async iterable",
  connections: 1,
  proxied: false,
  without: noCurl,
  measure: ({ client, origins }, { uploadBytes }) =>
    timed(uploadBytes, async () => {
      const status = await client.upload(origins.kept + uploadPath, chunksOf(uploadBytes));
      if (status !== 200) throw new Error(`the upload was answered ${status}`);
    }),
};

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
