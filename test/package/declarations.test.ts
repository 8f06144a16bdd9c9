/**
 * The declarations of every door, as TypeScript's users see them: the oldest and the newest compiler, each way to resolve a
 * module, `import` and `require`, and with the libraries' own declarations checked too (`skipLibCheck: false`).
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { doors } from "../../tools/doors.ts";
import { type Installed, installPackage, run } from "./installed.ts";

const packages = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** A program that can only compile where the doors' types are there: `any` would take what each line says is wrong. */
const program = `
import { HttpsError, request, type Explanation } from "meerkat";
${doors.map(({ name }, index) => `import * as door${index} from "${name}";`).join("\n")}

export const values: readonly object[] = [${doors.map((_door, index) => `door${index}`).join(", ")}];
${doors.map((_door, index) => `// @ts-expect-error No door has such a name.\ndoor${index}.nothing;`).join("\n")}

export async function ask(): Promise<number> {
  try {
    const response = await request("https://www.example.com/", { timeouts: { totalMs: 1000 } });
    // @ts-expect-error A status is a number.
    response.status satisfies string;
    await response.forEachChunk((chunk) => chunk.length satisfies number);
    await response.forEachChunk(async (chunk) => void (chunk satisfies Uint8Array));
    // @ts-expect-error A chunk is bytes.
    await response.forEachChunk((chunk: string) => chunk);
    return response.status;
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    if (error.code === "expired") error.detail.notAfterAt satisfies number;
    const report: Explanation | { readonly kind: "unasked" } = await error.why();
    // @ts-expect-error A report of one kind or the other.
    report.kind satisfies "nothing";
    return report.kind === "asked" ? report.diagnosis.findings.length : 0;
  }
}
`;

let installed: Installed;

beforeAll(async () => {
  installed = await installPackage();
  // What a user of TypeScript has beside it.
  mkdirSync(join(installed.folder, "node_modules", "@types"));
  for (const name of ["@types/node", "undici-types"]) {
    symlinkSync(join(packages, name), join(installed.folder, "node_modules", name));
  }
  for (const file of ["program.mts", "program.cts", "program.ts"]) {
    writeFileSync(join(installed.folder, file), program);
  }
});

afterAll(() => installed?.[Symbol.asyncDispose]());

/** What the compiler prints: nothing, if all is well. */
async function compile(
  compiler: string,
  compilerOptions: Readonly<Record<string, unknown>>,
  files: readonly string[],
): Promise<string> {
  const base = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  const common = {
    ...base,
    target: "es2022",
    lib: ["es2022"],
    types: ["node"],
    skipLibCheck: false,
    noEmit: true,
  };
  const config = { compilerOptions: { ...common, ...compilerOptions }, files };
  writeFileSync(join(installed.folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(packages, compiler, "bin", "tsc");
  const { stdout, stderr } = await run(process.execPath, [tsc], { cwd: installed.folder });
  return stdout + stderr;
}

const resolutions = [
  ["node16", "node16", ["program.mts", "program.cts"]],
  ["nodenext", "nodenext", ["program.mts", "program.cts"]],
  ["esnext", "bundler", ["program.ts"]],
  ["preserve", "bundler", ["program.ts", "program.cts"]],
] as const;

for (const compiler of ["typescript-5.7", "typescript"]) {
  test.each(resolutions)(
    `${compiler}, module %s, moduleResolution %s: every door's types are there, and clean`,
    async (module, moduleResolution, files) => {
      expect(await compile(compiler, { module, moduleResolution }, files)).toBe("");
    },
  );
}

test("a CommonJS file is told of the CommonJS form by each door, whose types are those of the ES module", async () => {
  const options = { module: "node16", moduleResolution: "node16", listFiles: true };
  const ours = (await compile("typescript-5.7", options, ["program.cts"]))
    .split("\n")
    .filter((file) => file.includes("/node_modules/meerkat/"));
  const forRequire = doors.map(({ place }) => expect.stringMatching(new RegExp(`/dist/${place}\\.d\\.cts$`)));
  expect(ours.filter((file) => file.endsWith(".d.cts"))).toEqual(expect.arrayContaining(forRequire));
  writeFileSync(join(installed.folder, "esm.mts"), 'export { HttpsError } from "meerkat";\n');
  const both = `
    import { HttpsError } from "meerkat";
    import type { HttpsError as Same } from "./esm.mjs" with { "resolution-mode": "import" };
    export const same = (error: HttpsError<"expired">): Same<"expired"> => error;
    // @ts-expect-error Another code.
    export const other = (error: HttpsError<"expired">): Same<"name-mismatch"> => error;`;
  writeFileSync(join(installed.folder, "both.cts"), both);
  expect(await compile("typescript-5.7", { ...options, listFiles: false }, ["both.cts"])).toBe("");
});
