/** Rule of direction among files: none reaches itself through what it imports, for a type neither. */
import type { Breach } from "./breach.ts";
import { resolveSpecifier } from "./imports.ts";
import type { Source } from "./source.ts";

type Imports = ReadonlyMap<string, readonly string[]>;

/** A breach for each circle that a walk over the imports meets, at the file where it closes. */
export function checkCircles(sources: readonly Source[]): Breach[] {
  const known = new Set(sources.map(({ path }) => path));
  const imports: Imports = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports
        .filter(({ text }) => text.startsWith("."))
        .map(({ text }) => resolveSpecifier(path, text))
        .filter((target) => known.has(target)),
    ]),
  );
  const walk: Walk = { imports, done: new Set(), way: [], circles: [] };
  for (const { path } of sources) visit(path, walk);
  return walk.circles.map((circle) => ({
    rule: "circle",
    path: circle.at(-1) ?? "",
    line: 0,
    says: `imports in a circle: ${[...circle, circle[0]].join(" -> ")}`,
  }));
}

interface Walk {
  readonly imports: Imports;
  /** Files from which everything was visited. */
  readonly done: Set<string>;
  /** The files between the start and here, in order. */
  readonly way: string[];
  readonly circles: string[][];
}

function visit(path: string, walk: Walk): void {
  const { imports, done, way, circles } = walk;
  const at = way.indexOf(path);
  if (at !== -1) circles.push(way.slice(at));
  if (at !== -1 || done.has(path)) return;
  way.push(path);
  for (const target of imports.get(path) ?? []) visit(target, walk);
  way.pop();
  done.add(path);
}
