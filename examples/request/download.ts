/** A download to a file that may be larger than memory. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { HttpsError, request } from "meerkat";

try {
  const response = await request("https://downloads.example/firmware.bin");
  console.error(`HTTP ${response.status}`);
  console.error(response.trust.headline());
  await pipeline(response, createWriteStream("firmware.bin"));
} catch (error) {
  if (!(error instanceof HttpsError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  console.error(error.hint);
}
