/** A command line that is not understood. Its message says what to do. */
export class UsageError extends Error {
  override name = "UsageError";
}
