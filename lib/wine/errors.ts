/** A failure of the host layer, with a message for the user. */
export class HostError extends Error {
  override name = "HostError";
}

/** The text of a thrown value, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
