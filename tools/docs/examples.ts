/** Writes `docs/examples.md`: the first example whole, every other as what it changes in the first. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The programs of one face, the first of them in full. */
interface Series {
  readonly title: string;
  readonly folder: string;
  readonly first: string;
  readonly variants: readonly string[];
}

const series: readonly Series[] = [
  {
    title: "The Mongoose API",
    folder: "examples/mongoose",
    first: "snippet.ts",
    variants: ["get.ts", "download.ts", "post-json.ts", "client-certificate.ts", "websocket-echo.ts"],
  },
  {
    title: "`request()`",
    folder: "examples/request",
    first: "get.ts",
    variants: ["download.ts", "post-json.ts", "client-certificate.ts", "websocket-echo.ts"],
  },
  {
    title: "A chain judged: `meerkat/trust`",
    folder: "examples/trust",
    first: "node.ts",
    variants: ["webcrypto.ts", "page.js"],
  },
];

/** The document, from the examples under `root`. */
export function renderExamples(root: string): string {
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const parts = [
    "# Examples",
    "Each program is in `examples/`, whole, and is run by a test. Here the first of each kind is shown in full, and every other as what it changes in the first.",
  ];
  for (const { title, folder, first, variants } of series) {
    const base = read(`${folder}/${first}`);
    parts.push(`## ${title}`, `### ${folder}/${first}`, aboutOf(base), fence("ts", withoutAbout(base)));
    for (const name of variants) {
      const text = read(`${folder}/${name}`);
      const lines = renderDiff(withoutAbout(base).split("\n"), withoutAbout(text).split("\n"));
      parts.push(`### ${folder}/${name}`, aboutOf(text), fence("diff", lines.join("\n")));
    }
  }
  parts.push(
    "## The reference client",
    "`examples/mongoose/fetch.c` is the state machine of Mongoose OS's own client, `examples/mongoose/fetch.ts` the same call by call; `examples/mongoose/snippet.c` is the first program above in C.",
    "## In C",
    "`examples/c/` has one verified request for Mongoose OS, Mongoose 7 and ESP-IDF each, as the guide quotes them. Whole projects for these and other devices are what `meerkat example` writes.",
  );
  return `${parts.join("\n\n")}\n`;
}

/** The lines of a unified diff: what differs, with two lines around it; `...` where lines are left out. */
export function renderDiff(before: readonly string[], after: readonly string[]): string[] {
  const marked = markLines(before, after);
  const isNear = (at: number): boolean =>
    marked.slice(Math.max(0, at - 2), at + 3).some((line) => !line.startsWith(" "));
  const shown: string[] = [];
  for (const [at, line] of marked.entries()) {
    if (isNear(at)) shown.push(line.trimEnd());
    else if (shown.at(-1) !== " ...") shown.push(" ...");
  }
  return shown;
}

/** Every line of both, marked as kept, gone or new, by the longest common subsequence. */
function markLines(before: readonly string[], after: readonly string[]): string[] {
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const marked: string[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const isLeft = i < before.length;
    const isRight = j < after.length;
    if (isLeft && isRight && before[i] === after[j]) {
      marked.push(` ${before[i++] ?? ""}`);
      j++;
    } else if (isLeft && (!isRight || at(i + 1, j) >= at(i, j + 1))) marked.push(`-${before[i++] ?? ""}`);
    else marked.push(`+${after[j++] ?? ""}`);
  }
  return marked;
}

function aboutOf(text: string): string {
  return /^\/\*\* ([^]*?) \*\//.exec(text)?.[1] ?? "";
}

function withoutAbout(text: string): string {
  return text.replace(/^\/\*\*[^]*?\*\/\n/, "").trimEnd();
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
