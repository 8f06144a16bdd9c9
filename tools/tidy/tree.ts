/** Reads the real tree: every text file of the project, without what is installed, built or fetched. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tree } from "./breach.ts";

const passedOver = new Set([".git", "node_modules", "dist", "coverage"]);
const textFile = /(?:\.(?:ts|js|mjs|json|md|sh|yml|yaml|svg|txt)|\/run|^\.[a-z]+(?:rc|ignore))$/;

/** The files under `root` that hold text written for the project. */
export function readTree(root: string): Tree {
  const tree = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !passedOver.has(entry.name)) visit(path);
      else if (entry.isFile() && textFile.test(path)) tree.set(path, readFileSync(join(root, path), "utf8"));
    }
  };
  visit("");
  return tree;
}
