import { counted } from "../text/counted.ts";
import { UsageError } from "./usage_error.ts";

/** Refuses a range of memory, or of a file, that passes its end. */
export function checkRange(
  what: string,
  size: number,
  offset: number,
  length: number,
): void {
  if (offset > size) {
    throw new UsageError(
      `Invalid --offset ${offset}: ${what} has ${counted(size, "byte")}`,
    );
  }
  if (length <= size - offset) return;
  throw new UsageError(
    `Cannot access ${
      counted(length, "byte")
    } at offset ${offset}: ${what} has ${counted(size, "byte")}`,
  );
}
