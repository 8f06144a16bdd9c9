/**
 * A file for each room that is a door: `dist/client/index.js`, `dist/trust/index.js`. Who names a file of a built checkout
 * by its path finds every door at its room, and needs not know which of the room's files it is made of. Users have
 * `exports`, which names none of these.
 */
import { existsSync, writeFileSync } from "node:fs";
import { doors } from "../doors.ts";

/** What stands in each, from the folder of its room. */
const rooms = new Map([
  ["client", 'export * from "../index.js";'],
  ...doors.flatMap(({ name, place }): [room: string, text: string][] => {
    const room = name.replace("meerkat/", "");
    return place === `${room}/public` ? [[room, 'export * from "./public.js";']] : [];
  }),
]);

/** The cryptography of the room that is handed it, so that one file is enough to verify something. */
const besides = new Map([["trust", 'export { trustPorts } from "../admission/public.js";']]);

/** Writes them. Throws where the build has such a file of its own. */
export function writeRooms(outdir: string): void {
  for (const [room, text] of rooms) {
    const file = `${outdir}/${room}/index.js`;
    if (existsSync(file)) throw new Error(`${file} is a door of the package already.`);
    writeFileSync(file, `${text}\n${besides.get(room) ?? ""}\n`);
  }
}
