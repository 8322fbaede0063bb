/** " Did you mean "…"?" with the most similar word, or nothing. */
export function didYouMean(word: string, words: readonly string[]): string {
  const nearest = nearestWord(word, words);
  return nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
}

/** The word that was most likely meant. */
export function nearestWord(
  word: string,
  words: readonly string[],
): string | undefined {
  const typed = word.toLowerCase();
  const ranked = words
    .map((each) => ({ each, distance: distanceOf(typed, each) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  const limit = Math.max(1, Math.floor(word.length / 2));
  return best && best.distance <= limit ? best.each : undefined;
}

/** How many letters to add, drop, change, or swap with a neighbour. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] &&
        a[i - 2] === b[j - 1];
      row.push(Math.min(
        last[j]! + 1,
        row[j - 1]! + 1,
        last[j - 1]! + change,
        swapped ? before[j - 2]! + 1 : Infinity,
      ));
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
