/** Writes `docs/deviations.md` from the comments that begin with the word: each knowing departure, with its reason. */
import { isTest, readSource, type Tree } from "../tidy/index.ts";

/** One departure, in the words of the comment beside the code. */
export interface Deviation {
  readonly path: string;
  readonly says: string;
}

const mark = "DEVIATION:";

/** Every departure that the product's code owns to. */
export function findDeviations(tree: Tree): Deviation[] {
  const found: Deviation[] = [];
  for (const path of [...tree.keys()].toSorted()) {
    if (!path.startsWith("src/") || !path.endsWith(".ts") || isTest(path)) continue;
    for (const comment of wholeComments(path, tree.get(path) ?? "")) {
      for (const part of comment.split(mark).slice(1)) {
        const says = part.split(/\n\s*\n|\n\s*@/)[0] ?? "";
        found.push({ path, says: says.replace(/\s+/g, " ").trim() });
      }
    }
  }
  return found;
}

/** The comments of a file without their marks; `//` lines that follow one another are one comment. */
function wholeComments(path: string, text: string): string[] {
  const comments: string[] = [];
  let lastEnd = -1;
  for (const { text: comment, offset } of readSource(path, text).comments) {
    const bare = comment.startsWith("//")
      ? comment.slice(2)
      : comment.slice(2, -2).replace(/^\s*\*+ ?/gm, "");
    const follows =
      comment.startsWith("//") && lastEnd !== -1 && /^\n[ \t]*$/.test(text.slice(lastEnd, offset));
    if (follows) comments.push(`${comments.pop() ?? ""}\n${bare}`);
    else comments.push(bare);
    lastEnd = comment.startsWith("//") ? offset + comment.length : -1;
  }
  return comments;
}

export function renderDeviations(deviations: readonly Deviation[]): string {
  const parts = [
    "# Deviations",
    "Where Meerkat knowingly differs from a specification, and why. Each stands beside the code it is about.",
  ];
  let last = "";
  for (const { path, says } of deviations) {
    if (path !== last) parts.push(`## ${path}`);
    last = path;
    parts.push(`- ${says}`);
  }
  if (deviations.length === 0) parts.push("None is known.");
  return `${parts.join("\n\n")}\n`;
}
