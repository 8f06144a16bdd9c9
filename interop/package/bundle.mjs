/**
 * Builds one program with a bundler, as its users would: `node bundle.mjs BUNDLER FORMAT ENTRY OUTPUT`, from the program's
 * folder. JavaScript, so that it needs none of the bundlers' types.
 */
import { basename, dirname, extname } from "node:path";
import resolvePackages from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

const builtin = /^node:/;
const oneFile = { codeSplitting: false };

const bundlers = {
  esbuild: ({ entry, output, format }) =>
    esbuild({
      entryPoints: [entry],
      outfile: output,
      bundle: true,
      platform: "node",
      format,
      logLevel: "warning",
    }),

  // Several files, with the shortest names.
  "esbuild-splitting": ({ entry, output }) =>
    esbuild({
      entryPoints: { [basename(output, extname(output))]: entry },
      outdir: dirname(output),
      outExtension: { ".js": extname(output) },
      bundle: true,
      splitting: true,
      minify: true,
      keepNames: false,
      platform: "node",
      format: "esm",
      logLevel: "warning",
    }),

  rollup: async ({ entry, output, format }) => {
    const bundle = await rollup({
      input: entry,
      external: builtin,
      plugins: [resolvePackages({ preferBuiltins: true, exportConditions: ["node"] })],
      onwarn: (warning) => console.error(warning.message),
    });
    await bundle.write({ file: output, format, inlineDynamicImports: true });
    await bundle.close();
  },

  webpack: ({ entry, output, format }) =>
    new Promise((resolve, reject) => {
      const asModule = format === "esm";
      const settings = {
        mode: "production",
        target: "node20",
        // Both with short names and with their own.
        optimization: { minimize: asModule },
        context: process.cwd(),
        entry,
        experiments: { outputModule: asModule },
        output: {
          path: dirname(output),
          filename: basename(output),
          module: asModule,
          chunkFormat: asModule ? "module" : "commonjs",
        },
      };
      webpack(settings, (error, stats) => {
        if (error) reject(error);
        else if (stats.hasErrors() || stats.hasWarnings())
          reject(new Error(stats.toString("errors-warnings")));
        else resolve();
      });
    }),

  vite: ({ entry, output, format }) =>
    vite({
      configFile: false,
      logLevel: "warn",
      root: process.cwd(),
      ssr: format === "ssr" ? { noExternal: true } : {},
      build: {
        outDir: dirname(output),
        emptyOutDir: false,
        target: "node20",
        ...(format === "ssr"
          ? { ssr: entry }
          : { lib: { entry, formats: ["es"], fileName: () => basename(output) } }),
        rollupOptions: {
          external: builtin,
          output: { ...oneFile, entryFileNames: `${basename(output, extname(output))}${extname(output)}` },
        },
      },
    }),
};

const [bundler, format, entry, output] = process.argv.slice(2);
await bundlers[bundler]({ entry, output, format });
