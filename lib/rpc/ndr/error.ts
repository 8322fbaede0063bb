/**
 * Why bytes are not what was asked for.
 *
 * @module
 */

/** Bytes that are no values of the types asked for. A handler that throws it ends the call with `RPC_X_BAD_STUB_DATA`. */
export class NdrError extends Error {
  /** The name of this class, for logs. */
  override readonly name = "NdrError";
}
