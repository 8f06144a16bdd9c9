/** The name somebody most likely meant: the nearest by edits, where it is near enough; else those that it is a part of. */

/** The question whether one of them was meant, with a space after it; nothing where none is near. */
export function askNearest(word: string, candidates: readonly string[]): string {
  const nearest = findNearest(word, candidates);
  const meant = nearest === undefined ? findAkin(word, candidates) : [nearest];
  return meant.length === 0 ? "" : `Did you mean ${meant.map((name) => `"${name}"`).join(" or ")}? `;
}

const fewestLetters = 3;
const mostAkin = 6;

/**
 * The candidates with the word in them, and those whose first part is its letters: who writes `esp32` may mean `esp-idf` as well as
 * `arduino-esp32`. Nothing where they are so many that the word says little.
 */
function findAkin(word: string, candidates: readonly string[]): readonly string[] {
  const lower = word.toLowerCase();
  const [stem = ""] = /^[a-z]*/.exec(lower) ?? [];
  const akin = candidates.filter((candidate) => {
    const [first = ""] = candidate.toLowerCase().split("-");
    const isWithin = lower.length >= fewestLetters && candidate.toLowerCase().includes(lower);
    return isWithin || (stem.length >= fewestLetters && first === stem);
  });
  return akin.length > mostAkin ? [] : akin;
}

/** The candidate with the fewest edits from `word`, if these are no more than a third of it. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= fewest) continue;
    const edits = countEdits(word, candidate);
    if (edits >= fewest) continue;
    nearest = candidate;
    fewest = edits;
  }
  return nearest;
}

/** The insertions, deletions, substitutions and swaps of neighbours from `a` to `b` (optimal string alignment). */
function countEdits(a: string, b: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, (twoAbove[j - 2] ?? 0) + 1);
      row.push(edits);
    }
    twoAbove = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
