/**
 * The caller's bytes, which a call may use long after it has checked them.
 *
 * @module
 */

/**
 * Checks that `bytes` still have the `size` that they had at the beginning of
 * the call. A transferred array has no bytes: to write it would succeed, and in
 * message mode mean the end.
 */
export function checkUnresized(bytes: Uint8Array, size: number): void {
  if (bytes.byteLength === size) return;
  throw new TypeError(
    "Invalid data: its buffer was transferred or resized during the call",
  );
}
