/**
 * Stands in for `@std/testing/snapshot` where JSR cannot be reached: Deno's own
 * snapshots, which since 2.9 read and write the same files in the same format.
 *
 * @module
 */

/** `actual` is what the snapshot file beside the test has of it. */
export async function assertSnapshot<T>(
  context: Deno.TestContext,
  actual: T,
  message?: string,
): Promise<void> {
  await context.assertSnapshot(actual, message);
}
