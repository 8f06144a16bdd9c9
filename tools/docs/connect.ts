/** Puts the recipes that interop/connect runs into docs/connect.md, which is written by hand around them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const page = "docs/connect.md";
const source = "interop/connect/recipes.ts";

export function renderConnect(root: string): string {
  const recipes = readFileSync(join(root, source), "utf8");
  const text = readFileSync(join(root, page), "utf8");
  return text.replaceAll(
    /^(<!-- recipe: (\w+) -->\n)(?:\n```ts\n[\s\S]*?\n```\n)?/gm,
    (_all, mark: string, name: string) => {
      const code = new RegExp(`^// recipe: ${name}\\n([\\s\\S]*?)^// end$`, "m").exec(recipes)?.[1];
      if (code === undefined) throw new Error(`${source} has no recipe for ${name}`);
      return `${mark}\n\`\`\`ts\n${code.trim()}\n\`\`\`\n`;
    },
  );
}
