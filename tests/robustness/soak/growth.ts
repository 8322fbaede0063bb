/** How much of a process' growth is certain, whatever a soak's length. */

/** What was weighed after so many operations. */
export interface Weighing {
  readonly operations: number;
  readonly value: number;
}

/** One in twenty times, a series without growth would show that much. */
const Z_95 = 1.645;

/**
 * The growth from the end of the warm-up to the last weighing, by the lower bound
 * of its slope: a single high weighing, or one that falls back, does not count.
 *
 * The slope is Theil and Sen's, the median of those between all pairs, and its
 * bound Kendall's (P. K. Sen, Estimates of the regression coefficient based on
 * Kendall's tau, 1968).
 */
export function certainGrowth(weighings: readonly Weighing[]): number {
  const measured = weighings.slice(warmUp(weighings));
  const slopes = measured.flatMap((from, i) =>
    measured.slice(i + 1).map((to) =>
      (to.value - from.value) / (to.operations - from.operations)
    )
  ).sort((a, b) => a - b);
  const n = measured.length;
  const spread = Z_95 * Math.sqrt(n * (n - 1) * (2 * n + 5) / 18);
  const lower = Math.max(0, Math.floor((slopes.length - spread) / 2));
  return slopes[lower]! * measuredOperations(weighings);
}

/** So many operations were made between the end of the warm-up and the last weighing. */
export function measuredOperations(weighings: readonly Weighing[]): number {
  return weighings.at(-1)!.operations -
    weighings[warmUp(weighings)]!.operations;
}

/**
 * The weighing that ends the warm-up: the first that is no higher than the one
 * before, but none behind the first half. What leaks does not come to rest.
 */
function warmUp(weighings: readonly Weighing[]): number {
  const half = Math.floor(weighings.length / 2);
  const rest = weighings.findIndex(({ value }, i) =>
    i > 0 && value <= weighings[i - 1]!.value
  );
  return rest < 0 ? half : Math.min(rest, half);
}
