/**
 * A file for each room that is a door: `dist/client/index.js`, `dist/trust/index.js`. Who names a file of a built checkout
 * by its path finds every door at its room, and needs not know which of the room's files it is made of. Users have
 * `exports`, which names none of these.
 */
import { existsSync, writeFileSync } from "node:fs";

/** What stands in each, from the folder of its room. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  client: ['export * from "../index.js";'],
  // The cryptography of the room that is handed it, so that one file is enough to verify something.
  trust: ['export * from "./public.js";', 'export { trustPorts } from "../admission/public.js";'],
  ...Object.fromEntries(
    ["x509", "http1", "bundle", "device", "lab"].map((room) => [room, ['export * from "./public.js";']]),
  ),
};

/** Writes them. Throws where the build has such a file of its own. */
export function writeRooms(outdir: string): void {
  for (const [room, lines] of Object.entries(rooms)) {
    const file = `${outdir}/${room}/index.js`;
    if (existsSync(file)) throw new Error(`${file} is a door of the package already.`);
    writeFileSync(file, `${lines.join("\n")}\n`);
  }
}
