/** A failure of the host layer that is told to the user as it stands. */
export class HostError extends Error {
  override name = "HostError";
}

/** The text of anything thrown, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
