/**
 * Builds `dist/`: the compiler writes the declarations, esbuild the programs. Each door of the package and each program
 * (`exports` and `bin` in package.json) is one entry, and what they share is in `dist/shared/`: a few files where there are
 * hundreds of sources, because opening them is most of what an import costs.
 *
 * What is built looks for no file beside it and needs no other package: the version is a constant, and what the program and
 * the lab are made of is in their files, with its licences in `dist/licences.txt`.
 */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { writeCommonJs } from "./build/commonjs.ts";
import { writeCommonJsDeclarations, writeDeclarations } from "./build/declarations.ts";
import { renderLicences } from "./build/licences.ts";
import { minify } from "./build/minify.ts";
import { buildModules, target } from "./build/modules.ts";
import { writeRooms } from "./build/rooms.ts";
import { doors, manifest, metafileName, programs } from "./doors.ts";

const outdir = "dist";

rmSync(outdir, { recursive: true, force: true });
execFileSync("npx", ["--no-install", "tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
const places = doors.map(({ place }) => place);
writeDeclarations(outdir, places);
const metafile = await buildModules({ root: process.cwd(), outdir, entries: [...places, ...programs] });
minify(outdir, target);
writeCommonJs(outdir, places);
await writeCommonJsDeclarations(outdir, places);
writeFileSync(`${outdir}/licences.txt`, renderLicences(metafile));
// Which sources each file is made of: for the tests, not for the package.
writeFileSync(`${outdir}/${metafileName}`, JSON.stringify(metafile));
writeRooms(outdir);
// The page is what the built program says of itself, so that it has the same commands and flags.
const page = execFileSync(process.execPath, [`${outdir}/cli/main.js`, "man"]);
writeFileSync(manifest.man, page);
