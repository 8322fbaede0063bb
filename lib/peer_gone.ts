/**
 * The errors of a stream whose other side has closed. Imports nothing, so that
 * every layer may import it.
 *
 * @module
 */

/**
 * Whether the other side has closed. Windows has several codes for it
 * (ERROR_BROKEN_PIPE, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED), and Deno a
 * class for some of them.
 */
export function isPeerGone(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Error && /os error (109|232|233)\b/.test(error.message);
}
