import { UsageError } from "./arguments/usage_error.ts";

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  timedOut: 5,
  interrupted: 130,
} as const;

/** The reader of stdout is gone. */
export class OutputClosed extends Error {
  override name = "OutputClosed";
}

/** Ctrl-C was pressed. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** A failure that has already been reported. */
export class Failed extends Error {
  override name = "Failed";
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof OutputClosed) return EXIT.done;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof UsageError || isArgumentError(error)) return EXIT.usage;
  if (
    error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.ConnectionRefused
  ) return EXIT.notFound;
  if (
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable
  ) return EXIT.refused;
  if (isTimeout(error)) return EXIT.timedOut;
  return EXIT.failed;
}

/** Whether a time limit has passed. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Deno.errors.TimedOut ||
    error instanceof DOMException && error.name === "TimeoutError";
}

/** Whether a mechanism refuses an argument itself: a name, a number, an SDDL. */
function isArgumentError(error: unknown): boolean {
  return (error instanceof TypeError || error instanceof RangeError) &&
    error.message.startsWith("Invalid ");
}
