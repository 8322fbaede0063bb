/**
 * For a test's definition: ignores it where `ignore` holds, and says why in its
 * name, which is listed at the end of a run.
 */
export function namedUnless(
  ignore: boolean,
  why: string,
  name: string,
): { name: string; ignore: boolean } {
  return { name: ignore ? `${name} (${why})` : name, ignore };
}
