/**
 * The error for malformed bytes.
 *
 * @module
 */

/**
 * The bytes are not values of the requested types. A handler that throws it
 * ends the call with `RPC_X_BAD_STUB_DATA`.
 */
export class NdrError extends Error {
  /** The name of this class, for logs. */
  override readonly name = "NdrError";
}
