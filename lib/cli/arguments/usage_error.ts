/** An invalid command line. Its message says what to do. */
export class UsageError extends Error {
  override name = "UsageError";
}
